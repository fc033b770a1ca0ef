"""What is said of options that cannot be used is a sentence, and then another on what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audio import check_suffix
from engine.errors import InputError
from gui.cli.main import run


@pytest.mark.parametrize(
    "words",
    [
        "sing a.mid --out b.wav --bits 12",
        "sing a.mid --out b.wav --transpose 99",
        "sing a.mid --out b.wav --temperature -1",
        "sing a.mid --out b.wav --rate x",
        "install bitwig",
        "serve --port 70000",
        "sing",
        "nothing",
    ],
)
def test_bad_options(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words.split()) == 2
    said = capsys.readouterr().err
    assert "Value error" not in said
    what, _, hint = said.partition(" Add --help")
    assert what.endswith(".")
    assert not what.endswith("..")
    assert hint == " to see what is possible.\n"


@pytest.mark.parametrize("path", [".", "..", "/", "song", ".wav", "a/.."])
def test_no_sentence_without_a_subject(path: str) -> None:
    with pytest.raises(InputError) as caught:
        check_suffix(Path(path))
    subject = caught.value.message.removesuffix(" names no sound format that can be written.")
    assert subject.strip("'") in (path, Path(path).name)
    assert subject.strip(" ")
