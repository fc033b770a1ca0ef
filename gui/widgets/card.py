"""A model's card: Markdown, set as the rest of the window is."""

from __future__ import annotations

from PyQt6.QtCore import QObject
from PyQt6.QtGui import QFont, QTextBlock, QTextCursor, QTextDocument, QTextFormat, QTextFrameFormat, QTextTable

from gui.theme import Theme

_MARGIN = 12.0
_ABOVE = {1: 2.0, 2: 16.0, 3: 12.0}


def card_document(markdown: str, theme: Theme, parent: QObject | None = None) -> QTextDocument:
    """The card as a document in the theme's fonts and colours; raw HTML in it is shown as text."""
    document = QTextDocument(parent)
    document.setDocumentMargin(_MARGIN)
    document.setDefaultFont(theme.font())
    features = QTextDocument.MarkdownFeature
    document.setMarkdown(markdown, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
    block = document.begin()
    while block.isValid():
        _set_block(block, theme)
        block = block.next()
    root = document.rootFrame()
    for frame in root.childFrames() if root is not None else ():
        if isinstance(frame, QTextTable):
            _set_table(frame, theme)
    return document


def _set_block(block: QTextBlock, theme: Theme) -> None:
    cursor = QTextCursor(block)
    shape = block.blockFormat()
    level = shape.headingLevel()
    if level:
        shape.setTopMargin(_ABOVE.get(level, 10.0))
        shape.setBottomMargin(4.0)
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        letters = cursor.charFormat()
        font: QFont = theme.font("title" if level == 1 else "bold")
        letters.clearProperty(QTextFormat.Property.FontSizeAdjustment.value)  # it would make it larger still
        letters.setFont(font)
        cursor.setCharFormat(letters)
        cursor.setPosition(block.position())
    elif cursor.currentTable() is None:
        shape.setBottomMargin(3.0 if block.textList() is not None else 6.0)
    cursor.setBlockFormat(shape)


def _set_table(table: QTextTable, theme: Theme) -> None:
    shape = table.format()
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderBrush(theme.tokens.line)
    shape.setBorderCollapse(True)
    shape.setBorder(1)
    shape.setCellPadding(5)
    shape.setTopMargin(6)
    table.setFormat(shape.toTableFormat())
