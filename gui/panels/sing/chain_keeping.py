"""Files of chains, written and thrown away: not on the window's own thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QFile

from engine.errors import InputError, MelismaError
from gui.texts import chains as text

if TYPE_CHECKING:
    from plugin_host.rendergraph import Chain


def save_in_place(chain: Chain, base: Chain, agreed: bool) -> Chain | None:
    """Write the user's own chain to its file; None when that no longer holds `base`, unless that was `agreed` to.

    Raises as `plugin_host.rendergraph.write_chain`.
    """
    from plugin_host.rendergraph import write_chain

    assert base.path is not None, "only chains out of files are saved in place"
    if not agreed and _held(base.path) != base:
        return None
    return write_chain(chain, base.path)


def throw_away(chain: Chain) -> bool:
    """To the system's trash, or for good where there is none; whether it lies there now.  Raises `MelismaError`."""
    assert chain.path is not None, "only chains out of files are deleted"
    if QFile.moveToTrash(str(chain.path))[0]:
        return True
    try:
        chain.path.unlink(missing_ok=True)
    except OSError as error:
        raise MelismaError(text.NOT_DELETED.format(path=chain.path), text.NOT_DELETED_HINT) from error
    return False


def _held(path: Path) -> Chain | None:
    """What the file holds; None when it cannot be read."""
    from plugin_host.rendergraph import load_chain

    try:
        return load_chain(path, yours=True)
    except InputError:
        return None
