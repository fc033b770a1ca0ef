"""Job files are taken as agreed, and refused in one sentence otherwise."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api import Choir, ExpressionRequest, IsolateRequest, SingRequest
from engine.errors import InputError
from engine.score import Curve
from plugin_host.bridge.job_file import MAX_BYTES, Anywhere, check_paths, dump_request, parse_job
from plugin_host.bridge.manner import dump_expression
from plugin_host.bridge.places import AllowedFolders
from plugin_host.bridge.strict import dump

OWN = Path("/own")


@pytest.fixture
def allowed(tmp_path: Path) -> Path:
    folder = tmp_path / "allowed"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.mid").write_bytes(b"")
    (folder / "deep" / "b.wav").write_bytes(b"")
    return folder


def parse(facts: Any, folder: Path) -> SingRequest | IsolateRequest:
    data = facts if isinstance(facts, bytes) else json.dumps(facts).encode()
    return parse_job(data, AllowedFolders([folder]), OWN)


def sing(folder: Path, **more: Any) -> dict[str, Any]:
    return {"format": "melisma-job", "version": 1, "kind": "sing", "clip": str(folder / "a.mid"), **more}


def isolate(folder: Path, **more: Any) -> dict[str, Any]:
    mixes = [str(folder / "deep" / "b.wav")]
    return {"format": "melisma-job", "version": 1, "kind": "isolate", "mixes": mixes, **more}


def test_what_is_left_out_means_what_it_means_there(allowed: Path) -> None:
    assert parse(sing(allowed), allowed) == SingRequest(allowed / "a.mid", OWN / "sung.wav")
    assert parse(sing(allowed, voice=None, seed=None), allowed) == SingRequest(allowed / "a.mid", OWN / "sung.wav")
    assert parse(isolate(allowed), allowed) == IsolateRequest((allowed / "deep" / "b.wav",), OWN)


def test_all_fields(allowed: Path) -> None:
    given_fields = sing(
        allowed,
        out=str(allowed / "out.flac"),
        lyrics=str(allowed / "a.mid"),
        voice="mary",
        seed=2**64 - 1,
        num_steps=9,
        temperature=0,
        sample_rate=44_100,
        subtype="FLOAT",
        transpose=-12,
        track="Lead",
        language="en",
        device="cpu",
        use_cache=False,
        stems=True,
        expression={
            "values": {"dynamics": -3.0},
            "curves": {"tension": [[0.0, 0.0], [8.0, 0.5]]},
            "drawn": [[[4.0, 62.0], [5.0, 63.0]]],
            "blend": [["yuki", 0.3]],
            "pitch_seed": 4,
        },
        choir={
            "voices": 4,
            "spread_ms": 9.0,
            "detune_cents": 3.0,
            "width": 1.0,
            "seed": 7,
            "speakers": ["yuki"],
        },
    )
    request = parse(given_fields, allowed)
    assert isinstance(request, SingRequest)
    named = {name: getattr(request, name) for name in SingRequest.__dataclass_fields__}
    named |= {"expression": dump_expression(request.expression), "choir": asdict(request.choir)}  # type: ignore[arg-type]
    named["choir"]["speakers"] = list(named["choir"]["speakers"])
    told = {name: given_fields[name] for name in named}
    assert {name: str(value) if isinstance(value, Path) else value for name, value in named.items()} == told


curves = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1)), min_size=1, max_size=4).map(
    lambda points: Curve(tuple(sorted(points)))
)
request_fields = st.fixed_dictionaries(
    {},
    optional={
        "voice": st.text(max_size=20).filter(lambda text: "\0" not in text),
        "seed": st.integers(0, 2**64 - 1),
        "num_steps": st.integers(1, 1000),
        "temperature": st.floats(0, 2),
        "sample_rate": st.integers(8000, 192_000),
        "subtype": st.sampled_from(["PCM_16", "PCM_24", "FLOAT"]),
        "transpose": st.integers(-48, 48),
        "use_cache": st.booleans(),
        "expression": st.builds(
            ExpressionRequest,
            values=st.dictionaries(st.sampled_from(["dynamics", "tension"]), st.floats(-1, 1)),
            curves=st.dictionaries(st.sampled_from(["gender", "blend:yuki"]), curves),
            drawn=st.lists(curves, max_size=2).map(tuple),
            blend=st.lists(st.tuples(st.text(max_size=5), st.floats(0, 1)), max_size=2).map(tuple),
            pitch_seed=st.none() | st.integers(0, 2**64 - 1),
        ),
        "choir": st.none() | st.builds(Choir, voices=st.integers(1, 16), width=st.floats(0, 1)),
    },
)


@given(request_fields)
def test_what_is_kept_is_read_back(fields: dict[str, Any]) -> None:
    request = SingRequest(Path("/a/ä\udcff.mid"), Path("/b.wav"), **fields)  # a name of a file that is no Unicode
    assert parse_job(dump(dump_request(request)), Anywhere(), OWN) == request


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 2},
        {"version": True},
        {"kind": "dance"},
        {"kind": None},
        {"clip": None},
        {"clip": 3},
        {"clip": "a.mid"},
        {"clip": "/etc/passwd"},
        {"clip": "//server/share/a.mid"},
        {"seed": -1},
        {"seed": 1.5},
        {"seed": True},
        {"seed": "1"},
        {"num_steps": 0},
        {"choir": {"voices": 0}},
        {"choir": {"voices": 2, "width": 2}},
        {"choir": {"voices": 2, "speakers": [3]}},
        {"expression": []},
        {"expression": {"unknown": 1}},
        {"expression": {"values": {"dynamics": 99}}},
        {"expression": {"values": {"dynamics": True}}},
        {"expression": {"values": {"growl": 1}}},
        {"expression": {"curves": {"tension": []}}},
        {"expression": {"curves": {"tension": [[1, 0], [0, 0]]}}},
        {"expression": {"curves": {"tension": [[1, 9]]}}},
        {"expression": {"drawn": [[[1, "c"]]]}},
        {"expression": {"blend": [["yuki"]]}},
        {"temperature": 2.1},
        {"temperature": "hot"},
        {"sample_rate": 10**30},
        {"subtype": "PCM_8"},
        {"device": "toaster"},
        {"use_cache": 1},
        {"voice": ["a"]},
        {"voice": "a\0b"},
        {"voice": "a" * 100_000},
        {"nonsense": 1},
        {"Seed": 1},
        {"mixes": []},
        {"out": "/tmp/elsewhere.wav"},
    ],
    ids=str,
)
def test_sing_that_is_not_as_agreed(allowed: Path, change: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        parse(sing(allowed) | change, allowed)
    assert caught.value.hint
    assert caught.value.message.endswith(".")
    assert len(caught.value.message) < 300 or "clip" in change


@pytest.mark.parametrize(
    "change",
    [
        {"mixes": []},
        {"mixes": "a"},
        {"mixes": [1]},
        {"mixes": ["/etc/passwd"]},
        {"mixes": ["x"] * 2000},
        {"eta": -0.1},
        {"refine": "loud"},
        {"threads": 0},
        {"clip": "/a.mid"},
        {"out": "relative"},
    ],
    ids=lambda change: str(change)[:40],
)
def test_isolate_that_is_not_as_agreed(allowed: Path, change: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        parse(isolate(allowed) | change, allowed)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{",
        b'{"format": NaN}',
        b'{"format": Infinity}',
        b'{"format": "melisma-job", "format": "melisma-job"}',
        b"[" * 100_000,
        b" " * (MAX_BYTES + 1),
        b'{"version": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda data: repr(data[:30]),
)
def test_what_is_no_job_file(allowed: Path, data: bytes) -> None:
    with pytest.raises(InputError):
        parse(data, allowed)


def test_a_number_beyond_all_numbers(allowed: Path) -> None:
    data = json.dumps(sing(allowed)).replace("}", ', "temperature": 1e999}').encode()
    with pytest.raises(InputError, match="temperature"):
        parse(data, allowed)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_anything_else_is_refused_and_nothing_crashes(value: Any) -> None:
    with pytest.raises(InputError):
        parse_job(json.dumps(value).encode(), AllowedFolders([]), OWN)


def test_a_link_does_not_lead_out(allowed: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.mid").write_bytes(b"")
    (allowed / "link.mid").symlink_to(tmp_path / "secret.mid")
    (allowed / "out").symlink_to(tmp_path)
    for change in ({"clip": str(allowed / "link.mid")}, {"out": str(allowed / "out" / "a.wav")}):
        with pytest.raises(InputError, match="outside"):
            parse(sing(allowed) | change, allowed)
    with pytest.raises(InputError, match="outside"):
        parse(sing(allowed, clip=str(allowed / "deep" / ".." / ".." / "secret.mid")), allowed)


@pytest.mark.parametrize("field", ["clip", "lyrics", "out"])
def test_paths_are_looked_at_again_when_the_job_is_begun(allowed: Path, tmp_path: Path, field: str) -> None:
    """Hours may have gone by: a file was replaced by a link, or `serve` was started with fewer folders."""
    (allowed / "w.txt").write_bytes(b"la")
    request = parse(sing(allowed, lyrics=str(allowed / "w.txt"), out=str(allowed / "deep" / "o.wav")), allowed)
    places = AllowedFolders([allowed])
    check_paths(request, places, OWN)
    with pytest.raises(InputError, match="outside"):
        check_paths(request, AllowedFolders([allowed / "deep"]), OWN)
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "clip.mid").write_bytes(b"")
    if field == "out":
        (allowed / "deep" / "b.wav").unlink()
        (allowed / "deep").rmdir()
        (allowed / "deep").symlink_to(secret)
    else:
        changed = allowed / ("a.mid" if field == "clip" else "w.txt")
        changed.unlink()
        changed.symlink_to(secret / "clip.mid")
    with pytest.raises(InputError, match="outside"):
        check_paths(request, places, OWN)


def test_a_link_within_the_folders_is_not_followed_either(allowed: Path) -> None:
    request = parse(isolate(allowed), allowed)
    (allowed / "deep" / "b.wav").replace(allowed / "c.wav")
    (allowed / "deep" / "b.wav").symlink_to(allowed / "c.wav")
    with pytest.raises(InputError, match="replaced by a link"):
        check_paths(request, AllowedFolders([allowed]), OWN)
    own = SingRequest(allowed / "a.mid", OWN / "sung.wav")
    check_paths(own, AllowedFolders([allowed]), OWN)  # a place of ours, in nobody's folders
