"""What the measuring of portraits says: its masks and figures, and one real portrait through all of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="measuring needs PyTorch")

from engine.avatar.line import SpokenPhone, SungLine
from engine.avatar.rules import track_by_rule
from engine.train.avatar.portrait_bench import (
    PortraitFacts,
    measure_portraits,
    outside_face,
    psnr_db,
    summarized,
)
from tests.unit.avatar.test_portrait_face import PORTRAITS, drawn_face

JUDGES = PORTRAITS.parents[1] / "judges"


def sung_line() -> SungLine:
    """Two seconds: la-ma-ba."""
    labels = ("SP", "L", "AA", "M", "AA", "B", "AA", "SP")
    ends = np.cumsum([0.2, 0.1, 0.4, 0.14, 0.4, 0.14, 0.4, 0.22])
    phones = tuple(
        SpokenPhone(x, float(b - d), float(b)) for x, b, d in zip(labels, ends, np.diff(ends, prepend=0), strict=True)
    )
    count = round(float(ends[-1]) * 100)
    return SungLine(phones, np.full(count, 220.0, np.float32), np.full(count, 0.9, np.float32), ())


def test_identical_pictures_are_99_db_and_one_step_of_noise_48():
    a = np.full((20, 20, 4), 100, np.uint8)
    assert psnr_db(a, a) == 99.0
    assert psnr_db(a, a + 1) == pytest.approx(48.13, abs=0.01)


def test_the_mask_leaves_out_the_face_and_its_forehead_and_no_more():
    picture, landmarks = drawn_face()
    outside = outside_face(picture.shape, landmarks)
    inside = landmarks.round().astype(int)
    assert not outside[inside[:, 1], inside[:, 0]].any()
    assert not outside[int(landmarks[27, 1] - 0.9 * 70), int(landmarks[27, 0])]
    assert outside[:8].all()
    assert outside[:, :8].all()
    assert 0.2 < outside.mean() < 0.8


def test_a_summary_counts_what_was_not_found_too():
    found = PortraitFacts("a", True, "", 0.05, 0.04, 0.06, 0.08, 52.0, 0.9, 4, 3)
    worse = PortraitFacts("b", True, "", 0.15, 0.08, 0.1, 0.08, 44.0, 0.8, 4, 4)
    summary = summarized([found, worse, PortraitFacts("c", False, "No face was found in the picture.")])
    assert summary.found_share == pytest.approx(2 / 3)
    assert summary.worst_background_db == 44.0
    assert summary.worst_opening_r == 0.8
    assert summary.shut_share == 7 / 8
    assert json.loads(json.dumps(asdict(summary)))["portraits"] == 3
    with pytest.raises(ValueError, match="no portrait"):
        summarized([PortraitFacts("c", False, "none")])


@pytest.mark.skipif(not (JUDGES / "yunet").is_dir(), reason="the judges are not beside the project")
def test_one_portrait_sings_as_it_is_told(tmp_path: Path):
    folder = tmp_path / "portraits"
    folder.mkdir()
    (folder / "036.jpg").write_bytes((PORTRAITS / "036.jpg").read_bytes())
    (folder / "broken.jpg").write_text("no picture")
    line = sung_line()
    assert track_by_rule(line, 25, 50).at("open").max() > 0.3
    facts = list(measure_portraits(folder, JUDGES, line, tmp_path / "facts.json", every=4, size=320))
    smiling, broken = facts
    assert smiling.found
    assert smiling.mouth_off is not None
    assert smiling.mouth_off < 0.15
    assert smiling.background_db is not None
    assert smiling.background_db >= 40
    assert smiling.opening_r is not None
    assert smiling.opening_r > 0.7
    assert smiling.shut_asked >= 3
    assert smiling.shut_seen == smiling.shut_asked  # its teeth show in the picture itself
    assert not broken.found
    assert "broken.jpg" in broken.why
    stored = json.loads((tmp_path / "facts.json").read_text())
    assert [fact["name"] for fact in stored["portraits"]] == ["036", "broken"]
    assert stored["summary"]["found_share"] == 0.5
