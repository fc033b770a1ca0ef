"""Several voices and stems, and files as they come."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import InputError
from plugin_host.rendergraph import Automation, Setting, Stem, Voice, parse_stem
from tests.unit.rendergraph.bounces import impulse, run, write
from tests.unit.rendergraph.sounds import RATE, rms_db, voice


def test_stems_and_a_double_meet_at_the_sample(tmp_path: Path) -> None:
    """Each by its own stamp, rate and fader."""
    song = write(tmp_path / "v.wav", impulse(9001, 100), at=5000)
    double = write(tmp_path / "w.wav", impulse(9001, 0), at=7000)
    drums = write(tmp_path / "d.wav", impulse(40000, 50, 2), at=1000)
    bass = write(tmp_path / "b.wav", impulse(22050, 11025), rate=22050)
    faded = (Stem(drums, -6.0), Stem(bass, -12.0))
    mix, result = run(
        song, tmp_path / "o.wav", others=(Voice(double, gain_db=-20.0),), backings=faded, sample_rate=RATE
    )
    wanted = {1050: -6.0, 5100: 0.0, 7000: -20.0}
    for place, gain_db in wanted.items():
        assert mix[0, place] == pytest.approx(0.5 * 10 ** (gain_db / 20), rel=1e-5)
    assert 8000 + np.argmax(np.abs(mix[1, 8000:])) == 24000
    assert mix.shape == (2, 48000)
    assert result.offset_s == 0.0


def test_voices_have_chains_of_their_own(tmp_path: Path) -> None:
    """What one alone gives is what it gives beside others; a knob of the second is turned by its name."""
    lead, double = write(tmp_path / "v.wav", voice(0.5)), write(tmp_path / "w.wav", voice(0.6, seed=4))
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text('[[effect]]\ntype = "highpass"\nfrequency_hz = 300\n')
    second.write_text('[[effect]]\ntype = "highpass"\nfrequency_hz = 900\n[[effect]]\ntype = "gain"\n')
    turned = (Setting("frequency_hz", "100", "voice-2:highpass"), Setting("frequency_hz", "500", "highpass"))
    wish = {"safety": "off"}
    mix, _ = run(
        lead, tmp_path / "o.wav", chain=str(first), others=(Voice(double, str(second)),), settings=turned, **wish
    )
    alone = {"chain": str(first), "settings": (Setting("frequency_hz", "500"),), "tail_s": 0.1}
    one, _ = run(lead, tmp_path / "p.wav", **alone, **wish)
    other, _ = run(double, tmp_path / "q.wav", chain=str(second), settings=(Setting("frequency_hz", "100"),), **wish)
    assert rms_db(mix - one - other) < -120
    with pytest.raises(InputError, match="More than one") as caught:
        run(
            lead,
            tmp_path / "o.wav",
            chain=str(first),
            others=(Voice(double, str(second)),),
            settings=(turned[0], Setting("frequency_hz", "99")),
        )
    assert "voice-2:highpass:frequency_hz" in caught.value.hint


def test_one_of_many_stems_can_move(tmp_path: Path) -> None:
    song = write(tmp_path / "v.wav", np.zeros((1, RATE)))
    stems = tuple(Stem(write(tmp_path / f"{n}.wav", np.full((1, RATE), 0.1 * n))) for n in (1, 2, 3))
    curve = Automation("gain_db", ((0.0, "-60"), (1.0, "-60")), "backing-2", "seconds")
    mix, _ = run(song, tmp_path / "o.wav", backings=stems, automation=(curve,))
    assert np.allclose(mix[:, 100:], 0.4 + 0.2e-3, atol=1e-5)


def test_at_moves_all_voices(tmp_path: Path) -> None:
    lead, double = (
        write(tmp_path / "v.wav", impulse(900, 0), at=5000),
        write(tmp_path / "w.wav", impulse(900, 0), at=5300),
    )
    backing = write(tmp_path / "b.wav", np.zeros((1, RATE)), at=1000)
    mix, result = run(lead, tmp_path / "o.wav", others=(Voice(double),), backings=(Stem(backing),), at_s=0.25)
    assert np.flatnonzero(mix[0]).tolist() == [12000, 12300]
    assert result.offset_s == pytest.approx(1000 / RATE)


def test_a_stem_whose_stamp_is_wrong_is_named(tmp_path: Path) -> None:
    song, near = write(tmp_path / "v.wav", impulse(900, 0)), write(tmp_path / "b.wav", impulse(9000, 0))
    far = write(tmp_path / "far.wav", impulse(900, 0), at=10 * 3600 * RATE)
    with pytest.raises(InputError, match=r"far\.wav \(from 36000\.00 s\) and the others"):
        run(song, tmp_path / "o.wav", backings=(Stem(near), Stem(far)))


@pytest.mark.parametrize(("rate", "channels"), [(22050, 1), (11025, 2), (4000, 1), (44100, 1), (192000, 2)])
def test_odd_backings(tmp_path: Path, rate: int, channels: int) -> None:
    """The bounce has the backing's rate where one can bounce at it, and is loud enough to be measured."""
    song, backing = write(tmp_path / "v.wav", voice(0.5)), tmp_path / "b.wav"
    write(backing, voice(1.0, rate)[:channels], rate=rate)
    mix, result = run(song, tmp_path / "o.wav", backings=(Stem(backing),))
    assert result.sample_rate == max(8000, rate)
    assert mix.shape == (2, result.sample_rate)
    assert -40 < result.loudness_lufs < 0


def test_surround_is_refused_in_a_sentence(tmp_path: Path) -> None:
    song, backing = write(tmp_path / "v.wav", voice(0.1)), write(tmp_path / "b.wav", np.zeros((6, 4800)))
    with pytest.raises(InputError, match="6 channels"):
        run(song, tmp_path / "o.wav", backings=(Stem(backing),))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_refused(tmp_path: Path, value: float) -> None:
    sound = voice(0.1)
    sound[0, 700] = value
    song = tmp_path / "v.wav"
    soundfile.write(song, sound.T, RATE, subtype="FLOAT")
    with pytest.raises(InputError, match=r"v\.wav holds values that are no numbers"):
        run(song, tmp_path / "o.wav")


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("bass.wav", Stem(Path("bass.wav"))),
        ("bass.wav:-3", Stem(Path("bass.wav"), -3.0)),
        ("a:b.wav:+2.5 dB", Stem(Path("a:b.wav"), 2.5)),
        ("C:\\takes\\1.wav", Stem(Path("C:\\takes\\1.wav"))),
        ("C:\\takes\\1.wav:-6dB", Stem(Path("C:\\takes\\1.wav"), -6.0)),
    ],
)
def test_stems_as_people_write_them(text: str, stem: Stem) -> None:
    assert parse_stem(text) == stem


def test_a_file_of_the_whole_name_comes_first(tmp_path: Path) -> None:
    odd = tmp_path / "take:3"
    odd.touch()
    assert parse_stem(str(odd)) == Stem(odd)
    with pytest.raises(InputError, match="gain of 99 dB"):
        parse_stem("x.wav:99")
