"""What a bounce promises: lengths, places, levels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.audio import integrated_loudness, read_audio, read_bext, true_peak_db
from engine.errors import Cancelled, InputError
from engine.jobs import CancelToken, JobContext, Progress
from engine.score import TempoMap
from plugin_host.rendergraph import Automation, BounceRequest, Setting, Stem, bounce, child, render
from plugin_host.rendergraph.bounce import WRITING
from plugin_host.rendergraph.worker import Task, run_task
from tests.unit.rendergraph.bounces import impulse, run, write
from tests.unit.rendergraph.sounds import RATE, rms_db, voice


def test_voice_and_backing_meet_at_the_sample(tmp_path: Path) -> None:
    """The voice's stamp is honoured; a backing of another rate is converted."""
    song = write(tmp_path / "v.wav", impulse(9001, 100), at=5000)
    backing = write(tmp_path / "b.wav", impulse(44100, 22050, 2), rate=44100)
    mix, result = run(song, tmp_path / "o.wav", backings=(Stem(backing),), sample_rate=RATE)
    assert mix.shape == (2, 48000)
    assert np.argmax(np.abs(mix[0, :6000])) == 5100
    assert mix[0, 5100] == pytest.approx(0.5, abs=1e-6)
    assert 6000 + np.argmax(np.abs(mix[1, 6000:])) == 24000
    assert result.offset_s == 0.0


def test_what_sounds_before_the_backing_is_kept(tmp_path: Path) -> None:
    song = write(tmp_path / "v.wav", impulse(9000, 10), at=0, text="melisma voice=x 1 offset_s=-0.125000")
    backing = write(tmp_path / "b.wav", impulse(20000, 0))
    mix, result = run(song, tmp_path / "o.wav", backings=(Stem(backing),))
    assert result.offset_s == -0.125
    assert result.remarks == ("It begins 0.125 s before the backing: place it so much earlier than that.",)
    assert mix.shape == (2, 26000)
    assert np.flatnonzero(mix[0]).tolist() == [10, 6000]
    stamp = read_bext(tmp_path / "o.wav")
    assert stamp is not None
    assert stamp.time_reference_samples == 0
    assert "offset_s=-0.125000" in stamp.description


def test_alone_it_keeps_its_place_and_length(tmp_path: Path) -> None:
    sound = voice(1.0)[:, :43211]
    mix, result = run(write(tmp_path / "v.wav", sound, at=96000), tmp_path / "o.wav")
    assert (mix == sound).all()
    assert result.offset_s == 2.0
    stamp = read_bext(tmp_path / "o.wav")
    assert stamp is not None
    assert stamp.time_reference_samples == 96000
    again, _ = run(tmp_path / "o.wav", tmp_path / "p.wav")
    assert (again == sound).all()


def test_the_mix_is_its_parts(tmp_path: Path) -> None:
    song, backing = write(tmp_path / "v.wav", voice(1.5)), write(tmp_path / "b.wav", voice(2.0, seed=5))
    wish = {"chain": "ballad", "gain_db": -3.0, "safety": "off"}
    mix, _ = run(song, tmp_path / "o.wav", backings=(Stem(backing, -6.0),), **wish)
    wet, _ = run(song, tmp_path / "w.wav", **(wish | {"tail_s": 0.5}))
    dry, _ = run(backing, tmp_path / "d.wav", gain_db=-6.0, safety="off")
    assert rms_db(mix - wet - dry) < -120


def test_silence_stays_silence(tmp_path: Path) -> None:
    song = write(tmp_path / "v.wav", np.zeros((1, 30000)))
    mix, result = run(song, tmp_path / "o.wav", chain="choir")
    assert np.abs(mix).max() < 1e-9
    assert mix.shape == (2, 30000)
    assert result.loudness_lufs == -np.inf


def test_a_tail_rings_as_long_as_it_is_heard(tmp_path: Path) -> None:
    song = write(tmp_path / "v.wav", voice(1.0))
    mix, _ = run(song, tmp_path / "o.wav", chain="choir", tail_s=None)
    assert mix.shape[1] > RATE * 1.5
    assert 10 ** (-90 / 20) < np.abs(mix[:, -1]).max() < 10 ** (-60 / 20)
    dry, _ = run(song, tmp_path / "p.wav", tail_s=None)
    assert dry.shape[1] == RATE


