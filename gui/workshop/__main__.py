"""`python -m gui.workshop ROOM`: a process that the window starts, asked and answered as the engine's is."""

from __future__ import annotations

import sys

from engine.host.__main__ import main
from gui.workshop.table import ROOMS, manner_of

TIDY_UP_S, LEAVES_S = 2.5, 0.5
"""For what is still at work when the window goes, where its room has no time of its own; and to leave after that."""

if __name__ == "__main__":
    room = sys.argv[1]
    closes_s = manner_of(room).closes_within_ms / 1000
    main(ROOMS[room], max(TIDY_UP_S, closes_s - LEAVES_S))
