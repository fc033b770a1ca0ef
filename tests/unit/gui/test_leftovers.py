"""What is cleared away, and above all what is not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from gui.document.leftovers import KEPT_S, MARKS, clear, copied, shown, taken, wanted_again


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
    gone = clear(folder, lambda path: path.name == needed, trash, lambda: when)
    return [path.name for path in gone]


def test_what_nobody_took_goes_after_a_month(tmp_path: Path, trash: Trash) -> None:
    lead = file(tmp_path, "lead.wav")
    copied(lead)
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
    copied(lead)
    taken([lead, tmp_path / "unmarked.wav", tmp_path / "nowhere" / "a.wav"])
    wanted_again(lead)
    assert cleared(tmp_path, trash) == []
    assert lead.exists()


def test_what_is_taken_on_a_full_disk_stays(tmp_path: Path, trash: Trash, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError("No space left on device")

    lead = file(tmp_path, "lead.wav")
    copied(lead)
    monkeypatch.setattr(Path, "write_bytes", refuse)
    taken([lead])
    assert cleared(tmp_path, trash) == []


def test_what_is_taken_while_it_is_looked_up_stays(tmp_path: Path, trash: Trash) -> None:
    lead = file(tmp_path, "lead.wav")
    copied(lead)

    def taking(path: Path) -> bool:
        taken([path])
        return False

    assert clear(tmp_path, taking, trash, later) == ()
    assert lead.exists()


def test_whoever_looks_into_the_folder_may_take_everything(tmp_path: Path, trash: Trash) -> None:
    for name in ("a.wav", "b.wav"):
        copied(file(tmp_path, name))
    shown(tmp_path)
    copied(file(tmp_path, "c.wav"))
    assert cleared(tmp_path, trash) == ["c.wav"]


def test_what_something_names_stays(tmp_path: Path, trash: Trash) -> None:
    copied(file(tmp_path, "lead.wav"))
    copied(file(tmp_path, "mix.wav"))
    assert cleared(tmp_path, trash, needed="mix.wav") == ["lead.wav"]


def test_the_month_begins_anew_with_each_drop(tmp_path: Path, trash: Trash) -> None:
    lead = file(tmp_path, "lead.wav")
    copied(lead)
    long_ago = time.time() - 2 * KEPT_S
    os.utime(tmp_path / MARKS / "lead.wav", (long_ago, long_ago))
    wanted_again(lead)
    assert cleared(tmp_path, trash, clock=time.time()) == []


def test_a_trash_that_refuses_is_tried_again(tmp_path: Path, trash: Trash) -> None:
    lead = file(tmp_path, "lead.wav")
    copied(lead)
    trash.full = True
    assert cleared(tmp_path, trash) == []
    assert lead.exists()
    trash.full = False
    assert cleared(tmp_path, trash) == ["lead.wav"]


def test_marks_of_files_that_are_gone_go_as_well(tmp_path: Path, trash: Trash) -> None:
    lead = file(tmp_path, "lead.wav")
    copied(lead)
    lead.unlink()
    assert cleared(tmp_path, trash) == []
    assert list((tmp_path / MARKS).iterdir()) == []


def test_a_disk_that_refuses_marks_nothing(tmp_path: Path) -> None:
    copied(tmp_path / "no folder" / "a.wav")
    (tmp_path / MARKS).write_text("a file stands where the folder should")
    copied(file(tmp_path, "a.wav"))
