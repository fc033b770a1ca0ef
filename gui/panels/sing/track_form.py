"""How the track in hand is sung: voice, language, effects, fader, chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from engine.api.project import Track
from gui.icons import icon
from gui.panels.sing.choir_form import ChoirForm
from gui.texts import chains as chains_text
from gui.texts import sing as text
from gui.theme import Theme
from gui.widgets.combo import Combo
from gui.widgets.labels import flat_button
from gui.widgets.value_bar import Range, ValueBar

_SEEDS = 10_000
_NARROW = 72


@dataclass(frozen=True, slots=True)
class _Setting:
    """A number of the track that has its name in the file."""

    name: str
    label: str
    span: Range


_NUMBERS = (
    _Setting("gain_db", text.GAIN, Range(-60, 24, 0.0, 0.5, 1, "dB")),
    _Setting("pan", text.PAN, Range(-1, 1, 0.0, 0.05, 2)),
    _Setting("transpose", text.TRANSPOSE, Range(-48, 48, 0.0, 1, 0, "st")),
    _Setting("seed", text.SEED, Range(0, _SEEDS, 0.0, 1, 0)),
    _Setting("num_steps", text.STEPS, Range(1, 100, None, 1, 0, "", text.AS_VOICE)),
    _Setting("temperature", text.TEMPERATURE, Range(0, 2, None, 0.05, 2, "", text.AS_VOICE)),
)


def singers(models: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Who can sing, of the engine's list of models: (name as in a project, text); the first is the default voice."""
    voices = [model for model in models if model.get("role") == "voice"]
    default = text.VOICE_DEFAULT.format(name=voices[0].get("name") or voices[0]["id"]) if voices else text.VOICE_NONE
    found = [("", default)]
    for model in voices:
        name = str(model.get("name") or model["id"])
        speakers = [str(speaker) for speaker in model.get("speakers") or ()]
        found.append((str(model["id"]), name))
        if len(speakers) > 1:
            found += [(f"{model['id']}/{speaker}", f"{name} · {speaker}") for speaker in speakers]
    return tuple(found)


class TrackForm(QWidget):
    """Everything of a track that is no note.  Says what is wished; the owner edits the song."""

    set_wished = pyqtSignal(str, object)  # field of the track, value (None: the default)
    chain_wished = pyqtSignal(str)
    chain_edit_wished = pyqtSignal()
    choir_wished = pyqtSignal(object)  # TrackChoir, or None

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._singers: tuple[tuple[str, str], ...] = (("", text.VOICE_NONE),)
        self._voice = Combo(text.VOICE, text.VOICE_TIP, self)
        self._language = Combo(text.LANGUAGE, text.LANGUAGE_TIP, self)
        self._chain = Combo(text.CHAIN, text.CHAIN_TIP, self)
        self._chain.setMinimumWidth(_NARROW)  # a button stands beside it
        self._voice.chosen.connect(lambda value: self.set_wished.emit("voice", value))
        self._language.chosen.connect(lambda value: self.set_wished.emit("language", value))
        self._chain.chosen.connect(self.chain_wished)
        self._language.offer((("", text.LANGUAGE_AUTO), *text.LANGUAGES.items()))
        self._chain.offer((("", text.CHAIN_NONE),))
        self._bars = {setting.name: ValueBar(theme, setting.label, setting.span, self) for setting in _NUMBERS}
        for name, bar in self._bars.items():
            bar.changed.connect(lambda value, name=name: self.set_wished.emit(name, value))
        self._bars["temperature"].setToolTip(text.TEMPERATURE_TIP)
        self._bars["seed"].setToolTip(text.SEED_TIP)
        self._choir = ChoirForm(theme, self)
        self._choir.wished.connect(self.choir_wished)
        self._edit_chain = flat_button(theme, "effects", chains_text.EDIT, chains_text.EDIT_TIP, small=True)
        self._edit_chain.setProperty("kind", "")  # framed, as the dice below
        self._edit_chain.clicked.connect(lambda _: self.chain_edit_wished.emit())
        self._lay_out(self._dice(theme))

    def _dice(self, theme: Theme) -> QToolButton:
        dice = QToolButton(self)
        dice.setIcon(icon("dice", theme))
        dice.setIconSize(QSize(theme.tokens.measures.small_icon, theme.tokens.measures.small_icon))
        dice.setToolTip(text.SEED_ROLL)
        dice.setAccessibleName(text.SEED_ROLL)
        dice.clicked.connect(self._roll)
        return dice

    def _lay_out(self, dice: QToolButton) -> None:
        chosen = QGridLayout()
        chosen.setHorizontalSpacing(8)
        chosen.setVerticalSpacing(4)
        for row, (name, box) in enumerate(
            ((text.VOICE, self._voice), (text.LANGUAGE, self._language), (text.CHAIN, self._chain))
        ):
            label = QLabel(name, self)
            label.setProperty("tone", "soft")
            label.setBuddy(box)
            chosen.addWidget(label, row, 0)
            chosen.addWidget(box, row, 1, 1, 1 if box is self._chain else 2)
        chosen.addWidget(self._edit_chain, row, 2)
        chosen.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(chosen)
        column.addSpacing(4)
        for name in ("gain_db", "pan", "transpose"):
            column.addWidget(self._bars[name])
        seed = QHBoxLayout()
        seed.setSpacing(4)
        seed.addWidget(self._bars["seed"], 1)
        seed.addWidget(dice)
        column.addLayout(seed)
        column.addWidget(self._bars["num_steps"])
        column.addWidget(self._bars["temperature"])
        column.addSpacing(4)
        column.addWidget(self._choir)
        column.addStretch(1)

    def offer_singers(self, offered: tuple[tuple[str, str], ...]) -> None:
        """Who can be chosen, as `singers` gives them."""
        self._singers = offered
        self._voice.offer(offered)

    def offer_chains(self, chains: Sequence[tuple[str, str]]) -> None:
        """Which chains there are: (id, name)."""
        self._chain.offer((("", text.CHAIN_NONE), *chains))

    def singer_name(self, voice: str) -> str:
        """What a project's voice is called here."""
        known = dict(self._singers)
        return known.get(voice) or text.VOICE_MISSING.format(name=voice)

    def show_track(self, track: Track) -> None:
        """Show what the song has; nothing is emitted."""
        self._voice.show_value(track.voice, self.singer_name(track.voice))
        self._language.show_value(track.language)
        self._chain.show_value(track.chain, text.VOICE_MISSING.format(name=track.chain))
        for name, bar in self._bars.items():
            bar.show_value(getattr(track, name))
        self._choir.show_choir(track.choir)

    def _roll(self) -> None:
        """The next one: what was there comes back by one step down."""
        seed = self._bars["seed"].value or 0
        self.set_wished.emit("seed", (seed + 1) % _SEEDS)
