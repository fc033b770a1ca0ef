"""Where sound goes: a device, or a clock that asks for sound just so and lets it go where there is no device.

QtMultimedia takes a while to load, so it is imported when a device is first looked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PyQt6.QtCore import QElapsedTimer, QIODevice, QObject, Qt, QTimer, pyqtSignal

from gui.widgets.mixdown import RATE, Floats

if TYPE_CHECKING:
    from PyQt6.QtMultimedia import QAudioDevice, QAudioFormat, QAudioSink

Pull = Callable[[int], Floats]
"""count -> float32 [2, count]"""

_BUFFER_S = 0.08  # longer than the window may ever be busy, short enough for a pause that comes at once
_STEP_MS = 10
_AHEAD = RATE * 30 // 1000  # frames that may be heard before the system says so
_LOOK_MS, _STILL_MS = 500, 3_000


class SoundOut(QObject):
    """Pulls sound from `start` to `stop` and says how much of it has been heard."""

    lost = pyqtSignal()

    name: str = ""
    """What people call the device; "" when there is none."""

    def start(self, pull: Pull) -> None:
        """Ask `pull` for frames from now on."""
        raise NotImplementedError

    def stop(self) -> None:
        """Ask no more; what is on its way is let go."""
        raise NotImplementedError

    def heard(self) -> int:
        """Frames since `start` that have left the loudspeaker."""
        raise NotImplementedError


class SilentOut(SoundOut):
    """No device: time passes and sound is asked for as a device would, so that everything else goes on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pull: Pull | None = None
        self._pulled = 0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._step)

    def start(self, pull: Pull) -> None:
        self._pull, self._pulled = pull, 0
        self._clock.start()
        self._timer.start()
        self._step()

    def stop(self) -> None:
        self._timer.stop()
        self._pull = None

    def heard(self) -> int:
        self._step()
        return min(self._pulled, self._elapsed())

    def _elapsed(self) -> int:
        return self._clock.nsecsElapsed() * RATE // 1_000_000_000 if self._clock.isValid() else 0

    def _step(self) -> None:
        wanted = self._elapsed() - self._pulled
        if self._pull is not None and wanted > 0:
            self._pull(wanted)
            self._pulled += wanted


class DeviceOut(SoundOut):
    """The system's own output device, 48 kHz stereo."""

    def __init__(self, device: QAudioDevice, form: QAudioFormat, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = device.description()
        self._device, self._format = device, form
        self._sink: QAudioSink | None = None
        self._source: _Source | None = None
        self._taken = 0  # frames that the system has taken
        self._since_taken = QElapsedTimer()
        self._heard = 0
        self._guard = QTimer(self)
        self._guard.setInterval(_LOOK_MS)
        self._guard.timeout.connect(self._look)

    def start(self, pull: Pull) -> None:
        from PyQt6.QtMultimedia import QAudioSink

        self.stop()
        self._source = _Source(pull, self._format, self)
        self._sink = QAudioSink(self._device, self._format, self)
        self._sink.setBufferSize(self._format.bytesForDuration(round(_BUFFER_S * 1_000_000)))
        self._sink.stateChanged.connect(self._state_changed)
        self._heard = self._taken = 0
        self._since_taken.start()
        self._guard.start()
        self._source.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink.start(self._source)

    def stop(self) -> None:
        self._guard.stop()
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.stateChanged.disconnect(self._state_changed)
            sink.stop()
            sink.deleteLater()
        if self._source is not None:
            self._source.close()
            self._source.deleteLater()
            self._source = None

    def heard(self) -> int:
        """What the system has taken of what was handed out; it takes some 10 ms at a time, and between two of them
        the clock goes on."""
        if self._sink is None or self._source is None:
            return self._heard
        taken = self._sink.processedUSecs() * RATE // 1_000_000
        if taken != self._taken:
            self._taken = taken
            self._since_taken.start()
        since = min(self._since_taken.nsecsElapsed() * RATE // 1_000_000_000, _AHEAD)
        self._heard = max(self._heard, min(taken + since if taken else 0, self._source.frames))
        return self._heard

    def _look(self) -> None:
        """Not every system says that a device was pulled out: one that takes nothing is gone."""
        self.heard()
        if self._since_taken.elapsed() > _STILL_MS:
            self._guard.stop()
            self.lost.emit()

    def _state_changed(self, state: Any) -> None:
        from PyQt6.QtMultimedia import QAudio

        sink = self._sink
        if sink is not None and state == QAudio.State.StoppedState and sink.error() != QAudio.Error.NoError:
            self.lost.emit()


class _Source(QIODevice):
    """What a sink reads from: never ends, never waits."""

    def __init__(self, pull: Pull, form: QAudioFormat, parent: QObject) -> None:
        super().__init__(parent)
        from PyQt6.QtMultimedia import QAudioFormat

        self._pull = pull
        self._bytes = form.bytesPerFrame()
        self._whole_numbers = form.sampleFormat() == QAudioFormat.SampleFormat.Int16
        self.frames = 0

    def isSequential(self) -> bool:  # noqa: N802 - Qt's name
        return True

    def bytesAvailable(self) -> int:  # noqa: N802 - Qt's name
        return 1 << 20

    def readData(self, maxlen: int) -> bytes:  # noqa: N802 - Qt's name
        count = min(maxlen // self._bytes, RATE)
        if count <= 0:
            return b""
        frames = np.clip(self._pull(count), -1.0, 1.0).T
        self.frames += count
        if self._whole_numbers:
            return np.rint(frames * 32767).astype(np.int16).tobytes()
        return frames.astype(np.float32).tobytes()


def load_multimedia() -> None:
    """Read Qt's library from disk, for who wants to choose the moment."""
    importlib.import_module("PyQt6.QtMultimedia")


class Devices(QObject):
    """The output devices of this machine; `changed` when one comes or goes."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        from PyQt6.QtMultimedia import QMediaDevices

        self._media = QMediaDevices(self)
        self._media.audioOutputsChanged.connect(self.changed)

    def has(self, name: str) -> bool:
        """Whether a device of this name is there."""
        return any(device.description() == name for device in self._media.audioOutputs())

    def open(self, parent: QObject | None = None) -> SoundOut:
        """The system's default output, or silence where there is none that takes 48 kHz stereo."""
        device = self._media.defaultAudioOutput()
        form = None if device.isNull() else _format(device)
        return SilentOut(parent) if form is None else DeviceOut(device, form, parent)


def _format(device: QAudioDevice) -> QAudioFormat | None:
    from PyQt6.QtMultimedia import QAudioFormat

    form = QAudioFormat()
    form.setSampleRate(RATE)
    form.setChannelCount(2)
    for kind in (QAudioFormat.SampleFormat.Float, QAudioFormat.SampleFormat.Int16):
        form.setSampleFormat(kind)
        if device.isFormatSupported(form):
            return form
    return None
