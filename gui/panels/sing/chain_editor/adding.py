"""The menu of all effects."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QMenu, QPushButton

from gui.icons import beside_words, icon
from gui.texts import chains as text
from gui.theme import Theme
from gui.widgets.labels import tip

ADD_KEY = "Ctrl+E"


def add_button(theme: Theme, add: Callable[[str], object]) -> QPushButton:
    """A button that opens the menu; `add` is given the effect's name."""
    from plugin_host.rendergraph import EFFECTS

    button = QPushButton(icon("add", theme), text.ADD)
    button.setIconSize(beside_words(theme.tokens.measures.small_icon))
    button.setToolTip(tip(text.ADD_TIP, ADD_KEY))
    button.setAccessibleName(text.ADD)
    button.setAutoDefault(False)
    menu = QMenu(button)
    menu.setAccessibleName(text.ADD)
    for name in EFFECTS:
        action = menu.addAction(f"{text.EFFECT_NAMES[name]}\t{text.EFFECT_ABOUT[name]}")
        if action is not None:
            action.triggered.connect(lambda _, name=name: add(name))
    button.setMenu(menu)
    return button
