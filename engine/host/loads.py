"""Tells the window where each network really computes, as soon as it is loaded."""

from __future__ import annotations

from pathlib import Path

from engine.host.messages import LOADED
from engine.host.wire import Wire
from engine.runtime import Session, hear_loads


def tell_loads(wire: Wire) -> None:
    """From now on, for every model."""

    def told(path: Path, session: Session) -> None:
        wire.send(
            {
                "event": LOADED,
                "model": path.parent.name,
                "file": path.name,
                "device": session.provider.device,
                "provider": session.provider.label,
                "reason": session.reason,
            }
        )

    hear_loads(told)
