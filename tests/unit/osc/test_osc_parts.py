"""The small parts: SLIP, buckets, kept answers, ULIDs."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin_host.osc.answers import Answers, Standing
from plugin_host.osc.limiter import Bucket, Limiter
from plugin_host.osc.messages import PacketError, sendable
from plugin_host.osc.peers import UdpPeer
from plugin_host.osc.slip import SlipReader, framed
from plugin_host.osc.ulid import is_ulid, new_ulid

_NO_SOCKET = socket.socket.__new__(socket.socket)
HERE, THERE = UdpPeer(1, _NO_SOCKET), UdpPeer(2, _NO_SOCKET)


@given(st.lists(st.binary(min_size=1, max_size=60), max_size=8), st.data())
def test_packets_survive_any_cutting_of_the_stream(packets: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(framed(packet) for packet in packets)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader, found = SlipReader(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += reader.feed(stream[start:end])
    assert found == packets


@given(st.lists(st.binary(max_size=300), max_size=30))
def test_any_stream_gives_packets_or_errors_and_is_never_hoarded(pieces: list[bytes]) -> None:
    reader = SlipReader(limit=100)
    for piece in pieces:
        for packet in reader.feed(piece):
            assert isinstance(packet, bytes | PacketError)
        assert len(reader._rest) <= 200
    reader.feed(b"\xc0")
    assert reader.feed(framed(b"next")) == [b"next"]


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(burst=5, per_s=2)
    assert sum(bucket.take(100.0) for _ in range(50)) == 5
    assert sum(bucket.take(100 + i / 10) for i in range(101)) in (19, 20)
    assert sum(bucket.take(1000.0) for _ in range(50)) == 5


def test_many_sources_share_one_limit() -> None:
    limiter = Limiter()
    allowed = sum(limiter.allows(f"udp:{i}", 0.0) for i in range(10_000))
    assert 1 <= allowed <= 64
    assert limiter.withheld() == 10_000 - allowed
    assert limiter.withheld() == 0
    assert limiter.allows("udp:1", 60.0)


def test_answers_are_kept_for_each_client() -> None:
    answers = Answers(per_client=3, clients=2)
    for client in ("a", "b"):
        assert answers.begin(client, "id", "asked", HERE) is Standing.NEW
        assert answers.begin(client, "id", "asked", THERE) is Standing.IN_WORK
        assert answers.begin(client, "id", "other", HERE) is Standing.OTHER
        assert answers.finish(client, "id", client.encode()) == {HERE, THERE}
        assert answers.begin(client, "id", "asked", HERE) == client.encode()
    answers.forget("a", "id")
    assert answers.begin("a", "id", "asked", HERE) is Standing.NEW


def test_the_oldest_answers_go_but_none_that_is_in_work() -> None:
    answers = Answers(per_client=3, clients=2)
    answers.begin("a", "in work", "", HERE)
    for i in range(10):
        answers.begin("a", str(i), "", HERE)
        answers.finish("a", str(i), b"done")
    assert answers.begin("a", "in work", "", HERE) is Standing.IN_WORK
    assert answers.begin("a", "9", "", HERE) == b"done"
    assert answers.begin("a", "0", "", HERE) is Standing.NEW
    for name in "bcdef":
        answers.begin(name, "x", "", HERE)
        answers.finish(name, "x", b"done")
    assert answers.begin("f", "x", "", HERE) == b"done"
    assert answers.begin("a", "in work", "", HERE) is Standing.IN_WORK
    assert answers.begin("b", "x", "", HERE) is Standing.NEW


def test_ulids_are_new_and_sort_by_time() -> None:
    made = [new_ulid() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert all(is_ulid(one) for one in made)
    assert [one[:10] for one in made] == sorted(one[:10] for one in made)


@pytest.mark.parametrize("last", ["", "00", "U", "I", "a", "-", "/", ".", "\n", "٣"])
def test_what_is_no_ulid(last: str) -> None:
    assert is_ulid("7" + "0" * 25)
    assert not is_ulid("0" * 25 + last)
    assert not is_ulid("8" + "0" * 25)


@given(st.text(max_size=2000))
def test_words_for_people_can_always_be_sent(text: str) -> None:
    sent = sendable(text)
    assert len(sent.encode()) <= 4 * 900
    assert "\0" not in sent
    assert sendable(sent) == sent
