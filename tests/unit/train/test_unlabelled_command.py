"""The command line of HiddenSinger-U: what is missing or wrong is one sentence, and an exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.train.unlabelled.__main__ import main


def said(capsys: pytest.CaptureFixture[str]) -> str:
    text = capsys.readouterr().err
    assert text.count("\n") == 1
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ssl"], 2, "holds no recordings"),
        (["onto"], 1, "no trained listener"),
        (["joint"], 1, "no trained listener"),
        (["export", "--out", "x"], 1, "no trained generator"),
        (["joint", "--share", "1.5"], 2, "share of 1.5 is not possible"),
        (["onto", "--ear", "xls-r-300m"], 2, "needs its weights"),
    ],
)
def test_a_work_folder_without_what_is_needed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    command, *others = arguments
    assert main([command, "--work", str(tmp_path), *others]) == code
    assert words in said(capsys)


def test_no_work_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", "--work", str(tmp_path / "missing")]) == 2
    assert "no work folder" in said(capsys)
