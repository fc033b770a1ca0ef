"""What is known of a clip that sings: its words line by line, its phones before it sounds, its place beside a mix."""

from __future__ import annotations

import numpy as np
import pytest

from engine.api.avatar_vocals import LINE_LETTERS, Performance, _line, _words
from engine.audio import Audio
from engine.avatar.features import SAMPLE_RATE
from engine.avatar.line import RATE_HZ, SpokenPhone, SungLine
from engine.avatar.listening import Vocals
from engine.avatar.subtitles import Subtitle
from engine.score import Score
from engine.singing.clip import SungTiming
from engine.singing.timing import TimedPhone
from tests.songs import song


def timing(*phones: tuple[str, float, float], duration_s: float = 2.0, offset_s: float = -0.2) -> SungTiming:
    f0 = np.linspace(200, 300, round(duration_s * 100)).astype(np.float32)
    return SungTiming(tuple(TimedPhone(*phone, 0) for phone in phones), f0, (0.2, 0.7, 1.2), duration_s, offset_s)


def test_pitch_is_where_voices_sound():
    level = np.ones(200, np.float32)
    line = _line(timing(("S", 0.1, 0.3), ("AA", 0.3, 1.0), ("SP", 1.0, 1.5), ("M", 1.5, 1.9)), level)
    voiced = line.f0 > 0
    seconds = (np.arange(200) + 0.5) / RATE_HZ
    np.testing.assert_array_equal(voiced, ((seconds > 0.3) & (seconds < 1.0)) | ((seconds > 1.5) & (seconds < 1.9)))
    assert line.f0[50] == pytest.approx(200 + 100 * 50 / 199, abs=1)
    assert [phone.label for phone in line.phones] == ["S", "AA", "SP", "M"]
    assert line.beats_s == (0.2, 0.7, 1.2)


def lines_of(score: Score, offset_s: float = 0.0) -> list[tuple[float, float, str]]:
    return [tuple(word) for word in _words(score, timing(offset_s=offset_s))]


def test_words_are_phrases_with_their_times():
    # 120 quarters a minute: half a second each; a rest of a second parts phrases.
    found = lines_of(song("A-:60 men:62:2 _:64 .:2 go:60 home:62"), -0.25)
    assert found == [(0.25, 2.25, "Amen"), (3.25, 4.25, "go home")]


def test_long_phrases_are_several_lines():
    first = "Twin-:60 kle,:60 twin-:67 kle,:67 lit-:69 tle:69 star,:67:2"
    found = lines_of(song(f"{first} how:65 I:65 won-:64 der:64 what:62 you:62 are!:60:2"))
    assert [word for _, _, word in found] == ["Twinkle, twinkle, little star,", "how I wonder what you are!"]
    assert found[0][1] == pytest.approx(4.0)
    assert found[1][0] == pytest.approx(4.0)
    assert len("Twinkle, twinkle,") < LINE_LETTERS  # no line of two words


def test_a_held_last_note_belongs_to_its_line():
    found = lines_of(song("everlastingglory-:60 hallelujah,:64 _:65 _:67 de-:60 o:60"))
    assert found == [(0.0, 2.0, "everlastinggloryhallelujah,"), (2.0, 3.0, "deo")]


def test_notes_without_words_say_nothing():
    assert all(not word for _, _, word in lines_of(song("~:60 ~:62")))


def performance(with_vocals: bool = True) -> Performance:
    count = 2 * SAMPLE_RATE
    audio = Audio(np.arange(count, dtype=np.float32)[None] / count, SAMPLE_RATE)
    phones = (SpokenPhone("S", 0.05, 0.18), SpokenPhone("AA", 0.18, 1.0), SpokenPhone("M", 1.0, 1.9))
    level = np.linspace(0, 1, 200, dtype=np.float32)
    line = SungLine(phones, np.full(200, 200, np.float32), level, (0.2, 0.7))
    vocals = Vocals(audio, 2.0, 48_000) if with_vocals else None
    return Performance(2.0, vocals, None, line, (Subtitle(0.2, 1.9, "sum"),), 0.2)


@pytest.mark.parametrize("with_vocals", [True, False])
def test_beside_a_mix_a_clip_begins_with_its_first_beat(with_vocals):
    """Everything comes sooner by what sounds before it, and nothing else changes."""
    whole = performance(with_vocals)
    begun = whole.begun_at(whole.clip_start_s)
    assert (begun.duration_s, begun.clip_start_s) == pytest.approx((1.8, 0.0))
    assert begun.line is not None
    assert begun.line.beats_s == pytest.approx((0.0, 0.5))
    assert [(p.label, round(p.start_s, 6), round(p.end_s, 6)) for p in begun.line.phones] == [
        ("AA", 0.0, 0.8),
        ("M", 0.8, 1.7),
    ]
    np.testing.assert_array_equal(begun.line.level, whole.line.level[20:])
    assert begun.words == (Subtitle(0.0, pytest.approx(1.7), "sum"),)
    if with_vocals:
        np.testing.assert_array_equal(begun.vocals.audio.samples, whole.vocals.audio.samples[:, 3200:])
        assert begun.vocals.duration_s == pytest.approx(1.8)
    assert whole.begun_at(0.0).line.phones == whole.line.phones
