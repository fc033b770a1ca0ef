"""A small window from which files are dragged, as from a file manager.

    python window_source.py LEFT TOP FILE [FILE ...]

A row for each file, 40 pixels high, over all other windows.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PyQt6.QtCore import QMimeData, Qt, QUrl
from PyQt6.QtGui import QDrag, QMouseEvent
from PyQt6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

WIDE, HIGH = 220, 40


class FileRow(QLabel):
    def __init__(self, file: Path) -> None:
        super().__init__(file.name)
        self._file = file
        self.setFixedSize(WIDE, HIGH)
        self.setMargin(10)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # Qt's name
        del event
        drag, mime = QDrag(self), QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self._file))])
        drag.setMimeData(mime)
        drag.exec(Qt.DropAction.CopyAction)


def main(left: str, top: str, *files: str) -> None:
    app = QApplication(sys.argv[:1])
    window = QWidget()
    window.setWindowTitle("Files")
    window.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for file in files:
        column.addWidget(FileRow(Path(file)))
    window.move(int(left), int(top))
    window.show()
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
