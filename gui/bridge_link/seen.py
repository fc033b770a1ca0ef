"""What the bridge says of DAWs and jobs, as values; plain Python, no Qt."""

from __future__ import annotations

import enum
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FALLBACK_RATE = 48_000
"""Of a DAW that says where it stands before it has said at which rate it counts."""


class BridgeState(enum.Enum):
    """OFF: nobody wants it.  STARTING: it is looked for, or coming up.  ON: it answers.  AWAY: it was there, and has
    not been heard of for some seconds.  FAILED: it cannot be started; `BridgeLink.why` says why."""

    OFF = "off"
    STARTING = "starting"
    ON = "on"
    AWAY = "away"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DawSeen:
    """A DAW that the bridge knows.  `session`: its name, "" when none is open, and `session_key` what it is known by
    for good; `sample_rate` 0 while unknown."""

    id: str
    name: str
    present: bool
    capabilities: frozenset[str] = frozenset()
    session: str = ""
    sample_rate: int = 0
    folder: str = ""
    session_key: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a DAW's transport stood at `heard_at` (monotonic clock).  `speed` 0: stopped, 1: playing; `tempo` in
    quarters per minute."""

    daw: str
    position_s: float
    speed: float
    tempo: float
    heard_at: float

    @property
    def playing(self) -> bool:
        return self.speed != 0

    def now_s(self, now: float | None = None) -> float:
        """The position by the clock: notices come some times a second only."""
        if not self.playing:
            return self.position_s
        return self.position_s + self.speed * max(0.0, (time.monotonic() if now is None else now) - self.heard_at)

    def facts(self) -> dict[str, Any]:
        """As `BridgeLink.transport` tells it."""
        return {
            "daw": self.daw,
            "playing": self.playing,
            "position_s": self.position_s,
            "tempo": self.tempo,
            "speed": self.speed,
        }


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing that happened between a DAW and us.  `when` in seconds since 1970; `kind` good, bad or info."""

    when: float
    who: str
    sentence: str
    kind: str = "info"
    job: str = ""

    @classmethod
    def now(cls, who: str, sentence: str, kind: str = "info", job: str = "") -> Exchange:
        """At this moment."""
        return cls(time.time(), who, sentence, kind, job)


def read_daws(path: Path) -> tuple[DawSeen, ...]:
    """What `/daw/list` answered with.  Raises `ValueError` and `OSError` for a file that is none."""
    facts = json.loads(path.read_bytes())
    if not isinstance(facts, dict) or facts.get("format") != "melisma-daws":
        raise ValueError("no list of DAWs")
    return tuple(_daw(row) for row in facts["daws"])


def read_jobs(path: Path) -> dict[str, dict[str, Any]]:
    """What `/job/list` answered with, by id.  Raises `ValueError` and `OSError` for a file that is none."""
    facts = json.loads(path.read_bytes())
    if not isinstance(facts, dict) or facts.get("format") != "melisma-jobs":
        raise ValueError("no list of jobs")
    return {str(job["id"]): job for job in facts["jobs"]}


def goes_on(facts: Mapping[str, Any]) -> bool:
    """Whether a job waits or runs that is not another program's: a window's, a DAW's, or a watched folder's."""
    client = str(facts.get("client") or "")
    return facts["state"] in ("pending", "running") and (not client or client.startswith("window"))


def where_of(arguments: Mapping[str, Any], daws: tuple[DawSeen, ...], now: float | None = None) -> Where:
    """A transport notice, in seconds at the rate of its DAW's session."""
    name = str(arguments["daw"])
    rate = next((daw.sample_rate for daw in daws if daw.id == name and daw.sample_rate), FALLBACK_RATE)
    heard_at = time.monotonic() if now is None else now
    return Where(name, int(arguments["sample"]) / rate, float(arguments["speed"]), float(arguments["bpm"]), heard_at)


def _daw(row: Mapping[str, Any]) -> DawSeen:
    session = row.get("session") or {}
    return DawSeen(
        id=str(row["id"]),
        name=str(row["name"]),
        present=bool(row["present"]),
        capabilities=frozenset(map(str, row.get("capabilities", ()))),
        session=str(session.get("name", "")),
        sample_rate=int(session.get("sample_rate") or 0),
        folder=str(session.get("folder") or ""),
        session_key=str(session.get("key", "")),
    )
