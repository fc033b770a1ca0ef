"""Files for other programs, read back by readers that know the formats and nothing of the writers."""

from __future__ import annotations

import csv
import io
import json
import struct
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.avatar.cues import Cue, cues_of
from engine.avatar.exports import EXPORTS, write_export
from engine.avatar.exports.keys import keys_of
from engine.avatar.exports.live2d import live2d_curves, motion3_json
from engine.avatar.exports.rhubarb import fitted, rhubarb_json, rhubarb_tsv, rhubarb_xml
from engine.avatar.exports.shape_keys import arkit_csv, arkit_shapes, shape_keys, shape_keys_csv, shape_keys_json
from engine.avatar.exports.vmd import head_turns, morphs_of, vmd_bytes
from engine.avatar.exports.vowels import vowels_csv, vowels_of
from engine.avatar.params import NUM_PARAMS, FaceTrack, index_of
from engine.errors import InputError, MelismaError

CUES = [Cue(0.0, 0.52, "X"), Cue(0.52, 0.6, "A"), Cue(0.6, 1.236, "D"), Cue(1.236, 1.4, "H"), Cue(1.4, 2.0, "X")]


def moving(count: int = 90, fps: float = 25.0) -> FaceTrack:
    """Every parameter on its own slow way, singing now and then."""
    times = np.arange(count)[:, None] / fps
    values = np.sin(times * np.linspace(1.5, 6, NUM_PARAMS) + np.arange(NUM_PARAMS))
    return FaceTrack(values.astype(np.float32), fps)


def posed(**params: float) -> FaceTrack:
    values = np.zeros((2, NUM_PARAMS), np.float32)
    for name, value in params.items():
        values[:, index_of(name)] = value
    return FaceTrack(values, 25.0)


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=60), st.sampled_from([0.0, 0.01, 0.2]))
def test_lines_between_keys_stay_near_the_curve(curve: list[float], tolerance: float) -> None:
    keys = keys_of(curve, tolerance)
    assert keys[0] == 0
    assert keys[-1] == len(curve) - 1
    assert all(a < b for a, b in pairwise(keys))
    said = np.interp(np.arange(len(curve)), keys, np.asarray(curve)[keys])
    assert np.abs(said - curve).max() <= tolerance + 1e-6


def test_a_straight_curve_needs_no_keys_in_between() -> None:
    assert keys_of(np.linspace(0, 1, 50), 1e-6) == [0, 49]
    assert keys_of(np.zeros(50), 0.0) == [0, 49]


def test_rhubarb_tsv() -> None:
    rows = [line.split("\t") for line in rhubarb_tsv(CUES).splitlines()]
    assert [float(time) for time, _ in rows] == [0.0, 0.52, 0.6, 1.24, 1.4, 2.0]
    assert "".join(shape for _, shape in rows) == "XADHXX"
    with pytest.raises(MelismaError):
        rhubarb_tsv([])


def test_rhubarb_json_and_xml_agree() -> None:
    sound = 'C:\\songs\\"a" & <b>.wav'
    data = json.loads(rhubarb_json(CUES, sound))
    root = ET.fromstring(rhubarb_xml(CUES, sound))
    assert data["metadata"] == {"soundFile": sound, "duration": 2.0}
    assert root.tag == "rhubarbResult"
    assert root.findtext("metadata/soundFile") == sound
    assert float(root.findtext("metadata/duration") or 0) == 2.0
    in_xml = [(float(c.get("start", "")), float(c.get("end", "")), c.text) for c in root.findall("mouthCues/mouthCue")]
    assert in_xml == [(cue["start"], cue["end"], cue["value"]) for cue in data["mouthCues"]]
    assert in_xml[2] == (0.6, 1.24, "D")


def test_sets_of_drawings_without_the_rarer_shapes() -> None:
    assert [cue.shape for cue in fitted(CUES, "")] == ["A", "D", "C", "A"]
    assert fitted(CUES, "")[0] == Cue(0.0, 0.6, "A")
    assert fitted(CUES) == CUES


def read_motion3(text: str) -> tuple[dict[str, Any], dict[str, list[tuple[float, float]]]]:
    """Only straight segments are known here: type 0, one point each."""
    data = json.loads(text)
    assert data["Version"] == 3
    curves = {}
    for curve in data["Curves"]:
        assert curve["Target"] == "Parameter"
        numbers = curve["Segments"]
        points = [(numbers[0], numbers[1])]
        assert (len(numbers) - 2) % 3 == 0
        for kind, time_s, value in zip(numbers[2::3], numbers[3::3], numbers[4::3], strict=True):
            assert kind == 0
            points.append((time_s, value))
        curves[curve["Id"]] = points
    return data["Meta"], curves


