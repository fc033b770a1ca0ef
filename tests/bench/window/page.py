"""docs/bench-window.md: the figures as tables, what misses its target marked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.bench.window.start import TARGET_S, Started

STALL_MS, PAINT_MS, FPS = 50.0, 20.0, 50.0
_WORST_TOLD = 10
_STEPS = {
    "python": "Python runs",
    "imported": "all is imported",
    "application": "the command line is read, Qt has begun",
    "made": "the window is made",
    "painted": "it is seen",
    "usable": "a key has shown another panel",
    "engine": "the engine's process is ready",
    "panels": "the other panels are made",
}
_HEAD = """# How quick the window is

Written by `python -m tests.bench.window --markdown docs/bench-window.md` in a checkout (about four minutes;
`--only start painting` takes some parts).  The real window and the real engine's process, without a screen but where it
says so.

{machine}.
The load stands beside every part: what other programs take of the processor makes the figures worse.  What misses its
target is in bold.
"""
_STALLS = """## How long the event loop stands still

Milliseconds that a key press would have waited, were one pressed every 5 ms; the target is 50 at the 99th percentile.
"Idle process" is one beside the window that only sleeps 5 ms at a time: by as much as it wakes too late, the machine
is, whoever is measured.
"""
_WORST = """### Who held it

The longest stalls.  "Own" is what the window's thread had of the processor in that time (the rest it waited for other
threads or processes), "garbage" so long Python collected it, on any thread.
"""
_PAINTING = """## Painting ten thousand notes

The window at 1600 x 900 with notes, words, phones, planned pitch, lane and wave strip; from the wish to scroll until
all of it is painted.  The targets are 20 ms and 50 pictures a second.
"""
_ROUNDS = """## Open, sing, close: {number} rounds

