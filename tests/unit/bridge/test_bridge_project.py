"""A project in a watched folder: sung whole, as it was when its turn came, by its own voices; laid beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.api import SingRequest, SingResult
from engine.api.project import NewProject, new_project, project_bytes, read_project, set_track
from engine.audio import Audio, read_audio, write_audio
from engine.errors import InputError
from engine.jobs import JobContext, JobState
from engine.score import Problem
from plugin_host.adapters.files import FilesAdapter
from plugin_host.bridge.asks import Asks, Wishes
from plugin_host.bridge.clip_project import keep_project, voice_for
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.work import make_work
from plugin_host.lyrics import LyricsBook
from tests.midi import midi, row
from tests.unit.bridge.stand_ins import Watcher

OFFSET_S = -0.05
TOLD = Problem("range", "Bar 2, beat 1: too low.", None, 2, 1.0)


def project(folder: Path, voice: str = "") -> Path:
    (folder / "clip.mid").write_bytes(midi(row(3)))
    path = folder / "song.melisma"
    new_project(NewProject(folder / "clip.mid", path, voice=voice, position_s=30.0))
    (folder / "clip.mid").unlink()
    return path


@pytest.mark.parametrize(("own", "sung_by"), [("", "anna"), ("berta", None)])
def test_it_is_sung_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str, sung_by: str | None) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    path = project(folder, own)
    asked: list[SingRequest] = []

    def sing(request: SingRequest, _context: JobContext) -> SingResult:
        asked.append(request)
        assert read_project(request.clip).project == read_project(path).project
        write_audio(Audio(np.full((2, 48_000), 0.25, np.float32), 48_000), request.out)
        return SingResult(request.out, "v", "en", 1.0, OFFSET_S, 48_000, 1, 0, (TOLD,), "test", 0.1, 0.1)

    monkeypatch.setattr("engine.api.render_clip", sing)
    now = iter(range(100))
    adapter = FilesAdapter((folder,), book=LyricsBook(tmp_path / "lyrics"), clock=lambda: float(next(now)))
    daws = Daws([adapter])
    with BridgeService(JobStore(tmp_path / "bridge"), make_work(daws)) as service:
        seen = Watcher(service)
        asks = Asks(service, daws, LyricsBook(tmp_path / "lyrics"), Wishes(voice="anna", device="cpu"))
        ask = next(found for found in (adapter.asks() for _ in range(9)) if found)[0]
        asks.take("files", replace(ask, lyrics="typed by somebody"))
        (job,) = service.jobs()
        ended = seen.ended(job.id)
    (request,) = asked
    assert ended.state is JobState.DONE, ended.sentence
    assert request.clip != path
    assert request.clip.suffix == ".melisma"
    assert (request.voice, request.seed, request.lyrics, request.language) == (sung_by, None, None, None)
    assert TOLD.message in ended.sentence  # bars are the project's own
    assert "has its own words" in ended.sentence
    main, early = sorted(folder.glob("song_*.wav"), key=lambda file: "before" in file.name)
    assert read_audio(main).samples.shape[0] == 2
    assert read_audio(main).num_samples == round((1.0 + OFFSET_S) * 48_000)
    assert read_audio(early).num_samples > read_audio(main).num_samples


def test_what_is_kept_does_not_change_with_the_file(tmp_path: Path) -> None:
    path = project(tmp_path)
    kept = keep_project(path, tmp_path / "kept.melisma")
    before = kept.read_bytes()
    path.write_bytes(project_bytes(set_track(read_project(path).project, None, {"voice": "", "seed": "7"})))
    assert kept.read_bytes() == before != path.read_bytes()
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        keep_project(path, tmp_path / "again.melisma")
    with pytest.raises(InputError, match="There is no file"):
        voice_for(path, "anna")
