"""The session that the tests of Ardour share: a melody over a tempo change, and a mix of two channels."""

from __future__ import annotations

from pathlib import Path

import mido
import numpy as np

from engine.audio import Audio, write_audio
from engine.score import TempoMap
from plugin_host.headless import NewRegion, NewSession, NewTrack, make_session
from plugin_host.headless.glides import Glide
from plugin_host.headless.onsets import is_measurable
from plugin_host.headless.session import TempoPoint

RATE = 48000
TEMPI = ((0.0, 90.0), (8.0, 120.0), (14.0, 100.0))
METERS = ((0.0, 4, 4), (8.0, 3, 4))
TEMPO_MAP = TempoMap(TEMPI, METERS)
MELODY_QUARTER = 4.0
WORDS = "so low say me show now shy we soul you sing law four sea"
"""All begin so that their vowels, or the glides of the voice into them, can be measured."""
KEYS = (64, 66, 67, 69, 71, 69, 67, 66, 64, 62, 64, 67, 66, 64)
MIX_START = 20 * RATE + 1  # after the melody, and on no round number
MIX_SAMPLES = 4 * RATE


def make(
    folder: Path, home: Path, tempi: tuple[TempoPoint, ...] = TEMPI, melody_quarter: float = MELODY_QUARTER
) -> Path:
    """Make the session `Song` in `folder` and give its path."""
    melody, mix = folder / "melody.mid", folder / "mix.wav"
    write_melody(melody)
    write_audio(Audio(_mix(), RATE), mix, subtype="PCM_24")
    tracks = (
        NewTrack("Melody", regions=(NewRegion(melody, quarter=melody_quarter),)),
        NewTrack("Mix", channels=2, regions=(NewRegion(mix, start_samples=MIX_START),)),
    )
    return make_session(NewSession("Song", RATE, tempi, METERS, tracks), folder, home)


def write_melody(path: Path) -> None:
    """One note a quarter; the tempo in the file is not the session's and must not count."""
    file = mido.MidiFile(type=0, ticks_per_beat=480)
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(60))])
    for key in KEYS:
        track += [
            mido.Message("note_on", note=key, velocity=90),
            mido.Message("note_off", note=key, time=480),
        ]
    file.tracks.append(track)
    file.save(str(path))


def vowel_onsets_s() -> list[float]:
    """Where the session has the notes whose vowels can be measured."""
    return [_onset_s(index) for index, word in enumerate(WORDS.split()) if is_measurable(word)]


def glides() -> list[Glide]:
    """The other notes, with the pitches before them."""
    others = [index for index, word in enumerate(WORDS.split()) if not is_measurable(word)]
    return [Glide(_onset_s(index), KEYS[index - 1], KEYS[index]) for index in others]


def _onset_s(index: int) -> float:
    return TEMPO_MAP.seconds(MELODY_QUARTER + index)


def _mix() -> np.ndarray:
    """A voice-like tone in the middle over noise that differs left and right."""
    rng = np.random.default_rng(5)
    seconds = np.arange(MIX_SAMPLES) / RATE
    vibrato = 220 * seconds + 0.4 * np.sin(2 * np.pi * 5 * seconds)
    voice = sum(np.sin(2 * np.pi * harmonic * vibrato) / harmonic for harmonic in range(1, 8))
    return (0.1 * voice + 0.03 * rng.standard_normal((2, MIX_SAMPLES))).astype(np.float32)
