"""The sheets in docs/: a song's vowels and closures on drawn faces, truth above, network below; all portraits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.audio import Audio
from engine.avatar.features import SAMPLE_RATE
from engine.avatar.figures import Figure, portrait_figure
from engine.avatar.motion import Manner, move
from engine.avatar.params import FaceTrack
from engine.errors import MelismaError
from engine.jobs import JobContext
from engine.models.singer_motion import SingerMotion
from engine.train.measure.avatar_quality import TRUTH_SEED, SungFace
from engine.train.measure.avatar_sheets import SheetRow, moments, poses, sheet, write_sheet

PHONES = ("AA", "IY", "UW", "AO", "EH", "M", "B", "P", "F", "L")
COLUMNS = 9
PORTRAITS = 5
HEAD = 0.6
"""Of a drawn figure's width, what its head fills."""


def draw_sheets(animator: SingerMotion, faces: Sequence[SungFace], portraits: Path, out: Path) -> list[Path]:
    """avatar-sung.jpg and avatar-portraits.jpg in `out`; the latter where there are portraits."""
    written = [out / "avatar-sung.jpg"]
    sung = sorted((face for face in faces if face.kind == "sung"), key=lambda face: -len(_at(face)))
    rows: list[SheetRow] = []
    for face in sung[:3]:
        at_s = [second for _, second in _at(face)]
        captions = [f"{label} {second:.1f} s" for label, second in _at(face)]
        rows.append(SheetRow("the rules", poses(face.figure, face.truth(), at_s, HEAD), captions))
        rows.append(
            SheetRow("heard by\nthe network", poses(face.figure, _heard(animator, face, face.figure), at_s, HEAD))
        )
    write_sheet(written[0], sheet(rows))
    found = _portrait_rows(animator, sung[0], portraits)
    if found:
        written.append(out / "avatar-portraits.jpg")
        write_sheet(written[1], sheet(found))
    return written


def _at(face: SungFace) -> list[tuple[str, float]]:
    return moments(face.line.sung, PHONES, COLUMNS)


def _heard(animator: SingerMotion, face: SungFace, figure: Figure) -> FaceTrack:
    audio = Audio(face.line.samples[None], SAMPLE_RATE)
    return move(animator, audio, figure.reference, Manner(TRUTH_SEED), JobContext())


def _portrait_rows(animator: SingerMotion, face: SungFace, portraits: Path) -> list[SheetRow]:
    """Portraits that training did not see."""
    at_s = [second for _, second in _at(face)]
    rows: list[SheetRow] = []
    captions = [f"{label} {second:.1f} s" for label, second in _at(face)]
    for path in sorted(portraits.glob("*.jpg"))[1::2]:
        try:
            figure = portrait_figure(path)
        except MelismaError:
            continue
        track = _heard(animator, face, figure)
        rows.append(SheetRow(path.stem, poses(figure, track, at_s), () if rows else captions))
        if len(rows) == PORTRAITS:
            break
    return rows
