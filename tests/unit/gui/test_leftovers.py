"""What is cleared away, and above all what is not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from gui.document.leftovers import KEPT_S, MARKS, clear, made, shown, taken


class Trash:
    """Takes files; `full`: refuses them."""

    def __init__(self) -> None:
        self.full = False

    def __call__(self, file: Path) -> bool:
        if not self.full:
            file.unlink()
        return not self.full


@pytest.fixture
def trash() -> Trash:
    return Trash()


def later() -> float:
    return time.time() + KEPT_S + 60


def file(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"sound")
    return folder / name


def cleared(folder: Path, trash: Trash, needed: str = "", clock: float | None = None) -> list[str]:
    when = later() if clock is None else clock
    gone = clear((folder,), lambda path: path.name == needed, trash, lambda: when)
    return [path.name for path in gone]


def test_what_nobody_took_goes_after_a_month(tmp_path: Path, trash: Trash) -> None:
    lead = file(tmp_path, "lead.wav")
    made(lead)
    assert cleared(tmp_path, trash, clock=time.time() + KEPT_S - 60) == []
    assert cleared(tmp_path, trash) == ["lead.wav"]
    assert not lead.exists()
    assert list((tmp_path / MARKS).iterdir()) == []


def test_what_is_not_ours_stays(tmp_path: Path, trash: Trash) -> None:
    file(tmp_path, "mine.wav")
    assert cleared(tmp_path, trash) == []
    assert cleared(tmp_path / "not there", trash) == []


def test_what_was_taken_once_stays_for_ever(tmp_path: Path, trash: Trash) -> None:
    lead = file(tmp_path, "lead.wav")
    made(lead)
    taken([lead, tmp_path / "unmarked.wav", tmp_path / "nowhere" / "a.wav"])
    made(lead)  # rendered again over it: the DAW plays the newer one from there
    assert cleared(tmp_path, trash) == []
    assert lead.exists()


def test_whoever_looks_into_the_folder_may_take_everything(tmp_path: Path, trash: Trash) -> None:
    for name in ("a.wav", "b.wav"):
        made(file(tmp_path, name))
    shown(tmp_path)
    made(file(tmp_path, "c.wav"))
    assert cleared(tmp_path, trash) == ["c.wav"]


def test_what_something_names_stays(tmp_path: Path, trash: Trash) -> None:
    made(file(tmp_path, "lead.wav"))
    made(file(tmp_path, "mix.wav"))
    assert cleared(tmp_path, trash, needed="mix.wav") == ["lead.wav"]


def test_the_month_begins_anew_with_each_render(tmp_path: Path, trash: Trash) -> None:
    lead = file(tmp_path, "lead.wav")
    made(lead)
    long_ago = time.time() - 2 * KEPT_S
    os.utime(tmp_path / MARKS / "lead.wav", (long_ago, long_ago))
    made(lead)
    assert cleared(tmp_path, trash, clock=time.time()) == []


def test_a_trash_that_refuses_is_tried_again(tmp_path: Path, trash: Trash) -> None:
    lead = file(tmp_path, "lead.wav")
    made(lead)
    trash.full = True
    assert cleared(tmp_path, trash) == []
    assert lead.exists()
    trash.full = False
    assert cleared(tmp_path, trash) == ["lead.wav"]


def test_a_second_name_of_what_was_taken_may_go(tmp_path: Path, trash: Trash) -> None:
    lead = file(tmp_path, "lead.wav")
    placed = tmp_path / "lead @ 5.1.wav"
    os.link(lead, placed)
    made(lead)
    made(placed)
    taken([placed])
    assert cleared(tmp_path, trash) == ["lead.wav"]
    assert placed.read_bytes() == b"sound"


def test_marks_of_files_that_are_gone_go_as_well(tmp_path: Path, trash: Trash) -> None:
    lead = file(tmp_path, "lead.wav")
    made(lead)
    lead.unlink()
    assert cleared(tmp_path, trash) == []
    assert list((tmp_path / MARKS).iterdir()) == []


def test_a_disk_that_refuses_marks_nothing(tmp_path: Path) -> None:
    made(tmp_path / "no folder" / "a.wav")
    (tmp_path / MARKS).write_text("a file stands where the folder should")
    made(file(tmp_path, "a.wav"))
