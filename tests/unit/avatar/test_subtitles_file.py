"""Words that users have at their times, in whatever shape players wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.avatar.subtitles import Subtitle, in_order, srt_text
from engine.avatar.subtitles_file import LAST_LINE_S, MAX_BYTES, read_subtitles
from engine.errors import InputError

SRT = """1
00:00:01,000 --> 00:00:02,500
Shine, little star,
how I wonder

2
00:01:02.5 --> 01:00:04.25
<i>what</i> you {\\an8}are
"""
AS_READ = (Subtitle(1.0, 2.5, "Shine, little star,\nhow I wonder"), Subtitle(62.5, 3604.25, "what you are"))


def read(tmp_path: Path, data: str | bytes, name: str = "words.srt") -> tuple[Subtitle, ...]:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_subtitles(path)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_subrip(tmp_path: Path, newline: str, encoding: str) -> None:
    assert read(tmp_path, SRT.replace("\n", newline).encode(encoding)) == AS_READ


def test_subrip_without_numbers_or_with_too_many_empty_lines(tmp_path: Path) -> None:
    loose = "\n\n00:00:01,0 --> 00:00:02,0\none\n\n \n\n\n7\n00:00:03,000 --> 00:00:04,000 X1:40\ntwo"
    assert read(tmp_path, loose) == (Subtitle(1, 2, "one"), Subtitle(3, 4, "two"))


def test_accents_of_older_players(tmp_path: Path) -> None:
    assert read(tmp_path, "1\n00:00:01,000 --> 00:00:02,000\nà la volée".encode("cp1252"))[0].text == "à la volée"


def test_lines_of_lyrics_end_where_the_next_begins(tmp_path: Path) -> None:
    text = (
        "[ti:Star]\n[ar:Nobody]\n[length:01:20]\n[00:12.5]one\n[00:14.00]two <00:15.00>more\n[00:16]\n[01:00.000]last"
    )
    assert read(tmp_path, text, "a.LRC") == (
        Subtitle(12.5, 14, "one"),
        Subtitle(14, 16, "two more"),
        Subtitle(60, 60 + LAST_LINE_S, "last"),
    )


def test_a_chorus_has_several_stamps_and_the_file_any_order(tmp_path: Path) -> None:
    words = read(tmp_path, "[00:30.00][00:10.00] chorus \n[00:20.00]verse\n", "a.lrc")
    assert [(word.start_s, word.end_s, word.text) for word in words] == [
        (10, 20, "chorus"),
        (20, 30, "verse"),
        (30, 36, "chorus"),
    ]


def test_two_languages_at_one_stamp_are_two_lines(tmp_path: Path) -> None:
    words = read(tmp_path, "[00:01.00]sakura\n[00:01.00]cherry\n[00:05.00]\n", "a.lrc")
    assert words == (Subtitle(1, 5, "sakura\ncherry"),)


@pytest.mark.parametrize(("offset", "start_s"), [("500", 9.5), ("+500", 9.5), ("-2000", 12.0)])
def test_an_offset_is_taken_off(tmp_path: Path, offset: str, start_s: float) -> None:
    assert read(tmp_path, f"[offset:{offset}]\n[00:10.00]x", "a.lrc")[0].start_s == start_s


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.srt", b""),
        ("a.srt", b"dear diary"),
        ("a.srt", b"\x00\xff\x80" * 100),
        ("a.lrc", b"no stamps"),
        ("a.lrc", b"[" + b"9" * 6000 + b":00.00]x"),
        ("a.srt", b"9" * 6000 + b":00:00,000 --> 00:00:01,000\nx"),
        ("a.txt", SRT.encode()),
        ("a", SRT.encode()),
        ("a.srt", b"\n" * (MAX_BYTES + 1)),
    ],
)
def test_what_holds_no_words_is_told(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(InputError, match=rf"^{name} "):
        read(tmp_path, data, name)


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "folder.srt").mkdir()
    for name in ("missing.srt", "folder.srt"):
        with pytest.raises(InputError, match="could not be opened"):
            read_subtitles(tmp_path / name)


texts = st.one_of(
    st.text(max_size=200).map(str.encode),
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [
                "1",
                "00:00:01,000 --> 00:00:02,000",
                "[00:01.00]",
                "<i>",
                "-->",
                "\n",
                "\r\n",
                "\n\n",
                "x",
                "٣",
                "[offset:",
            ]
        ),
        max_size=20,
    ).map(lambda parts: "".join(parts).encode()),
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=texts, name=st.sampled_from(["a.srt", "a.lrc"]))
def test_nonsense_is_refused_in_words_or_read(tmp_path: Path, data: bytes, name: str) -> None:
    try:
        found = read(tmp_path, data, name)
    except InputError:
        return
    assert found
    srt_text(in_order(found, 100.0))


def test_what_we_write_is_read_back(tmp_path: Path) -> None:
    words = (Subtitle(0.04, 1.5, "one"), Subtitle(1.5, 3725.125, "two\nlines"))
    assert read(tmp_path, srt_text(words)) == words
