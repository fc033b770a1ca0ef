"""The scores of singing faces know what they measure; the page says what was wanted and what came out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from engine.avatar.line import RATE_HZ, SpokenPhone, SungLine
from engine.avatar.params import NUM_PARAMS, PARAMS, FaceTrack
from engine.train import bench_avatar
from engine.train.measure.avatar_scores import (
    beat_alignment,
    closures,
    following,
    head_spread,
    landmark_error,
    likeness,
    openings_in_silence,
)
from engine.train.measure.avatar_sheets import CAPTION, CELL, TITLE, SheetRow, moments, sheet
from engine.train.measure.avatar_table import markdown, rows

FPS = 25.0


def track(count: int, **columns: np.ndarray) -> FaceTrack:
    values = np.zeros((count, NUM_PARAMS), np.float32)
    for name, column in columns.items():
        values[:, PARAMS.index(name)] = column
    return FaceTrack(values, FPS)


def line(*phones: tuple[str, float, float], length_s: float = 4.0) -> SungLine:
    count = round(length_s * RATE_HZ)
    level = np.zeros(count, np.float32)
    for _, start_s, end_s in phones:
        level[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)] = 1
    return SungLine(tuple(SpokenPhone(*phone) for phone in phones), np.zeros(count, np.float32), level)


@pytest.mark.parametrize("lag", [-4, 0, 3])
def test_a_late_mouth_is_told_by_how_much(lag: int) -> None:
    curve = np.random.default_rng(0).uniform(0, 1, 200).astype(np.float32)
    found = following(np.roll(curve, lag), curve)
    assert found.lag == lag
    assert found.best == pytest.approx(1, abs=1e-5)
    assert (found.correlation > 0.99) == (lag == 0)


def test_a_mouth_that_never_moves_follows_nothing() -> None:
    assert following(np.zeros(50, np.float32), np.linspace(0, 1, 50, dtype=np.float32)).correlation == 0


def test_closures_are_looked_for_where_they_sound() -> None:
    opened = np.full(100, 0.6)
    opened[25] = 0.02  # 1.0 s
    found = closures(track(100, open=opened), line(("AA", 0, 1), ("M", 1, 1.08), ("AA", 1.08, 2), ("P", 2, 2.1)))
    assert found == pytest.approx([0.02, 0.6])


def test_only_the_middle_of_a_real_rest_is_silence() -> None:
    sung = line(("AA", 0.0, 1.0), ("AA", 1.1, 2.0), ("AA", 3.0, 4.0))
    opened = np.where(np.arange(100) < 50, 0.5, 0.1)
    found = openings_in_silence(track(100, open=opened), sung)
    assert len(found) == pytest.approx(0.7 * FPS, abs=2)
    assert found == pytest.approx(0.1)


def test_heads_that_move_alike_have_no_spread() -> None:
    one, other = track(40, yaw=np.linspace(-1, 1, 40)), track(40, yaw=np.linspace(1, -1, 40))
    assert head_spread([one, one]) == 0
    assert head_spread([one, other]) > 3


def test_nods_on_the_beat_align_and_others_do_not() -> None:
    times = np.arange(200) / FPS
    beats = np.arange(0.5, 7.5, 1.0)
    nods = track(200, pitch=-0.3 * np.cos(2 * np.pi * (times - 0.5)))
    assert beat_alignment(nods, beats) > 0.9  # type: ignore[operator]
    assert beat_alignment(nods, beats + 0.25) < 0.2  # type: ignore[operator]
    assert beat_alignment(nods, ()) is None


def test_landmarks_are_told_in_distances_of_the_eyes() -> None:
    points = np.zeros((68, 2), np.float32)
    points[36:42], points[42:48] = (-50, 0), (50, 0)
    moved = points.copy()
    moved[48:68] += (0, 10)
    mean, lips = landmark_error(moved, points)
    assert lips == pytest.approx(0.1)
    assert mean == pytest.approx(0.1 * 20 / 68)


def test_equal_pictures_are_alike() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (32, 32, 3)).astype(np.uint8)
    assert likeness(picture, picture) == (pytest.approx(1), 60)
    assert likeness(picture, 255 - picture)[1] < 12


def test_a_sheet_has_a_cell_for_each_moment() -> None:
    sung = line(("AA", 0, 1), ("M", 1, 1.1), ("IY", 1.1, 2))
    at = moments(sung, ("AA", "M", "IY"), 2)
    assert [label for label, _ in at] == ["AA", "IY"]
    picture = np.full((60, 60, 4), 200, np.uint8)
    made = sheet([SheetRow("one", [picture] * 3, ["AA", "M", "IY"]), SheetRow("two\nlines", [picture] * 2)])
    assert made.shape == (2 * CELL + CAPTION, TITLE + 3 * CELL, 3)


def facts() -> dict:
    kind = {
        "lines": 8, "open_median": 0.92, "open_mean": 0.9, "within_one_picture": 1.0, "wide": 0.8, "round": 0.8,
        "closures": 60, "closed": 0.95, "truly_closed": 1.0, "silence_open": 0.0, "silence_moves": 0.0, "beats": 0.6,
        "truth_beats": 0.7, "jitter": 1.1, "blinks": 0.02, "truth_blinks": 0.03,
    }  # fmt: skip
    picture = {
        "ssim": 0.9, "psnr_db": 25.0, "mouth_ssim": 0.8, "mouth_psnr_db": 20.0, "landmarks": 0.02, "lips": 0.02,
        "lips_in_head": 0.01,
    }  # fmt: skip
    run = {"figure": "drawn", "size": 512, "song_s": 30, "pictures_per_s": 30.0, "first_picture_s": 4.0, "peak_gb": 0.6}
    return {
        "animator": {"id": "mime", "version": "1", "num_steps": 1},
        "motion": {"sung": kind, "read": kind | {"open_median": 0.7}},
        "takes": {"head_degrees": 2.0, "truth_head_degrees": 3.0, "mouth": 0.01},
        "pictures": {"same": picture, "other": picture | {"psnr_db": 27.0}},
        "steps": [{"num_steps": 1, "motion": {"sung": kind, "read": kind}, "factor": 0.3}],
        "speed": {"runs": [run], "cores": 2},
    }


def test_the_page_tells_what_was_missed(tmp_path: Path) -> None:
    missed = [row.figure for row in rows(facts()) if row.passed is False]
    assert missed == [
        "PSNR of the whole picture",
        "First picture, drawn, 512 px, 30 s",
    ]
    page = markdown(facts(), [tmp_path / "pictures" / "avatar-sung.png"], tmp_path)
    assert "](pictures/avatar-sung.png)" in page
    assert "| Mouth follows, songs, by the included voice | >= 0.9 | 0.92 (mean 0.90) | yes |" in page


def test_without_data_it_says_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert bench_avatar.main(["--data", str(tmp_path / "none"), "--animator", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err