@pytest.mark.parametrize("unit", ["quarters", "seconds"])
def test_automation_moves_the_level_where_the_curve_says(tmp_path: Path, unit: str) -> None:
    song = write(tmp_path / "v.wav", np.full((1, 4 * RATE), 0.25))
    ends = ((0.0, "-40"), (8.0 if unit == "quarters" else 4.0, "0"))
    mix, _ = run(
        song,
        tmp_path / "o.wav",
        automation=(Automation("gain_db", ends, "voice", unit),),  # type: ignore[arg-type]
        tempo=TempoMap(((0.0, 60.0), (2.0, 180.0))),
    )
    level = 20 * np.log10(np.abs(mix[0]) / 0.25)
    assert (np.diff(level) > -1e-3).all()
    wanted = {"quarters": (-30, -15), "seconds": (-20, -10)}[unit]
    assert (level[2 * RATE], level[3 * RATE]) == pytest.approx(wanted, abs=0.1)


def test_automation_of_an_effect_of_the_chain(tmp_path: Path) -> None:
    song = write(tmp_path / "v.wav", voice(2.0))
    curve = Automation("frequency_hz", ((0.0, "20"), (1.0, "20"), (1.5, "8000")), "highpass", "seconds")
    mix, _ = run(song, tmp_path / "o.wav", chain="clean-lead", automation=(curve,))
    still, _ = run(song, tmp_path / "p.wav", chain="clean-lead")
    early, late = slice(2000, 20000), slice(80000, 94000)
    assert abs(rms_db(mix[:, early]) - rms_db(still[:, early])) < 3
    assert rms_db(mix[:, late]) < rms_db(still[:, late]) - 10


def test_settings_reach_the_chain(tmp_path: Path) -> None:
    song = write(tmp_path / "v.wav", voice(0.5))
    quiet, _ = run(song, tmp_path / "o.wav", chain="rap", settings=(Setting("ceiling_db", "-20"),))
    assert 20 * np.log10(np.abs(quiet).max()) == pytest.approx(-20, abs=0.01)


def test_the_report_is_of_the_file(tmp_path: Path) -> None:
    song = write(tmp_path / "v.wav", voice(2.0) * 6)
    out = tmp_path / "o.wav"
    for safety in ("gain", "limit"):
        _, result = run(song, out, safety=safety, subtype="PCM_24")
        written = read_audio(out)
        assert result.true_peak_db == pytest.approx(true_peak_db(written), abs=0.01)
        assert true_peak_db(written) <= -1.0
        assert result.loudness_lufs == pytest.approx(integrated_loudness(written), abs=0.01)
        assert result.mix_peak_db > 6
        assert "dBTP" in result.remarks[0]
    _, result = run(song, out, safety="off", subtype="PCM_24")
    assert "clips" in result.remarks[0]


def test_stretching_moves_the_place_too(tmp_path: Path) -> None:
    song = write(tmp_path / "v.wav", voice(2.0), at=2 * RATE)
    mix, result = run(song, tmp_path / "o.wav", stretch_to=TempoMap(((0.0, 100.0),)))
    assert result.offset_s == pytest.approx(2.4)
    assert mix.shape == (2, round(2.4 * RATE))


def wrong(**more: object) -> dict[str, object]:
    return more


