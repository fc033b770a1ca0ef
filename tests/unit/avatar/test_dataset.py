"""What is known of a vocal stands in its picture's row, and windows keep sound and motion together."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from engine.avatar.gestures import chance_of
from engine.avatar.latents import decode_motion
from engine.avatar.line import RATE_HZ, SpokenPhone, SungLine, loudness_curve
from engine.avatar.params import index_of
from engine.avatar.streams import NAMES, NUM_COLUMNS, PHONE_ORDER, streams_of
from engine.train.avatar.dataset import Corpus, Windows, prepare
from engine.train.avatar.lines import Line, load_lines, save_line

RATE = 16_000


def hummed(beats: tuple[float, ...] = (0.0, 1.0, 2.0, 3.0)) -> Line:
    """Half a second each: silence, AA at 220 Hz, M, AA an octave higher, silence."""
    labels = ("SP", "AA", "M", "AA", "SP")
    times = np.arange(int(2.5 * RATE)) / RATE
    hz = np.where(times < 1.5, 220.0, 440.0)
    loud = np.select([times < 0.5, times < 1.0, times < 1.5, times < 2.0], [0, 0.3, 0.1, 0.3], 0)
    samples = (loud * np.sin(2 * np.pi * np.cumsum(hz) / RATE)).astype(np.float32)
    f0 = np.repeat([0.0, 220, 220, 440, 0], round(0.5 * RATE_HZ)).astype(np.float32)
    phones = tuple(SpokenPhone(label, 0.5 * i, 0.5 * i + 0.5) for i, label in enumerate(labels))
    return Line("hummed", samples, SungLine(phones, f0, loudness_curve(samples, RATE), beats))


def test_streams_say_what_is_known():
    rows = streams_of(hummed().sung, 25.0, 62)
    assert rows.shape == (62, NUM_COLUMNS)
    assert [PHONE_ORDER[row[: len(PHONE_ORDER)].argmax()] for row in rows[[5, 18, 31, 43, 60]]] == [
        "SP",
        "AA",
        "M",
        "AA",
        "SP",
    ]
    assert np.allclose(rows[:, : len(PHONE_ORDER)].sum(axis=1), 1, atol=1e-5)
    assert (rows[18, -5], rows[43, -5], rows[5, -4], rows[18, -4]) == (0, 1, 0, 1)
    assert rows[25, -2:] == pytest.approx([1, 0], abs=1e-3)
    assert rows[12, -2] == pytest.approx(np.cos(2 * np.pi * 0.48), abs=1e-3)


def test_streams_are_those_of_the_network():
    config = pytest.importorskip("engine.train.avatar.networks.config")
    assert tuple(stream.name for stream in config.STREAMS) == NAMES
    assert config.STREAM_COLUMNS == NUM_COLUMNS


def corpus(ways: int = 3) -> Corpus:
    return prepare([hummed(), hummed()], np.full((2, 3, 64, 64), 127, np.uint8), ways, 2, [np.ones(RATE, np.float32)])


def test_every_way_is_as_long_as_it_lasts_and_stays_in_time():
    prepared = corpus()
    assert len(prepared.ends) == 6
    assert prepared.ends[0] == 62
    lengths = np.diff([0, *prepared.ends])
    assert set(lengths) - {62}
    assert prepared.tracks.shape == (2, prepared.ends[-1], 14)
    # Whatever the speed, lips are open where AA is known and shut on M.
    phones = prepared.streams[:, : len(PHONE_ORDER)]
    open_by = prepared.tracks[0, :, index_of("open")]
    assert open_by[phones[:, PHONE_ORDER.index("AA")] > 0.99].mean() > 0.6
    assert np.median(open_by[phones[:, PHONE_ORDER.index("M")] > 0.99]) < 0.05


def test_windows_hold_together():
    prepared = corpus(1)
    batch = Windows(prepared, 16, 2, seed=0).draw(32)
    assert batch.z.shape == (32, 6, 16, 16, 16)
    assert batch.bands.shape == (32, 20, 4, 40)
    values = decode_motion(batch.z.transpose(0, 2, 1, 3, 4).reshape(-1, 6, 16, 16)).reshape(32, 16, 14)
    aa = batch.streams[:, 2:-2, PHONE_ORDER.index("AA")] > 0.99
    assert values[..., index_of("open")][aa].mean() > 0.6
    loud = batch.bands[:, 2:-2].max(axis=(2, 3))
    assert loud[aa].min() > 0.5
    assert np.abs(batch.references).max() < 0.01
    np.testing.assert_allclose(np.maximum(batch.opened, 0), values[..., index_of("open")], atol=2e-3)
    closed = batch.streams[:, 2:-2, PHONE_ORDER.index("M")] > 0.99
    assert np.median(batch.opened[closed]) < -0.2  # lips that meet are pressed, others are not
    assert batch.opened[aa].min() >= 0


def test_chances_are_those_of_the_take():
    """A take's smile follows its own chance, whichever window is drawn."""
    lines = [held(seconds=12.0) for _ in range(2)]
    prepared = prepare(lines, np.full((1, 3, 64, 64), 127, np.uint8), 1, 2, [])
    assert prepared.chances.shape == (2, prepared.ends[-1], 9)
    for line, first in enumerate((0, int(prepared.ends[0]))):
        for take in range(2):
            expected = chance_of(1000 * line + take, int(prepared.ends[line]) - first, 25.0)
            rows = prepared.chances[take, first : int(prepared.ends[line])]
            np.testing.assert_allclose(rows, expected, atol=2e-3)
    batch = Windows(prepared, 16, 2, seed=0).draw(64)
    values = decode_motion(batch.z.transpose(0, 2, 1, 3, 4).reshape(-1, 6, 16, 16)).reshape(64, 16, 14)
    smile = values[..., index_of("smile")] - values[..., index_of("smile")].mean()
    told = batch.chances[..., 0]
    assert np.corrcoef(smile.ravel(), told.ravel())[0, 1] > 0.5


