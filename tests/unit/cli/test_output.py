"""Text from files of strangers does not reach the terminal as commands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.jobs import Progress
from gui.cli.output import Output, harmless
from gui.cli.progress import ProgressDisplay

EVIL = "Lead\x1b[2J\x1b]0;owned\x07\x9b31m \u202eevil\u2066 \x00\x7f\udc9b"


def obeyed(text: str) -> bool:
    """Whether a terminal would do more than show it."""
    return any(
        (ord(char) < 32 and char not in "\n\t") or 127 <= ord(char) < 160 or char in "\u202a\u202e\u2066\u2069"
        for char in text
    )


def test_what_a_terminal_obeys_is_shown_as_a_question_mark(capsys: pytest.CaptureFixture[str]) -> None:
    assert obeyed(EVIL)
    output = Output()
    output.answer({}, [EVIL])
    output.remark(EVIL)
    output.error("input", f"The track {EVIL} is not there.", EVIL)
    told = capsys.readouterr()
    assert not obeyed(told.out + told.err)
    assert told.out.startswith("Lead?[2J?]0;owned??31m ?evil? ")


def test_letters_of_every_language_stay(capsys: pytest.CaptureFixture[str]) -> None:
    words = "Sträße 夢 노래 שיר\u200f نغمة ﷽ 🎤\tfür"
    Output().answer({}, [words])
    assert capsys.readouterr().out == f"{words}\n"


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028"])
def test_a_name_with_a_line_break_stays_in_its_line(break_: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A track must not be able to say what looks like our own words."""
    Output().answer({}, [f"1  Lead{break_}warning: send money"])
    assert capsys.readouterr().out == "1  Lead warning: send money\n"


@given(st.text())
def test_whatever_it_is_it_is_harmless(text: str) -> None:
    assert not obeyed(harmless(text))
    harmless(text).encode()


@pytest.mark.parametrize("name", [EVIL, "a\nb", 'quote " and \\'])
def test_json_gives_the_name_back_and_is_harmless_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).answer({"name": name, name: 1}, ())
    (line,) = capsys.readouterr().out.splitlines()
    assert not obeyed(line)
    assert json.loads(line) == {"name": name, name: 1}
    Output(as_json=True).error("input", name)
    assert json.loads(capsys.readouterr().out)["error"]["message"] == name


@pytest.mark.parametrize("terminal", [False, True])
def test_progress_names_tracks_harmlessly(
    terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    with ProgressDisplay(patience_s=0.0) as display:
        display(Progress("Singing: [red]Lead\x1b]0;owned\x07", 1, 2))
        if terminal:
            assert display._bar is not None
            assert display._bar.tasks[0].description == "Singing: [red]Lead?]0;owned?"
    assert "\x07" not in capsys.readouterr().err
