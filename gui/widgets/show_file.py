"""Results in the system's own programs."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QProcess, QUrl
from PyQt6.QtGui import QDesktopServices, QGuiApplication

from gui.document.leftovers import shown, taken


def open_file(path: Path) -> bool:
    """With the program that the system has for it; says whether there was one."""
    taken((path,))
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def show_in_folder(path: Path) -> bool:
    """The folder, with the file marked where the system can do that."""
    shown(path if path.is_dir() else path.parent)
    platform = QGuiApplication.platformName()
    if platform == "windows":
        return QProcess.startDetached("explorer", ["/select,", str(path)])[0]
    if platform == "cocoa":
        return QProcess.startDetached("open", ["-R", str(path)])[0]
    return open_file(path if path.is_dir() else path.parent)
