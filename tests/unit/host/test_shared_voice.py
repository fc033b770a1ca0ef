"""Whoever sings in the engine's process, the voice is loaded once: with a big one that takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.api.project import project_bytes
from engine.host.call import Call, Kept
from engine.host.ops.figures import open_show
from engine.host.ops.jobs import avatar, sing
from engine.host.ops.live import live
from engine.jobs import JobContext
from engine.models import builders
from engine.models.hidden_singer import HiddenSinger
from tests import tiny_animator
from tests.conftest import TinyVoice
from tests.unit.host.live_songs import lead, song

Op = Callable[[Call], Mapping[str, Any]]


@pytest.fixture
def loads(
    user_folder: Path, tiny_voice: TinyVoice, tiny_singer: HiddenSinger, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Devices of every loading."""
    tiny_animator.install(user_folder)
    monkeypatch.setenv("MELISMA_DATA", str(user_folder))
    made: list[str] = []

    def load(_model: object, device: str, _threads: int | None = None) -> HiddenSinger:
        made.append(device)
        return tiny_singer

    monkeypatch.setitem(builders.BUILDERS, tiny_voice.model.manifest.kind, load)
    return made


def test_the_song_its_show_and_both_exports_share_it(loads: list[str], tmp_path: Path) -> None:
    kept = Kept(tmp_path / "cache")
    text = project_bytes(song(lead(1))).decode()
    figure = {"avatar": "inga", "animator": tiny_animator.ANIMATOR_ID, "device": "cpu"}

    def ask(op: Op, **args: Any) -> Mapping[str, Any]:
        return op(Call(args, JobContext(), lambda _part: None, kept))

    ask(live, project=text, track="t1", device="cpu")
    facts = ask(open_show, project=text, track="t1", **figure)
    ask(sing, project=text, out=str(tmp_path / "sung.wav"), device="cpu")
    wish = {"clip": facts["vocals"], "out": str(tmp_path / "video.mp4"), "track": "t1", "device": "cpu"}
    ask(avatar, vocals=facts["vocals"], out=str(tmp_path / "video.mp4"), size=[64, 64], sing=wish, **figure)
    assert (tmp_path / "video.mp4").is_file()
    assert loads == ["cpu"]
    kept.close()
