"""Projects as text: of a clip, or out of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.api.project import NewProject, loose_ends, new_project, read_project
from engine.host.call import Call
from engine.host.coding import path, text, texts
from engine.project.file import project_bytes
from engine.score import Problem


def new(call: Call) -> Mapping[str, Any]:
    """`clip`, `lyrics`, `tracks`, `voice`, `language` -> `project`, as text, and the clip's `problems`."""
    clip = path(call.args, "clip")
    out = call.kept.scratch.place(f"new-{next(call.kept.numbers)}.melisma")
    request = NewProject(
        clip=clip,
        out=out,
        lyrics=path(call.args, "lyrics") if call.args.get("lyrics") else None,
        voice=text(call.args, "voice", ""),
        language=text(call.args, "language", "") or None,
        tracks=texts(call.args, "tracks"),
        name=clip.stem,
    )
    try:
        project, problems = new_project(request)
    finally:
        out.unlink(missing_ok=True)
    return {"project": project_bytes(project).decode(), "name": project.name, "problems": told(problems)}


def read(call: Call) -> Mapping[str, Any]:
    """`path` -> `project`, as text, the `stamp` of what was read, and as `problems` what is worth knowing."""
    file: Path = path(call.args, "path")
    opened = read_project(file)
    problems = [Problem("loose_end", sentence) for sentence in loose_ends(opened.project)]
    return {
        "project": project_bytes(opened.project).decode(),
        "name": opened.project.name,
        "stamp": opened.stamp,
        "problems": told(problems),
    }


def told(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems with their `sentence`, which names the place."""
    return [
        {
            "kind": problem.kind,
            "message": problem.message,
            "sentence": problem.sentence,
            "note_id": problem.note_id,
            "bar": problem.bar,
            "beat": problem.beat,
            "severity": problem.severity,
        }
        for problem in problems
    ]
