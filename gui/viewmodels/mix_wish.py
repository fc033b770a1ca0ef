"""A mix that is wished for: which voices through which effects, with which backing, to which file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal

from engine.errors import InputError
from gui.texts import mixing as text

OWN_CHAINS = "*"
"""In a chain's place, which no chain is called: each track of the song goes through its own."""
FADER_DB = (-60.0, 24.0)
CEILING_DB = (-20.0, 0.0)
_LONGEST_BYTES = 160
"""Of a name that gets a number, its place and an ending; file systems take 255."""
_VOCALS = re.compile(r"(?<!no)(?<!no[ _-])vocal", re.IGNORECASE)
_SUNG = re.compile(r"melisma (voice=|bounce .* backings=0$)")
"""So the description is of what was sung, and of voices that went through effects and met no backing."""


@dataclass(frozen=True, slots=True)
class Promised:
    """`files`: what jobs have written, or may; `awaited`: those of them that are still being made."""

    files: Collection[Path] = ()
    awaited: Collection[Path] = ()


@dataclass(frozen=True, slots=True)
class MixVoice:
    """`path` None: the song in hand.  `chain`: an id, "" for none, or `OWN_CHAINS` for the song."""

    path: Path | None = None
    chain: str = ""
    gain_db: float = 0.0

    def __post_init__(self) -> None:
        _check("gain_db", self.gain_db, FADER_DB)
        if self.path is not None and self.chain == OWN_CHAINS:
            raise ValueError("a file has no tracks")


@dataclass(frozen=True, slots=True)
class MixBacking:
    """A file and its fader."""

    path: Path
    gain_db: float = 0.0

    def __post_init__(self) -> None:
        _check("gain_db", self.gain_db, FADER_DB)


@dataclass(frozen=True, slots=True)
class MixWish:
    """As the dialog was left, and as the op `bounce` gets it; `project`: the song in hand as text, where it sings.

    What None means, and units: as in `plugin_host.rendergraph.BounceRequest`.
    """

    voices: tuple[MixVoice, ...]
    out: Path
    backings: tuple[MixBacking, ...] = ()
    project: str = ""
    at_s: float | None = None
    subtype: Literal["FLOAT", "PCM_24", "PCM_16"] = "PCM_24"
    sample_rate: int | None = None
    safety: Literal["gain", "limit", "off"] = "gain"
    ceiling_db: float = -1.0
    device: str = "auto"

    def __post_init__(self) -> None:
        _check("ceiling_db", self.ceiling_db, CEILING_DB)
        if not self.voices:
            raise ValueError("nobody sings")
        songs = sum(voice.path is None for voice in self.voices)
        if songs > 1 or bool(songs) != bool(self.project):
            raise ValueError("there is one song in hand, or none")

    @property
    def sources(self) -> tuple[Path, ...]:
        """Every file that is heard."""
        return tuple(_paths(self))

    def args(self) -> Mapping[str, Any]:
        """For the op `bounce`; on which device, says whoever sends it."""
        told = asdict(self, dict_factory=lambda pairs: {name: _plain(value) for name, value in pairs})
        del told["device"]
        return told


def check_files(wish: MixWish) -> None:
    """What can be known before the job: raises `InputError`."""
    for path in wish.sources:
        if not path.is_file():
            raise InputError(text.GONE.format(name=path.name), "")
        if path.resolve() == wish.out.resolve():
            raise InputError(text.IS_READ.format(name=wish.out.name), "")


def is_voice(path: Path) -> bool:
    """Whether a sound is sung: its name says so, or the stamp that we write.  Looks into the file."""
    if _VOCALS.search(path.stem):
        return True
    from engine.audio import read_bext

    try:
        stamp = read_bext(path)
    except InputError:
        return False
    return stamp is not None and _SUNG.match(stamp.description) is not None


def out_file(folder: Path, name: str, suffix: str, promised: Collection[Path] = ()) -> Path:
    """A name that nothing has in `folder`, and that no other job was promised: a DAW may play the older mix.

    `name`: of the first voice; the place that a render's name tells is left out."""
    stem = text.FILE_NAME.format(name=_shortened(name.partition(" @ ")[0]))
    names = (stem if number == 1 else f"{stem} {number}" for number in count(1))
    places = (folder / f"{name}{suffix}" for name in names)
    return next(place for place in places if place not in promised and not place.exists())


def _shortened(name: str) -> str:
    return name.encode()[:_LONGEST_BYTES].decode(errors="ignore").rstrip()


def told_end(answer: Mapping[str, Any]) -> str:
    """Where the mix is and how loud."""
    return text.DONE.format(name=Path(str(answer["out"])).name, levels=told_levels(answer))


def told_levels(answer: Mapping[str, Any]) -> str:
    """How loud the mix is."""
    loudness, peak = answer.get("loudness_lufs"), answer.get("true_peak_db")
    return text.LEVELS.format(
        loudness=text.NO_LOUDNESS if loudness is None else text.LOUDNESS.format(value=_signed(loudness)),
        peak=text.NO_PEAK if peak is None else text.PEAK.format(value=_signed(peak)),
    )


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")


def _paths(wish: MixWish) -> Iterator[Path]:
    yield from (voice.path for voice in wish.voices if voice.path is not None)
    yield from (backing.path for backing in wish.backings)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


def _check(name: str, value: float, span: tuple[float, float]) -> None:
    if not span[0] <= value <= span[1]:
        raise ValueError(f"{name} {value:g} is not {span[0]:g} to {span[1]:g}")
