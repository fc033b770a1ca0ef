"""A process that only sleeps 5 ms at a time beside the window: as late as it is, the machine is for everybody."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys, threading, time
gaps, last, asked = [], time.perf_counter(), []
def hear():
    for line in sys.stdin:
        asked.append(line)
    asked.append("")
threading.Thread(target=hear, daemon=True).start()
while True:
    time.sleep(0.005)
    now = time.perf_counter()
    gaps.append(now - last - 0.005)
    last = now
    if asked:
        if not asked.pop(0):
            break
        gaps.sort()
        print(1e3 * gaps[int(0.99 * len(gaps))], 1e3 * gaps[-1], flush=True)
        gaps, last = [], time.perf_counter()
"""


class IdleProcess:
    """Runs until `close`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.late()

    def late(self) -> tuple[float, float]:
        """By how many milliseconds it woke too late since the last question: 99th percentile, and at worst."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        p99, longest = self._process.stdout.readline().split()
        return float(p99), float(longest)

    def close(self) -> None:
        self._process.communicate()
