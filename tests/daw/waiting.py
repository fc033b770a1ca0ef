"""Waiting for what another program does, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")


def wait_for(what: str, look: Callable[[], T | None], within_s: float = 20.0) -> T:
    """The first thing that `look` finds, or a failure that says what did not come."""
    deadline = time.monotonic() + within_s
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not come within {within_s:g} s")
        time.sleep(0.05)
