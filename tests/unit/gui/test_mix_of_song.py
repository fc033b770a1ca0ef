"""The song in hand as a voice of a mix: sung as it stands, each track through its own chain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.api import SingRequest
from engine.api.project import Project, project_line
from engine.audio import Audio, write_audio
from engine.errors import InputError
from engine.host.call import Call, Kept
from engine.jobs import JobContext
from gui.demo_song import demo_song
from gui.viewmodels.mix_wish import OWN_CHAINS, MixBacking, MixVoice, MixWish
from gui.workshop import mixing
from plugin_host import rendergraph
from plugin_host.rendergraph import BounceRequest, BounceResult, Voice


class Stage:
    """Where nothing is sung and nothing is mixed: who was asked for what."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from gui.workshop import song_in_hand

        self.folder, self.cache = folder, folder / "cache"
        self.sung: list[SingRequest] = []
        self.mixed: list[BounceRequest] = []
        monkeypatch.setattr(song_in_hand, "render_clip", self._render)
        monkeypatch.setattr(rendergraph, "bounce", self._bounce)

    def bounce(self, **more: Any) -> dict[str, Any]:
        wish = MixWish(**({"out": self.folder / "mix.wav", "project": project_line(song())} | more))
        kept = Kept(self.cache)
        try:
            return dict(mixing.bounce(Call(wish.args(), JobContext(), lambda _part: None, kept)))
        finally:
            left = list(self.cache.glob("window-*/*"))
            kept.close()
            assert left == [], "what was sung for the mix stays behind"

    def _render(self, request: SingRequest, _context: JobContext, _load: object) -> object:
        assert request.clip.is_file()
        self.sung.append(request)
        stems = tuple(request.out.with_stem(name) for name in "ab") if request.stems else ()
        return SimpleNamespace(out=request.out, stems=stems, problems=[SimpleNamespace(sentence="No word fits.")])

    def _bounce(self, request: BounceRequest, _context: JobContext, scratch: Path) -> BounceResult:
        assert scratch.parent == self.cache  # it is swept, however the process ends
        self.mixed.append(request)
        return BounceResult(
            request.out, None, (), 1.0, 0.0, 48000, -np.inf, -np.inf, -np.inf, "gain", 0.0, 0.0, ("Early.",), 1.0, 1.0
        )


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(tmp_path, monkeypatch)


def song() -> Project:
    """Two tracks that are heard, one that is not and one without notes."""
    project = demo_song().project
    (lead,) = project.tracks
    return replace(
        project,
        name="At: night",
        tracks=(
            replace(lead, chain="pop-lead"),
            replace(lead, id="t2", name="Quiet", mute=True, chain="choir"),
            replace(lead, id="t3", name="Empty", notes=(), chain="choir"),
            replace(lead, id="t4", name="Double"),
        ),
    )


def test_each_track_goes_through_its_own_chain(stage: Stage) -> None:
    facts = stage.bounce(voices=(MixVoice(None, OWN_CHAINS, -2.0),))
    (request,), (mix,) = stage.sung, stage.mixed
    assert (request.stems, request.subtype, request.clip.name) == (True, "FLOAT", "At_ night.melisma")
    assert mix.voices == (
        Voice(request.out.with_stem("a"), "pop-lead", -2.0),
        Voice(request.out.with_stem("b"), None, -2.0),
    )
    assert mix.tempo is not None
    assert mix.tempo.tempi[0] == song().tempo_map.tempo_map().tempi[0]
    assert facts["remarks"] == ["No word fits.", "Early."]
    assert facts["loudness_lufs"] is None


@pytest.mark.parametrize(("chain", "laid"), [("", None), ("ballad", "ballad")])
def test_one_chain_is_for_the_whole_song(stage: Stage, chain: str, laid: str | None) -> None:
    stage.bounce(voices=(MixVoice(None, chain),))
    (request,), (mix,) = stage.sung, stage.mixed
    assert not request.stems
    assert mix.voices == (Voice(request.out, laid, 0.0),)


def test_the_song_keeps_its_place_among_the_voices(stage: Stage) -> None:
    first = sound(stage.folder / "first.wav")
    stage.bounce(voices=(MixVoice(first, "choir", 1.0), MixVoice(None, "")))
    assert stage.mixed[0].voices == (Voice(first, "choir", 1.0), Voice(stage.sung[0].out, None, 0.0))


def test_what_is_wrong_is_told_before_anything_is_sung(stage: Stage) -> None:
    folder, hand = stage.folder, MixVoice(None, OWN_CHAINS)
    noise = folder / "noise.wav"
    noise.write_bytes(b"no sound at all")
    lost = replace(song(), tracks=(replace(song().tracks[0], chain="lost"),))
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "a backing that is gone": ({"backings": (MixBacking(folder / "gone.wav"),)}, "no file"),
        "a backing that is no sound": ({"backings": (MixBacking(noise),)}, "could not be read"),
        "a chain that is gone": ({"voices": (hand, MixVoice(sound(folder / "v.wav"), "lost"))}, "no chain 'lost'"),
        "a track's chain that is gone": ({"project": project_line(lost)}, "no chain 'lost'"),
        "a folder that is gone": ({"out": folder / "gone" / "mix.wav"}, "does not exist"),
        "a name without a format": ({"out": folder / "mix.txt"}, "no sound format"),
        "a file that is read": (
            {"voices": (hand, MixVoice(sound(folder / "r.wav"))), "out": folder / "r.wav"},
            "cannot be written",
        ),
        "a backing of six channels": ({"backings": (MixBacking(sound(folder / "6.wav", channels=6)),)}, "6 channels"),
        "a backing's rate that the format does not know": (
            {"backings": (MixBacking(sound(folder / "96.wav", rate=96_000)),), "out": folder / "m.mp3"},
            "no 96000 Hz",
        ),
        "a rate that the format does not know": ({"sample_rate": 96_000, "out": folder / "m.mp3"}, "no 96000 Hz"),
        "a rate that there is not": ({"sample_rate": 1}, "no rate"),
    }
    for case, (more, sentence) in wrong.items():
        with pytest.raises(InputError, match=sentence):
            stage.bounce(**({"voices": (hand,)} | more))
        assert (stage.sung, stage.mixed) == ([], []), case


def sound(path: Path, channels: int = 1, rate: int = 48000) -> Path:
    write_audio(Audio(np.zeros((channels, 64), np.float32), rate), path)
    return path
