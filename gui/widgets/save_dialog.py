"""Asks where to write a file: under a name with an ending of its kind, and never over one that nobody agreed to."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QWidget

from gui.texts import shell as texts
from gui.widgets.questions import Choose, Question, choose


def ask_save(
    parent: QWidget,
    title: str,
    begun: Path,
    kinds: str,
    suffix: str,
    others: Collection[str] = (),
    choose: Choose = choose,
    awaited: Collection[Path] = (),
) -> Path | None:
    """The file, None when that is given up.  A name gets `suffix` that ends neither so nor on one of `others`.

    `awaited`: files that are being made, which no dialog finds.
    """
    while True:
        # The name comes as it was typed and agreed to: a dialog that adds the ending itself may ask before it does.
        typed, _ = QFileDialog.getSaveFileName(parent, title, str(begun), kinds)
        if not typed:
            return None
        agreed = Path(typed)
        path = agreed if agreed.suffix.lower() in (suffix, *others) else agreed.with_name(agreed.name + suffix)
        if path in awaited:
            replaced = _replaces(parent, path, texts.REPLACE_AWAITED, choose)
        else:
            replaced = path == agreed or not path.exists() or _replaces(parent, path, texts.REPLACE_MORE, choose)
        if replaced:
            return path
        begun = path


def _replaces(parent: QWidget, path: Path, why: str, choose: Choose) -> bool:
    question = Question(
        texts.REPLACE.format(name=path.name),
        why.format(folder=path.parent),
        (texts.REPLACE_IT, texts.CANCEL),
    )
    return choose(parent, question) == 0
