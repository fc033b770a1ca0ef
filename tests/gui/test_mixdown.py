"""Mixdown and tape: what is played, block by block, without clicks."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.widgets import mixdown as mixdown_module
from gui.widgets.mixdown import RATE, Floats, Mixdown, Piece, playable
from gui.widgets.tape import Tape


def _level(value: float, seconds: float = 1.0, channels: int = 2) -> Floats:
    return np.full((channels, round(seconds * RATE)), value, np.float32)


def _sine(seconds: float, hz: float = 200.0) -> Floats:
    times = np.arange(round(seconds * RATE)) / RATE
    return np.repeat(0.5 * np.sin(2 * np.pi * hz * times)[np.newaxis], 2, axis=0).astype(np.float32)


_SINE_STEP = 0.5 * 2 * np.pi * 200 / RATE
"""What the sine moves by between two samples at most."""


def _steepest(sound: Floats) -> float:
    return float(np.abs(np.diff(sound, axis=1)).max())


# Mixdown


@given(st.lists(st.integers(1, 900), min_size=1, max_size=20))
def test_blocks_joined_are_the_whole(counts: list[int]) -> None:
    noise = np.random.default_rng(1).standard_normal((2, 3_000)).astype(np.float32)
    mixdown = Mixdown([Piece(0.01, noise[:, :2_000]), Piece(0.03, noise[:1], gain_db=-6, pan=0.4)])
    whole = mixdown.peek(0, sum(counts))
    at, blocks = 0, []
    for count in counts:
        blocks.append(mixdown.read(at, count))
        at += count
    assert np.array_equal(np.concatenate(blocks, axis=1), whole)


def test_gain_pan_and_mute_are_as_in_a_bounce() -> None:
    inside = slice(2_000, 3_000)
    stereo = Mixdown([Piece(0, _level(0.5))]).read(0, RATE)[:, inside]
    assert np.allclose(stereo, 0.5)
    mono = Mixdown([Piece(0, _level(0.5, channels=1))]).read(0, RATE)[:, inside]
    assert np.allclose(mono, 0.5 * np.sqrt(0.5))
    left = Mixdown([Piece(0, _level(0.5, channels=1), gain_db=-6.0206, pan=-1)]).read(0, RATE)[:, inside]
    assert np.allclose(left, [[0.25], [0]], atol=1e-6)
    muted = Mixdown([Piece(0, _level(0.5), mute=True), Piece(0.5, _level(0.1))])
    assert not muted.read(0, RATE // 2).any()
    assert muted.duration_s == 1.5


def test_pieces_are_swapped_without_a_click() -> None:
    mixdown = Mixdown([Piece(0, _sine(2))])
    sound = [mixdown.read(0, 5_000)]
    mixdown.replace([Piece(0, -_sine(2))])  # the worst: everything upside down
    sound += [mixdown.read(start, 100) for start in range(5_000, 7_000, 100)]
    joined = np.concatenate(sound, axis=1)[:, 500:]
    assert _steepest(joined) < _SINE_STEP + 2 * 0.5 / 480 * 1.1
    assert np.allclose(mixdown.read(7_000, 100), -_sine(2)[:, 7_000:7_100])


def test_a_swap_during_a_swap_is_smooth_too() -> None:
    mixdown = Mixdown([Piece(0, _sine(2))])
    mixdown.read(0, 1_000)
    sound = []
    for start in range(1_000, 4_000, 64):
        mixdown.replace([Piece(0, _sine(2), gain_db=-40.0 * (start % 3))])
        sound.append(mixdown.read(start, 64))
    assert _steepest(np.concatenate(sound, axis=1)) < _SINE_STEP + 0.5 / 480 * 1.1


def test_pieces_may_be_replaced_from_other_threads_while_it_is_read() -> None:
    mixdown = Mixdown()
    over = threading.Event()

    def replace(level: float) -> None:
        while not over.is_set():
            mixdown.replace([Piece(0, _level(level, 0.1)), Piece(0, _level(level, 0.1))])

    threads = [threading.Thread(target=replace, args=(level,)) for level in (0.1, 0.2)]
    for thread in threads:
        thread.start()
    try:
        levels = [mixdown.read(1_000, 480)[0] for _ in range(300)]
    finally:
        over.set()
        for thread in threads:
            thread.join()
    # Never one piece of the one and one of the other: 0.3 is never where a swap begins or ends.
    ends = {round(float(level), 4) for block in levels[1:] for level in (block[-1],)}
    assert ends <= {0.0, 0.2, 0.4}


@pytest.mark.parametrize("samples", [np.zeros(5, np.float32), np.zeros((3, 5), np.float32), np.zeros((2, 5))])
def test_other_shapes_are_a_bug_of_the_caller(samples: Floats) -> None:
    with pytest.raises(ValueError):
        Mixdown([Piece(0, samples)])


def test_another_rate_is_converted() -> None:
    assert playable(np.zeros((3, 22_050), np.float32), 22_050).shape == (2, RATE)


# Tape


def test_a_jump_is_smooth_and_told_when_it_is_heard() -> None:
    mixdown = Mixdown([Piece(0, _sine(4))])
    tape = Tape(mixdown, 0)
    first = tape.pull(4_800)
    tape.locate(100_003)
    second = tape.pull(4_800)
    assert _steepest(np.concatenate((first, second), axis=1)) < _SINE_STEP + 2 * 0.5 / 240 * 1.1
    assert tape.heard(4_000).sample == 4_000
    assert not tape.heard(4_500).arrived
    heard = tape.heard(9_000)
    assert heard.arrived
    # The chunk that was ready went out first.
    assert 100_003 + 9_000 - 4_800 - 512 <= heard.sample <= 100_003 + 9_000 - 4_800


def test_a_loop_goes_round_exactly() -> None:
    mixdown = Mixdown([Piece(0, _sine(4))])
    tape = Tape(mixdown, 47_000)
    tape.set_loop(24_000, 48_000)
    sound = tape.pull(3 * 24_000)
    assert _steepest(sound[:, 300:]) < _SINE_STEP + 2 * 0.5 / 240 * 1.1
    assert tape.heard(999).sample == 47_999
    assert tape.heard(1_000).sample == 24_000
    assert tape.heard(1_000 + 24_000 + 7).sample == 24_007
    assert tape.ended_at is None


def test_the_end_and_a_stop_are_silent() -> None:
    tape = Tape(Mixdown([Piece(0, _sine(0.1))]), 0)
    tape.pull(2_000)
    tape.pull(8_000)
    assert tape.ended_at == 4_800
    assert not tape.pull(1_000).any()
    other = Tape(Mixdown([Piece(0, _sine(2))]), 0)
    before = other.pull(1_000)
    other.stop()
    after = other.pull(2_000)
    assert _steepest(np.concatenate((before, after), axis=1)) < _SINE_STEP + 0.5 / 240 * 1.1
    assert not after[:, 1_024:].any()


def test_pieces_that_stay_are_laid_once(monkeypatch: pytest.MonkeyPatch) -> None:
    laid: list[float] = []
    lay = mixdown_module._lay

    def counted(piece: Piece) -> object:
        laid.append(piece.start_s)
        return lay(piece)

    monkeypatch.setattr(mixdown_module, "_lay", counted)
    first, second = Piece(0.0, _level(0.2)), Piece(2.0, _level(0.3))
    mixdown = Mixdown([first])
    mixdown.replace([first, second])
    assert laid == [0.0, 2.0]
    mixdown.replace([second])
    mixdown.settle()
    assert mixdown.peek(0, 10).max() == 0.0
    assert mixdown.peek(2 * RATE + 4800, 10).max() == pytest.approx(0.3)
    assert laid == [0.0, 2.0]
