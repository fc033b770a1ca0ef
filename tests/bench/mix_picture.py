"""Takes the picture of the mix dialog in docs/pictures anew: `python -m tests.bench.mix_picture [file]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6.QtWidgets import QApplication, QWidget

from gui.demo_song import demo_song
from gui.document.settings import Settings
from gui.document.song import Song
from gui.mix_dialog import MixDialog
from gui.style import dress
from gui.theme import Theme
from plugin_host.rendergraph import list_chains

ROOT = Path(__file__).resolve().parents[2]
_DOUBLE = ("Double.wav", "backing-vocals", -6.0)
_STEMS = (("Drums.wav", 0.0), ("Bass.wav", -3.0), ("Keys.wav", -4.5))


def main() -> None:
    """The song in hand with a double and three stems, in the dark theme."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures" / "window-mix.png"
    app = QApplication([])
    theme = Theme("dark")
    dress(app, theme)
    with TemporaryDirectory(prefix="melisma-pictures-") as folder:
        os.environ["MELISMA_DATA"] = folder
        parent = QWidget()
        dialog = MixDialog(Song(demo_song()), theme, Settings(Path(folder) / "window.json"), (), parent)
        dialog.show_chains([(chain.id, chain.name) for chain in list_chains()[0]])
        dialog.show_voices(())
        name, chain, gain_db = _DOUBLE
        dialog.voices.add(Path(name), name, chain, gain_db)
        for name, gain_db in _STEMS:
            dialog.backings.add(Path(name), name, "", gain_db)
        dialog.show()
        app.processEvents()
        dialog.grab().save(str(out))
        dialog.reject()
    print(out)


if __name__ == "__main__":
    main()
