import struct
import time

import mido
import pytest

from engine.errors import InputError
from engine.score import midi_bytes, read_score_bytes


def facts(score):
    return [(n.lyric, n.ends_word, n.holds) for n in score.notes]


def kinds(score):
    return [p.kind for p in score.problems]


def test_spaces_end_words_where_the_file_uses_them(build_midi, sung):
    score = read_score_bytes(build_midi(sung(["A", "ma", "zing ", "grace "])))
    assert facts(score) == [("A", False, False), ("ma", False, False), ("zing", True, False), ("grace", True, False)]
    assert not score.problems


def test_leading_spaces_begin_words(build_midi, sung):
    score = read_score_bytes(build_midi(sung(["Hel", "lo", " my", " love"])))
    assert [n.ends_word for n in score.notes] == [False, True, True, True]


def test_without_spaces_hyphens_tell(build_midi, sung):
    score = read_score_bytes(build_midi(sung(["Hel-", "lo", "my", "love"])))
    assert facts(score) == [("Hel", False, False), ("lo", True, False), ("my", True, False), ("love", True, False)]


@pytest.mark.parametrize("mark", ["-", "_", "~", "ー", "+~", "+*", None])
def test_holds(build_midi, sung, mark):
    score = read_score_bytes(build_midi(sung(["glo-", mark, "ry"])))
    assert facts(score) == [("glo", False, False), ("", False, True), ("ry", True, False)]
    assert not score.problems


def test_plus_goes_on_with_the_word(build_midi, sung):
    score = read_score_bytes(build_midi(sung(["amazing", "-", "+", "+", "-"])))
    assert [n.continues_word for n in score.notes] == [False, False, True, True, False]
    assert [n.holds for n in score.notes] == [False, True, False, False, True]
    assert [n.ends_word for n in score.notes] == [False, False, False, True, True]


def test_hints_and_breaths(build_midi, sung):
    score = read_score_bytes(build_midi(sung(["read[r eh d]", "(br)", "now"])))
    assert score.notes[0].lyric == "read"
    assert score.notes[0].phones == ("r", "eh", "d")
    assert score.notes[1].breath
    assert score.notes[1].lyric == ""


def test_each_chinese_character_is_its_own_word(build_midi, sung):
    score = read_score_bytes(build_midi(sung(["月", "亮", "代 ", "表 "])))
    assert all(n.ends_word for n in score.notes)
    assert score.language == "zh"


def test_a_note_after_a_rest_without_lyric_is_reported_with_bar_and_beat(build_midi, sung):
    score = read_score_bytes(build_midi(sung(["one", "two", "", "", "", None, "three"])))
    (problem,) = score.problems
    assert (problem.kind, problem.note_id, problem.bar, problem.beat) == ("no_lyric", "n2", 2, 2.0)
    assert problem.message.startswith("Bar 2, beat 2: ")
    assert score.notes[2].lyric == ""
    assert not score.notes[2].holds


def test_no_lyrics_at_all_sings_la_and_says_so_once(build_midi, sung):
    score = read_score_bytes(build_midi(sung([None, None, None])))
    assert [n.lyric for n in score.notes] == ["la", "la", "la"]
    assert kinds(score) == ["no_lyrics"]


def test_overlap_cuts_the_earlier_note(build_midi, sung):
    score = read_score_bytes(build_midi(sung(["a", "b"], length=600)))
    assert score.notes[0].end == score.notes[1].start == 1.0
    (problem,) = score.problems
    assert (problem.kind, problem.note_id, problem.bar, problem.beat) == ("overlap", "n1", 1, 2.0)


def test_chord_keeps_the_top_note(build_midi, sung):
    low = [(480, mido.Message("note_on", note=40, velocity=9)), (960, mido.Message("note_off", note=40))]
    score = read_score_bytes(build_midi([*sung(["a", "b"]), *low]))
    assert [n.key for n in score.notes] == [60, 61]
    assert kinds(score) == ["chord"]


def test_zero_length_and_unclosed_notes(build_midi, sung):
    rows = [
        *sung(["a", "b"]),
        (0, mido.Message("note_on", note=90, velocity=9)),
        (0, mido.Message("note_off", note=90)),
    ]
    rows += [(960, mido.Message("note_on", note=70, velocity=9)), (1440, mido.MetaMessage("text", text="x"))]
    score = read_score_bytes(build_midi(rows))
    assert sorted(kinds(score)) == ["unclosed_note", "zero_length"]
    assert [n.end for n in score.notes] == [1.0, 2.0, 3.0]


def test_lyrics_near_a_note_belong_to_it_and_the_first_of_two_wins(build_midi, sung):
    rows = [*sung([None, None]), (8, mido.MetaMessage("lyrics", text="near")),
            (480, mido.MetaMessage("lyrics", text="first")), (480, mido.MetaMessage("lyrics", text="second")),
            (700, mido.MetaMessage("lyrics", text="lost"))]  # fmt: skip
    score = read_score_bytes(build_midi(rows))
    assert [n.lyric for n in score.notes] == ["near", "first"]
    assert kinds(score) == ["too_many_syllables", "too_many_syllables"]
    assert '"lost"' in score.problems[1].message


