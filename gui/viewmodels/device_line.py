"""What the status bar says of the engine: where its networks really compute, or why nothing does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gui.texts import engine as texts
from gui.texts import shell


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """`name` is seen, `why` is the tooltip; `good` false when nothing can compute."""

    name: str
    why: str
    good: bool = True


STARTING = DeviceLine(shell.ENGINE_STARTING, "")


def stopped(why: str) -> DeviceLine:
    """None runs, and none is started by itself."""
    return DeviceLine(texts.STOPPED, texts.STOPPED_TIP.format(why=why), good=False)


def device_line(facts: Mapping[str, Any], loads: Sequence[Mapping[str, Any]]) -> DeviceLine:
    """`facts` as the engine's op tells them; `loads`: the networks that were loaded, the newest last."""
    if facts.get("problem"):
        why = f"{facts['problem']} {facts.get('hint', '')}".strip()
        return DeviceLine(texts.DEVICE_WRONG, f"{why}\n{texts.DEVICE_CLICK}", good=False)
    if not loads:
        name = texts.DEVICE_NOT_YET.format(provider=_plain(facts))
        return DeviceLine(name, "\n".join((tried(facts), texts.DEVICE_CLICK)))
    # A model's networks that compute on the same device are one line.
    lines = dict.fromkeys(
        texts.DEVICE_MODEL.format(model=load.get("model", ""), provider=_plain(load), reason=load.get("reason", ""))
        for load in loads
    )
    name = texts.DEVICE_AND.join(dict.fromkeys(map(_plain, loads)))
    return DeviceLine(name, "\n".join((*lines, _threads(facts), texts.DEVICE_CLICK)))


def tried(facts: Mapping[str, Any]) -> str:
    """What will compute, as far as a test can tell."""
    planned = texts.DEVICE_PLANNED.format(provider=_plain(facts), reason=facts.get("reason", ""))
    return f"{planned}\n{_threads(facts)}"


def _threads(facts: Mapping[str, Any]) -> str:
    return texts.DEVICE_THREADS.format(
        threads=facts.get("threads", "?"), cores=facts.get("cores", "?"), runtime=facts.get("runtime", "")
    )


def _plain(told: Mapping[str, Any]) -> str:
    """`CPU`, where a sentence says "the CPU"."""
    return str(told.get("provider", "")).removeprefix("the ")
