"""How a process of the window's is treated, where it is not as the engine's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Manner:
    """`obeys_within_ms`: a cancelled request that is still at work then is ended with its process; `closes_within_ms`:
    what is at work when the window goes has so long to tidy up; 0: as the engine.  `environment`: what the process is
    told where the user has said nothing else."""

    obeys_within_ms: int = 0
    closes_within_ms: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