Each round is a whole window with an engine of its own in one process: a clip is opened, a phrase sung, the window
closed; in some the window is closed, or the engine killed, while it sings, in some it is closed at once, in some a
bridge runs.
Counted after {warm} rounds and after the last.
"""


def page(results: Mapping[str, Any]) -> str:
    """`results`: of each part by its name, as `__main__` gathers them."""
    return "\n".join([_HEAD.format(machine=_machine(results)), *_started(results), *_stalled(results), *_rest(results)])


def _machine(results: Mapping[str, Any]) -> str:
    cores = os.cpu_count() or 1
    named = "Two cores" if cores == 2 else f"{cores} cores"
    return f"{named}, no GPU, {_busy(results, cores)}"


def _busy(results: Mapping[str, Any], cores: int) -> str:
    """By the load before the first part: later ones make their own."""
    before = next(iter(results.values()))["load"][0]
    return "otherwise idle" if before < cores / 4 else "busy with other work at the same time"


def _rest(results: Mapping[str, Any]) -> Iterator[str]:
    if "painting" in results:
        yield from _painted(results["painting"])
    if "rounds" in results:
        yield from _leaks(results["rounds"])


def _started(results: Mapping[str, Any]) -> Iterator[str]:
    part = results.get("start")
    if part is None:
        return
    starts: Sequence[Started] = part["facts"]
    yield "## Start\n"
    yield f"Seconds from the start of the process, medians of {starts[0].starts} starts, files in the disk's cache; the"
    yield f"target is {TARGET_S:g} s until a key does what it says.  Load {_load(part)}.\n"
    yield f"| Until | {' | '.join(one.where for one in starts)} |"
    yield f"|---|{'---|' * len(starts)}"
    for step, told in _STEPS.items():
        yield f"| {told} | {' | '.join(f'{one.steps[step]:.2f}' for one in starts)} |"
    yield f"| the slowest start, usable | {' | '.join(_marked(one.slowest, TARGET_S, '.2f') for one in starts)} |"
    shares = ", ".join(f"{name} {taken:.0f}" for name, taken in part["imports"].items() if taken >= 1)
    yield f"\nImports in milliseconds, counted by Python, which makes them slower: {shares}.\n"


def _stalled(results: Mapping[str, Any]) -> Iterator[str]:
    parts = [results[name] for name in ("begin", "song", "long") if name in results]
    if not parts:
        return
    yield _STALLS
    yield "| While | s | Median | 95 % | 99 % | Longest | Over 50 | Idle process: 99 %, longest | Load |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for part in parts:
        for one in part["facts"]:
            p99, idle = _marked(one["p99"], STALL_MS), f"{one['idle_p99']:.1f}, {one['idle_longest']:.0f}"
            yield (
                f"| {one['name']} | {one['seconds']:.1f} | {one['p50']:.1f} | {one['p95']:.1f} | {p99} | "
                f"{one['longest']:.0f} | {one['over_50']} | {idle} | {_load(part)} |"
            )
    yield ""
    yield _WORST
    yield "| ms | Own | Garbage | While | Where it stood, the innermost first; what other threads were at |"
    yield "|---|---|---|---|---|"
    found = [(stall, one["name"]) for part in parts for one in part["facts"] for stall in one["worst"]]
    for stall, name in sorted(found, key=lambda entry: -entry[0]["ms"])[:_WORST_TOLD]:
        where = _places(stall["stack"]) + (f"; beside: {_places(stall['beside'])}" if stall["beside"] else "")
        yield f"| {stall['ms']:.0f} | {stall['own_ms']:.0f} | {stall['gc_ms']:.0f} | {name} | {where} |"
    yield ""


def _places(stack: str, most: int = 4) -> str:
    places = [place for place in stack.split(" < ") if place]
    return " < ".join(f"`{place}`" for place in places[:most]) or "in Qt, or waiting for its turn"


def _painted(part: Mapping[str, Any]) -> Iterator[str]:
    yield _PAINTING
    yield f"Load {_load(part)}.\n"
    yield "| What | Mean, ms | Of the processor | 99 % | Worst | Pictures a second |"
    yield "|---|---|---|---|---|---|"
    for one in part["facts"]:
        fps = f"{one['fps']:.0f}" if one["fps"] >= FPS else f"**{one['fps']:.0f}**"
        mean = _marked(one["mean"], PAINT_MS)
        yield f"| {one['what']} | {mean} | {one['own_ms']:.1f} | {one['p99']:.1f} | {one['worst']:.1f} | {fps} |"
    yield ""


def _leaks(part: Mapping[str, Any]) -> Iterator[str]:
    facts = part["facts"][0]
    before, after, rounds = facts["before"], facts["after"], facts["rounds"]
    yield _ROUNDS.format(number=len(rounds), warm=facts["warm"])
    yield f"Load {_load(part)}.\n"
    yield "| What | Before | After |"
    yield "|---|---|---|"
    for name, told in (
        ("threads", "threads"),
        ("processes", "processes of ours beside it"),
        ("open_files", "open files"),
        ("temporary", "temporary files"),
        ("kept", "files in the user's folders, sung phrases left out"),
        ("widgets", "widgets"),
        ("objects", "objects of Qt"),
    ):
        yield f"| {told} | {_number(before[name])} | {_number(after[name])} |"
    yield f"| memory, MB | {before['memory_mb']:.0f} | {after['memory_mb']:.0f} |"
    yield ""
    yield "| A round that ends | Rounds | Mean, s | Of that closing | Longest closing |"
    yield "|---|---|---|---|---|"
    for ended in dict.fromkeys(one["ended"] for one in rounds):
        own = [one for one in rounds if one["ended"] == ended]
        mean = sum(one["seconds"] for one in own) / len(own)
        closing = [one["close_s"] for one in own]
        told = ended.replace("_", " ")
        yield f"| {told} | {len(own)} | {mean:.2f} | {sum(closing) / len(own):.2f} | {max(closing):.2f} |"


def _number(value: int | list[str]) -> int:
    return len(value) if isinstance(value, list) else value


def _load(part: Mapping[str, Any]) -> str:
    return "{:.1f} to {:.1f}".format(*part["load"])


def _marked(value: float, target: float, form: str = ".1f") -> str:
    return f"{value:{form}}" if value <= target else f"**{value:{form}}**"