def test_karaoke_file(build_midi, sung):
    head = [(0, mido.MetaMessage("text", text=t)) for t in ("@KMIDI KARAOKE FILE", "@LENGL", "@TMy Song")]
    words = [(480 * i, mido.MetaMessage("text", text=t)) for i, t in enumerate(["\\Hel", "lo", " you", "/and", " me"])]
    melody = sung([None] * 5)
    drums = sung([None] * 5, channel=9)
    busy = sung([None] * 40, ppq=120)
    score = read_score_bytes(build_midi(head, words, busy, drums, melody))
    assert [n.lyric for n in score.notes] == ["Hel", "lo", "you", "and", "me"]
    assert [n.ends_word for n in score.notes] == [False, True, True, True, True]
    assert score.phrase_breaks == ("n2",)
    assert (score.language, score.title) == ("en", "My Song")
    assert kinds(score) == ["several_tracks"]


def test_a_copyright_text_is_no_lyric(build_midi, sung):
    score = read_score_bytes(build_midi([(0, mido.MetaMessage("text", text="(c) me")), *sung([None, None, None])]))
    assert [n.lyric for n in score.notes] == ["la"] * 3


def test_the_track_with_lyrics_is_sung_unless_another_is_asked_for(build_midi, sung):
    piano = [(0, mido.MetaMessage("track_name", name="Piano")), *sung([None] * 6, key=40)]
    voice = [(0, mido.MetaMessage("track_name", name="Anna")), *sung(["we", "sing"])]
    data = build_midi(piano, voice)
    score = read_score_bytes(data)
    assert [n.lyric for n in score.notes] == ["we", "sing"]
    assert "1 (Anna)" in score.problems[0].message
    assert read_score_bytes(data, track="piano").notes[0].key == 40
    assert read_score_bytes(data, track=0).notes[0].key == 40
    assert read_score_bytes(data, track="1").notes[0].key == 60
    with pytest.raises(InputError, match="no track"):
        read_score_bytes(data, track="Cello")


def test_without_lyrics_a_track_named_like_a_voice_is_sung(build_midi, sung):
    piano = [(0, mido.MetaMessage("track_name", name="Piano")), *sung([None] * 6, key=40)]
    voice = [(0, mido.MetaMessage("track_name", name="Lead Vocal")), *sung([None] * 2)]
    assert read_score_bytes(build_midi(piano, voice)).notes[0].key == 60


def test_type_0_with_several_channels(build_midi, sung):
    score = read_score_bytes(build_midi(sung(["we", "sing"], key=72) + sung([None] * 9, key=40, channel=3), kind=0))
    assert [n.lyric for n in score.notes] == ["we", "sing"]


def test_tempo_meter_and_pickup(build_midi, sung):
    conductor = [
        (0, mido.MetaMessage("set_tempo", tempo=1_000_000)),
        (0, mido.MetaMessage("time_signature", numerator=1, denominator=4)),
        (480, mido.MetaMessage("time_signature", numerator=4, denominator=4)),
    ]
    score = read_score_bytes(build_midi(conductor, sung(["a", "b"])))
    assert score.tempo_map.seconds(2.0) == 2.0
    assert score.tempo_map.bar_beat(0.0) == (0, 4.0)
    assert score.tempo_map.bar_beat(1.0) == (1, 1.0)


@pytest.mark.parametrize("ppq", [1, 24, 96, 480, 960, 15360])
def test_any_ppq(build_midi, sung, ppq):
    score = read_score_bytes(build_midi(sung(["a ", "b "], ppq=ppq), ppq=ppq))
    assert [(n.start, n.duration) for n in score.notes] == [(0.0, 1.0), (1.0, 1.0)]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda d: d[:12] + struct.pack(">h", -25 * 256 + 40) + d[14:], "SMPTE"),
        (lambda d: d[:8] + struct.pack(">H", 2) + d[10:], "type 2"),
        (lambda d: d[:12] + b"\0\0" + d[14:], "ticks"),
        (lambda d: d[:-10], "cut off"),
        (lambda d: d[:10], "cut off"),
        (lambda d: d[:14] + b"garbage!" * 4, "damaged"),
        (lambda d: b"", "empty"),
        (lambda d: b"just some text", "MIDI"),
    ],
)
def test_refused_files_say_why(build_midi, sung, change, what):
    with pytest.raises(InputError, match=what) as caught:
        read_score_bytes(change(build_midi(sung(["a"]))), name="clip.mid")
    assert caught.value.hint


def test_a_riff_envelope_is_opened(build_midi, sung):
    data = build_midi(sung(["a"]))
    envelope = b"RIFF" + struct.pack("<I", len(data) + 12) + b"RMIDdata" + struct.pack("<I", len(data))
    assert read_score_bytes(envelope + data).notes == read_score_bytes(data).notes


def test_many_notes_read_in_seconds(build_midi, sung):
    data = build_midi(sung(["la "] * 30_000, ppq=48), ppq=48)
    start = time.monotonic()
    score = read_score_bytes(data)
    assert len(score.notes) == 30_000
    assert time.monotonic() - start < 30.0


def test_line_ends_survive_writing(build_midi, sung):
    score = read_score_bytes(build_midi(sung(["one ", "two \r", "three "])))
    assert score.phrase_breaks == ("n1",)
    assert read_score_bytes(midi_bytes(score)) == score
