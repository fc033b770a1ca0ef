"""Words beside recordings: texts, label files, pieces as sung phrases, consonants by speaker, consent."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from engine.singing.consonants import consonants_of
from engine.train.corpus.align import Segment
from engine.train.corpus.shards import Shard
from engine.train.own.consent import Consent, ask_consent
from engine.train.own.phrases import phrase_of
from engine.train.own.words import read_labels, text_words, within
from engine.train.voices.cast import phone_ids


def test_texts_and_scores_become_words(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\ufeffOh, well-known “night”!\nDon’t—stop.", encoding="utf-8")
    assert text_words(tmp_path / "a.txt") == ["oh", "well", "known", "night", "don't", "stop"]
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(InputError, match="cannot be read as text"):
        text_words(tmp_path / "b.txt")


def test_words_of_a_clip(tmp_path: Path) -> None:
    clip = Path(__file__).resolve().parents[3] / "presets" / "clips" / "twinkle.mid"
    words = text_words(clip)
    assert words[:3] == ["twinkle", "twinkle", "little"]


@pytest.mark.parametrize("unit", [1.0, 1e7])
def test_label_files_in_both_units(tmp_path: Path, unit: float) -> None:
    rows = [(0.0, 0.25, "pau"), (0.25, 0.5, "s"), (0.5, 1.0, "AA"), (1.0, 1.2, "br")]
    form = "{:.2f} {:.2f} {}" if unit == 1.0 else "{:.0f} {:.0f} {}"
    path = tmp_path / "a.lab"
    path.write_text("\n".join(form.format(a * unit, b * unit, label) for a, b, label in rows))
    assert [s.label for s in read_labels(path)] == ["SP", "S", "AA", "AP"]
    assert read_labels(path)[2].end_s == pytest.approx(1.0)


@pytest.mark.parametrize(
    "text",
    [
        *("0 1 nonsense", "hello", "5 3 aa", "0.5 1.0 aa\n0.0 0.5 s"),
        *("nan nan aa", "0.1 nan aa", "0.1 inf l", "0 1e999 l", "-3.0 0.5 aa", "-inf 0.5 aa"),
    ],
)
def test_bad_label_files_are_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.lab"
    path.write_text(text)
    with pytest.raises(InputError, match=r"a\.lab"):
        read_labels(path)


@pytest.mark.parametrize("name", ["song.mid", "song.musicxml"])
def test_a_broken_score_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"MThd" if name.endswith("mid") else b"<score-partwise><part")
    with pytest.raises(InputError, match=name):
        text_words(tmp_path / name)


LABELS = st.sampled_from(["AA", "S", "T", "IY", "SP", "M", "AXR", "TS"])
CUTS = st.lists(st.tuples(LABELS, st.floats(0.02, 0.6)), min_size=1, max_size=14)


@given(CUTS, st.floats(0, 2), st.floats(0.5, 4))
def test_a_piece_knows_its_phones_without_gaps(cuts: list[tuple[str, float]], start_s: float, length_s: float) -> None:
    at = 0.3
    segments = []
    for label, duration in cuts:
        segments.append(Segment(label, at, at + duration))
        at += duration
    found = within(segments, start_s, start_s + length_s)
    if not found:
        return
    assert found[0].start_s == pytest.approx(0, abs=1e-6)
    assert found[-1].end_s == pytest.approx(length_s, abs=6e-3)
    assert all(a.end_s == pytest.approx(b.start_s, abs=6e-3) for a, b in itertools.pairwise(found))
    frames = int(length_s * 48_000 / 256)
    shard = Shard("x", np.zeros(frames * 256, np.int16), np.full(frames, 220.0, np.float32), np.zeros((frames, 2, 8)))
    phrase = phrase_of(shard, found, phone_ids(), 1)
    assert len(phrase.f0) % 2 == 0
    assert len(phrase.audio) == 256 * len(phrase.f0)
    assert all(p.end_s > p.start_s and 0 <= p.note < len(phrase.notes) for p in phrase.phones)
    assert phrase.phones[-1].end_s == pytest.approx(len(phrase.f0) * 256 / 48_000)
    assert [p.note for p in phrase.phones] == sorted(p.note for p in phrase.phones)
    assert {note.key for note in phrase.notes} == {57}


def test_consonants_belong_to_the_vowel_that_they_open_or_close() -> None:
    spans = [("SP", 0.2), ("S", 0.1), ("AA", 0.3), ("T", 0.1), ("SP", 0.2), ("M", 0.1), ("IY", 0.4), ("SP", 0.2)]
    at, segments = 0.0, []
    for label, duration in spans:
        segments.append(Segment(label, at, at + duration))
        at += duration
    frames = int(at * 48_000 / 256)
    hz = np.where(np.arange(frames) < frames / 2, 220.0, 440.0).astype(np.float32)
    shard = Shard("x", np.zeros(frames * 256, np.int16), hz, np.zeros((frames, 2, 8)))
    phrase = phrase_of(shard, segments, phone_ids(), 0)
    assert [p.note for p in phrase.phones] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert [note.key for note in phrase.notes] == [57, 69]


TABLE = {"onset": {"S": 0.1}, "cluster": {}, "coda": {"S": 0.2}}
OTHER = {"onset": {"S": 0.3}, "cluster": {}, "coda": {}}


def test_consonants_of_one_table_and_of_several() -> None:
    assert consonants_of({"consonants": TABLE}, "anybody").onset == {"S": 0.1}
    several = {"consonants": {"ann": TABLE, "bob": OTHER}, "voices": {"speakers": {"ann": 0, "bob": 2}}}
    assert consonants_of(several, "bob").onset == {"S": 0.3}
    assert consonants_of(several, 2).onset == {"S": 0.3}
    assert consonants_of(several, 7).onset == consonants_of(several).onset == {"S": 0.1}
    with pytest.raises(KeyError):
        consonants_of({"consonants": {"onset": {}, "coda": {}}})


def test_consent_is_asked_for_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return {"Who": "Ann", "How": "I am the singer", "Und": "CC-BY-4.0"}[question[:3]]

    first = ask_consent(Consent("", "", ""), tmp_path, answer)
    assert (first.singer, first.consent, first.licence) == ("Ann", "I am the singer", "CC-BY-4.0")
    assert len(asked) == 3
    assert ask_consent(Consent("", "", ""), tmp_path, None) == first
    changed = ask_consent(Consent("", "", "CC0-1.0"), tmp_path, None)
    assert (changed.singer, changed.licence) == ("Ann", "CC0-1.0")


@pytest.mark.parametrize(
    ("given", "saying"),
    [
        (Consent("Ann", "no", "CC0-1.0"), "Without the singer's consent"),
        (Consent("", "yes", "CC0-1.0"), "who sings"),
        (Consent("Ann", "", "CC0-1.0"), "how the singer agreed"),
        (Consent("Ann", "yes", ""), "under which licence"),
        (Consent("Ann", "yes", "free!!"), "no licence's name"),
    ],
)
def test_without_consent_nothing_is_made(tmp_path: Path, given: Consent, saying: str) -> None:
    with pytest.raises(InputError, match=saying):
        ask_consent(given, tmp_path, None)
    assert not list(tmp_path.iterdir())
