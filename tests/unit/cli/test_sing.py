from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Cancelled, InputError, MelismaError
from engine.score import NoteId, Problem
from gui.cli.main import run
from gui.cli.progress import ProgressDisplay


def test_every_option_arrives(api: Any) -> None:
    words = (
        "sing a.mid --out b.flac --lyrics w.txt --voice v --seed 5 --steps 8 --temperature 0.5 --rate 44100 --bits 32f"
        " --transpose -3 --track 2 --language de --device cpu --no-cache"
    )
    assert run(words.split()) == 0
    (request,) = api.requests
    assert (request.clip, request.out, request.lyrics) == (Path("a.mid"), Path("b.flac"), Path("w.txt"))
    assert (request.voice, request.seed, request.num_steps, request.temperature) == ("v", 5, 8, 0.5)
    assert (request.sample_rate, request.subtype, request.transpose) == (44100, "FLOAT", -3)
    assert (request.track, request.language, request.device, request.use_cache) == ("2", "de", "cpu", False)


def test_what_is_not_said_is_left_to_the_voice(api: Any) -> None:
    assert run(["sing", "a.mid", "--out", "b.wav"]) == 0
    (request,) = api.requests
    assert (request.voice, request.num_steps, request.sample_rate, request.language) == (None, None, None, None)
    assert (request.subtype, request.device, request.use_cache) == ("PCM_24", "auto", True)
    assert (request.seed, request.choir, request.expression.blend) == (None, None, None)


def test_zero_one_and_nobody_are_said(api: Any) -> None:
    """They come before what a project says; nothing said does not."""
    assert run(["sing", "a.melisma", "--out", "b.wav", "--seed", "0", "--choir", "1", "--blend", "none"]) == 0
    (request,) = api.requests
    assert (request.seed, request.choir.alone, request.expression.blend) == (0, True, ())


def test_one_voice_cannot_be_spread(api: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sing", "a.mid", "--out", "b.wav", "--choir", "1", "--choir-spread", "20"]) == 2
    assert "One voice has no spread" in capsys.readouterr().err
    assert api.requests == []


def test_problems_are_a_list_on_stderr(api: Any, capsys: pytest.CaptureFixture[str]) -> None:
    told = Problem("overlap", "Bar 3, beat 2: two notes overlap.", NoteId("n1"), 3, 2.0)
    untold = Problem("range", "too high for the voice.", NoteId("n2"), 4, 1.5)
    api.problems = (told, untold, *[Problem("x", "The clip has no words.")] * 30)
    assert run(["sing", "a.mid", "--out", "b.wav"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert lines[:2] == [
        "warning: Bar 3, beat 2: two notes overlap.",
        "warning: Bar 4, beat 1.5: too high for the voice.",
    ]
    assert lines[20] == "... and 12 more; --json lists all."
    assert lines[21].startswith("b.wav: 2.0 s at 48000 Hz, 3 phrases, 1 from the cache, sung by fake")


def test_no_kind_of_problem_crowds_out_another(api: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Thirty notes below the range, and then that the file was clipped."""
    api.problems = (*[Problem("out_of_range", f"Bar {n}: low.") for n in range(30)], Problem("clipped", "It clipped."))
    assert run(["sing", "a.mid", "--out", "b.wav"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["warning: Bar 0: low.", "warning: Bar 1: low."]
    assert lines[19:21] == ["warning: It clipped.", "... and 11 more; --json lists all."]


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sing", "a.mid", "--out", "b.wav", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_json_is_one_object(api: Any, capsys: pytest.CaptureFixture[str]) -> None:
    api.problems = (Problem("overlap", "Bar 3: two notes overlap.", NoteId("n1"), 3, 2.0),)
    assert run(["sing", "a.mid", "--out", "b.wav", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["out"] == "b.wav"
    assert facts["problems"][0]["bar"] == 3
    assert facts["provider"] == "cpu"


@pytest.mark.parametrize(
    ("failure", "code", "kind"),
    [
        (InputError("This is no MIDI file.", "Export it again."), 2, "input"),
        (MelismaError("No voice is installed.", "Install one."), 1, "fault"),
        (Cancelled(), 130, "cancelled"),
        (ZeroDivisionError("hm"), 1, "fault"),
    ],
)
def test_failures(
    api: Any, capsys: pytest.CaptureFixture[str], failure: BaseException, code: int, kind: str, tmp_path: Path
) -> None:
    api.failure = failure
    assert run(["sing", "a.mid", "--out", "b.wav"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1
    assert run(["sing", "a.mid", "--out", "b.wav", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == kind
    logs = list((tmp_path / "user" / "logs").glob("*.log"))
    assert bool(logs) == isinstance(failure, ZeroDivisionError)
    assert all("ZeroDivisionError: hm" in log.read_text() for log in logs)


@pytest.mark.parametrize(
    "words",
    ["sing", "sing a.mid", "sing a.mid --out b.wav --bits 12", "sing a.mid --out b.wav --steps 0", "song", "models x"],
)
def test_wrong_usage_is_the_users_fault(api: Any, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words.split()) == 2
    assert "--help" in capsys.readouterr().err
    assert run([*words.split(), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "usage"
    assert api.requests == []


def test_progress_shows_after_a_second_and_not_when_quiet(
    api: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["sing", "a.mid", "--out", "b.wav", "--json"]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("gui.cli.progress._PATIENCE_S", 0.0)
    assert run(["sing", "a.mid", "--out", "b.wav", "--json"]) == 0
    assert capsys.readouterr().err == "Singing: 0 of 3\n"
    assert run(["sing", "a.mid", "--out", "b.wav", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from engine.jobs import Progress

    monkeypatch.setattr("gui.cli.progress._PATIENCE_S", 0.0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with ProgressDisplay() as display:
        for done in range(3):
            display(Progress("Singing", done, 3))
        assert display._bar is not None
        assert len(display._bar.tasks) == 1
    assert capsys.readouterr().out == ""
