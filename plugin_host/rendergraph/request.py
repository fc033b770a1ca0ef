"""What is to be bounced, and what became of it."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.audio import Subtype, check_suffix
from engine.errors import InputError
from engine.score import TempoMap
from plugin_host.rendergraph.curves import Automation, Setting
from plugin_host.rendergraph.effects import EFFECTS
from plugin_host.rendergraph.plugins import PluginUse
from plugin_host.rendergraph.safety import Safety

LOWEST_RATE, HIGHEST_RATE = 8000, 192000
_DAY_S = 86400.0

_GAIN = re.compile(r"(.+):([-+]?\d+(?:\.\d+)?)(?:\s*dB)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stem:
    """A sound file, and its fader in dB."""

    path: Path
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Voice:
    """A sung file, or a clip or project, sung first; its chain (an id of `list_chains`, or a `.toml`) and its fader."""

    path: Path
    chain: str | None = None
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class BounceRequest:
    """`song`, `chain`, `gain_db`: the lead, as in `Voice`; `others`: more voices, such as a double.  None means:
    nothing of the kind, or as the files say.

    `plugins` are on the lead, before its chain, in this order.  `at_s`: where the lead begins, in seconds from where
    the backing does (the earliest of them; else from 0), instead of its time stamp; the other voices move with it.
    `tail_s`: seconds to ring on; None: as long as it is heard.  `tempo`: of songs that are no clips, for curves in
    quarters and for delays; where there is a clip, the first one's counts.
    `stretch_to`: another tempo, by moving time instead of singing again.
    `ceiling_db`: dBTP.  `voice`, `seed`, `device`: of clips and projects, as in `SingRequest`.  `limit_s`: how long a
    plugin may take over anything, instead of the usual patience.
    """

    song: Path
    out: Path
    chain: str | None = None
    others: tuple[Voice, ...] = ()
    backings: tuple[Stem, ...] = ()
    plugins: tuple[PluginUse, ...] = ()
    settings: tuple[Setting, ...] = ()
    automation: tuple[Automation, ...] = ()
    gain_db: float = 0.0
    sample_rate: int | None = None
    subtype: Subtype = "PCM_24"
    at_s: float | None = None
    tail_s: float | None = None
    tempo: TempoMap | None = None
    stretch_to: TempoMap | None = None
    safety: Safety = "gain"
    ceiling_db: float = -1.0
    voice: str | None = None
    seed: int | None = None
    device: str = "auto"
    limit_s: float | None = None

    @property
    def voices(self) -> tuple[Voice, ...]:
        """The lead first."""
        return (Voice(self.song, self.chain, self.gain_db), *self.others)

    @property
    def sources(self) -> tuple[Path, ...]:
        """Every file that is heard."""
        return (*(voice.path for voice in self.voices), *(stem.path for stem in self.backings))


@dataclass(frozen=True, slots=True)
class BounceResult:
    """`offset_s`: where the file begins on the timeline (negative: before it).

    `loudness_lufs` and `true_peak_db` of the file (-inf when silent), `mix_peak_db` before the safety, which turned
    everything by `gain_db` and, with `limit`, took `reduced_db` where it took most.  `remarks`: in sentences.
    """

    out: Path
    chain: str | None
    plugins: tuple[str, ...]
    duration_s: float
    offset_s: float
    sample_rate: int
    loudness_lufs: float
    true_peak_db: float
    mix_peak_db: float
    safety: Safety
    gain_db: float
    reduced_db: float
    remarks: tuple[str, ...]
    elapsed_s: float
    real_time_factor: float

    def facts(self) -> dict[str, Any]:
        """As JSON holds it, which knows no infinity: silence has no loudness."""
        told = asdict(self) | {"out": str(self.out)}
        return {name: None if isinstance(value, float) and math.isinf(value) else value for name, value in told.items()}


def parse_stem(text: str) -> Stem:
    """`bass.wav`, or `bass.wav:-3` with a fader in dB; a file of the whole name comes first.  Raises `InputError`."""
    found = _GAIN.fullmatch(text)
    if found is None or Path(text).exists():
        return Stem(Path(text))
    gain_db, range_ = float(found[2]), EFFECTS["gain"].by_name["gain_db"]
    if not range_.allows(gain_db):
        raise InputError(f"{text} asks for a gain of {gain_db:g} dB.", f"It may be {range_.range_text}.")
    return Stem(Path(found[1]), gain_db)


def check_request(request: BounceRequest) -> None:
    """What can be known before long work is asked before it.  Raises `InputError`."""
    check_suffix(request.out)
    if request.out.is_dir():
        raise InputError(f"{request.out} is a folder, not a file.", "Name a file to write.")
    if not request.out.parent.is_dir():
        raise InputError(f"The folder {request.out.parent} does not exist.", "Make it first, or name another place.")
    if request.sample_rate is not None and not LOWEST_RATE <= request.sample_rate <= HIGHEST_RATE:
        raise InputError(
            f"{request.sample_rate} Hz is no rate to bounce at.", f"It may be {LOWEST_RATE} to {HIGHEST_RATE}."
        )
    if request.at_s is not None and not abs(request.at_s) <= _DAY_S:
        raise InputError(f"{request.at_s:g} s is no place for a voice.", "Name one within a day.")
    for path in request.sources:
        if path.resolve() == request.out.resolve():
            raise InputError(f"{request.out} is read, so it cannot be written.", "Name another file.")
    for plugin in request.plugins:
        if plugin.save_state is not None and not plugin.save_state.parent.is_dir():
            raise InputError(f"The folder {plugin.save_state.parent} does not exist.", "Make it first.")
