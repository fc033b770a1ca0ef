"""Whatever is handed in: a sentence and exit 2, or a correct render and exit 0.  Never a traceback, never a stump."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.conftest import Melisma
from tests.e2e.conftest import Command, Outcome
from tests.midi import PPQ, crowd, midi, row, smpte, with_raw_words

GOOD = midi(row(5))


def truncated(path: Path) -> None:
    path.write_bytes(GOOD[: len(GOOD) // 2])


def in_charset(charset: str, words: tuple[str, ...]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(midi(row(3), words, charset=charset)) and None


def broken_charset(path: Path) -> None:
    path.write_bytes(with_raw_words(GOOD, b"shine ", b"\xff\xfe\x81\x00\x9f "))


def written(data: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(data) and None


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "empty": (Path.touch, "is empty"),
    "header-only": (written(GOOD[:10]), ""),
    "text": (written(b"dear diary, this is no music\n"), "named like a MIDI file but is not one"),
    "folder": (Path.mkdir, "is a folder"),
    "nothing": (lambda _: None, "There is no file"),
    "no-notes": (written(midi([])), ""),
    "only-zero-lengths": (written(midi([(i * PPQ, i * PPQ, 60) for i in range(4)])), "no notes to sing"),
    "random": (written(b"MThd" + np.random.default_rng(0).bytes(3000)), ""),
}
EITHER: dict[str, Callable[[Path], None]] = {
    "truncated": truncated,
    "smpte": written(smpte(GOOD)),
    "broken-charset": broken_charset,
}
RENDERED: dict[str, Callable[[Path], None]] = {
    "keys-0-and-127": written(midi(row(4, keys=(0, 127)))),
    "some-zero-lengths": written(midi([(0, PPQ, 60), (PPQ, PPQ, 62), (PPQ, 2 * PPQ, 64)])),
    "one-microsecond-tempo": written(midi(row(5), tempo=1)),
    "one-tick-notes": written(midi(row(5, ticks=1))),
    "one-tick-a-quarter": written(midi(row(5, ticks=1), ppq=1)),
    "no-words": written(midi(row(3), words=None)),
    "shift-jis": in_charset("shift_jis", ("さ", "く", "ら")),
    "latin-1": in_charset("latin-1", ("caf\xe9 ", "na\xefve ", "\xfcber ")),
    "emoji": in_charset("utf-8", ("☃ ", "🎵 ", "la ")),
    "chords": written(midi([(0, PPQ, k) for k in (60, 64, 67)] + [(PPQ, 2 * PPQ, 62)])),
    "overlaps": written(midi([(0, 3 * PPQ, 60), (PPQ, 2 * PPQ, 64), (2 * PPQ, 4 * PPQ, 62)])),
    "late-start": written(midi([(PPQ * 100, PPQ * 101, 60)])),
}


def sing(command: Command, make: Callable[[Path], None], tmp_path: Path, *options: object) -> Outcome:
    path = tmp_path / "bad.mid"
    make(path)
    return command("sing", path, "--out", "song.wav", "--steps", 1, *options)


def check_refused(outcome: Outcome, work: Path) -> None:
    assert outcome.code == 2
    assert outcome.out == ""
    (line,) = outcome.err.splitlines()
    assert line.endswith(".")
    assert len(line) < 400
    assert list(work.iterdir()) == []


def check_rendered(outcome: Outcome, work: Path) -> None:
    assert outcome.code == 0, outcome
    assert "Traceback" not in outcome.err
    samples, _ = soundfile.read(work / "song.wav")
    assert np.isfinite(samples).all()
    assert len(samples) > 4800
    assert np.abs(samples).max() > 1e-4
    assert [path.name for path in work.iterdir()] == ["song.wav"]


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_a_sentence(command: Command, work: Path, tmp_path: Path, name: str) -> None:
    make, words = REFUSED[name]
    outcome = sing(command, make, tmp_path)
    check_refused(outcome, work)
    assert words in outcome.err
    assert command("sing", tmp_path / "bad.mid", "--out", "song.wav", "--json").facts["error"]["kind"] == "input"


@pytest.mark.parametrize("name", EITHER)
def test_refused_or_rendered(command: Command, work: Path, tmp_path: Path, name: str) -> None:
    outcome = sing(command, EITHER[name], tmp_path)
    (check_rendered if outcome.code == 0 else check_refused)(outcome, work)


@pytest.mark.parametrize("name", RENDERED)
def test_rendered(command: Command, work: Path, tmp_path: Path, name: str) -> None:
    check_rendered(sing(command, RENDERED[name], tmp_path), work)


@pytest.mark.parametrize("transpose", [-48, 48])
def test_transposed_out_of_everything(command: Command, work: Path, tmp_path: Path, transpose: int) -> None:
    check_rendered(sing(command, RENDERED["keys-0-and-127"], tmp_path, "--transpose", transpose), work)


@pytest.mark.slow
def test_a_hundred_thousand_notes(command: Command, work: Path, tmp_path: Path) -> None:
    """12 000 notes a second: nobody can sing that, and nothing breaks."""
    make = written(crowd(100_000))
    outcome = sing(command, make, tmp_path, "--quiet")
    (check_rendered if outcome.code == 0 else check_refused)(outcome, work)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--out", "song.xyz"), "no sound format"),
        (("--out", "missing/song.wav"), "does not exist"),
        (("--out", "."), "no sound format"),
        (("--voice", "nobody"), "no voice called nobody"),
        (("--track", "77"), ""),
        (("--language", "xx"), "no pronunciation for the language"),
        (("--lyrics", "missing.txt"), "no file"),
        (("--device", "cuda"), ""),
    ],
)
def test_options_that_cannot_be(
    command: Command, work: Path, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    clip = tmp_path / "clip.mid"
    clip.write_bytes(GOOD)
    given = ("--out", "song.wav") if "--out" not in options else ()
    outcome = command("sing", clip, *given, *options)
    if "cuda" in options and outcome.code == 0:
        pytest.skip("there is a CUDA device here")
    check_refused(outcome, work)
    assert words in outcome.err


def test_a_folder_is_no_output(command: Command, work: Path, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mid"
    clip.write_bytes(GOOD)
    (work / "song.wav").mkdir()
    outcome = command("sing", clip, "--out", "song.wav")
    assert outcome.code == 2
    assert "is a folder" in outcome.err
    assert [path.name for path in work.iterdir()] == ["song.wav"]


def test_an_older_file_survives_a_failure(command: Command, work: Path, tmp_path: Path) -> None:
    (work / "song.wav").write_bytes(b"dear old take")
    assert sing(command, REFUSED["text"][0], tmp_path).code == 2
    assert (work / "song.wav").read_bytes() == b"dear old take"


@pytest.mark.parametrize("name", ["text", "keys-0-and-127"])
def test_in_a_real_process(melisma: Melisma, tmp_path: Path, name: str) -> None:
    make = RENDERED[name] if name in RENDERED else REFUSED[name][0]
    make(tmp_path / "bad.mid")
    done = melisma("sing", "bad.mid", "--out", "song.wav", "--voice", "tiny", "--steps", 1)
    assert done.returncode == (0 if name in RENDERED else 2)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "Warning" not in done.stderr  # of numpy and its like
    assert (tmp_path / "song.wav").exists() == (name in RENDERED)
