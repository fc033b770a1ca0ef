"""Figures that sing: chosen, looked at picture by picture, the face in a portrait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.host.call import Call
from engine.host.coding import flag, integer, parse, plain, text

Point = tuple[float, float]
MOST_PICTURES = 16
"""Files that are there at a time, then the oldest is written over: who is behind by more wants none of them."""


@dataclass(frozen=True, slots=True)
class FaceRequest:
    """`points` (left eye, right eye, mouth, in pixels): where the face of `portrait` is; None: find it."""

    portrait: Path
    points: tuple[Point, Point, Point] | None = None


def avatars(call: Call) -> Mapping[str, Any]:
    """The bundled `figures`: id, name, thumbnail."""
    from engine.api.avatar_faces import bundled_figures

    call.context.token.raise_if_cancelled()
    return {"figures": bundled_figures()}


def face(call: Call) -> Mapping[str, Any]:
    """`portrait`, and `points` where it is laid over them -> fields of `FoundFace`."""
    from engine.api.avatar_faces import found_face

    asked = parse(FaceRequest, call.args)
    return _fields(found_face(asked.portrait, asked.points))


def open_show(call: Call) -> Mapping[str, Any]:
    """Fields of `ShowRequest` -> of `ShowFacts`."""
    from engine.api.avatar_show import ShowRequest

    return _fields(call.kept.shows.open(parse(ShowRequest, call.args), call.context))


def picture(call: Call) -> Mapping[str, Any]:
    """`show`, `frame`, `ahead` -> `path` of its pixels (uint8 [H, W, 3]), and fields of `ShownPicture`."""
    show, frame = text(call.args, "show"), integer(call.args, "frame")
    shown = call.kept.shows.picture(show, frame, flag(call.args, "ahead"), call.context)
    height, width = shown.rgb.shape[:2]
    name = f"picture-{next(call.kept.numbers) % MOST_PICTURES}.rgb"
    path = call.kept.scratch.write(name, shown.rgb.data)
    return {
        "path": path,
        "frame": shown.frame,
        "width": width,
        "height": height,
        "known": shown.known,
        "motion": shown.motion,
    }


def _fields(result: Any) -> Mapping[str, Any]:
    told: Mapping[str, Any] = plain(result)
    return told
