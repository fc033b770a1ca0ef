"""Preview by pedalboard and bounce by DawDreamer: the same settings are the same sound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.audio import Audio
from plugin_host.rendergraph import EFFECTS, list_chains, preview
from tests.unit.rendergraph.sounds import RATE, by_dawdreamer, chain_of, rms_db, voice

# The level of the difference against the sound, in dB, as docs/guide-bounce.md states it.
TOLERANCE_DB = -80.0

HARD: dict[str, dict[str, Any]] = {
    "highpass": {"frequency_hz": 300, "slope_db": 24},
    "lowpass": {"frequency_hz": 3000, "slope_db": 18},
    "low_shelf": {"gain_db": -9, "frequency_hz": 500},
    "high_shelf": {"gain_db": 9},
    "peak": {"gain_db": 12, "q": 3},
    "compressor": {"threshold_db": -40, "ratio": 8, "attack_ms": 1, "makeup_db": 6},
    "gate": {"threshold_db": -12},
    "deesser": {"threshold_db": -60, "ratio": 10, "frequency_hz": 4000},
    "limiter": {"ceiling_db": -18},
    "delay": {"level_db": 0, "feedback": 0.7, "quarters": 0.25},
    "reverb": {"level_db": 6, "size": 0.9, "width": 0.4, "predelay_ms": 0},
    "chorus": {"mix": 1.0, "depth": 0.8},
    "saturation": {"drive_db": 24, "mix": 0.7},
    "doubling": {"level_db": 6, "detune_cents": 25},
    "gain": {"gain_db": -7.5},
    "stereo": {"pan": -0.4, "width": 1.7},
}


def test_every_effect_is_tried() -> None:
    assert set(HARD) == set(EFFECTS)


@pytest.mark.parametrize("sample_rate", [44100, 48000])
@pytest.mark.parametrize("name", EFFECTS)
def test_effects_agree(name: str, sample_rate: int, tmp_path: Path) -> None:
    chain = chain_of({"type": name, **HARD[name]})
    sound = voice(2.0, sample_rate)
    heard = preview(chain, Audio(sound, sample_rate), bpm=97.0).samples
    bounced = by_dawdreamer(chain, sound, tmp_path, sample_rate, bpm=97.0)
    assert bounced.shape == heard.shape == sound.shape
    assert rms_db(bounced - heard) - rms_db(heard) < TOLERANCE_DB
    assert rms_db(heard - sound) - rms_db(sound) > -40  # the effect does something


@pytest.mark.parametrize("chain", list_chains()[0], ids=lambda chain: chain.id)
def test_chains_agree(chain: Any, tmp_path: Path) -> None:
    sound = voice(2.0)
    heard = preview(chain, Audio(sound, RATE)).samples
    assert rms_db(by_dawdreamer(chain, sound, tmp_path) - heard) - rms_db(heard) < TOLERANCE_DB


def test_what_is_bypassed_is_not_there(tmp_path: Path) -> None:
    chain = chain_of(*({"type": name, "bypass": True, **HARD[name]} for name in EFFECTS))
    sound = voice(1.0)
    assert (preview(chain, Audio(sound, RATE)).samples == sound).all()
    assert (by_dawdreamer(chain, sound, tmp_path) == sound).all()
