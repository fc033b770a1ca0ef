"""The plugin's lines survive any chunking, and no bytes do harm."""

from __future__ import annotations

import itertools
import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_host.adapters.openutau.lines import (
    CLOSE_LINE,
    MAX_AUDIO_BYTES,
    MAX_LINE_BYTES,
    Close,
    LineParser,
    Malformed,
    Message,
    Notification,
    ProtocolError,
    Request,
    Response,
    Unasked,
    audio_line,
    notification_line,
    request_line,
    response_line,
)
from plugin_host.adapters.openutau.messages import Heard, hear, missing_hashes

WORDS = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=20)
PAYLOADS: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    ),
    max_size=4,
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=8,
)


@st.composite
def messages(draw: st.DrawFn) -> tuple[bytes, Message]:
    word, kind, payload = draw(WORDS), draw(WORDS), draw(PAYLOADS)
    audio = draw(st.binary(max_size=300))
    return draw(
        st.sampled_from(
            [
                (request_line(word, kind, payload), Request(word, kind, payload)),
                (response_line(word, payload), Response(word, payload)),
                (notification_line(kind, payload), Notification(kind, payload)),
                (audio_line("42", len(audio)) + audio, Unasked("42", len(audio))),
                (CLOSE_LINE, Close()),
            ]
        )
    )


def parsed(data: bytes, cuts: list[int]) -> list[Message]:
    parser, found = LineParser(), []
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in itertools.pairwise(edges):
        found += parser.feed(data[start:end])
    return found


@given(st.lists(messages(), max_size=6), st.lists(st.integers(0, 10_000), max_size=12))
def test_what_is_written_is_read_in_any_pieces(said: list[tuple[bytes, Message]], cuts: list[int]) -> None:
    data = b"".join(line for line, _ in said)
    assert parsed(data, cuts) == [message for _, message in said]


@given(st.lists(messages(), max_size=3))
def test_carriage_returns_are_tolerated(said: list[tuple[bytes, Message]]) -> None:
    said = [(line, message) for line, message in said if not isinstance(message, Unasked)]
    data = b"".join(line.replace(b"\n", b"\r\n") for line, _ in said)
    assert parsed(data, []) == [message for _, message in said]


@given(
    st.lists(
        st.binary(max_size=60)
        | st.sampled_from(
            [b"\n", b"audio ", b"request:", b"response:", b" {", b"}", b":", b" 9", b"notification:x ", b"[" * 3000]
        ),
        max_size=20,
    )
)
def test_no_bytes_do_harm(pieces: list[bytes]) -> None:
    parser = LineParser()
    try:
        for piece in pieces:
            for message in parser.feed(piece):
                assert isinstance(message, Message)
    except ProtocolError:
        pass


@given(
    st.sampled_from(["playhead", "bpm", "playbackStarted", "ping", "x"]),
    st.none() | st.dictionaries(st.sampled_from(["positionMs", "playing", "bpm", "y"]), ANY_JSON),
)
def test_what_is_heard_is_always_a_transport(kind: str, payload: dict[str, Any] | None) -> None:
    heard = hear(Heard(1.0, False, 120.0), kind, payload)
    assert heard.position_ms is not None
    assert abs(heard.position_ms) <= 1e10
    assert 0 < heard.bpm <= 10_000
    assert isinstance(heard.playing, bool)


@given(ANY_JSON)
def test_only_hashes_are_missed(answer: Any) -> None:
    for found in missing_hashes({"missingAudios": answer}):
        assert 0 <= int(found) < 2**64


def test_a_line_without_an_end_is_given_up() -> None:
    parser = LineParser()
    for _ in range(MAX_LINE_BYTES // 1024):
        assert list(parser.feed(b"x" * 1024)) == []
    with pytest.raises(ProtocolError):
        list(parser.feed(b"x"))


@pytest.mark.parametrize(
    "header",
    [
        b"audio",
        b"audio \n",
        b"audio 1\n",
        b"audio 1 2 3\n",
        b"audio x 8\n",
        b"audio 1 -8\n",
        b"audio 1 8.0\n",
        b"audio 18446744073709551616 8\n",
        f"audio 1 {MAX_AUDIO_BYTES + 1}\n".encode(),
        "audio ٣ 8\n".encode(),
    ],
)
def test_broken_headers_of_audio_end_the_connection(header: bytes) -> None:
    data = header if header.startswith(b"audio ") else header + b" \n"
    with pytest.raises(ProtocolError):
        list(LineParser().feed(data))


def test_audio_is_skipped_without_being_kept() -> None:
    parser = LineParser()
    assert list(parser.feed(audio_line("7", MAX_AUDIO_BYTES))) == []
    block = bytes(1 << 20)
    found = [message for _ in range(256) for message in parser.feed(block)]
    assert found == [Unasked("7", MAX_AUDIO_BYTES)]
    assert len(parser._held) == 0
    assert list(parser.feed(b"close\n")) == [Close()]


@pytest.mark.parametrize("line", [b"", b"x", b"request:", b"request:1", b"request::x {}", b"response: {}", b"CLOSE"])
def test_other_lines_are_said_to_be_none(line: bytes) -> None:
    assert [type(message) for message in LineParser().feed(line + b"\n")] == [Malformed]


def test_a_payload_that_is_no_object_is_none() -> None:
    for text in (b"", b"[]", b"1", b"{", b"[" * 100_000, b"nope", b'{"a": ' + b"9" * 5000 + b"}"):
        (message,) = LineParser().feed(b"notification:x " + text + b"\n")
        assert message == Notification("x", None)


def test_lines_hold_no_line_break_but_the_last() -> None:
    line = notification_line("x", {"a": "one\ntwo\r\n\u2028\udc80"})
    assert line.count(b"\n") == 1
    assert json.loads(line.decode().partition(" ")[2])["a"].startswith("one\ntwo\r\n\u2028")
