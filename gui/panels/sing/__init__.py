"""The Sing panel."""

from gui.panels.sing.panel import SingPanel

__all__ = ["SingPanel"]
