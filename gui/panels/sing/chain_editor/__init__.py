"""The editor of a chain of effects: a small window of its own beside the song."""

from gui.panels.sing.chain_editor.editor import ChainEditor
from gui.panels.sing.chain_editor.name_box import ask_name

__all__ = ["ChainEditor", "ask_name"]
