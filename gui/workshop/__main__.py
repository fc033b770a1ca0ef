"""`python -m gui.workshop ROOM`: a process that the window starts, asked and answered as the engine's is."""

from __future__ import annotations

import sys

from engine.host.__main__ import main
from gui.workshop.table import ROOMS

TIDY_UP_S = 2.5
"""For what is still at work when the window goes: a training writes down how far it came."""

if __name__ == "__main__":
    main(ROOMS[sys.argv[1]], TIDY_UP_S)
