"""Locks on files that others take away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine import file_lock
from engine.file_lock import lock_file, open_lock


def test_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    number = lock_file(path)
    assert number is not None
    assert lock_file(path) is None
    os.close(number)
    again = lock_file(path)
    assert again is not None
    os.close(again)


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be removed there")
def test_a_file_that_is_taken_away_before_it_is_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, opened = tmp_path / "a.lock", []

    def open_late(file: Path) -> int:
        opened.append(open_lock(file))
        if len(opened) == 1:
            file.unlink()  # by a window that begins just now
        return opened[-1]

    monkeypatch.setattr(file_lock, "open_lock", open_late)
    number = lock_file(path)
    assert number is not None
    assert len(opened) == 2
    assert os.path.samestat(os.fstat(number), path.stat())
    os.close(number)
