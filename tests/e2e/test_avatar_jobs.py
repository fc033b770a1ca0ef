"""What a window on the same engine relies on: previews, progress, a cancel that leaves nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.api import AvatarRequest, make_avatar_video, make_motion
from engine.avatar.faceparams_file import read_faceparams
from engine.errors import Cancelled
from engine.jobs import CancelToken, JobContext, Progress
from tests.e2e.conftest import Command
from tests.e2e.test_avatar import Sing, sound
from tests.tiny_animator import ANIMATOR_ID, install, usual_words


@pytest.fixture
def avatar(command: Command, user_folder: Path) -> Sing:
    """`avatar(vocals, "--out", "a.mp4")`: small pictures, made by the tiny ones on the CPU."""
    install(user_folder)
    return lambda vocals, *words: command(*usual_words(vocals, *words))


@pytest.fixture
def vocals(tmp_path: Path) -> Path:
    return sound(tmp_path / "vocals.wav", 0.7)


def request_for(vocals: Path, out: Path, **more: Any) -> AvatarRequest:
    return AvatarRequest(
        vocals, out, avatar="inga", size=(64, 64), animator=ANIMATOR_ID, device="cpu", threads=1, **more
    )


def test_a_preview_moves_as_the_video_does(avatar: Sing, work: Path, vocals: Path) -> None:
    request = request_for(vocals, work / "a.mp4", save_motion=work / "m.json")
    track = make_motion(replace(request, out=Path("/nowhere/at/all.xyz")), JobContext())
    assert list(work.iterdir()) == []
    make_avatar_video(request, JobContext())
    np.testing.assert_allclose(read_faceparams(work / "m.json").track.values, track.values, atol=1e-4)


@pytest.mark.parametrize("stage", ["Listening", "Drawing the video"])
def test_a_cancel_leaves_nothing(
    avatar: Sing, work: Path, tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    token, seen = CancelToken(), []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if progress.stage == stage and (stage == "Listening" or progress.done == 5):
            token.cancel()

    request = request_for(
        sound(tmp_path / "v.wav", 3.0), work / "a.mp4", save_motion=work / "m.json", exports=(("vmd", work / "v"),)
    )
    with pytest.raises(Cancelled):
        make_avatar_video(request, JobContext(watch, token))
    assert seen[-1].stage == stage
    assert list(work.iterdir()) == []
    assert list(temporary.iterdir()) == []


def test_progress_counts_up_in_each_stage(avatar: Sing, work: Path, vocals: Path) -> None:
    seen: list[Progress] = []
    make_avatar_video(request_for(vocals, work / "a.mp4"), JobContext(seen.append))
    stages = [progress.stage for progress in seen]
    assert stages == sorted(stages, key=["Listening", "Drawing the video"].index)  # one after the other
    drawing = [progress.done for progress in seen if progress.stage == "Drawing the video"]
    assert drawing == list(range(len(drawing)))
    assert seen[-1].done == seen[-1].total
