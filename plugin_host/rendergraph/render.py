"""Graphs and plugins, from our side of the wall: files in, a child process, a file out."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio import FloatArray
from engine.errors import InputError, MelismaError
from engine.jobs import JobContext
from plugin_host.rendergraph.child import ORDER, RESULT
from plugin_host.rendergraph.graph import Graph
from plugin_host.rendergraph.space import no_room
from plugin_host.rendergraph.worker import Task, child_command, run_task

STAGE = "Bouncing"
# The child holds every sound, what DawDreamer copies of it, the moving parameters and the result.
_COPIES = 3
_CHILD_BYTES = 300_000_000


def render_graph(
    graph: Graph,
    files: Mapping[str, FloatArray],
    context: JobContext,
    limit_s: float | None = None,
    scratch: Path | None = None,
) -> FloatArray:
    """What the last node of `graph` gives: float32 [C, graph.length].

    `files`: what the graph's nodes name, each float32 of one or two dimensions.  `scratch`: where they are handed over,
    instead of the system's folder.  Raises as `run_task`, and `InputError` when memory or disk will not do.
    """
    _check_memory(graph, files)
    with _handover(scratch) as folder:
        _fill(folder, graph, files, context)
        task = Task(child_command(str(folder)), STAGE, graph.plugins, limit_s)
        facts = run_task(task, context)
        try:
            audio = np.load(folder / RESULT, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise MelismaError("The effects handed nothing over.", "Try again.") from error
        if audio.dtype != np.float32 or audio.shape != (facts["channels"], graph.length):
            raise MelismaError("The effects handed something else over.", "Please report this.")
        return np.asarray(audio, np.float32)


def describe_plugin(path: str, title: str, context: JobContext, limit_s: float | None = None) -> dict[str, Any]:
    """`inputs`, `outputs`, `latency`, `parameters` of a plugin.  Raises as `run_task`."""
    with _handover() as folder:
        _order(folder, {"do": "describe", "path": path, "title": title})
        return run_task(Task(child_command(str(folder)), f"Asking {title}", (title,), limit_s), context)


@contextmanager
def _handover(parent: Path | None = None) -> Iterator[Path]:
    """A folder between us and the child."""
    try:
        made = tempfile.TemporaryDirectory(prefix="melisma-", dir=parent)
    except OSError as error:
        raise no_room(parent or Path(tempfile.gettempdir()), error) from error
    with made as name:
        yield Path(name)


def _fill(folder: Path, graph: Graph, files: Mapping[str, FloatArray], context: JobContext) -> None:
    try:
        for file, values in files.items():
            context.token.raise_if_cancelled()
            np.save(folder / file, values, allow_pickle=False)
        _order(folder, {"do": "render", "graph": graph.as_json()})
    except OSError as error:
        raise no_room(folder.parent, error) from error


def _order(folder: Path, order: Mapping[str, Any]) -> None:
    (folder / ORDER).write_text(json.dumps(order), encoding="utf-8")


def _check_memory(graph: Graph, files: Mapping[str, FloatArray]) -> None:
    """Better a sentence before than the system's axe in the middle."""
    result = 8 * graph.length
    needed = _CHILD_BYTES + _COPIES * (sum(values.nbytes for values in files.values()) + result)
    available = _available_bytes()
    if available is not None and needed > available:
        raise InputError(
            f"The bounce needs about {needed / 1e9:.1f} GB of memory and {available / 1e9:.1f} are free.",
            "Close other programs, choose a lower rate, or bounce in parts.",
        )


def _available_bytes() -> int | None:
    """What programs may still take; None where the system does not say."""
    try:
        rows = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(row.split()[1]) * 1024 for row in rows if row.startswith("MemAvailable:")), None)
