"""Every message of the table survives packing; every other packet raises the one declared error and nothing else."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pythonosc.osc_message_builder import BuildError, OscMessageBuilder

from plugin_host.osc.addresses import ADDRESSES, Address, Argument, Way
from plugin_host.osc.handling import Value
from plugin_host.osc.messages import TCP_LIMIT, UDP_LIMIT, Message, PacketError, decode, encode
from plugin_host.osc.ulid import new_ulid

OURS, THEIRS = Way.REPLY | Way.NOTICE, Way.REQUEST | Way.REPORT

strings = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "i": st.integers(-(2**31), 2**31 - 1),
    "h": st.integers(-(2**63), 2**63 - 1),
    "f": st.floats(width=32, allow_nan=False, allow_infinity=False),
    "d": st.floats(allow_nan=False, allow_infinity=False),
    "s": strings,
    "b": st.binary(max_size=60),
}
_SENT = {"i": "ih", "h": "ihf", "f": "fd", "d": "fdi"}
_KINDS = {"i": "whole", "h": "whole", "f": "point", "d": "point"}
ways = st.sampled_from(list(Way))


def addresses_of(way: Way) -> list[Address]:
    return [address for address in ADDRESSES.values() if address.way & way]


def value_of(argument: Argument, way: Way) -> st.SearchStrategy[Any]:
    if argument.name == "id" and way is Way.REQUEST:
        return st.builds(new_ulid)
    return VALUES[argument.tag]


@st.composite
def table_messages(draw: st.DrawFn) -> tuple[Address, Way, list[Value]]:
    way = draw(ways)
    address = draw(st.sampled_from(addresses_of(way)))
    return address, way, [draw(value_of(argument, way)) for argument in address.on_wire(way)]


def wired(address: Address, way: Way, values: Sequence[Value]) -> Message:
    names = [argument.name for argument in address.on_wire(way)]
    return Message(address, way, dict(zip(names, values, strict=True)))


def receivers(way: Way) -> Way:
    return OURS if way & OURS else THEIRS


def read(packet: bytes) -> list[Message]:
    """What both sides make of it; only the declared error may come."""
    found: list[Message] = []
    for side in (OURS, THEIRS):
        with suppress(PacketError):
            found += decode(packet, side, TCP_LIMIT)
    return found


@given(table_messages())
def test_every_message_survives(message: tuple[Address, Way, list[Value]]) -> None:
    address, way, values = message
    packet = encode(address.path, way, *values)
    assert len(packet) % 4 == 0
    (found,) = decode(packet, receivers(way))
    assert found == wired(address, way, values)
    assert list(found.own) == [argument.name for argument in address.arguments]
    with pytest.raises(PacketError):
        decode(packet, way ^ receivers(way))


@given(table_messages(), st.data())
def test_numbers_may_be_of_the_other_width_but_not_of_the_other_kind(
    message: tuple[Address, Way, list[Value]], data: st.DataObject
) -> None:
    address, way, values = message
    declared = [argument.tag for argument in address.on_wire(way)]
    sent = [data.draw(st.sampled_from(_SENT.get(tag, tag))) for tag in declared]
    builder = OscMessageBuilder(address.path)
    try:
        for tag, value in zip(sent, values, strict=True):
            builder.add_arg(int(value) if tag in "ih" else float(value) if tag in "fd" else value, tag)
        packet = builder.build().dgram
    except (OverflowError, BuildError):
        reject()  # this number has no such width
    if [_KINDS.get(tag) for tag in sent] == [_KINDS.get(tag) for tag in declared]:
        (found,) = decode(packet, receivers(way))
        for tag, value, given_value in zip(sent, values, found.arguments.values(), strict=True):
            narrow = struct.unpack(">f", struct.pack(">f", value))[0] if tag == "f" else value
            assert given_value == narrow
    else:
        with pytest.raises(PacketError):
            decode(packet, receivers(way))


@given(st.lists(table_messages().filter(lambda one: bool(one[1] & THEIRS)), max_size=5))
def test_bundles_are_all_or_nothing(messages: list[tuple[Address, Way, list[Value]]]) -> None:
    bundle = b"#bundle\0" + bytes(7) + b"\1"
    for address, way, values in messages:
        packet = encode(address.path, way, *values)
        bundle += struct.pack(">i", len(packet)) + packet
    assert list(decode(bundle, THEIRS, TCP_LIMIT)) == [wired(*message) for message in messages]
    for spoiled in (bundle + b"\0\0\0\4/bad", bundle[:15] + b"\2" + bundle[16:], bundle + b"\xff\xff\xff\xfc"):
        with pytest.raises(PacketError):
            decode(spoiled, THEIRS, TCP_LIMIT)


@settings(max_examples=500)
@given(st.binary(max_size=200), st.sampled_from([b"", b"/melisma/1/", b"#bundle\0" + bytes(7) + b"\1"]))
def test_any_bytes_raise_nothing_else(packet: bytes, head: bytes) -> None:
    assert read(head + packet) == []


@settings(max_examples=500)
@given(table_messages(), st.data())
def test_spoiled_packets_are_refused_or_fit_the_table(
    message: tuple[Address, Way, list[Value]], data: st.DataObject
) -> None:
    address, way, values = message
    packet = bytearray(encode(address.path, way, *values))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(packet)))
        match data.draw(st.integers(0, 3)):
            case 0:
                packet[at : at + 1] = data.draw(st.binary(max_size=5))
            case 1:
                del packet[at:]
            case 2:
                packet[at:at] = packet[: data.draw(st.integers(0, 40))]
            case 3:
                packet[at : at + 4] = struct.pack(">i", data.draw(st.integers(-(2**31), 2**31 - 1)))
    for found in read(bytes(packet)):
        again = encode(found.address.path, found.way, *found.arguments.values(), limit=TCP_LIMIT)
        (same,) = decode(again, receivers(found.way), TCP_LIMIT)
        assert same == found


@given(table_messages(), st.data())
def test_what_does_not_fit_the_table_is_not_packed(
    message: tuple[Address, Way, list[Value]], data: st.DataObject
) -> None:
    address, way, values = message
    at = data.draw(st.integers(0, len(values) - 1))
    tag = address.on_wire(way)[at].tag
    wrong: dict[str, list[Any]] = {
        "i": [2**31, -(2**31) - 1, 1.0, "1", True, None],
        "h": [2**63, 1.0, "1", False],
        "d": [float("nan"), float("inf"), -float("inf"), "1", True, 10**400],
        "s": ["a\0b", "\udcff", 1, b"x", None],
    }
    spoiled = [*values[:at], data.draw(st.sampled_from(wrong[tag])), *values[at + 1 :]]
    for bad in (spoiled, values[:-1], [*values, 1]):
        with pytest.raises(PacketError):
            encode(address.path, way, *bad)


@pytest.mark.parametrize(("limit", "length"), [(UDP_LIMIT, 8000), (TCP_LIMIT, 65_000)])
def test_sizes(limit: int, length: int) -> None:
    values = (new_ulid(), "token", "job")
    path = "/melisma/1/job/cancel"
    assert decode(encode(path, Way.REQUEST, *values[:2], "x" * length, limit=limit), THEIRS, limit)
    with pytest.raises(PacketError, match="bytes"):
        encode(path, Way.REQUEST, *values[:2], "x" * limit, limit=limit)
    with pytest.raises(PacketError, match="too large"):
        decode(encode(path, Way.REQUEST, *values[:2], "x" * limit, limit=1 << 20), THEIRS, limit)
    assert UDP_LIMIT < 8192
