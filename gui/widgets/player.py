"""Plays one mixdown at a time, on the system's output or, where there is none, on a silent clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtBoundSignal, pyqtSignal

from gui.widgets.mixdown import RATE, Mixdown, Piece, playable
from gui.widgets.sound_out import Devices, SoundOut, load_multimedia
from gui.widgets.tape import Tape, in_samples

__all__ = ["RATE", "Mixdown", "Piece", "Player", "playable"]

_MOVES_MS = 33


class Outputs(Protocol):
    """Where a player finds its output: `gui.widgets.sound_out.Devices`, or a stand-in."""

    @property
    def changed(self) -> pyqtBoundSignal: ...

    def has(self, name: str) -> bool: ...

    def open(self, parent: QObject | None = None) -> SoundOut: ...


class Player(QObject):
    """The window's one player.  Panels keep a `Mixdown` each and `use` it; positions are seconds of its time line.

    `moved` 30 times a second while it plays, and at each jump; `playing_changed` when it begins and ends;
    `ended` when it came to the end by itself; `source_changed` when another mixdown is used; `device_changed` with the
    device's name, "" where there is none, as soon as that is known; `device_lost` when it went away while it played.
    """

    moved = pyqtSignal(float)
    playing_changed = pyqtSignal(bool)
    ended = pyqtSignal()
    source_changed = pyqtSignal()
    loop_changed = pyqtSignal()
    device_changed = pyqtSignal(str)
    device_lost = pyqtSignal()

    def __init__(self, parent: QObject | None = None, outputs: Callable[[], Outputs] = Devices) -> None:
        super().__init__(parent)
        self._make_outputs = outputs
        self._outputs: Outputs | None = None
        self._out: SoundOut | None = None
        self._mixdown = Mixdown()
        self._tape: Tape | None = None  # there while it plays
        self._fading: SoundOut | None = None
        self._position = 0  # samples, while it does not play
        self._target = 0  # where the last jump leads
        self._loop: tuple[float, float] | None = None
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_MOVES_MS)
        self._timer.timeout.connect(self._tick)
        self._stopper = QTimer(self)
        self._stopper.setSingleShot(True)
        self._stopper.timeout.connect(self._silence)

    # What is played

    @property
    def mixdown(self) -> Mixdown:
        return self._mixdown

    def use(self, mixdown: Mixdown) -> None:
        """Play this from now on, from where it last stood.  What played before pauses."""
        if mixdown is self._mixdown:
            return
        self.pause()
        self._mixdown.resume_s = self.position_s
        self._mixdown = mixdown
        self._position = in_samples(mixdown.resume_s)
        self._loop = None
        self.source_changed.emit()
        self.loop_changed.emit()
        self.moved.emit(self.position_s)

    # Where it stands

    @property
    def playing(self) -> bool:
        return self._tape is not None

    @property
    def position_s(self) -> float:
        """What is heard now, in seconds: what has not left the loudspeaker yet does not count."""
        if self._tape is None or self._out is None:
            return self._position / RATE
        heard = self._tape.heard(self._out.heard())
        return (heard.sample if heard.arrived else self._target) / RATE

    @property
    def duration_s(self) -> float:
        return self._mixdown.duration_s

    @property
    def peak(self) -> tuple[float, float]:
        """The highest of both sides that is heard about now, 0 while it rests."""
        if self._tape is None or self._out is None:
            return (0.0, 0.0)
        return self._tape.heard(self._out.heard()).peak

    @property
    def loop(self) -> tuple[float, float] | None:
        """What is gone round, in seconds."""
        return self._loop

    @property
    def device(self) -> str | None:
        """The output's name, "" where there is none, None as long as nobody has looked."""
        return None if self._out is None else self._out.name

    # What the user does

    def play(self) -> None:
        """From where it stands; from the beginning when it stands at the end."""
        if self.playing:
            return
        out = self._output()
        self._silence()
        if self._position >= self._mixdown.num_samples:
            self._position = in_samples(self._loop[0]) if self._loop else 0
        self._target = self._position
        self._mixdown.settle()
        self._tape = Tape(self._mixdown, self._position)
        self._tell_loop()
        out.start(self._tape.pull)
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stays where it is heard."""
        if self._tape is None or self._out is None:
            return
        self._position = in_samples(self.position_s)
        self._tape.stop()
        self._tape = None
        self._timer.stop()
        # What is handed out but not heard sounds on for a moment: cut off, it would click.
        self._fading = self._out
        self._stopper.start(100)
        self.playing_changed.emit(False)
        self.moved.emit(self.position_s)

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def seek(self, seconds: float) -> None:
        """Go on, or stand, there; never before the beginning."""
        self._target = self._position = in_samples(max(0.0, seconds))
        if self._tape is not None:
            self._tape.locate(self._target)
        self.moved.emit(self._target / RATE)

    def set_loop(self, begin_s: float | None, end_s: float = 0.0) -> None:
        """Go round between two seconds; None ends that."""
        self._loop = None if begin_s is None or end_s <= begin_s else (max(0.0, begin_s), end_s)
        self._tell_loop()
        self.loop_changed.emit()

    def warm(self) -> None:
        """Look for a device soon, so that this does not lie before the first sound: 40 ms of loading and 50 ms of
        looking, the window having its turn in between."""
        QTimer.singleShot(0, self._load)

    def close(self) -> None:
        """Silence, at once and for good."""
        self._closed = True
        self.pause()
        self._silence()

    # Inside

    def _output(self) -> SoundOut:
        if self._outputs is None:
            self._outputs = self._make_outputs()
            self._outputs.changed.connect(self._devices_changed)
        if self._out is None:
            self._out = self._outputs.open(self)
            self._out.lost.connect(self._lost)
            self.device_changed.emit(self._out.name)
        return self._out

    def _load(self) -> None:
        if self._outputs is None and self._make_outputs is Devices:
            load_multimedia()
        QTimer.singleShot(0, self._look)

    def _look(self) -> None:
        if not self._closed:
            self._output()

    def _tell_loop(self) -> None:
        if self._tape is not None:
            begin_s, end_s = self._loop or (0.0, 0.0)
            self._tape.set_loop(in_samples(begin_s), in_samples(end_s))

    def _tick(self) -> None:
        if self._tape is None or self._out is None:
            return
        ended = self._tape.ended_at
        if ended is not None and self._out.heard() >= ended:
            self._position = self._mixdown.num_samples
            self._tape = None
            self._timer.stop()
            self._out.stop()
            self.playing_changed.emit(False)
            self.moved.emit(self.position_s)
            self.ended.emit()
            return
        self.moved.emit(self.position_s)

    def _silence(self) -> None:
        self._stopper.stop()
        fading, self._fading = self._fading, None
        if fading is not None and self._tape is None:
            fading.stop()

    def _lost(self) -> None:
        """Headphones were pulled: rest, rather than go on over the loudspeakers at two in the morning."""
        was_playing = self.playing
        self.pause()
        self._silence()
        self._forget_output()
        if was_playing:
            self.device_lost.emit()

    def _forget_output(self) -> None:
        if self._out is not None:
            self._out.stop()
            self._out.deleteLater()
            self._out = None
        self._output()

    def _devices_changed(self) -> None:
        if self._out is None or self._outputs is None:
            return
        if self._out.name and not self._outputs.has(self._out.name):
            self._lost()
        elif not self.playing:
            self._silence()
            self._forget_output()  # the default may be another one now
