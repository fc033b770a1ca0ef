"""Lines matched to runs of notes: what is too much for it is laid note by note."""

from __future__ import annotations

import pytest

from engine.score import line_match
from engine.score.line_match import match_lines


def test_a_song_of_usual_size_is_matched_line_by_line() -> None:
    assert len(match_lines([8] * 50, [8] * 50)) == 50
    assert len(match_lines([3] * 20, [1] * 60)) == 20


@pytest.mark.parametrize(("lines", "runs"), [(10, 10_000), (2, 20_000), (5_000, 10), (1_000, 1_000)])
def test_more_than_seconds_of_work_is_not_begun(lines: int, runs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_match, "_shortest", lambda *_, **__: pytest.fail("begun"))
    assert match_lines([8] * lines, [1] * runs) == [((0, lines), (0, runs))]
