"""A command of `melisma bench` ends with one sentence and the right exit code, whatever happens in it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from engine.errors import InputError, MelismaError
from engine.train.measure.command_line import run
from engine.train.measure.progress import StderrReport


def _raises(error: BaseException) -> Callable[[StderrReport], None]:
    def measure(report: StderrReport) -> None:
        report("Singing", 1, 2)
        raise error

    return measure


def test_what_was_measured_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(lambda _report: 7, print, as_json=False) == 0
    assert capsys.readouterr().out == "7\n"


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [(InputError("No voice.", "Name one."), 2, "input"), (MelismaError("Full disk.", "Make room."), 1, "fault")],
)
def test_whose_fault_it_is(capsys: pytest.CaptureFixture[str], error: MelismaError, code: int, kind: str) -> None:
    assert run(_raises(error), print, as_json=True) == code
    assert json.loads(capsys.readouterr().out)["error"] == {"kind": kind, "message": error.message, "hint": error.hint}


def test_a_missing_extra_says_how_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_raises(ModuleNotFoundError("none", name="pyworld")), print, as_json=False) == 1
    said = capsys.readouterr().err
    assert "pyworld is missing" in said
    assert "MELISMA_EXTRAS=train" in said


@pytest.mark.parametrize("stopped", ["", "The same command goes on."])
def test_ctrl_c_ends_quietly(capsys: pytest.CaptureFixture[str], stopped: str) -> None:
    assert run(_raises(KeyboardInterrupt()), print, as_json=False, stopped=stopped) == 130
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[1:] == ([stopped] if stopped else [])
