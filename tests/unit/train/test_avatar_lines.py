"""The lines that a face learns from: every included voice sings, what it says is known in phones that faces know."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from engine.avatar.features import SAMPLE_RATE
from engine.avatar.line import RATE_HZ
from engine.avatar.streams import PHONE_ORDER
from engine.models import VoiceManifest
from engine.models.hidden_singer import HiddenSinger
from engine.models.manifest import load_manifest
from engine.models.registry import native_speaker, speaker_numbers
from engine.score import Note, NoteId, Score, TempoMap
from engine.score.expression import KNOBS
from engine.singing.words import phones_of_notes
from engine.train.avatar import lines
from engine.train.avatar.singers import Part, mannered, part_of, sung_as_usual, worded
from engine.train.mixes.lieder import Excerpt
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def trio() -> VoiceManifest:
    manifest = load_manifest(ROOT / "presets" / "models" / "trio" / "manifest.json")
    assert isinstance(manifest, VoiceManifest)
    return manifest


def song() -> Score:
    """Four notes on three syllables, and a breath."""
    notes = (
        Note(NoteId("a"), 0, 1, 60, "ma", ends_word=False),
        Note(NoteId("b"), 1, 1, 64, "ny"),
        Note(NoteId("c"), 2, 1, 67, holds=True),
        Note(NoteId("d"), 3, 0.5, 67, breath=True),
        Note(NoteId("e"), 4, 1, 65, "birds"),
    )
    return Score(notes, TempoMap.from_events([(0.0, 120.0)]))


def test_all_speakers_sing_their_own_language_and_english(trio: VoiceManifest) -> None:
    parts = [part_of(trio, number) for number in range(36)]
    assert Counter(part.speaker for part in parts) == dict.fromkeys(speaker_numbers(trio.settings), 12)
    for own in ("en", "de", "ja"):
        speaker = native_speaker(trio.settings, own)
        sung = Counter(part.language for part in parts if part.speaker == speaker)
        assert sung[own] >= 6
        assert sung["en"] >= 6
    assert {part.language for part in parts[:6]} == {"en", "de", "ja"}  # however few lines are asked for


def test_a_voice_of_one_sings_english(tiny_singer: HiddenSinger) -> None:
    assert {part_of(tiny_singer.manifest, number) for number in range(5)} == {Part(0, "en")}


def test_words_change_and_the_melody_stays() -> None:
    before = song()
    after = worded(before, "ja", Path(), 3)
    assert worded(before, "en", Path(), 3) == before
    assert [(n.start, n.duration, n.key) for n in after.notes] == [(n.start, n.duration, n.key) for n in before.notes]
    assert after.notes[2:4] == before.notes[2:4]
    said = phones_of_notes(after.notes, "ja", after.tempo_map)
    assert [said.phones[i] for i in (0, 1, 4)] == [after.notes[i].phones for i in (0, 1, 4)]
    assert all(said.phones[i] for i in (0, 1, 4))
    assert not said.problems
    assert worded(before, "ja", Path(), 3) == after
    assert worded(before, "ja", Path(), 4) != after


def test_keys_are_the_voices_and_sampling_is_the_packages(trio: VoiceManifest) -> None:
    low, high = trio.key_range
    rng = np.random.default_rng(0)
    keys = np.array([note.key for note in song().notes])
    drawn = [sung_as_usual(trio, song(), Part("yuki", "ja"), 5, rng) for _ in range(50)]
    shifts = np.array([settings.transpose for settings in drawn])
    assert (keys.min() + shifts).min() >= low
    assert (keys.max() + shifts).max() <= high
    assert len(set(shifts)) > 10
    assert {settings.speaker for settings in drawn} == {"yuki"}
    assert {settings.num_steps for settings in drawn} == {trio.settings["sampling"]["num_steps"]}


def test_manners_are_what_knobs_allow_and_some_lines_are_plain() -> None:
    rng = np.random.default_rng(1)
    turned = [mannered(song(), rng).curves for _ in range(60)]
    for curves in filter(None, turned):
        for name, curve in curves.items():
            assert KNOBS[name].low <= curve.at(0.0) <= KNOBS[name].high
    assert 10 < sum(not curves for curves in turned) < 50
    assert len({str(curves) for curves in turned}) > 10


def test_what_is_sung_is_known_in_phones_of_faces(
    tmp_path: Path, tiny_singer: HiddenSinger, monkeypatch: pytest.MonkeyPatch
) -> None:
    excerpt = Excerpt(song(), (), 3.0, 120.0)
    monkeypatch.setattr(lines, "_voice", lambda: tiny_singer)
    monkeypatch.setattr(lines, "part_of", lambda _, number: Part(0, ("en", "ja")[number]))
    monkeypatch.setattr(lines, "scores_of", lambda *_: [tmp_path])
    monkeypatch.setattr(lines, "draw_excerpt", lambda *_: excerpt)
    names = list(lines.make_sung(tmp_path, tmp_path / "out", 2, "train"))
    assert names == ["sung-train-0000-0-en", "sung-train-0001-0-ja"]
    made = lines.load_lines(tmp_path / "out", "train")
    for line in made:
        assert {phone.label for phone in line.sung.phones} <= set(PHONE_ORDER)
        assert len(line.samples) / SAMPLE_RATE == pytest.approx(len(line.sung.f0) / RATE_HZ, abs=0.03)
        assert len(line.sung.beats_s) >= 4
    english = [phone.label for phone in made[0].sung.phones]
    assert next(label for label in english if label not in ("SP", "AP")) == "M"
    assert english[-2] in ("Z", "D")  # birds
