"""Every knob of expression moves the sound as its name says: measured on the voice that comes along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.jobs import JobContext
from engine.models import InstalledModel, load_manifest
from engine.models.hidden_singer import build_hidden_singer
from engine.score import Curve, Score
from engine.singing.clip import SungClip, sing_score
from engine.singing.pitch import PitchStyle
from engine.singing.settings import SingSettings
from tests.conftest import ROOT
from tests.e2e import sung_measures as measure
from tests.e2e.conftest import Command
from tests.midi import midi, row
from tests.songs import song

SHIPPED = ROOT / "presets" / "models" / "trio"
needs_voice = pytest.mark.skipif(not SHIPPED.is_dir(), reason="presets/models/trio is not there yet")
KEY, HZ = 57, 220.0
VOWEL = song(f"ah:{KEY}:5")
STEADY = PitchStyle(vibrato_semitones=0, drift_semitones=0, scoop_semitones=0)
Sing = Callable[..., "Heard"]


class Heard:
    """A sung clip with its times counted from the clip's start."""

    def __init__(self, clip: SungClip) -> None:
        self.samples = clip.audio.samples[0].astype(np.float64)
        self.rate, self.offset_s, self.timing = clip.audio.sample_rate, clip.offset_s, clip.timing

    def between(self, start_s: float, end_s: float) -> np.ndarray:
        first, last = (round((at - self.offset_s) * self.rate) for at in (start_s, end_s))
        return self.samples[first:last]

    @property
    def vowel(self) -> np.ndarray:
        return self.between(0.7, 2.2)

    def cents(self, start_s: float, end_s: float, key: float, near_hz: float = HZ) -> np.ndarray:
        track = measure.f0_track(self.samples, self.rate, near_hz)
        first, last = (round((at - self.offset_s) * self.rate) for at in (start_s, end_s))
        return measure.cents(track[first:last], key)

    def noise_s(self, start_s: float, end_s: float) -> tuple[float, float]:
        """From when to when what lies above 4 kHz is louder than what lies below 1 kHz: a hissed consonant."""
        hop = 0.004
        places = np.arange(start_s, end_s, hop)
        cuts = [self.between(at, at + 0.016) for at in places]
        louder = [
            measure.band_db(cut, self.rate, 4000, 12000) > measure.band_db(cut, self.rate, 50, 1000) for cut in cuts
        ]
        found = places[np.array(louder)] + 0.008
        return float(found[0]), float(found[-1] + hop)


@pytest.fixture(scope="module")
def sing() -> Sing:
    """Sings a score with the shipped voice, steadily unless told otherwise; the same is sung once."""
    voice = build_hidden_singer(InstalledModel(load_manifest(SHIPPED / "manifest.json"), SHIPPED), "cpu", 1)
    steady = SingSettings(**dict(voice.settings["sampling"]), pitch=STEADY)
    sung: dict[str, Heard] = {}

    def call(score: Score, **changes: Any) -> Heard:
        key = repr((score, changes))
        if key not in sung:
            sung[key] = Heard(sing_score(score, voice, replace(steady, **changes), "en", JobContext()))
        return sung[key]

    return call


def over_all(score: Score, **values: float) -> Score:
    return replace(score, curves={name: Curve(((0.0, value),)) for name, value in values.items()})


def on_note(score: Score, index: int, **values: float) -> Score:
    notes = list(score.notes)
    notes[index] = replace(notes[index], expression=values)
    return replace(score, notes=tuple(notes))


