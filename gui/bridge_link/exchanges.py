"""The log of what happened between DAWs and us, newest last."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from gui.bridge_link.seen import DawSeen, Exchange
from gui.texts import connection as texts

MOST = 200
_BEGINNINGS = {"sing": texts.SINGING, "isolate": texts.ISOLATING}
_MARKS = {"done": "good", "failed": "bad"}


class Exchanges(QObject):
    """The last `MOST`; a job has one line, which says how it stands."""

    added = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: deque[Exchange] = deque(maxlen=MOST)

    def all(self) -> tuple[Exchange, ...]:
        """Oldest first."""
        return tuple(self._all)

    @property
    def last(self) -> Exchange | None:
        return self._all[-1] if self._all else None

    def add(self, exchange: Exchange) -> None:
        """One more; what was said of the same job before goes, and nothing is said twice."""
        older = next((one for one in self._all if exchange.job and one.job == exchange.job), None)
        if older is not None:
            if older.sentence == exchange.sentence:
                return
            self._all.remove(older)
        self._all.append(exchange)
        self.added.emit(exchange)

    def add_job(self, facts: Mapping[str, Any], daws: Sequence[DawSeen]) -> None:
        """What a job's facts say, as `/job/list` has them."""
        daw = str(facts.get("daw") or "")
        who = next(
            (seen.name for seen in daws if seen.id == daw), daw or str(facts.get("client") or "") or texts.BRIDGE
        )
        state = str(facts["state"])
        self.add(Exchange.now(who, _sentence(facts, state), _MARKS.get(state, "info"), str(facts["id"])))

    def compare(self, before: Sequence[DawSeen], now: Sequence[DawSeen]) -> None:
        """DAWs that came, went, or opened another session."""
        older = {daw.id: daw for daw in before}
        for daw in now:
            was = older.get(daw.id)
            if sentence := _news(was, daw):
                self.add(Exchange.now(daw.name, sentence))


def _news(was: DawSeen | None, daw: DawSeen) -> str:
    here, there = was is not None and was.present, daw.present
    if here and not there:
        return texts.GOES.format(daw=daw.name)
    if there and not here:
        told = texts.COMES_WITH if daw.session else texts.COMES
        return told.format(daw=daw.name, session=daw.session)
    if there and was is not None and daw.session and daw.session != was.session:
        return texts.SESSION_CHANGED.format(session=daw.session)
    return ""


def _sentence(facts: Mapping[str, Any], state: str) -> str:
    name, told = str(facts["name"]), str(facts.get("sentence") or "").strip()
    if state == "running":
        return _BEGINNINGS.get(str(facts["kind"]), texts.WAITS).format(name=name)
    if state == "pending":
        return texts.WAITS.format(name=name)
    if state == "cancelled":
        return texts.CANCELLED.format(name=name)
    if state == "failed":
        return texts.JOB_FAILED.format(name=name, sentence=told).strip()
    return told or texts.JOB_DONE.format(name=name)
