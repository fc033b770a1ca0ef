"""The wheel over anything that has a time line: scroll, and zoom with Ctrl."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QWheelEvent

from gui.viewmodels.timeline import Timeline

_NOTCH = 120.0
_SCROLL_PX = 60.0
ZOOM = 1.2
"""How much a notch of the wheel, or a press of a key, zooms."""


def turned(timeline: Timeline, event: QWheelEvent) -> Timeline:
    """The view after a turn of the wheel: up and down; Shift: left and right; Ctrl: zoom in time; Ctrl+Shift or Alt:
    the height of the rows.  A touchpad scrolls both ways."""
    keys = event.modifiers()
    angle, pixels = event.angleDelta(), event.pixelDelta()
    # With Alt or Shift some systems turn the wheel by 90 degrees.
    notches = (angle.y() or angle.x()) / _NOTCH
    at = event.position()
    event.accept()
    control, shift = (bool(keys & key) for key in (_CONTROL, _SHIFT))
    if keys & _ALT or (control and shift):
        return timeline.zoomed_keys(ZOOM**notches, at.y())
    if control:
        return timeline.zoomed(ZOOM**notches, at.x())
    if not pixels.isNull():
        return timeline.scrolled(-pixels.x(), -pixels.y())
    if shift:
        return timeline.scrolled(-_SCROLL_PX * notches)
    return timeline.scrolled(-_SCROLL_PX * angle.x() / _NOTCH, -_SCROLL_PX * angle.y() / _NOTCH)


_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