@needs_voice
class TestGains:
    def test_dynamics_are_the_level_asked_for(self, sing: Sing) -> None:
        neutral = measure.level_db(sing(VOWEL).vowel)
        for asked in (-24, -12, -4, 6, 12):
            moved = measure.level_db(sing(over_all(VOWEL, dynamics=asked)).vowel) - neutral
            assert moved == pytest.approx(asked, abs=1.5)

    def test_louder_is_brighter(self, sing: Sing) -> None:
        heard = [sing(over_all(VOWEL, dynamics=asked) if asked else VOWEL) for asked in (-24, -12, 0, 6, 12)]
        tilts = [measure.tilt_db(one.vowel, one.rate) for one in heard]
        assert (np.diff(tilts) > 1).all()
        assert 2 < tilts[4] - tilts[2] < 6

    def test_breath_is_noise(self, sing: Sing) -> None:
        heard = [sing(over_all(VOWEL, breathiness=asked) if asked else VOWEL) for asked in (-1, -0.5, 0, 0.25, 0.5, 1)]
        found = [measure.harmonics_to_noise_db(one.vowel, one.rate, HZ) for one in heard]
        assert (np.diff(found) < -0.8).all()
        assert found[2] - found[-1] > 8
        assert found[0] - found[2] > 8
        levels = [measure.level_db(one.vowel) for one in heard]
        assert np.ptp(levels) < 1

    def test_consonants_keep_their_noise_without_breath(self, sing: Sing) -> None:
        words = song("see:57:2 sah:57:2")
        plain, dry = sing(words), sing(over_all(words, breathiness=-1))
        start_s, end_s = plain.noise_s(0.7, 1.1)
        hiss = [measure.band_db(one.between(start_s, end_s), one.rate, 4000, 12000) for one in (plain, dry)]
        assert hiss[1] == pytest.approx(hiss[0], abs=1.0)

    def test_tension_raises_the_upper_harmonics(self, sing: Sing) -> None:
        heard = [sing(over_all(VOWEL, tension=asked) if asked else VOWEL) for asked in (-1, -0.5, 0, 0.5, 1)]
        tilts = [measure.tilt_db(one.vowel, one.rate) for one in heard]
        assert (np.diff(tilts) > 1.5).all()
        assert np.ptp([measure.level_db(one.vowel) for one in heard]) < 1.5

    @pytest.mark.parametrize("vowel", ["ah", "see"])
    def test_gender_moves_the_formants_and_not_the_pitch(self, sing: Sing, vowel: str) -> None:
        # A pitch that glides fills the envelope between the harmonics.
        glide = replace(song(f"{vowel}:50:5"), drawn=(Curve(((0.0, 50.0), (5.0, 57.0))),))
        plain = sing(glide)
        for asked in (-5, -3, 3, 5):
            moved = sing(replace(glide, curves={"gender": Curve(((0.0, float(asked)),))}))
            shift = measure.formant_shift(plain.vowel, moved.vowel, plain.rate)
            assert shift == pytest.approx(asked, rel=0.3)
            steady = sing(over_all(song(f"{vowel}:57:5"), gender=asked))
            assert abs(np.median(steady.cents(0.8, 2.2, KEY))) < 3

    def test_a_curve_is_heard_where_it_is_not_neutral(self, sing: Sing) -> None:
        """The first half as ever, to the sample; then every knob at once."""
        names = {"dynamics": -12.0, "breathiness": 0.6, "tension": 0.5, "gender": 2.0}
        curves = {name: Curve(((2.5, 0.0), (3.0, value))) for name, value in names.items()}
        plain, bent = sing(VOWEL), sing(replace(VOWEL, curves=curves))
        assert np.abs(plain.between(0, 1.22) - bent.between(0, 1.22)).max() < 1e-6
        fall = measure.level_db(bent.between(1.7, 2.2)) - measure.level_db(plain.between(1.7, 2.2))
        assert fall == pytest.approx(-12, abs=1.5)

    def test_a_notes_value_adds_to_the_curve(self, sing: Sing) -> None:
        two = song("ah:57:3 ah:57:3")
        asked = on_note(over_all(two, dynamics=-3), 1, dynamics=-6)
        for (start_s, end_s), fall in (((0.4, 1.3), -3), ((1.9, 2.8), -9)):
            moved = measure.level_db(sing(asked).between(start_s, end_s))
            assert moved - measure.level_db(sing(two).between(start_s, end_s)) == pytest.approx(fall, abs=1.5)


