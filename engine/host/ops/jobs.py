"""Long work whose results are files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.host.call import Call
from engine.host.coding import parse, plain, text

if TYPE_CHECKING:
    from engine.api.sing import Load

_LONGEST_NAME = 60
_SUFFIX = ".melisma"


def sing(call: Call) -> Mapping[str, Any]:
    """Fields of `SingRequest` -> of `SingResult`.  `project`: the text of a .melisma, sung in the place of `clip`."""
    from engine.api import SingRequest, render_clip

    args = dict(call.args)
    if "project" in args:
        args["clip"] = str(_written(call))
        del args["project"]
    return _fields(render_clip(parse(SingRequest, args), call.context, _loader(call)))


def isolate(call: Call) -> Mapping[str, Any]:
    """Fields of `IsolateRequest` -> of `IsolateResult`."""
    from engine.api import IsolateRequest, isolate_vocals

    return _fields(isolate_vocals(parse(IsolateRequest, call.args), call.context))


def resing(call: Call) -> Mapping[str, Any]:
    """Fields of `ResingRequest` -> of `ResingResult`."""
    from engine.api.resing import ResingRequest, resing_vocal

    return _fields(resing_vocal(parse(ResingRequest, call.args), call.context))


def avatar(call: Call) -> Mapping[str, Any]:
    """Fields of `AvatarRequest` -> of `AvatarResult`."""
    from engine.api import AvatarRequest, make_avatar_video

    return _fields(make_avatar_video(parse(AvatarRequest, call.args), call.context, _loader(call)))


def _loader(call: Call) -> Load:
    return call.kept.voices.loader(call.context.token)


def _written(call: Call) -> Path:
    """The song in a file: what is sung is what the window shows, saved or not."""
    from engine.api.project import parse_project

    data = text(call.args, "project").encode("utf-8", "replace")
    name = re.sub(r"[^\w -]+", "_", parse_project(data, "The song").name).strip()[:_LONGEST_NAME] or "song"
    return call.kept.scratch.write(f"{name}{_SUFFIX}", data)


def _fields(result: Any) -> Mapping[str, Any]:
    told: Mapping[str, Any] = plain(result)
    return told
