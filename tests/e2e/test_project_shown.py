"""What `melisma project show` tells of a song, and that names in it cannot command the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Command, Outcome
from tests.midi import PPQ, midi, row

NOTES = [*row(4), *((start + 8 * PPQ, end + 8 * PPQ, key) for start, end, key in row(4))]
"""Two phrases: bars 1 and 3, at 120 a minute."""


@pytest.fixture
def song(command: Command, work: Path) -> Path:
    """`song.melisma` of two phrases."""
    (work / "clip.mid").write_bytes(midi(NOTES))
    ok(command("project", "new", "clip.mid", "--voice", "tiny", "--out", "song.melisma"))
    return work / "song.melisma"


def ok(outcome: Outcome) -> Outcome:
    assert outcome.code == 0, outcome
    return outcome


def test_show_lists_every_note_as_it_can_be_named(command: Command, song: Path) -> None:
    ok(command("project", "set", song, "--note", "3.2", "vibrato_depth=60", "lyric=sun", "phones=S UW N"))
    assert "note_list" not in ok(command("project", "show", song, "--json")).facts["tracks"][0]
    (track,) = ok(command("project", "show", song, "--notes", "--json")).facts["tracks"]
    notes = track["note_list"]
    assert [note["id"] for note in notes] == [f"n{number}" for number in range(8)]
    assert [note["phrase"] for note in notes] == ["p1"] * 4 + ["p2"] * 4
    edited = notes[5]
    assert (edited["bar"], edited["beat"], edited["length_quarters"]) == (3, 2, 1)
    assert (edited["key"], edited["key_name"]) == (62, "D4")
    assert (edited["lyric"], edited["phones"], edited["by_hand"]) == ("sun", ["S", "UW", "N"], ["S", "UW", "N"])
    assert edited["knobs"] == {"vibrato_depth": 60}
    assert [note["lyric"] for note in notes[2:4]] == ["twin-", "kle"]
    assert all(note["phones"] for note in notes)
    lines = ok(command("project", "show", song, "--notes", "--track", 1)).out.splitlines()
    (line,) = [line for line in lines if "vibrato_depth" in line]
    assert line.split() == ["3.2", "1", "D4", "sun", "S", "UW", "N", "by", "hand,", "vibrato_depth=60"]
    for note in notes:  # every place that is shown is one that `set --note` finds
        place = f"{note['bar']}.{note['beat']:g}"
        ok(command("project", "set", song, "--note", place, f"key={note['key']}"))
    refused = command("project", "show", song, "--track", "9")
    assert (refused.code, "no track '9'" in refused.err) == (2, True)


def test_names_in_a_project_do_not_command_the_terminal(command: Command, song: Path) -> None:
    whole = json.loads(song.read_text(encoding="utf-8"))
    whole["tracks"][0] |= {"name": "Le\x1b[2Jad\x9b31m", "voice": "no\x1b]0;one\x07"}
    whole["tracks"][0]["notes"][0]["lyric"] = "la\u202e\x07"
    song.write_text(json.dumps(whole), encoding="utf-8")
    for words in (("show", song), ("show", song, "--notes"), ("check", song), ("show", song, "--notes", "--json")):
        outcome = ok(command("project", *words))
        assert not set("\x1b\x07\x9b\u202e") & set(outcome.out + outcome.err)
    assert ok(command("project", "show", song, "--json")).facts["tracks"][0]["name"] == "Le\x1b[2Jad\x9b31m"
