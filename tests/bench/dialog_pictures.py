"""Takes the pictures of the dialogs in docs/pictures anew: `python -m tests.bench.dialog_pictures [folder]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6.QtWidgets import QApplication, QDialog, QWidget

from gui.demo_song import demo_song
from gui.document.settings import Settings
from gui.document.song import Song
from gui.mix_dialog import MixDialog
from gui.panels.sing.chain_editor import ChainEditor
from gui.style import dress
from gui.texts import chains as texts
from gui.theme import Theme
from gui.viewmodels.chain_edit import ChainEdit
from gui.viewmodels.mix_wish import Promised
from gui.widgets.background import Background
from plugin_host.rendergraph import find_chain, list_chains

ROOT = Path(__file__).resolve().parents[2]
_DOUBLE = ("Double.wav", "backing-vocals", -6.0)
_STEMS = (("Drums.wav", 0.0), ("Bass.wav", -3.0), ("Keys.wav", -4.5))


def mix(theme: Theme, settings: Settings, parent: QWidget) -> QDialog:
    """The song in hand with a double and three stems."""
    dialog = MixDialog(Song(demo_song()), theme, settings, Promised(), Background(parent), parent)
    dialog.show_chains([(chain.id, chain.name) for chain in list_chains()[0]])
    dialog.show_voices(())
    name, chain, gain_db = _DOUBLE
    dialog.voices.add(Path(name), name, chain, gain_db)
    for name, gain_db in _STEMS:
        dialog.backings.add(Path(name), name, "", gain_db)
    return dialog


def effects(theme: Theme, settings: Settings, parent: QWidget) -> QDialog:
    """An included chain with two changes."""
    editor = ChainEditor(theme, settings, parent)
    edit = ChainEdit(find_chain("pop-lead"))
    editor.show_edit(edit, "Lead")
    edit.set_bypass(edit.strips[1].id, True)
    edit.set_value(edit.strips[0].id, "frequency_hz", 140.0)
    editor.renew()
    editor.say(texts.SAID_EDITED_OURS)
    return editor


def main() -> None:
    """All of them, in the dark theme, of a user who has nothing yet."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    app = QApplication([])
    theme = Theme("dark")
    dress(app, theme)
    with TemporaryDirectory(prefix="melisma-pictures-") as own:
        os.environ["MELISMA_DATA"] = own
        parent = QWidget()
        for make in (mix, effects):
            dialog = make(theme, Settings(Path(own) / "window.json"), parent)
            dialog.show()
            app.processEvents()
            out = folder.absolute() / f"window-{make.__name__}.png"
            dialog.grab().save(str(out))
            print(out)
            dialog.hide()


if __name__ == "__main__":
    main()
