"""A recording that is to be sung again: by whom, how, and to which file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from gui.texts import resing as text


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who can sing after a recording.  `voice` as requests name it; `blends`: the others of its package."""

    voice: str
    name: str
    blends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResingWish:
    """As the dialog was left; units as in `engine.api.resing.ResingRequest`.  None: as the voice says."""

    recording: Path
    out: Path
    speaker: Speaker
    transpose: int = 0
    follow: bool = True
    breathiness: float = 0.0
    tension: float = 0.0
    gender: float = 0.0
    blend: tuple[tuple[str, float], ...] = ()
    seed: int = 0
    num_steps: int | None = None
    temperature: float | None = None
    subtype: str = "PCM_24"

    def args(self) -> dict[str, Any]:
        """For the engine's op `resing`."""
        return {
            "recording": str(self.recording),
            "out": str(self.out),
            "voice": self.speaker.voice,
            "transpose": self.transpose,
            "follow": self.follow,
            "breathiness": self.breathiness,
            "tension": self.tension,
            "gender": self.gender,
            "blend": [list(pair) for pair in self.blend],
            "seed": self.seed,
            "num_steps": self.num_steps,
            "temperature": self.temperature,
            "subtype": self.subtype,
        }


def speakers(models: Sequence[Mapping[str, Any]]) -> tuple[Speaker, ...]:
    """Of the engine's list of models, everybody who can listen; the default voice's first."""
    found = []
    for model in models:
        if model.get("role") != "voice" or not model.get("listens"):
            continue
        package, name = str(model["id"]), str(model.get("name") or model["id"])
        known = [str(speaker) for speaker in model.get("speakers") or ()]
        if len(known) < 2:
            found.append(Speaker(package, name))
        for speaker in known if len(known) > 1 else ():
            told = text.SPEAKER.format(voice=name, speaker=speaker)
            found.append(Speaker(f"{package}/{speaker}", told, tuple(other for other in known if other != speaker)))
    return tuple(found)


def out_file(folder: Path, recording: Path, speaker: Speaker, promised: Collection[Path] = ()) -> Path:
    """A name that nothing has in `folder`, and that no other job was promised: a DAW may play the older take."""
    voice = speaker.voice.rpartition("/")[2]
    stem = text.FILE_NAME.format(name=recording.stem, voice=voice)
    names = (stem if number == 1 else f"{stem} {number}" for number in count(1))
    places = (folder / f"{name}.wav" for name in names)
    return next(place for place in places if place not in promised and not place.exists())
