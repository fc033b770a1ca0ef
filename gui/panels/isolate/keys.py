"""The panel's keys."""

from __future__ import annotations

ISOLATE = "Ctrl+Return"
ADD = "Ctrl+Shift+O"
SIDE = "A"
MATCH = "E"
SOLO = {"vocals": "1", "instrumental": "2", "again": "5"}
MUTE = {"vocals": "3", "instrumental": "4", "again": "6"}
VIEW = "V"
ZOOM_IN = "Ctrl+=; Ctrl++"
ZOOM_OUT = "Ctrl+-"
FIT = "Ctrl+0"
END_LOOP = "Esc"
BACK, ON = "Left", "Right"
