"""A dull speaker borrows the top of a bright one."""

import numpy as np
import pytest

pyworld = pytest.importorskip("pyworld")

from engine.train.corpus.bandwidth import Knee, widened  # noqa: E402
from engine.train.corpus.units import Half, Inventory, Target, Unit  # noqa: E402
from engine.train.corpus.world import ENVELOPE_DIM, FFT_SIZE  # noqa: E402

HZ = np.arange(FFT_SIZE // 2 + 1) * 48_000 / FFT_SIZE
KNEE = Knee(1000.0, 5700.0, 6600.0)
VOICED = np.array([-5.0, -4.0, -3.0, -9.0, -9.0])
AIRY = np.array([-5.0, -4.0, -3.0, -1.0, -1.0])


def coded(db_at, cut_hz=None):
    db = np.interp(HZ, *zip(*db_at, strict=True))
    if cut_hz is not None:
        db = np.where(cut_hz < HZ, -100.0, db)
    return pyworld.code_spectral_envelope(np.exp(db * np.log(10) / 10)[None], 48_000, ENVELOPE_DIM)[0]


def decoded_db(envelope):
    rows = np.ascontiguousarray(np.atleast_2d(envelope), np.float64)
    return 10 * np.log10(pyworld.decode_spectral_envelope(rows, 48_000, FFT_SIZE) + 1e-20)


def inventory(s, aa, silence, breath):
    targets = {
        "S": Target(s, np.zeros(5), False),
        "AA": Target(aa, breath, True),
        "SP": Target(silence, np.zeros(5), False),
    }
    held = {
        p: Half(np.repeat(t.envelope[None], 8, 0), np.repeat(t.aperiodicity[None], 8, 0), np.full(8, t.voiced))
        for p, t in targets.items()
    }
    return Inventory(targets, {("S", "AA"): Unit(held["S"], held["AA"]), ("SP", "S"): Unit(held["SP"], held["S"])})


@pytest.fixture
def pair():
    hiss, vowel = [(0, -50), (4000, -40), (24000, -30)], [(0, -20), (4000, -50), (24000, -70)]
    bright = inventory(coded(hiss), coded(vowel), coded([(0, -90), (24000, -90)]), AIRY)
    louder = [[(hz, db + 6) for hz, db in shape] for shape in (hiss, vowel)]
    dull = inventory(coded(louder[0], 6000), coded(louder[1], 6000), coded([(0, -90), (24000, -90)]), VOICED)
    return dull, bright, widened(dull, bright, KNEE)


def band(envelope, low, high):
    return decoded_db(envelope)[..., (low <= HZ) & (high >= HZ)].mean(axis=-1)


def test_a_sibilant_gets_the_top_at_its_own_level(pair):
    dull, bright, wide = pair
    for low, high in ((8000, 10_000), (12_000, 16_000)):
        wanted = band(bright.targets["S"].envelope, low, high) + 6
        assert abs(band(wide.targets["S"].envelope, low, high) - wanted)[0] < 2
        assert band(dull.targets["S"].envelope, low, high)[0] < wanted - 30


def test_what_was_recorded_stays(pair):
    dull, _, wide = pair
    for label in ("S", "AA"):
        away = decoded_db(wide.targets[label].envelope) - decoded_db(dull.targets[label].envelope)
        assert np.abs(away[0, HZ < 5000]).mean() < 1.0


def test_voiced_frames_borrow_less(pair):
    _, bright, wide = pair
    louder = band(wide.targets["AA"].envelope, 8000, 10_000) - band(bright.targets["AA"].envelope, 8000, 10_000)
    assert -6 < louder[0] < 0


def test_silence_stays_silent(pair):
    dull, _, wide = pair
    assert np.array_equal(wide.targets["SP"].envelope, dull.targets["SP"].envelope)
    assert np.array_equal(wide.units["SP", "S"].left.envelope, dull.units["SP", "S"].left.envelope)
    assert band(wide.units["SP", "S"].right.envelope[-1], 8000, 10_000)[0] > -50


def test_a_unit_ends_on_its_targets(pair):
    _, _, wide = pair
    unit = wide.units["S", "AA"]
    assert np.abs(unit.left.envelope[0] - wide.targets["S"].envelope).max() < 0.15
    assert np.abs(unit.right.envelope[-1] - wide.targets["AA"].envelope).max() < 0.15


def test_breath_above_the_knee_is_the_models(pair):
    _, _, wide = pair
    assert wide.targets["AA"].aperiodicity.tolist() == [*VOICED[:2], *AIRY[2:]]
    assert wide.targets["S"].aperiodicity.tolist() == [0.0] * 5
