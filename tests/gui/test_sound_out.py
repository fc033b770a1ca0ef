"""A sound device as the system shows it: what it takes counts, what it is handed is well formed, its end is noticed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PyQt6 import QtMultimedia
from PyQt6.QtCore import QIODevice, QObject, pyqtSignal
from PyQt6.QtMultimedia import QAudio, QAudioDevice, QAudioFormat
from pytestqt.qtbot import QtBot

from gui.widgets import sound_out
from gui.widgets.mixdown import RATE, Floats
from gui.widgets.sound_out import DeviceOut


class HandSink(QObject):
    """As `QAudioSink`; the test says how much it has taken."""

    stateChanged = pyqtSignal(object)  # noqa: N815 - Qt's name
    made: HandSink

    def __init__(self, device: QAudioDevice, form: QAudioFormat, parent: QObject | None = None) -> None:
        super().__init__(parent)
        HandSink.made = self
        self.fault = QAudio.Error.NoError
        self.taken_us = 0

    def setBufferSize(self, size: int) -> None:
        self.buffer_bytes = size

    def start(self, source: QIODevice) -> None:
        self.source = source

    def stop(self) -> None:
        self.source.close()

    def error(self) -> QAudio.Error:
        return self.fault

    def processedUSecs(self) -> int:
        return self.taken_us

    def read(self, frames: int) -> bytes:
        return bytes(self.source.readData(frames * _BYTES[_FORMAT.sampleFormat()] * 2))  # type: ignore[attr-defined]


_FORMAT = QAudioFormat()
_FORMAT.setSampleRate(RATE)
_FORMAT.setChannelCount(2)
_FORMAT.setSampleFormat(QAudioFormat.SampleFormat.Float)
_BYTES = {QAudioFormat.SampleFormat.Float: 4, QAudioFormat.SampleFormat.Int16: 2}


def _ramp(count: int) -> Floats:
    """From -2 to 2 at the left, half of it at the right."""
    left = np.linspace(-2, 2, count, dtype=np.float32)
    return np.stack((left, left / 2))


@pytest.fixture
def out(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(QtMultimedia, "QAudioSink", HandSink)
    made = DeviceOut(QAudioDevice(), _FORMAT)
    yield made
    made.stop()


def test_frames_are_interleaved_and_limited(out: DeviceOut) -> None:
    out.start(_ramp)
    frames = np.frombuffer(HandSink.made.read(1_000), np.float32).reshape(-1, 2)
    assert np.array_equal(frames.T, np.clip(_ramp(1_000), -1, 1))


def test_whole_numbers_reach_full_scale_and_no_further(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QtMultimedia, "QAudioSink", HandSink)
    form = QAudioFormat(_FORMAT)
    form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    out = DeviceOut(QAudioDevice(), form)
    out.start(_ramp)
    frames = np.frombuffer(bytes(HandSink.made.source.readData(4_000)), np.int16).reshape(-1, 2)  # type: ignore[attr-defined]
    assert frames[:, 0].min() == -32_767
    assert frames[:, 0].max() == 32_767
    assert np.all(np.diff(frames[:, 0].astype(int)) >= 0)
    out.stop()


def test_heard_is_what_the_system_took_and_never_more_than_it_was_handed(out: DeviceOut) -> None:
    out.start(_ramp)
    HandSink.made.read(4_800)
    assert out.heard() == 0
    heard = []
    for taken in (480, 960, 960, 4_800):
        HandSink.made.taken_us = taken * 1_000_000 // RATE
        heard.append(out.heard())
        assert taken <= heard[-1] <= min(4_800, taken + RATE * 30 // 1_000)
    assert heard == sorted(heard)


def test_the_buffer_is_short(out: DeviceOut) -> None:
    out.start(_ramp)
    assert HandSink.made.buffer_bytes <= 0.1 * RATE * 8


def test_a_fault_is_a_loss_and_an_end_is_not(out: DeviceOut, qtbot: QtBot) -> None:
    out.start(_ramp)
    lost: list[bool] = []
    out.lost.connect(lambda: lost.append(True))
    HandSink.made.stateChanged.emit(QAudio.State.StoppedState)
    assert not lost
    HandSink.made.fault = QAudio.Error.FatalError
    HandSink.made.stateChanged.emit(QAudio.State.StoppedState)
    assert lost


def test_a_device_that_takes_nothing_is_lost(qapp: object, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QtMultimedia, "QAudioSink", HandSink)
    monkeypatch.setattr(sound_out, "_LOOK_MS", 5)
    monkeypatch.setattr(sound_out, "_STILL_MS", 20)
    out = DeviceOut(QAudioDevice(), _FORMAT)
    with qtbot.waitSignal(out.lost):
        out.start(_ramp)
    out.stop()
