"""Scores in one line, for tests."""

from __future__ import annotations

from engine.score import Note, NoteId, Score, TempoMap


def song(text: str, bpm: float = 120.0, start: float = 0.0, language: str = "") -> Score:
    """`"A-:60 men:62:2 _:64 . go:60"`: syllable:key:quarters; `_` holds, `,` breathes, `.` or `.:2` rests, a syllable
    that ends with `-` goes on, `~` has no lyric."""
    notes: list[Note] = []
    at = start
    for number, token in enumerate(text.split()):
        syllable, *numbers = token.split(":")
        if syllable == ".":
            at += float(numbers[0]) if numbers else 1.0
            continue
        quarters = float(numbers[1]) if len(numbers) > 1 else 1.0
        lyric = "" if syllable in ("_", ",", "~") else syllable.rstrip("-")
        notes.append(
            Note(
                id=NoteId(f"n{number}"),
                start=at,
                duration=quarters,
                key=int(numbers[0]),
                lyric=lyric,
                ends_word=not syllable.endswith("-"),
                holds=syllable == "_",
                breath=syllable == ",",
            )
        )
        at += quarters
    return Score(tuple(notes), TempoMap(((0.0, bpm),)), language)