@pytest.mark.parametrize("track", [moving(), moving(1), moving(200, 60.0), posed(open=1)])
def test_a_live2d_motion(track: FaceTrack) -> None:
    meta, curves = read_motion3(motion3_json(track))
    assert meta["CurveCount"] == len(curves)
    assert meta["TotalPointCount"] == sum(len(points) for points in curves.values())
    assert meta["TotalSegmentCount"] == sum(len(points) - 1 for points in curves.values())
    assert all(len(points) > 1 for points in curves.values())
    assert meta["Duration"] == pytest.approx(track.duration_s, abs=1e-4)
    assert meta["Fps"] == track.fps
    for name, points in curves.items():
        times, values = zip(*points, strict=True)
        assert all(a < b for a, b in pairwise(times))
        assert times[-1] <= meta["Duration"] + 1e-4
        low, high = (-30, 30) if name.startswith("ParamAngle") else (-10, 10) if "Body" in name else (-1, 1)
        assert low <= min(values) <= max(values) <= high
        said = np.interp(np.arange(len(track)) / track.fps, times, values)
        assert np.abs(said - live2d_curves(track)[name]).max() <= 0.0045 * (high - low) + 2e-4


def test_live2d_faces_go_the_right_way() -> None:
    curves = live2d_curves(posed(yaw=0.5, pitch=-0.5, roll=1, gaze_x=0.4, lids=1, open=0.7, brows=0.3))
    at = {name: float(curve[0]) for name, curve in curves.items()}
    assert (at["ParamAngleX"], at["ParamAngleY"], at["ParamAngleZ"]) == (15, -15, 30)
    assert at["ParamEyeLOpen"] == at["ParamEyeROpen"] == 0
    assert at["ParamMouthOpenY"] == pytest.approx(0.7)
    assert at["ParamEyeBallX"] == pytest.approx(0.4)
    assert live2d_curves(posed())["ParamEyeLOpen"][0] == 1
    assert (
        live2d_curves(posed(smile=1))["ParamMouthForm"][0]
        > 0.5
        > -0.3
        > live2d_curves(posed(round=1))["ParamMouthForm"][0]
    )


def read_vmd(data: bytes) -> tuple[str, dict[str, dict[int, tuple[float, ...]]], dict[str, dict[int, float]]]:
    """As MikuMikuDance reads it, to the last byte."""
    stream = io.BytesIO(data)

    def text(size: int) -> str:
        return stream.read(size).split(b"\0")[0].decode("shift_jis")

    def count() -> int:
        return int(struct.unpack("<I", stream.read(4))[0])

    assert text(30) == "Vocaloid Motion Data 0002"
    model = text(20)
    bones: dict[str, dict[int, tuple[float, ...]]] = {}
    for _ in range(count()):
        name, frame = text(15), count()
        moved = struct.unpack("<3f", stream.read(12))
        assert moved == (0, 0, 0)
        bones.setdefault(name, {})[frame] = struct.unpack("<4f", stream.read(16))
        assert len(stream.read(64)) == 64
    morphs: dict[str, dict[int, float]] = {}
    for _ in range(count()):
        name, frame = text(15), count()
        morphs.setdefault(name, {})[frame] = struct.unpack("<f", stream.read(4))[0]
    assert [count() for _ in range(4)] == [0, 0, 0, 0]
    assert stream.read() == b""
    return model, bones, morphs


@pytest.mark.parametrize("fps", [25.0, 30.0, 60.0])
def test_a_vmd_says_the_track_at_30(fps: float) -> None:
    track = moving(round(4 * fps), fps)
    model, bones, morphs = read_vmd(vmd_bytes(track, "初音ミク"))
    assert model == "初音ミク"
    assert set(morphs) == {"あ", "い", "う", "え", "お", "まばたき", "上", "下"}
    at_30 = track.resampled(30, 120)
    for name, keys in morphs.items():
        assert max(keys) == 119
        said = np.interp(np.arange(120), sorted(keys), [keys[frame] for frame in sorted(keys)])
        assert np.abs(said - morphs_of(at_30)[name]).max() <= 0.011
        assert 0 <= min(keys.values()) <= max(keys.values()) <= 1
    assert set(bones) == {"頭"}
    np.testing.assert_allclose([np.linalg.norm(turn) for turn in bones["頭"].values()], 1, atol=1e-6)
    assert read_vmd(vmd_bytes(track, head=False))[1] == {}
    assert len(vmd_bytes(moving(1))) > 80


