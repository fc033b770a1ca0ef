"""The file of face parameters: there and back, and what is wrong with a bad one."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from engine.avatar.cues import SHAPES, Cue, cues_of
from engine.avatar.faceparams_file import (
    FaceParams,
    faceparams_text,
    parse_faceparams,
    read_faceparams,
    write_faceparams,
)
from engine.avatar.params import NUM_PARAMS, PARAMS, FaceTrack
from engine.errors import InputError

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
TRACKS = st.builds(
    FaceTrack,
    st.integers(0, 12).flatmap(
        lambda n: st_numpy.arrays(np.float32, (n, NUM_PARAMS), elements=st.floats(-1, 1, width=32))
    ),
    st.sampled_from([24.0, 25.0, 30.0, 60.0, 24000 / 1001]),
)


def good(**changes: Any) -> dict[str, Any]:
    data = {"format": "melisma-faceparams", "version": 1, "fps": 25, "params": ["open", "lids"], "frames": [[0.5, 1]]}
    return data | changes


@settings(max_examples=40)
@given(TRACKS, st.dictionaries(st.text(max_size=6), ANY_JSON, max_size=3), st.booleans())
def test_there_and_back(track: FaceTrack, extra: dict[str, Any], with_cues: bool) -> None:
    extra = {name: value for name, value in extra.items() if name not in good() and name != "cues"}
    cues = tuple(cues_of(track)) if with_cues else None
    read = parse_faceparams(faceparams_text(FaceParams(track, cues, extra)))
    np.testing.assert_allclose(read.track.values, track.values, atol=0.51e-4)
    assert read.track.fps == track.fps
    assert read.extra == extra
    if cues is None:
        assert read.cues is None
    else:
        assert read.cues is not None
        assert [cue.shape for cue in read.cues] == [cue.shape for cue in cues]
        np.testing.assert_allclose([c[:2] for c in read.cues], [c[:2] for c in cues], atol=0.51e-4)
    # Written again it is the same text: nothing drifts.
    assert faceparams_text(read) == faceparams_text(parse_faceparams(faceparams_text(read)))


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(["format", "version", "fps", "params", "frames", "cues"]), ANY_JSON))
def test_nonsense_is_said_and_never_crashes(changes: dict[str, Any]) -> None:
    with contextlib.suppress(ValueError):
        parse_faceparams(json.dumps(good(**changes)))


def test_names_may_come_in_any_order_and_be_few() -> None:
    track = parse_faceparams(json.dumps(good())).track
    assert track.at("open").tolist() == [0.5]
    assert track.at("lids").tolist() == [1.0]
    assert not track.values[:, [i for i, name in enumerate(PARAMS) if name not in ("open", "lids")]].any()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "other"}, '"format"'),
        ({"version": 2}, "version is 2"),
        ({"version": True}, "version is True"),
        ({"fps": 0}, '"fps"'),
        ({"fps": "25"}, '"fps"'),
        ({"fps": 10**400}, '"fps"'),
        ({"params": []}, '"params"'),
        ({"params": ["open", "jaw"]}, "'jaw'"),
        ({"params": ["open", "open"]}, "twice"),
        ({"frames": {}}, '"frames"'),
        ({"frames": [[0.5, 1], [0.5]]}, "frame 1 is not a row of 2"),
        ({"frames": [[0.5, "1"]]}, '"lids" of frame 0 is no number'),
        ({"frames": [[0.5, True]]}, '"lids" of frame 0 is no number'),
        ({"frames": [[1.5, 1]]}, '"open" of frame 0 is not within 0 to 1'),
        ({"cues": [{"start_s": 0, "end_s": 1, "shape": "Q"}]}, 'the "shape" of cue 0'),
        ({"cues": [{"start_s": 2, "end_s": 1, "shape": "A"}]}, "cue 0 ends before"),
        ({"cues": [{"start_s": -1, "end_s": 1, "shape": "A"}]}, '"start_s" of cue 0'),
        ({"cues": [{"end_s": 1, "shape": "A"}]}, '"start_s" of cue 0'),
        ({"cues": [{"start_s": 0, "end_s": 1, "shape": "A"}, {"start_s": 0.5, "end_s": 2, "shape": "B"}]}, "cue 1"),
    ],
)
def test_the_first_wrong_thing_is_named(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    path = tmp_path / "a.faceparams.json"
    path.write_text(json.dumps(good(**changes)))
    with pytest.raises(InputError) as caught:
        read_faceparams(path)
    assert words in caught.value.message
    assert str(path) in caught.value.message
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"fps": NaN}', "[" * 100_000, '{"fps": ' + "9" * 5000 + "}", "\xff"]
)
def test_what_is_no_json(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.faceparams.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError):
        read_faceparams(path)


def test_files_that_are_not_there_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="could not be opened"):
        read_faceparams(tmp_path / "missing.faceparams.json")
    monkeypatch.setattr("engine.avatar.faceparams_file.MAX_BYTES", 10)
    (tmp_path / "a.json").write_text(json.dumps(good()))
    with pytest.raises(InputError, match="larger"):
        read_faceparams(tmp_path / "a.json")


def test_a_frame_is_a_line_and_a_number_has_four_digits(tmp_path: Path) -> None:
    values = np.full((3, NUM_PARAMS), 1 / 3, np.float32)
    values[:, 1] = -1e-6
    cues = (Cue(0.0, 1 / 3, SHAPES[0]),)
    write_faceparams(FaceParams(FaceTrack(values, 30.0), cues), tmp_path / "a.faceparams.json")
    text = (tmp_path / "a.faceparams.json").read_text()
    assert text.count("[0.3333,0.0,0.3333") == 3
    assert '"fps": 30,' in text
    assert '"end_s": 0.3333' in text
    assert all(len(line) < 200 for line in text.splitlines())


def test_a_file_of_another_editor_may_begin_with_a_mark(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(good()).encode())
    assert len(read_faceparams(tmp_path / "a.json").track) == 1
