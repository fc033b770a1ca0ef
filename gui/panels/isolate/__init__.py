"""The Isolate panel."""

from gui.panels.isolate.panel import IsolatePanel

__all__ = ["IsolatePanel"]
