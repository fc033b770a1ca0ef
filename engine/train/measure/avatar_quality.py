"""How faces sing that training did not see, to vocals that it did not hear, against the motion that rules give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio import Audio
from engine.avatar.drawn import Character, character_landmarks, load_character, random_character
from engine.avatar.features import FPS, SAMPLE_RATE, num_pictures
from engine.avatar.figures import USUAL_COLOUR, Figure, avatar_files, character_figure
from engine.avatar.motion import Manner, move
from engine.avatar.params import PARAMS, FaceTrack
from engine.avatar.rules import track_by_rule
from engine.jobs import JobContext
from engine.models.singer_motion import SingerMotion
from engine.train.avatar.lines import Line
from engine.train.measure.avatar_scores import (
    SHUT,
    beat_alignment,
    closures,
    following,
    head_spread,
    landmark_error,
    likeness,
    openings_in_silence,
)
from engine.train.measure.progress import Report

SIZE = 256
EVERY = 10
"""Of the pictures every so manieth is drawn and compared."""
TRUTH_SEED = 7
"""Of the truth, and of a network's take that is told the same chance."""
OTHER_SEEDS = (8, 9, 10)
LONGEST_S = 30.0
_HEAD = [PARAMS.index(name) for name in ("yaw", "pitch", "roll", "breath")]
_LIPS = slice(48, 68)
_MOUTH_MARGIN = 0.35


@dataclass(frozen=True, slots=True)
class SungFace:
    """One pair of the measurement.  `kind`: sung, read, banked or real."""

    kind: str
    line: Line
    character: Character
    figure: Figure

    @property
    def num_frames(self) -> int:
        """Pictures of the line."""
        return num_pictures(len(self.line.samples), SAMPLE_RATE, FPS)

    def truth(self, seed: int = TRUTH_SEED) -> FaceTrack:
        """What the rules make of all that is known."""
        return track_by_rule(self.line.sung, FPS, self.num_frames, seed)


def pairs(lines: Mapping[str, Sequence[Line]]) -> Iterator[SungFace]:
    """Lines by kind, each with a face: the bundled ones and drawn ones that training has not seen, in turn."""
    faces = [load_character(path) for path in avatar_files().values()] + [random_character(seed) for seed in range(12)]
    number = 0
    for kind, some in lines.items():
        for line in some:
            character = faces[number % len(faces)]
            yield SungFace(kind, line, character, character_figure(str(number), character))
            number += 1


def measure_motion(
    animator: SingerMotion, faces: Sequence[SungFace], num_steps: int | None, report: Report
) -> dict[str, Any]:
    """By kind of line: how lips and heads move, from the sound alone."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for number, face in enumerate(faces):
        report("Moving faces", number, len(faces))
        track = _moved(animator, face, Manner(TRUTH_SEED, num_steps))
        rows.setdefault(face.kind, []).append(_motion_row(face, track))
    return {kind: _summed(some) for kind, some in rows.items()}


def measure_pictures(animator: SingerMotion, faces: Sequence[SungFace], report: Report) -> dict[str, Any]:
    """Drawn faces against the truth's: with the chance that the truth had, and in another take."""
    takes: dict[str, list[list[float]]] = {"same": [], "other": []}
    for number, face in enumerate(faces):
        report("Comparing pictures", number, len(faces))
        for name, seed in (("same", TRUTH_SEED), ("other", OTHER_SEEDS[0])):
            takes[name].append(_looks(face, _moved(animator, face, Manner(seed)), face.truth()))
    names = ("ssim", "psnr_db", "mouth_ssim", "mouth_psnr_db", "landmarks", "lips", "lips_in_head")
    return {name: dict(zip(names, np.mean(rows, axis=0).tolist(), strict=True)) for name, rows in takes.items()}


def measure_takes(animator: SingerMotion, face: SungFace) -> dict[str, float]:
    """How takes of one vocal differ, by their seeds: heads in degrees, mouths in shares of an open one."""
    tracks = [_moved(animator, face, Manner(seed)) for seed in (TRUTH_SEED, *OTHER_SEEDS)]
    truths = [face.truth(seed) for seed in (TRUTH_SEED, *OTHER_SEEDS)]
    mouth = float(np.stack([track.at("open") for track in tracks]).std(axis=0).mean())
    return {"head_degrees": head_spread(tracks), "truth_head_degrees": head_spread(truths), "mouth": mouth}


def measure_head(animator: SingerMotion, faces: Sequence[SungFace]) -> float:
    """Mean correlation of yaw, pitch and roll with a truth that had the same chance; one step."""
    found = []
    for face in faces:
        track, truth = _moved(animator, face, Manner(TRUTH_SEED, 1)), face.truth()
        found += [following(track.at(name), truth.at(name)).correlation for name in ("yaw", "pitch", "roll")]
    return float(np.mean(found))


def jitter(track: FaceTrack) -> float:
    """Mean change of the mouth's opening from picture to picture."""
    return float(np.abs(np.diff(track.at("open"))).mean())