def turned(turn: np.ndarray[Any, Any], point: tuple[float, float, float]) -> np.ndarray[Any, Any]:
    """A point turned by the quaternion x, y, z, w: through its matrix."""
    x, y, z, w = turn
    matrix = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    return np.asarray(matrix @ np.array(point))


def test_mmd_heads_go_the_right_way() -> None:
    nose, crown = (0.0, 0.0, -1.0), (0.0, 1.0, 0.0)
    assert turned(head_turns(posed(yaw=1))[0], nose)[0] == pytest.approx(0.5)  # to the picture's right, 30 degrees
    assert turned(head_turns(posed(pitch=1))[0], nose)[1] == pytest.approx(0.5)  # up
    assert turned(head_turns(posed(roll=1))[0], crown)[0] == pytest.approx(0.5)  # clockwise in the picture
    both = turned(head_turns(posed(yaw=1, pitch=1))[0], nose)
    assert both[0] > 0.3
    assert both[1] > 0.3


VOWEL_MOUTHS = {
    "A": {"open": 1.0},
    "I": {"open": 0.34, "wide": 0.85},
    "U": {"open": 0.28, "wide": -0.7, "round": 1.0},
    "E": {"open": 0.62, "wide": 0.45},
    "O": {"open": 0.8, "wide": -0.3, "round": 0.55},
}


@pytest.mark.parametrize("vowel", "AIUEO")
def test_a_vowel_is_told_from_the_others(vowel: str) -> None:
    shares = vowels_of(posed(**VOWEL_MOUTHS[vowel]))[0]
    assert "AIUEO"[int(shares.argmax())] == vowel
    assert shares.max() > 0.75
    assert vowels_of(posed(smile=1))[0].max() < 0.01


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_shares_of_vowels_are_shares(seed: int) -> None:
    values = np.random.default_rng(seed).uniform(-1, 1, (20, NUM_PARAMS)).astype(np.float32)
    shares = vowels_of(FaceTrack(values, 25.0))
    assert shares.min() >= 0
    assert shares.sum(axis=1).max() <= 1 + 1e-5
    assert not shares[values[:, 0] <= 0].any()


def table(text: str) -> list[dict[str, float]]:
    return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(io.StringIO(text))]


def test_tables_have_a_line_for_every_row() -> None:
    track = moving(40, 30.0)
    for text in (vowels_csv(track), shape_keys_csv(track), arkit_csv(track)):
        rows = table(text)
        assert len(rows) == 40
        np.testing.assert_allclose([row["time_s"] for row in rows], np.arange(40) / 30, atol=1e-4)
        keys = [name for name in rows[0] if name not in ("frame", "time_s") and not name.startswith("head")]
        assert all(0 <= row[name] <= 1 for row in rows for name in keys)
    for row, values in zip(table(shape_keys_csv(track)), track.values, strict=True):
        assert row["wide"] - row["narrow"] == pytest.approx(values[1], abs=2e-4)
        assert row["smile"] - row["frown"] == pytest.approx(values[5], abs=2e-4)
        assert row["look_right"] - row["look_left"] == pytest.approx(values[8], abs=2e-4)
        assert row["head_yaw"] == pytest.approx(30 * values[10], abs=2e-3)


def test_shape_keys_as_json_say_the_same() -> None:
    track = moving(30)
    data = json.loads(shape_keys_json(track))
    assert (data["fps"], data["num_frames"]) == (25.0, 30)
    for name, curve in shape_keys(track).items():
        np.testing.assert_allclose(data["shape_keys"][name], curve, atol=1e-4)
    assert set(data["head_degrees"]) == {"head_yaw", "head_pitch", "head_roll"}


def test_arkit_counts_sides_from_the_face() -> None:
    """Looking to the picture's right, the face's left eye turns outwards and its right eye inwards."""
    at = {name: float(curve[0]) for name, curve in arkit_shapes(posed(gaze_x=1, lids=1, open=1)).items()}
    assert at["eyeLookOutLeft"] == at["eyeLookInRight"] == 1
    assert at["eyeLookInLeft"] == at["eyeLookOutRight"] == 0
    assert at["eyeBlinkLeft"] == at["eyeBlinkRight"] == at["jawOpen"] == 1


@pytest.mark.parametrize("kind", EXPORTS)
def test_every_kind_becomes_a_file(tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"a{EXPORTS[kind][0]}"
    write_export(moving(), out, kind, "vocals.wav")
    assert out.stat().st_size > 50
    if kind == "rhubarb":
        assert len(out.read_text().splitlines()) == len(cues_of(moving())) + 1


def test_an_unknown_kind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="fbx is no kind"):
        write_export(moving(), tmp_path / "a.fbx", "fbx")
