"""How well portraits are found and moved: measured in the rendered pictures, by judges that the product never uses.

Mouth openings are the judge's gap between the inner lips, not our own parameters; it sees faces 112 pixels wide.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from engine.avatar.line import SungLine
from engine.avatar.params import FaceTrack, index_of
from engine.avatar.portrait import Landmarks, find_face, portrait_face, read_picture
from engine.avatar.portrait.shape import LEFT_BROW, RIGHT_BROW, eye_middles, face_unit, mouth_middle
from engine.avatar.renderer import Face, Picture
from engine.avatar.rules import track_by_rule
from engine.avatar.visemes import CLOSURES
from engine.errors import InputError
from engine.files import write_bytes_whole
from engine.train.avatar.portrait_judge import PortraitJudge, Seen

FPS = 25.0
WRONG = 0.4
"""Eyes or a mouth farther off than this, in sizes of the face, are another place, not found."""
SHUT = 0.12
"""Between lips that are shut the judge sees gaps of up to 0.1 of the eyes' distance, from 0.15 where teeth show."""
_STILL = ("yaw", "pitch", "roll", "breath")
_FOREHEAD, _AROUND = 0.7, 0.5  # how far the mask reaches over the brows, and around all; units of the face
_ASKED_SHUT = 0.03  # `open` of a picture in which lips are asked to meet
_MOST_SHUT = 24  # such pictures that are looked at, sparse rows of a track hardly meet any


@dataclass(frozen=True, slots=True)
class PortraitFacts:
    """One portrait.  `found`: where the judges see it; `why`: what went wrong else.

    In distances of the eyes: `eyes_off` and `mouth_off` (middles), `corners_off` (ends of the mouth), all against the
    middle between two judges, who are `judges_apart` at the ends of the mouth.  `background_db`: the lowest PSNR
    outside the face while only it moves.  `opening_r`: `open` against the gap that the judge sees.  `shut_asked` and
    `shut_seen`: pictures within M, B or P.  None where nothing could be measured.
    """

    name: str
    found: bool
    why: str
    eyes_off: float | None = None
    mouth_off: float | None = None
    corners_off: float | None = None
    judges_apart: float | None = None
    background_db: float | None = None
    opening_r: float | None = None
    shut_asked: int = 0
    shut_seen: int = 0


@dataclass(frozen=True, slots=True)
class PortraitSummary:
    """Over all portraits; medians of those found, and the worst for background and opening."""

    portraits: int
    found_share: float
    eyes_off: float
    mouth_off: float
    corners_off: float
    worst_background_db: float
    opening_r: float
    worst_opening_r: float
    shut_share: float


def measure_portraits(
    folder: Path, judges: Path, line: SungLine, out: Path | None = None, every: int = 5, size: int | None = 512
) -> Iterator[PortraitFacts]:
    """Each picture of `folder`, drawn at `size` on every `every`th picture of what `line` asks for at 25 a second.

    Yields as it goes; `out`: a JSON file of all facts and their summary at the end.
    """
    judge = PortraitJudge(judges)
    track = track_by_rule(line, FPS, round(line.duration_s * FPS))
    facts = []
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png")):
        facts.append(measure_portrait(path, judge, line, track, every, size))
        yield facts[-1]
    if out is not None:
        report = {"portraits": [asdict(fact) for fact in facts], "summary": asdict(summarized(facts))}
        write_bytes_whole(out, (json.dumps(report, indent=1) + "\n").encode())


def measure_portrait(
    path: Path, judge: PortraitJudge, line: SungLine, track: FaceTrack, every: int, size: int | None
) -> PortraitFacts:
    """One picture, its face found and moved by every `every`th row of `track`, which sings `line`."""
    try:
        picture = read_picture(path)
        landmarks = find_face(picture)
    except InputError as error:
        return PortraitFacts(path.stem, False, error.message)
    seen = judge.see(picture)
    if seen is None:
        return PortraitFacts(path.stem, False, "The judges see no face here.")
    eyes_off, mouth_off, corners_off = _off(landmarks, seen)
    if max(eyes_off, mouth_off) > WRONG * seen.size:
        return PortraitFacts(path.stem, False, "Found in another place than the judges see it.")
    face = portrait_face(picture, landmarks, size)
    scale = face.width / picture.shape[1]
    rows = track.values[::every]
    gaps = _gaps(face, rows, judge, seen, scale)
    asked = track.values[_asked_shut(line, track)][:_MOST_SHUT]
    shut = _gaps(face, asked, judge, seen, scale)
    return PortraitFacts(
        path.stem,
        True,
        "",
        eyes_off,
        mouth_off,
        corners_off,
        seen.apart,
        _background_db(face, landmarks * scale, rows),
        float(np.corrcoef(rows[:, index_of("open")], gaps)[0, 1]),
        len(asked),
        int((shut <= SHUT).sum()),
    )