def cut(line: Line) -> Line:
    """At most `LONGEST_S` of a line."""
    from dataclasses import replace

    sung, rate = line.sung, len(line.sung.level) / max(line.sung.duration_s, 1e-9)
    if line.sung.duration_s <= LONGEST_S:
        return line
    count = round(LONGEST_S * rate)
    phones = tuple(phone for phone in sung.phones if phone.end_s < LONGEST_S)
    beats_s = tuple(beat for beat in sung.beats_s if beat < LONGEST_S)
    shorter = replace(sung, phones=phones, f0=sung.f0[:count], level=sung.level[:count], beats_s=beats_s)
    return Line(line.name, line.samples[: round(LONGEST_S * SAMPLE_RATE)], shorter)


def _moved(animator: SingerMotion, face: SungFace, manner: Manner) -> FaceTrack:
    """From the sound alone."""
    audio = Audio(face.line.samples[None], SAMPLE_RATE)
    track = move(animator, audio, face.figure.reference, manner, JobContext())
    return FaceTrack(track.values[: face.num_frames], FPS)


def _motion_row(face: SungFace, track: FaceTrack) -> dict[str, Any]:
    truth = face.truth()
    followed = following(track.at("open"), truth.at("open"))
    return {
        "open": followed.correlation,
        "best": followed.best,
        "lag": followed.lag,
        **{name: following(track.at(name), truth.at(name)).correlation for name in ("wide", "round")},
        "closures": closures(track, face.line.sung),
        "truth_closures": closures(truth, face.line.sung),
        "silence": openings_in_silence(track, face.line.sung).tolist(),
        "beats": beat_alignment(track, face.line.sung.beats_s),
        "truth_beats": beat_alignment(truth, face.line.sung.beats_s),
        "jitter": jitter(track) / max(jitter(truth), 1e-9),
        "blinks": float((track.at("lids") > 0.5).mean()),
        "truth_blinks": float((truth.at("lids") > 0.5).mean()),
    }


def _summed(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    shut = np.concatenate([row["closures"] for row in rows])
    truly = np.concatenate([row["truth_closures"] for row in rows])
    silence = np.concatenate([row["silence"] for row in rows])
    beats = [(row["beats"], row["truth_beats"]) for row in rows if row["beats"] is not None]
    return {
        "lines": len(rows),
        "open_median": float(np.median([row["open"] for row in rows])),
        "open_mean": float(np.mean([row["open"] for row in rows])),
        "within_one_picture": float(np.mean([abs(row["lag"]) <= 1 for row in rows])),
        "wide": float(np.median([row["wide"] for row in rows])),
        "round": float(np.median([row["round"] for row in rows])),
        "closures": len(shut),
        "closed": _share(shut < SHUT),
        "truly_closed": _share(truly < SHUT),
        "silence_open": float(silence.mean()) if len(silence) else None,
        "silence_moves": float(silence.std()) if len(silence) else None,
        "beats": float(np.mean([b for b, _ in beats])) if beats else None,
        "truth_beats": float(np.mean([t for _, t in beats if t is not None])) if beats else None,
        "jitter": float(np.median([row["jitter"] for row in rows])),
        "blinks": float(np.mean([row["blinks"] for row in rows])),
        "truth_blinks": float(np.mean([row["truth_blinks"] for row in rows])),
    }


def _looks(face: SungFace, track: FaceTrack, truth: FaceTrack) -> list[float]:
    """Means over the pictures that are compared, in the order of `measure_pictures`' names."""
    stage = face.figure.on_stage(SIZE, SIZE, USUAL_COLOUR)
    found = []
    for values, wanted in zip(track.values[::EVERY], truth.values[::EVERY], strict=True):
        drawn, true = stage.draw(values)[..., :3], stage.draw(wanted)[..., :3]
        here, there = (character_landmarks(face.character, SIZE, row) for row in (values, wanted))
        still = values.copy()
        still[_HEAD] = wanted[_HEAD]
        box = _around(there[_LIPS])
        found.append(
            [
                *likeness(drawn, true),
                *likeness(np.ascontiguousarray(drawn[box]), np.ascontiguousarray(true[box])),
                *landmark_error(here, there),
                landmark_error(character_landmarks(face.character, SIZE, still), there)[1],
            ]
        )
    return np.mean(found, axis=0).tolist()


def _around(points: np.ndarray) -> tuple[slice, slice]:
    """Rows and columns around the points, with a margin."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = _MOUTH_MARGIN * (high[0] - low[0])
    (left, top), (right, bottom) = np.maximum(low - margin, 0).astype(int), np.ceil(high + margin).astype(int)
    return slice(top, bottom), slice(left, right)


def _share(hits: np.ndarray) -> float | None:
    return float(hits.mean()) if len(hits) else None


def held_lines(folder: Path, data: Path, report: Report) -> dict[str, list[Line]]:
    """The lines that are put aside, made into `folder` where they are not there yet, by kind."""
    from engine.train.avatar.banks import make_banked
    from engine.train.avatar.lines import labelled, load_lines, make_read, make_sung

    for maker in (
        make_sung(data, folder, 8, "held"),
        make_read(data, folder, 24, "held"),
        make_banked(data, folder, "held"),
    ):
        for name in maker:
            report(f"Preparing {name.split('-')[0]} lines", 0, 1)
    lines = load_lines(folder, "held")
    kinds = {kind: [cut(line) for line in lines if line.name.startswith(kind)] for kind in ("sung", "read", "banked")}
    kinds["read"], kinds["banked"] = kinds["read"][:16], kinds["banked"][::4]
    return kinds | {"real": [cut(line) for line in labelled(data)]}
