"""How a script inside a DAW and we talk: by files in a folder (docs/decisions/0005-daw.md)."""

from plugin_host.spool.adapter import SpoolAdapter
from plugin_host.spool.folder import Alive, Spool, spool_folder, spool_places

__all__ = ["Alive", "Spool", "SpoolAdapter", "spool_folder", "spool_places"]
