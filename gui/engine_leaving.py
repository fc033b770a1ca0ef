"""A process that nobody needs any more, on its way out."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QProcess, QTimer, pyqtSignal


class Leaving(QObject):
    """Is asked to end, and killed after `within_ms`.  `over`: it is gone; not told to who waits for it with `wait`."""

    over = pyqtSignal()

    def __init__(self, process: QProcess, within_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._process, self._within_ms = process, within_ms
        process.setParent(self)
        process.finished.connect(self._ended)
        process.closeWriteChannel()
        if self._runs:
            QTimer.singleShot(within_ms, self._kill)
        else:
            QTimer.singleShot(0, self._ended)

    @property
    def _runs(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def wait(self) -> None:
        """Until it has ended."""
        self.blockSignals(True)
        self._process.blockSignals(True)
        if self._runs and not self._process.waitForFinished(self._within_ms):
            self._process.kill()
            self._process.waitForFinished(self._within_ms)

    def _kill(self) -> None:
        if self._runs:
            self._process.kill()

    def _ended(self) -> None:
        self.over.emit()
