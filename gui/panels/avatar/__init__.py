"""The Avatar panel: a face sings the song, or any vocal."""

from gui.panels.avatar.panel import AvatarPanel

__all__ = ["AvatarPanel"]
