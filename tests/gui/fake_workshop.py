"""A room of the workshop with ops of the test's own, in a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from engine.host.__main__ import main
from engine.host.call import Call
from engine.host.table import Op


def bounce(call: Call) -> Mapping[str, Any]:
    """Which process it is, and what it was told."""
    call.context.step("Mixing", 1, 2)
    return {"pid": os.getpid(), "args": dict(call.args)}


def check(call: Call) -> Mapping[str, Any]:
    """Dies."""
    os._exit(3)


if __name__ == "__main__":
    sys.modules.setdefault("fakes.workshop", sys.modules["__main__"])
    main({name: Op("engine", f"workshop:{name.split('.')[-1]}", "fakes") for name in ("bounce", "train.check")}, 2.0)
