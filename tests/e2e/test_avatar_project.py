"""A project becomes a video: what is heard, who is seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api import SingRequest
from engine.api.avatar_vocals import sung, unsung
from engine.jobs import JobContext
from tests.e2e.conftest import Command
from tests.midi import midi


def test_of_a_project_the_mix_is_heard_and_the_first_track_is_the_face_s(
    work: Path, tmp_path: Path, command: Command
) -> None:
    """The second track begins earlier and is louder: lips and words are the lead's all the same, at its place."""
    (work / "late.mid").write_bytes(midi([(480, 960, 60), (960, 1440, 62)], words=["la ", "star "]))
    (work / "other.mid").write_bytes(midi([(0, 1440, 67)], words=["oh "]))
    new = ("project", "new", "late.mid", "--voice", "tiny", "--out", "song.melisma", "--name", "Song")
    assert command(*new).code == 0
    assert command("project", "add", "song.melisma", "other.mid", "--voice", "tiny", "--name", "Back\x1b[2J").code == 0
    assert command("project", "set", "song.melisma", "--track", "1", "name=Lead", "seed=3").code == 0
    request = SingRequest(work / "song.melisma", work / "x.wav", device="cpu")
    mixed = sung(request, tmp_path, JobContext())
    assert mixed.file is not None
    assert mixed.line is not None
    assert mixed.vocals is not None
    mix, _ = soundfile.read(mixed.file)
    (tmp_path / "alone").mkdir()
    alone = sung(replace(request, track="Lead"), tmp_path / "alone", JobContext())
    assert alone.line is not None
    assert alone.vocals is not None
    assert [word.text for word in mixed.words] == [word.text for word in alone.words] == ["la star"]
    late_s = mixed.clip_start_s - alone.clip_start_s
    for one, other in zip(mixed.line.phones, alone.line.phones, strict=True):
        assert one.label == other.label
        assert one.start_s - other.start_s == pytest.approx(late_s, abs=0.011)
    assert len(mix) == pytest.approx(mixed.duration_s * 48_000, abs=2)
    assert len(mixed.vocals.audio.samples[0]) == round(mixed.duration_s * 16_000)
    begins_s = mixed.line.phones[0].start_s  # the lead's; the other one is half a second earlier
    assert begins_s > 0.2
    assert np.abs(mixed.vocals.audio.samples[0, : round((begins_s - 0.02) * 16_000)]).max() < 1e-3
    assert np.abs(mix[: round((begins_s - 0.02) * 48_000)]).max() > 0.02
    (remark,) = [problem for problem in mixed.problems if problem.kind == "mix"]
    assert (remark.severity, remark.sentence) == ("info", "2 tracks are heard; the face sings the first of them, Lead.")

    outcome = command("avatar", "song.melisma", "--draft", "--subtitles", "soft", "--out", "d.mp4", "--fps", 5)
    assert outcome.code == 0, outcome
    assert (work / "d.mp4").stat().st_size > 1000
    refused = command("avatar", "song.melisma", "--lyrics", "late.mid", "--out", "e.mp4", "--draft")
    assert (refused.code, "A project has its own words." in refused.err) == (2, True)
    assert command("project", "set", "song.melisma", "--track", "1", "mute=yes").code == 0
    assert [word.text for word in unsung(request, JobContext()).words] == ["oh"]
