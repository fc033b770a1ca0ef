"""Mixes with a backing: asked for anywhere in the window, done as jobs of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from gui.desk import Kind
from gui.jobs import Job, JobState
from gui.panels.base import Studio
from gui.placing import Placing
from gui.settling import settle
from gui.texts import mixing as text
from gui.viewmodels.mix_wish import OWN_CHAINS, MixWish, Promised, told_end
from gui.widgets.background import Background
from gui.widgets.mix_rows import Chains

if TYPE_CHECKING:
    from gui.mix_dialog import MixDialog

SINGS = frozenset({"sing", "resing"})
"""Kinds of jobs whose result is a voice."""


class Mixing(QObject):
    """Hears what the desk is asked for, and tells the desk what became of it."""

    def __init__(self, studio: Studio, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._window = studio, window
        self._wishes: dict[str, MixWish] = {}
        self._background = Background(self)
        self._placing = Placing(studio.jobs, self)
        self.dialog: MixDialog | None = None
        studio.desk.mix_wished.connect(self.ask)
        studio.jobs.changed.connect(self._changed)
        studio.jobs.removed.connect(lambda job_id: self._wishes.pop(job_id, None))

    def ask(self, voices: Sequence[Path] = ()) -> None:
        """How; of `voices`, else of what was sung last, else of the song in hand.  Waits for nobody."""
        from gui.mix_dialog import MixDialog  # the window's start does not wait for it

        settle(self._window)
        if self.dialog is not None:
            self.dialog.reject()
        studio = self._studio
        dialog = self.dialog = MixDialog(
            studio.song, studio.theme, studio.settings, self._promised(), self._background, self._window
        )
        dialog.wished.connect(self.start)
        dialog.finished.connect(self._closed)
        dialog.show_voices(tuple(voices) or latest_voice(studio.jobs.all()))
        self._background.run(_chains, lambda chains: self._offer(dialog, chains), lambda _: None)
        dialog.open()

    def start(self, wish: MixWish) -> None:
        """Into the queue."""
        desk = self._studio.desk
        job = self._studio.jobs.run("mix", wish.out.stem, "bounce", wish.args(), _files)
        self._wishes[job.id] = wish
        if any(voice.chain == OWN_CHAINS for voice in wish.voices):
            desk.song_bounced.emit()
        desk.tell(text.BEGUN.format(name=wish.out.name), "info", text.SHOW, lambda: desk.hand("queue"))

    def close(self) -> None:
        """Waits for what is being read; a dialog that is open is given up."""
        if self.dialog is not None:
            self.dialog.reject()
        self._background.close()
        self._placing.close()

    def _offer(self, dialog: MixDialog, chains: Chains) -> None:
        if dialog is self.dialog:
            dialog.show_chains(chains)

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _promised(self) -> Promised:
        jobs = {job.id: job for job in self._studio.jobs.all()}
        awaited = frozenset(wish.out for number, wish in self._wishes.items() if not jobs[number].state.over)
        return Promised(frozenset(wish.out for wish in self._wishes.values()), awaited)

    def _changed(self, job_id: str) -> None:
        job = self._studio.jobs.get(job_id)
        if job is None or job_id not in self._wishes or job.state is not JobState.DONE:
            return
        self._placing.place(job_id, Path(job.answer["out"]), float(job.answer["offset_s"]))
        desk = self._studio.desk
        remarks = [str(line) for line in job.answer.get("remarks", ())]
        kind: Kind = "warn" if remarks else "good"
        desk.tell(" ".join((told_end(job.answer), *remarks)), kind, text.SHOW, lambda: desk.hand("queue"))


def latest_voice(jobs: Sequence[Job]) -> tuple[Path, ...]:
    """What was sung last, as far as it is still there."""
    sung = [job for job in jobs if job.kind in SINGS and job.state is JobState.DONE and job.results]
    there = [job for job in sung if job.results[0].is_file()]
    return max(there, key=lambda job: job.ended_at).results[:1] if there else ()


def _chains() -> Chains:
    from plugin_host.rendergraph import list_chains

    chains, _ = list_chains()
    return tuple((chain.id, chain.name) for chain in chains)


def _files(answer: dict[str, Any]) -> tuple[Path, ...]:
    float(answer["offset_s"])  # one without its place is no answer
    return (Path(answer["out"]),)
