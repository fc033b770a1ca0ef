"""Finds or starts the bridge, hears it, and says what is known of DAWs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from engine.errors import MelismaError
from gui.bridge_link.ending import end_bridge
from gui.bridge_link.exchanges import Exchanges
from gui.bridge_link.line import CLIENT_ID, NAME, Line
from gui.bridge_link.patience import Patience
from gui.bridge_link.process import BridgeProcess, serve_command
from gui.bridge_link.seen import BridgeState, DawSeen, Exchange, Where, goes_on, read_daws, read_jobs, where_of
from gui.texts import connection as texts

if TYPE_CHECKING:
    from plugin_host.osc.client import Answer

LOOK_MS = 2000
"""How often is asked which DAWs there are, and looked whether the bridge still answers."""

Command = Callable[[Sequence[Path], Sequence[Path]], list[str]]


class BridgeLink(QObject):
    """`start` looks for a bridge and starts one where none runs; `close` ends the threads, and a bridge of ours.

    `changed`: state, DAWs or exchanges; `transport`: where a DAW stands (daw, playing, position_s, tempo, speed);
    `happened(Exchange)`: for toasts.  `folders`, `watched`: see `melisma serve`.  `by_itself`: whether one may be
    started that nobody clicked for, after another window's was closed.
    """

    changed = pyqtSignal()
    transport = pyqtSignal(dict)
    happened = pyqtSignal(object)

    def __init__(
        self,
        folders: Sequence[Path] = (),
        watched: Sequence[Path] = (),
        command: Command = serve_command,
        by_itself: Callable[[], bool] = lambda: True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.folders, self.watched = tuple(folders), tuple(watched)
        self._command, self._by_itself = command, by_itself
        self._state, self.why = BridgeState.OFF, ""
        self.daws: tuple[DawSeen, ...] = ()
        self.where: Where | None = None
        self.log = Exchanges(parent=self)
        self.log.added.connect(self._logged)
        self._restart = self._asked = False
        self._under_way: frozenset[str] = frozenset()
        self._line = Line(self)
        self._line.opened.connect(self._opened)
        self._line.absent.connect(self._absent)
        self._line.heard.connect(self._heard)
        self._line.missed.connect(self._missed)
        self._process = BridgeProcess(self)
        self._process.ready.connect(lambda _facts: self._line.open())
        self._process.ended.connect(self._ended)
        self.patience = Patience(parent=self)
        self.patience.due.connect(self._line.open)
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._refresh)

    @property
    def state(self) -> BridgeState:
        return self._state

    @property
    def ours(self) -> bool:
        """Whether the bridge that runs was started here."""
        return self._process.running

    @property
    def pid(self) -> int:
        """Of the bridge's process; 0 while none runs."""
        if self._process.running:
            return self._process.pid
        from plugin_host.osc.runtime_file import read_entry

        with suppress(MelismaError):
            return read_entry().pid
        return 0

    def has_left(self, daw: str) -> bool:
        """Whether a DAW was known, and is not there now."""
        return any(seen.id == daw and not seen.present for seen in self.daws)

    def start(self) -> None:
        """Use the bridge that runs, or start one.  `changed` tells how it goes."""
        if self._state in (BridgeState.OFF, BridgeState.FAILED, BridgeState.AWAY):
            self.patience.forget()
            self._set(BridgeState.STARTING)
            if self._process.stopping:
                self._restart = True
            else:
                self._line.open()

    def stop(self) -> None:
        """End the bridge, whoever started it; one that cannot be told for sure is left alone, and `why` says so."""
        self._restart = False
        self._look.stop()
        self.patience.forget()
        self._line.leave()
        self._forget()
        self._set(BridgeState.OFF)
        if self._process.running:
            self._process.stop()
        else:
            self._line.run(lambda: end_bridge(CLIENT_ID, NAME), self._left_alone)

    def set_folders(self, folders: Sequence[Path], watched: Sequence[Path]) -> bool:
        """Other folders; a bridge of ours starts anew with them.  False: they count from its next start."""
        self.folders, self.watched = tuple(folders), tuple(watched)
        if self.renew():
            return True
        self.changed.emit()
        return self._state is not BridgeState.ON

    def renew(self) -> bool:
        """Start a bridge of ours anew, as its command is now; its jobs go on then.  False: none of ours runs."""
        if not self._process.running:
            return False
        self._restart = True
        self._process.stop()
        self._set(BridgeState.STARTING)
        return True

    def sing(self, daw: str) -> None:
        """Sing the MIDI clip that is selected in the DAW.  How it went comes as an exchange."""
        from plugin_host.osc.addresses import DAW_SING

        self._wish(DAW_SING, daw, "", sentence=texts.ASKED_SING)

    def sing_again(self, daw: str, name: str, key: tuple[str, str]) -> None:
        """Sing the clip that the DAW finds by `name`, if it is the one of `key` (its session's, its own)."""
        from plugin_host.osc.addresses import DAW_AGAIN

        self._wish(DAW_AGAIN, daw, name, *key, sentence=texts.ASKED_SING_NAMED.format(name=name))

    def isolate(self, daw: str, clip: str = "") -> None:
        """Part an audio clip of the DAW, "": the selected one."""
        from plugin_host.osc.addresses import DAW_ISOLATE

        self._wish(DAW_ISOLATE, daw, clip, sentence=texts.ASKED_ISOLATE)

    def cancel(self, job: str) -> None:
        """Stop a job of the bridge."""
        from plugin_host.osc.addresses import JOB_CANCEL

        self._line.ask(JOB_CANCEL, job)

    def close(self) -> None:
        """Join every thread; a bridge of ours ends, one that ran before stays."""
        self._look.stop()
        self.patience.forget()
        self._line.close()
        self._process.close()
        self._state = BridgeState.OFF

    # What comes from the line and the process.

    def _opened(self) -> None:
        if self._state is not BridgeState.OFF:
            self.patience.found()
            self._set(BridgeState.ON)
            self._look.start()
            self._missed()

    def _missed(self) -> None:
        self._refresh()
        if self._state is BridgeState.ON:
            self._ask_jobs()

    def _absent(self, _why: str) -> None:
        if self._process.running:
            return
        if self._state is BridgeState.STARTING or (self._state is BridgeState.AWAY and self._by_itself()):
            self._set(BridgeState.STARTING)
            self._process.start(self._command(self.folders, self.watched))
        elif self._state in (BridgeState.AWAY, BridgeState.FAILED):
            self.patience.wait()

    def _ended(self, sentence: str) -> None:
        """Of ours.  One that worked may do so again; of one that did not start only others are looked for: two
        windows may have started theirs at once."""
        worked = self._state in (BridgeState.ON, BridgeState.AWAY)
        self._forget()
        if self._restart:
            self._restart = False
            self._process.start(self._command(self.folders, self.watched))
            return
        self._look.stop()
        self._line.leave()
        if not sentence:
            self._set(BridgeState.OFF)
            return
        if worked:
            self.log.add(Exchange.now(texts.BRIDGE, sentence, "bad"))
        self._set(BridgeState.AWAY if worked else BridgeState.FAILED, sentence)
        self.patience.wait()

    def _left_alone(self, why: str) -> None:
        if why and self._state is BridgeState.OFF:
            self.log.add(Exchange.now(texts.BRIDGE, why, "bad"))
            self._set(BridgeState.OFF, why)

    def _heard(self, address: str, arguments: dict[str, Any], when: float) -> None:
        from plugin_host.osc.addresses import DAW_TRANSPORT, JOB_STATE

        if address == DAW_TRANSPORT:
            self.where = where_of(arguments, self.daws, when)
            self.transport.emit(self.where.facts())
        elif address == JOB_STATE:
            self._ask_jobs(str(arguments["job"]))

    def _refresh(self) -> None:
        """Whether it still answers, and which DAWs are there; one question at a time."""
        if self._state not in (BridgeState.ON, BridgeState.AWAY):
            return
        if self._line.connected:
            self.patience.found()
            self._set(BridgeState.ON)
        else:
            self._forget()
            self._set(BridgeState.AWAY, self.why)
            self.patience.wait()
        if self._state is BridgeState.ON and not self._asked:
            from plugin_host.osc.addresses import DAW_LIST

            self._asked = True
            self._line.ask(DAW_LIST, then=self._daws_told)

    def _daws_told(self, answer: Answer | MelismaError) -> None:
        self._asked = False
        if isinstance(answer, MelismaError) or answer.file is None:
            return
        try:
            daws = read_daws(answer.file)
        except (OSError, ValueError, KeyError, TypeError):
            return  # it was replaced meanwhile; the next one comes in two seconds
        if self._under_way:  # of what a window asked for that is closed by now, only that one's name is told
            self._ask_jobs()
        if daws != self.daws and self._state is BridgeState.ON:
            self.log.compare(self.daws, daws)
            self.daws = daws
            self.changed.emit()

    def _ask_jobs(self, job: str = "") -> None:
        """How `job` stands, and what goes on or went on when it was last asked."""
        from plugin_host.osc.addresses import JOB_LIST

        def told(answer: Answer | MelismaError) -> None:
            if isinstance(answer, MelismaError) or answer.file is None:
                return
            with suppress(OSError, ValueError, KeyError, TypeError):
                jobs = read_jobs(answer.file)
                now = frozenset(name for name, facts in jobs.items() if goes_on(facts))
                wanted, self._under_way = now | self._under_way | {job}, now
                for name in jobs:
                    if name in wanted:
                        self.log.add_job(jobs[name], self.daws)

        self._line.ask(JOB_LIST, then=told)

    def _wish(self, address: str, daw: str, *arguments: str, sentence: str) -> None:
        name = next((seen.name for seen in self.daws if seen.id == daw), daw)

        def told(answer: Answer | MelismaError) -> None:
            if isinstance(answer, MelismaError):
                self.log.add(Exchange.now(name, str(answer), "bad"))
            else:
                self.log.add(Exchange.now(name, sentence))

        self._line.ask(address, daw, *arguments, then=told)

    def _logged(self, exchange: Exchange) -> None:
        self.happened.emit(exchange)
        self.changed.emit()

    def _forget(self) -> None:
        self.daws, self.where, self._asked, self._under_way = (), None, False, frozenset()

    def _set(self, state: BridgeState, why: str = "") -> None:
        if (state, why) != (self._state, self.why):
            self._state, self.why = state, why
            self.changed.emit()
