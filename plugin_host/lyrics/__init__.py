"""The lyrics that belong to clips of DAWs, for most DAWs keep none."""

from plugin_host.lyrics.book import LyricsBook
from plugin_host.lyrics.shelf import KnownClip

__all__ = ["KnownClip", "LyricsBook"]