@needs_voice
class TestPitch:
    def test_vibrato_is_as_deep_and_fast_as_asked(self, sing: Sing) -> None:
        depths = []
        for depth, rate in ((0, 5), (20, 5), (60, 5), (120, 7)):
            heard = sing(on_note(VOWEL, 0, vibrato_depth=depth, vibrato_rate=rate, vibrato_onset=0.2))
            sway = heard.cents(0.9, 2.1, KEY)
            depths.append(np.sqrt(2) * sway.std())
            if depth:
                crossings = np.flatnonzero(np.diff(np.sign(sway - sway.mean())) > 0)
                assert heard.rate / np.diff(crossings).mean() == pytest.approx(rate, rel=0.06)
        assert depths == pytest.approx([0, 20, 60, 120], rel=0.15, abs=3)

    def test_vibrato_begins_when_asked(self, sing: Sing) -> None:
        begun = []
        for onset in (0.1, 0.6, 1.2):
            heard = sing(on_note(VOWEL, 0, vibrato_depth=80, vibrato_onset=onset))
            sway = np.abs(heard.cents(0.09, 2.3, KEY))
            begun.append(np.argmax(sway > 20) / heard.rate)
        assert np.diff(begun) == pytest.approx([0.5, 0.6], abs=0.1)
        assert 0 < begun[0] < 0.36

    def test_the_vibrato_curve_multiplies(self, sing: Sing) -> None:
        score = on_note(VOWEL, 0, vibrato_depth=40, vibrato_onset=0.0)
        faded = replace(score, curves={"vibrato": Curve(((2.4, 2.0), (2.6, 0.0)))})
        sway = sing(faded).cents(0.5, 1.1, KEY), sing(faded).cents(1.4, 2.2, KEY)
        assert np.sqrt(2) * sway[0].std() == pytest.approx(80, rel=0.15)
        assert sway[1].std() < 2

    def test_portamento_takes_so_long(self, sing: Sing) -> None:
        steps = song("ah:57:2 _:61:2")
        for asked in (0.08, 0.2, 0.4):
            heard = sing(on_note(steps, 1, portamento=asked))
            way = heard.cents(0.3, 1.7, 57, near_hz=247)
            low, high = (np.argmax(way > 400 * share) / heard.rate for share in (0.1, 0.9))
            assert high - low == pytest.approx(0.59 * asked, abs=0.012)  # half a cosine

    def test_drawn_pitch_is_followed(self, sing: Sing) -> None:
        line = Curve(((1.0, 57.0), (2.0, 59.5), (2.5, 58.0), (3.5, 58.4)))
        heard = sing(replace(VOWEL, drawn=(line,)), pitch=PitchStyle())
        times = np.arange(0.53, 1.72, 0.005)
        off = heard.cents(0.53, 1.72, 0)[:: round(0.005 * heard.rate)][: len(times)] - 100 * line.at(2 * times)
        corners = np.abs(times[:, None] - [1.0, 1.25]).min(axis=1) < 0.02
        assert np.abs(off[~corners]).max() < 10


@needs_voice
class TestTimes:
    WORDS = song("see:57:2 sah:57:2 see:57:2")

    def test_consonants_are_as_long_as_asked(self, sing: Sing) -> None:
        lengths = []
        for factor in (0.4, 1.0, 2.0, 3.0):
            start_s, end_s = sing(on_note(self.WORDS, 1, consonants=factor)).noise_s(0.4, 1.2)
            lengths.append(end_s - start_s)
        assert (np.diff(lengths) > 0.03).all()
        assert lengths[2] / lengths[1] == pytest.approx(2, abs=0.35)
        assert lengths[0] / lengths[1] == pytest.approx(0.4, abs=0.25)

    def test_timing_moves_the_sounds_and_no_others(self, sing: Sing) -> None:
        plain = sing(self.WORDS)
        for asked in (-0.12, -0.05, 0.08, 0.15):
            moved = sing(on_note(self.WORDS, 1, timing=asked))
            for edge in (0, 1):
                was, here = plain.noise_s(0.55, 1.3)[edge], moved.noise_s(0.55, 1.3)[edge]
                assert here - was == pytest.approx(asked, abs=0.01)
            assert moved.noise_s(1.6, 2.2) == pytest.approx(plain.noise_s(1.6, 2.2), abs=0.01)