def summarized(facts: list[PortraitFacts]) -> PortraitSummary:
    """What a table's last line says.  Raises `ValueError` when none was found."""
    found = [fact for fact in facts if fact.found]
    if not found:
        raise ValueError("no portrait was found")
    columns = {
        name: np.array([getattr(fact, name) for fact in found], np.float64)
        for name in ("eyes_off", "mouth_off", "corners_off", "background_db", "opening_r")
    }
    return PortraitSummary(
        len(facts),
        len(found) / len(facts),
        float(np.median(columns["eyes_off"])),
        float(np.median(columns["mouth_off"])),
        float(np.median(columns["corners_off"])),
        float(columns["background_db"].min()),
        float(np.median(columns["opening_r"])),
        float(columns["opening_r"].min()),
        sum(fact.shut_seen for fact in found) / max(sum(fact.shut_asked for fact in found), 1),
    )


def outside_face(shape: tuple[int, ...], landmarks: Landmarks) -> np.ndarray:
    """Pixels [H, W] that must not move with a face: off the landmarks and the forehead by half the eyes' distance."""
    unit = face_unit(landmarks)
    brows = np.concatenate([landmarks[LEFT_BROW], landmarks[RIGHT_BROW]])
    down = mouth_middle(landmarks) - np.mean(eye_middles(landmarks), axis=0)
    forehead = brows - _FOREHEAD * unit * down / max(float(np.hypot(*down)), 1e-6)
    hull = cv2.convexHull(np.concatenate([landmarks, forehead]).round().astype(np.int32))
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, hull, 1)
    reach = 2 * max(1, round(_AROUND * unit)) + 1
    return cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))) == 0


def psnr_db(a: np.ndarray, b: np.ndarray) -> float:
    """Peak signal to noise of 8-bit values, at most 99."""
    error = float(((a.astype(np.float32) - b) ** 2).mean()) if a.size else 0.0
    return 99.0 if error < 1e-5 else 10 * float(np.log10(255**2 / error))


def _off(landmarks: Landmarks, seen: Seen) -> tuple[float, float, float]:
    unit = float(np.linalg.norm(seen.eyes[1] - seen.eyes[0]))
    eyes, corners = np.stack(eye_middles(landmarks)), landmarks[[48, 54]]
    off = (
        np.linalg.norm(eyes - seen.eyes, axis=1).mean(),
        np.linalg.norm(corners.mean(0) - seen.corners.mean(0)),
        np.linalg.norm(corners - seen.corners, axis=1).mean(),
    )
    return float(off[0] / unit), float(off[1] / unit), float(off[2] / unit)


def _gaps(face: Face, rows: np.ndarray, judge: PortraitJudge, seen: Seen, scale: float) -> np.ndarray:
    """Between the inner lips in each drawn picture, in distances of the eyes; the head sways as it likes."""
    x, y, side = (float(v) * scale for v in seen.square)
    unit = float(np.linalg.norm(seen.eyes[1] - seen.eyes[0])) * scale
    gaps = []
    for row in rows:
        points = judge.landmarks(face.draw(row), (x, y, side))
        gaps.append(np.linalg.norm(points[[61, 62, 63]] - points[[67, 66, 65]], axis=1).mean() / unit)
    return np.array(gaps)


def _background_db(face: Face, landmarks: Landmarks, rows: np.ndarray) -> float:
    """The worst picture of a few, head and chest held still: a swimming background shows in any."""
    still = rows.copy()
    still[:, [index_of(name) for name in _STILL]] = 0
    rest: Picture = face.draw(np.zeros_like(rows[0]))
    outside = outside_face(rest.shape, landmarks)
    widest = np.argsort(still[:, index_of("open")])[-4:]
    chosen = np.unique(np.concatenate([np.arange(0, len(still), 6), widest]))
    return min(psnr_db(face.draw(still[i])[outside], rest[outside]) for i in chosen)


def _asked_shut(line: SungLine, track: FaceTrack) -> np.ndarray:
    """Which rows [F] lie within M, B or P, lips together."""
    times = np.arange(len(track)) / track.fps
    within = np.zeros(len(track), bool)
    for phone in line.phones:
        if phone.label in CLOSURES:
            within |= (times >= phone.start_s) & (times < phone.end_s)
    return within & (track.at("open") < _ASKED_SHUT)