def held(seconds: float) -> Line:
    """One long AA."""
    times = np.arange(int(seconds * RATE)) / RATE
    samples = (0.3 * np.sin(2 * np.pi * 220 * times)).astype(np.float32)
    count = round(seconds * RATE_HZ)
    sung = SungLine((SpokenPhone("AA", 0, seconds),), np.full(count, 220, np.float32), np.ones(count, np.float32))
    return Line("held", samples, sung)


def test_the_ear_hears_the_same_and_sees_the_lips():
    prepared = corpus(1)
    batch = Windows(prepared, 16, 2, seed=0).draw_heard(32)
    assert (batch.bands.shape, batch.streams.shape) == ((32, 20, 4, 40), (32, 20, NUM_COLUMNS))
    assert batch.lips.shape == (32, 16, 5)
    phones = batch.streams[:, 2:-2, : len(PHONE_ORDER)]
    assert batch.lips[..., 0][phones[..., PHONE_ORDER.index("AA")] > 0.99].mean() > 0.6
    assert np.median(batch.lips[..., 0][phones[..., PHONE_ORDER.index("M")] > 0.99]) < -0.2


def test_every_window_has_a_microphone_of_its_own():
    prepared = corpus(1)
    windows = Windows(prepared, 16, 2, seed=0)
    windows._places = np.array([(20, 0, 62)])
    bands = windows.draw(8).bands
    plain = prepared.heard[18:38].astype(np.float32)
    assert bands.min() >= 0
    assert bands.max() <= 1.2
    away = bands - plain
    assert 0.01 < np.abs(away).mean() < 0.3
    assert all(np.corrcoef(one.ravel(), plain.ravel())[0, 1] > 0.9 for one in bands)
    assert np.std([one.mean() for one in bands]) > 0.005  # louder in one, softer in another


def test_the_same_seed_draws_the_same():
    one, two, other = (Windows(corpus(1), 16, 2, seed).draw(4) for seed in (1, 1, 2))
    assert np.array_equal(one.z, two.z)
    assert not np.array_equal(one.bands, other.bands)


def test_before_a_line_there_is_silence():
    prepared = corpus(1)
    rows = Windows(prepared, 16, 2, seed=0)
    rows._places = np.array([(62, 62, 124)])
    batch = rows.draw(1)
    assert not batch.bands[0, :2].any()
    assert not batch.streams[0, :2].any()
    assert batch.streams[0, 2].any()


def test_lines_and_corpora_are_kept_whole(tmp_path):
    line, prepared = hummed(), corpus(1)
    save_line(tmp_path / "sung-train-0.npz", line.samples, line.sung)
    (back,) = load_lines(tmp_path, "train")
    assert back.sung.phones == line.sung.phones
    assert back.sung.beats_s == line.sung.beats_s
    assert np.allclose(back.samples, line.samples, atol=1e-4)
    prepared.save(tmp_path / "c.npz")
    loaded = Corpus.load(tmp_path / "c.npz")
    for name in Corpus.__slots__:
        assert np.array_equal(getattr(loaded, name), getattr(prepared, name)), name
