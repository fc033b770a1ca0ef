"""New sessions of Ardour with tempo map, tracks and regions, made without Ardour's window."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import InputError
from plugin_host.headless.regions import Inserter
from plugin_host.headless.tools import check_tools, run_session_script

TempoPoint = tuple[float, float] | tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class NewRegion:
    """`path` (MIDI or WAV at the session's rate) on a track, from `quarter` (MIDI) or `start_samples` (audio) on."""

    path: Path
    quarter: float = 0.0
    start_samples: int = 0


@dataclass(frozen=True, slots=True)
class NewTrack:
    """`channels` 0: a MIDI track."""

    name: str
    channels: int = 0
    regions: tuple[NewRegion, ...] = ()
    muted: bool = False


@dataclass(frozen=True, slots=True)
class NewSession:
    """`tempi`: (quarter, bpm), or (quarter, bpm, bpm at the next point) for a ramp; `meters` as in `TempoMap`."""

    name: str
    sample_rate: int = 48000
    tempi: tuple[TempoPoint, ...] = ((0.0, 120.0),)
    meters: tuple[tuple[float, int, int], ...] = ((0.0, 4, 4),)
    tracks: tuple[NewTrack, ...] = field(default=())


def make_session(session: NewSession, folder: Path, home: Path) -> Path:
    """Make `folder`/<name> and give its path; OSC is switched on in it.

    `home` as in `HeadlessArdour`.  Raises `InputError` when programs are missing or `folder` has it already;
    `MelismaError` when Ardour fails.
    """
    check_tools()
    place = folder / session.name
    if place.exists():
        raise InputError(f"{place} exists already.", "Choose another folder.")
    home.mkdir(parents=True, exist_ok=True)
    # Meters first: a later one moves the tempi behind it, which Ardour keeps by bar and beat.  Tempi from the last one
    # back: a ramp is only one when what it leads to is there.
    words = [f"meter={quarter}:{n}:{d}" for quarter, n, d in session.meters]
    words += [":".join(["tempo=" + str(point[0]), *map(str, point[1:])]) for point in reversed(session.tempi)]
    for track in session.tracks:
        words.append(f"audio={track.name}:{track.channels}" if track.channels else f"midi={track.name}")
        if track.muted:
            words.append(f"mute={track.name}")
    run_session_script(home, "create.lua", [str(place), session.name, str(session.sample_rate), *words])
    with Inserter(place / f"{session.name}.ardour") as inserter:
        inserter.switch_osc_on()
        for track in session.tracks:
            for region in track.regions:
                if track.channels:
                    inserter.add_audio(track.name, region.path, region.start_samples)
                else:
                    inserter.add_midi(track.name, region.path, region.quarter)
    return place
