"""The preview in blocks, and what holds for every effect."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Audio
from engine.errors import Cancelled
from engine.jobs import CancelToken
from plugin_host.rendergraph import EFFECTS, Preview, find_chain, list_chains, preview
from tests.unit.rendergraph.sounds import RATE, chain_of, rms_db, voice


@pytest.mark.parametrize("name", EFFECTS)
def test_blocks_are_the_whole(name: str) -> None:
    chain, sound = chain_of({"type": name}), voice(1.0)
    whole = Preview(chain, RATE).process(sound)
    streamed, at, parts = Preview(chain, RATE), 0, []
    for size in (3, 100, 3, 4097, 8192, 77, RATE):
        parts.append(streamed.process(sound[:, at : at + size]))
        at += size
    assert (np.concatenate(parts, axis=1) == whole).all()


@settings(max_examples=8)
@given(sizes=st.lists(st.integers(3, 6000), min_size=1, max_size=12))
def test_any_blocks_are_the_whole(sizes: list[int]) -> None:
    sound = voice(sum(sizes) / RATE + 0.01)[:, : sum(sizes)]
    whole = Preview(find_chain("choir"), RATE).process(sound)
    streamed, parts = Preview(find_chain("choir"), RATE), []
    for start, size in zip(np.cumsum([0, *sizes]), sizes, strict=False):
        parts.append(streamed.process(sound[:, start : start + size]))
    assert (np.concatenate(parts, axis=1) == whole).all()


@pytest.mark.parametrize("chain", list_chains()[0], ids=lambda chain: chain.id)
def test_silence_stays_silence_and_length_length(chain: object) -> None:
    silence = Audio(np.zeros((1, 12345), np.float32), 44100)
    heard = preview(chain, silence)  # type: ignore[arg-type]
    assert heard.samples.shape == (2, 12345)
    assert np.abs(heard.samples).max() < 1e-9


def test_a_mono_voice_is_on_both_sides() -> None:
    sound = voice(0.5)[:1]
    heard = Preview(chain_of(), RATE).process(sound)
    assert (heard == sound).all()
    assert heard.shape[0] == 2


@given(gains=st.lists(st.floats(-60, 24), min_size=2, max_size=5))
def test_more_gain_is_louder(gains: list[float]) -> None:
    sound = Audio(voice(0.2), RATE)
    levels = [rms_db(preview(chain_of({"type": "gain", "gain_db": gain}), sound).samples) for gain in sorted(gains)]
    assert np.allclose(np.diff(levels), np.diff(sorted(gains)), atol=1e-3)


def test_a_tail_rings_on() -> None:
    sound = Audio(voice(0.5), RATE)
    heard = preview(chain_of({"type": "reverb", "level_db": 0}), sound, tail_s=0.5)
    assert heard.num_samples == RATE
    assert rms_db(heard.samples[:, RATE // 2 :]) > -60


@pytest.mark.parametrize("sample_rate", [8000, 22050, 96000])
def test_chains_run_at_any_rate(sample_rate: int) -> None:
    for chain in list_chains()[0]:
        heard = preview(chain, Audio(voice(0.3, sample_rate), sample_rate))
        assert np.isfinite(heard.samples).all()
        assert np.abs(heard.samples).max() < 8


@pytest.mark.parametrize("shape", [(3, 100), (2, 2), (100,)])
def test_other_shapes_are_a_bug(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="block"):
        Preview(chain_of(), RATE).process(np.zeros(shape, np.float32))


def test_empty_sounds_stay_empty() -> None:
    assert preview(find_chain("choir"), Audio(np.zeros((1, 0), np.float32), RATE)).num_samples == 0


def test_high_pass_is_three_db_down_at_its_frequency() -> None:
    for kind in ("highpass", "lowpass"):
        for slope in (6, 12, 18, 24):
            impulse = np.zeros((1, RATE), np.float32)
            impulse[0, 0] = 1
            chain = chain_of({"type": kind, "frequency_hz": 1000, "slope_db": slope})
            spectrum = np.abs(np.fft.rfft(preview(chain, Audio(impulse, RATE)).samples[0].astype(np.float64)))
            assert 20 * np.log10(spectrum[1000]) == pytest.approx(-3.01, abs=0.05)
            octave = 20 * np.log10(
                spectrum[31 if kind == "highpass" else 8000] / spectrum[62 if kind == "highpass" else 4000]
            )
            assert octave == pytest.approx(-slope, abs=slope * 0.25)


def test_it_ends_as_soon_as_nobody_wants_it() -> None:
    token = CancelToken()
    sound = Audio(voice(1.0), RATE)
    assert (preview(chain_of(), sound, token=token).samples == preview(chain_of(), sound).samples).all()
    token.cancel()
    with pytest.raises(Cancelled):
        preview(chain_of(), sound, token=token)
