"""What the contract of DAW adapters needs to know of a DAW, and the DAW in memory as the first of them.

A rig holds a session at 44.1 kHz with the tempo map `TEMPO`; in it the MIDI clip `LEAD` on the track `VOCAL`, from
quarter `LEAD_START` on with the notes `LEAD_NOTES`, and, where audio can be read, the audio clip `MIX` on `BAND`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile

from engine.score import TempoMap
from plugin_host.adapters.fake import FakeAdapter, FakeDaw
from plugin_host.ports import Action, DawAdapter, DawNote, Session

RATE = 44_100
TEMPO = TempoMap(((0.0, 90.0), (8.0, 120.0), (9.5, 71.0)), ((0.0, 4, 4),))
LEAD, VOCAL, MIX, BAND = "Lead", "Vocal", "Mix", "Band"
LEAD_START = 7.0
LEAD_NOTES = (
    DawNote(0.0, 1.0, 60, 100, "one "),
    DawNote(1.0, 0.5, 62, 80, "two "),
    DawNote(2.25, 1.75, 64, 60, "three "),
)
MIX_START, MIX_OFFSET, MIX_LENGTH = 33_333, 1_000, 20_000


class Rig(Protocol):
    """One DAW, or what stands for it, with its user's hands.  What a DAW has no counterpart for raises
    `NotImplementedError`, and its test is skipped."""

    adapter: DawAdapter

    def select(self, name: str) -> None:
        """Select the clip `name` alone."""
        ...

    def ask(self, action: Action) -> None:
        """Ask from inside the DAW for work on what is selected."""
        ...

    def undo(self) -> None:
        """One step back."""
        ...

    def heard(self) -> list[tuple[str, int]]:
        """Track and start in samples of every audio clip that lies in the session, as the DAW itself says."""
        ...

    def die(self) -> None:
        """Close or crash the DAW."""
        ...

    def close(self) -> None:
        """Tidy up, the DAW's process included."""
        ...


class FakeRig:
    """A `FakeDaw`."""

    def __init__(self, folder: Path) -> None:
        self.daw = FakeDaw(Session("key", "Song", RATE, folder), TEMPO)
        self.adapter: DawAdapter = FakeAdapter(self.daw)
        self.daw.add_clip(LEAD, VOCAL, LEAD_START, LEAD_NOTES)
        path = folder / "mix.wav"
        soundfile.write(path, np.zeros((RATE, 2), np.float32), RATE)
        self.daw.add_sound(MIX, BAND, path, MIX_START, MIX_OFFSET, MIX_LENGTH)

    def select(self, name: str) -> None:
        self.daw.select(name)

    def ask(self, action: Action) -> None:
        self.daw.ask(action)

    def undo(self) -> None:
        self.daw.undo()

    def heard(self) -> list[tuple[str, int]]:
        own = [(sound.track, sound.start_samples) for sound in self.daw.sounds]
        return own + [(track, placed.start_samples) for track, on in self.daw.sounds_on.items() for placed in on]

    def die(self) -> None:
        self.daw.alive = False

    def close(self) -> None:
        self.adapter.close()