WRONG = {
    "chain": (wrong(chain="quire"), "no chain"),
    "suffix": (wrong(out=Path("o.txt")), "no sound format"),
    "folder": (wrong(out=Path("nowhere/o.wav")), "does not exist"),
    "itself": (wrong(out=Path("v.wav")), "cannot be written"),
    "setting": (wrong(settings=(Setting("size", "1"),)), "Nothing here"),
    "whose": (wrong(chain="pop-lead", settings=(Setting("threshold_db", "-9"),)), "More than one"),
    "nobody": (wrong(settings=(Setting("size", "1", "hall"),)), "no 'hall'"),
    "foreign": (wrong(chain="choir", settings=(Setting("ratio", "2", "reverb"),)), "no parameter 'ratio'"),
    "value": (wrong(settings=(Setting("gain_db", "99", "voice"),)), "gain_db = 99"),
    "text": (wrong(settings=(Setting("gain_db", "loud", "voice"),)), "no number"),
    "fixed": (wrong(chain="choir", automation=(Automation("delay_ms", ((0, "20"), (1, "30"))),)), "cannot move"),
    "rate": (wrong(sample_rate=1), "no rate"),
    "never": (wrong(at_s=1e12), "no place for a voice"),
    "nan": (wrong(at_s=float("nan")), "no place for a voice"),
    "apart": (wrong(backings=(Stem(Path("b.wav")),), at_s=60.0), "never sound together"),
    "backing": (wrong(backings=(Stem(Path("c.wav")),)), "no file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_wishes_are_refused_before_work(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("b.wav"), voice(0.1))
    before = write(Path("v.wav"), voice(0.1)).read_bytes()
    more, words = WRONG[case]
    with pytest.raises(InputError, match=words):
        run(Path("v.wav"), **({"out": Path("o.wav")} | more))  # type: ignore[arg-type]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.wav", "v.wav"]
    assert Path("v.wav").read_bytes() == before


def test_the_child_does_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    song = write(tmp_path / "v.wav", voice(0.5))
    here, _ = run(song, tmp_path / "o.wav", chain="pop-lead")
    monkeypatch.setattr(render, "run_task", run_task)
    there, _ = run(song, tmp_path / "p.wav", chain="pop-lead")
    assert (here == there).all()


def test_cancel_leaves_nothing(tmp_path: Path) -> None:
    song = write(tmp_path / "v.wav", voice(0.5))
    token = CancelToken()

    def cancel_at_work(progress: object) -> None:
        token.cancel()

    with pytest.raises(Cancelled):
        bounce(BounceRequest(song, tmp_path / "o.wav", chain="choir"), JobContext(cancel_at_work, token))
    assert [path.name for path in tmp_path.iterdir()] == ["v.wav"]


def test_memory_is_asked_for_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "_available_bytes", lambda: 1_000_000)
    with pytest.raises(InputError, match="GB of memory"):
        run(write(tmp_path / "v.wav", voice(0.5)), tmp_path / "o.wav")


def test_cancel_while_it_is_written_leaves_nothing(tmp_path: Path) -> None:
    song = write(tmp_path / "v.wav", voice(0.5))
    token = CancelToken()

    def cancel_at_the_end(progress: Progress) -> None:
        if progress.stage == WRITING:
            token.cancel()

    with pytest.raises(Cancelled):
        bounce(BounceRequest(song, tmp_path / "o.ogg"), JobContext(cancel_at_the_end, token))
    assert [path.name for path in tmp_path.iterdir()] == ["v.wav"]


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("4096 requested and 12 written")  # as NumPy says it

    song, scratch = write(tmp_path / "v.wav", voice(0.1)), tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(render.np, "save", refuse)
    with pytest.raises(InputError, match="scratch: no space left"):
        bounce(BounceRequest(song, tmp_path / "o.wav"), JobContext(), scratch)
    assert list(scratch.iterdir()) == []
    with pytest.raises(InputError, match="could not be written to"):
        bounce(BounceRequest(song, tmp_path / "o.wav"), JobContext(), tmp_path / "gone")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_disk_that_is_full_for_the_child_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    song, here = write(tmp_path / "v.wav", voice(0.1)), render.run_task

    def fill(task: Task, context: JobContext) -> dict[str, Any]:
        Path(task.command[-1], child.RESULT).symlink_to("/dev/full")
        return here(task, context)

    monkeypatch.setattr(render, "run_task", fill)
    with pytest.raises(InputError, match="could not be written to"):
        bounce(BounceRequest(song, tmp_path / "o.wav"), JobContext())


def test_the_stamp_says_whether_a_backing_is_in_it(tmp_path: Path) -> None:
    song, backing = write(tmp_path / f"{'v' * 200}.wav", voice(0.1)), write(tmp_path / "b.wav", voice(0.1))
    for name, more, said in (("o", (), "backings=0"), ("m", (Stem(backing),), "backings=1")):
        out = tmp_path / f"{name}.wav"
        bounce(BounceRequest(song, out, backings=more), JobContext())
        stamp = read_bext(out)
        assert stamp is not None
        assert stamp.description.endswith(f"offset_s=0.000000 {said}")


def test_a_format_that_cannot_hold_the_backings_rate_is_told_before_work(tmp_path: Path) -> None:
    song = write(tmp_path / "v.wav", voice(0.1))
    backing = write(tmp_path / "b.wav", voice(0.1, 96000), rate=96000)
    steps: list[Progress] = []
    with pytest.raises(InputError, match="no 96000 Hz"):
        bounce(BounceRequest(song, tmp_path / "o.mp3", backings=(Stem(backing),)), JobContext(steps.append))
    assert steps == []
