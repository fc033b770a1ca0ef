"""The Connection panel: which DAWs are there, how to reach them, and what went over."""

from gui.panels.connection.panel import ConnectionPanel

__all__ = ["ConnectionPanel"]
