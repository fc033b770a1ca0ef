"""Which parts of a file become tracks."""

from __future__ import annotations

from engine.score import Note, NoteId, Score, ScorePart, read_parts, worth_opening


def part(name: str, words: bool = False, main: bool = False) -> ScorePart:
    return ScorePart(name, Score((Note(NoteId("n0"), 0.0, 1.0, 60),)), words, main)


def names(parts):
    return [part.name for part in parts]


def test_words_come_first_and_a_choir_comes_along():
    taken, left = worth_opening([part("alto"), part("soprano", words=True, main=True), part("bass", words=True)])
    assert names(taken) == ["soprano", "bass", "alto"]
    assert left == ()


def test_a_band_stays_outside_but_for_the_one_that_is_sung():
    band = [part(str(number), main=number == 2) for number in range(5)]
    taken, left = worth_opening(band)
    assert names(taken) == ["2"]
    assert names(left) == ["0", "1", "3", "4"]


def test_parts_of_a_notated_score(tmp_path):
    def measure(step, lyric=""):
        sung = f"<lyric><text>{lyric}</text></lyric>" if lyric else ""
        pitch = f"<pitch><step>{step}</step><octave>4</octave></pitch>"
        attributes = "<attributes><divisions>1</divisions></attributes>"
        return f'<measure number="1">{attributes}<note>{pitch}<duration>4</duration>{sung}</note></measure>'

    listed = '<score-part id="A"><part-name>Alto</part-name></score-part><score-part id="S"><part-name/></score-part>'
    score = f'<part id="A">{measure("C")}</part><part id="S">{measure("G", "so")}</part>'
    path = tmp_path / "two.musicxml"
    path.write_text(f"<score-partwise><part-list>{listed}</part-list>{score}</score-partwise>")
    found = read_parts(path)
    assert [(part.name, part.words, part.main) for part in found] == [("Alto", False, False), ("", True, True)]
    assert [[note.key for note in part.score.notes] for part in found] == [[60], [67]]
    assert all(problem.kind != "several_tracks" for part in found for problem in part.score.problems)


def test_channels_of_one_track_are_parts(tmp_path):
    notes = bytes([0, 0x90, 60, 80, 0, 0x91, 64, 80, 96, 0x80, 60, 0, 0, 0x81, 64, 0, 0, 0xFF, 0x2F, 0])
    header = b"MThd" + bytes([0, 0, 0, 6, 0, 0, 0, 1, 0, 96])
    path = tmp_path / "channels.mid"
    path.write_bytes(header + b"MTrk" + len(notes).to_bytes(4, "big") + notes)
    assert [[note.key for note in part.score.notes] for part in read_parts(path)] == [[60], [64]]