class TestCommandLine:
    @pytest.fixture
    def clip(self, tmp_path: Path) -> Path:
        path = tmp_path / "clip.mid"
        path.write_bytes(midi(row(4)))
        return path

    def test_options_are_heard(self, command: Command, work: Path, clip: Path) -> None:
        (work / "soft.csv").write_text("quarter,value\n# nearer\n0,-20\n8,-20\n")

        def level(*options: object) -> float:
            outcome = command("sing", clip, "--out", "a.wav", "--steps", 1, *options)
            assert outcome.code == 0, outcome
            return measure.level_db(soundfile.read(work / "a.wav")[0])

        plain = level()
        assert level("--dynamics", -10) - plain == pytest.approx(-10, abs=1.5)
        assert level("--curve", "dynamics=soft.csv") - plain == pytest.approx(-20, abs=1.5)
        assert level("--curve", "dynamics=0:-8,8:-8", "--dynamics", -6) - plain == pytest.approx(-14, abs=1.5)

    @pytest.mark.parametrize(
        "options",
        [
            ("--breathiness", 0.5),
            ("--tension", -0.5),
            ("--gender", 3),
            ("--vibrato", 90),
            ("--vibrato", 90, "--vibrato-rate", 7, "--vibrato-onset", 0),
            ("--portamento", 0.2),
            ("--consonants", 2),
            ("--curve", "pitch=0:60,1:64"),
            ("--curve", "vibrato=0:2"),
            ("--pitch-seed", 5),
        ],
        ids=str,
    )
    def test_every_option_changes_the_file(self, command: Command, work: Path, clip: Path, options: Any) -> None:
        for name, asked in (("a", ()), ("b", options)):
            assert command("sing", clip, "--out", f"{name}.wav", "--steps", 1, *asked).code == 0
        assert (work / "a.wav").read_bytes() != (work / "b.wav").read_bytes()

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (("--dynamics", 40), "dynamics cannot be 40. Keep it within -24 to 12 dB."),
            (("--gender", "nan"), "gender cannot be nan. Keep it within -6 to 6 semitones."),
            (("--consonants", 0), "consonants cannot be 0. Keep it within 0.25 to 4 times."),
            (("--curve", "loudness=0:1"), "There is no knob “loudness”."),
            (("--curve", "dynamics"), "“dynamics” is no curve."),
            (("--curve", "dynamics=0:1,2"), "The curve of dynamics has no quarter and value at “2”."),
            (("--curve", "dynamics=4:0,2:0"), "The curve of dynamics cannot be used: a curve's points must go forward"),
            (("--curve", "dynamics=no.csv"), "no.csv cannot be read"),
            (("--curve", "portamento=0:0.1"), "portamento cannot change over time. Set it per note."),
            (("--curve", "dynamics=0:-3", "--curve", "dynamics=0:-6"), "There are two curves for dynamics."),
            (("--curve", "dynamics=0:40", "--dynamics", -20), "dynamics cannot be 40."),
            (("--curve", "pitch=0:200,1:60"), "Pitch cannot be drawn at 200."),
            (("--curve", "pitch=0:60"), "Drawn pitch needs a beginning and an end."),
            (("--blend", "someone"), "“someone” is no blend. Write NAME=SHARE"),
            (("--blend", "someone=2"), "cannot be 2. Keep it within 0 to 1."),
        ],
    )
    def test_a_bad_value_is_one_sentence(
        self, command: Command, work: Path, clip: Path, options: tuple[str, ...], said: str
    ) -> None:
        outcome = command("sing", clip, "--out", "a.wav", *options)
        assert outcome.code == 2
        assert said in outcome.err
        assert len(outcome.err.strip().splitlines()) == 1
        assert list(work.iterdir()) == []


def test_measures_know_what_they_measure() -> None:
    """On sounds whose pitch, tilt and breath are known."""
    rate, times = 48_000, np.arange(48_000) / 48_000
    rng = np.random.default_rng(0)

    def tone(tilt: float, cents: Mapping[str, float] | None = None, noise: float = 0.0) -> np.ndarray:
        depth, sway = (cents or {}).get("depth", 0.0), (cents or {}).get("rate", 0.0)
        hz = HZ * 2 ** (depth * np.sin(2 * np.pi * sway * times) / 1200)
        phase = 2 * np.pi * np.cumsum(hz) / rate
        return sum((np.cos(k * phase) * k**-tilt for k in range(1, 30)), noise * rng.standard_normal(rate))

    track = measure.cents(measure.f0_track(tone(1.0, {"depth": 50, "rate": 5}), rate, HZ), KEY)
    assert np.sqrt(2) * track[6000:-6000].std() == pytest.approx(50, rel=0.05)
    assert measure.tilt_db(tone(0.5), rate) > measure.tilt_db(tone(1.5), rate) + 12
    noises = [measure.harmonics_to_noise_db(tone(1.0, noise=share), rate, HZ) for share in (0.01, 0.03, 0.1)]
    assert (np.diff(noises) < -4).all()
