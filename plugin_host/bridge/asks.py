"""What is asked for inside a DAW, or of it, becomes jobs; when they are over the user there hears of it."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError, MelismaError
from engine.jobs import JobState
from plugin_host.bridge.clip_project import keep_project, voice_for
from plugin_host.bridge.clip_score import write_clip
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.events import Happened, JobEvent
from plugin_host.bridge.job import Errand, Job, Target
from plugin_host.bridge.lyrics_source import LyricsSource
from plugin_host.bridge.region import cut_region
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.sounds import file_stem
from plugin_host.bridge.task import Prepare, Prepared, Task
from plugin_host.ports import Action, Ask, DawAdapter, DawClip, DawSound

if TYPE_CHECKING:
    from engine.api import IsolateRequest, SingRequest

_NOTHING = {
    Action.SING: "No MIDI clip is selected. Select a clip with notes and ask again.",
    Action.ISOLATE: "No audio clip is selected. Select an audio clip and ask again.",
}
_OWN_WORDS = "A project has its own words; those that came with it were left out."
_SEVERAL = "The words were meant for one clip, but several are selected; each keeps its own."

_REMEMBERED = 1000
"""Asks of which is known that they were answered."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How everything that DAWs ask for is done; None: the default model."""

    voice: str | None = None
    separator: str | None = None
    device: str = "auto"


class Asks:
    """Turns wishes into jobs of `service`.  Safe from any thread."""

    def __init__(self, service: BridgeService, daws: Daws, lyrics: LyricsSource, wishes: Wishes | None = None) -> None:
        self._service, self._daws, self._lyrics = service, daws, lyrics
        self._wishes = wishes or Wishes()
        self._coming: set[str] = set()  # groups whose jobs are not all there yet
        self._answered: deque[str] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()
        self.end = service.subscribe(self._happened)
        """Stops answering."""

    def sing(self, job_id: str, daw: str, clip: str, client: str, meant: tuple[str, str] | None = None) -> Job:
        """Sing the clip or track of that name, "" for what is selected.

        `meant`: keys of a session and of a clip in it; where another one is found nothing is sung.  What was asked for
        under this id before is given back, and nothing else happens.  Raises `InputError` for a DAW that is unknown or
        not there.
        """
        known = self._known(job_id, daw)
        if known is not None:
            return known

        def prepare(task: Task) -> Prepared:
            with self._daws.using(daw) as adapter:
                found = adapter.read_clip(clip or None)
            if meant is not None and meant != (found.session.key, found.key):
                raise _another(clip, self._daws.name(daw))
            return self._sung(found, None, Errand(daw), task)

        name = clip or f"selection in {self._daws.name(daw)}"
        return self._service.submit_later(job_id, Action.SING, name, prepare, client, Errand(daw))

    def isolate(self, job_id: str, daw: str, clip: str, client: str) -> Job:
        """As `sing`, for an audio clip and its two stems."""
        known = self._known(job_id, daw)
        if known is not None:
            return known

        def prepare(task: Task) -> Prepared:
            with self._daws.using(daw) as adapter:
                found = adapter.read_sound(clip or None)
            return self._isolated(found, Errand(daw), task)

        name = clip or f"selection in {self._daws.name(daw)}"
        return self._service.submit_later(job_id, Action.ISOLATE, name, prepare, client, Errand(daw))

    def take(self, daw: str, ask: Ask) -> None:
        """What the user asked for inside the DAW, a job for each clip.  Raises nothing: the user there is told.

        An ask that comes again after a kill makes only the jobs that are not there yet.
        """
        wanted: Sequence[DawClip | DawSound] = ask.clips if ask.action is Action.SING else ask.sounds
        if not wanted:
            self._answer(daw, ask.id, _NOTHING[ask.action], failed=True)
            return
        errand = Errand(daw, ask.id, group=_id_of(daw, ask.id))
        with self._lock:
            self._coming.add(errand.group)
        failed = False
        try:
            for number, item in enumerate(wanted):
                prepare, name = self._preparing(item, ask, errand), item.name or item.track
                self._service.submit_later(_id_of(daw, ask.id, number), ask.action, name, prepare, errand=errand)
        except MelismaError as error:
            failed = True
            self._answer(daw, ask.id, str(error), failed=True)
        finally:
            with self._lock:
                self._coming.discard(errand.group)
        if not failed:
            self._answer_group(errand)

    def _known(self, job_id: str, daw: str) -> Job | None:
        """The job of this id, if there is one; else the DAW must not be known to be away."""
        job = self._service.find(job_id)
        if job is None and not self._daws.seen(daw).present:
            with self._daws.using_if_free(daw) as adapter:
                if adapter is not None and not adapter.probe():  # it may have come since the last look
                    adapter.session()  # says so in its own words
        return job

    def _preparing(self, item: DawClip | DawSound, ask: Ask, errand: Errand) -> Prepare:
        if isinstance(item, DawClip):
            return lambda task: self._sung(item, ask, errand, task)
        return lambda task: self._isolated(item, errand, task)

    def _sung(self, clip: DawClip, ask: Ask | None, errand: Errand, task: Task) -> Prepared:
        from engine.api import SingRequest

        if clip.project is not None:
            return self._sung_project(clip, clip.project, ask, errand, task)
        typed = None if ask is None else ask.lyrics
        several = ask is not None and len(ask.clips) > 1
        score, remarks = self._lyrics.words(clip, None if several else typed, self._daws.name(errand.daw))
        path = task.folder / "clip.mid"
        write_clip(score, path)
        request: SingRequest = SingRequest(
            clip=path,
            out=task.folder / "sung.wav",
            voice=self._wishes.voice,
            sample_rate=clip.session.sample_rate,
            subtype="PCM_24",
            language=score.language or None,
            device=self._wishes.device,
        )
        name = clip.name or clip.track
        target = _target(clip, name)
        said = (*remarks, *((_SEVERAL,) if several and typed else ()))
        return Prepared(request, Errand(errand.daw, errand.ask, errand.group, target, said), name)

    def _sung_project(self, clip: DawClip, project: Path, ask: Ask | None, errand: Errand, task: Task) -> Prepared:
        """As it is now: it may be edited again before its turn comes."""
        from engine.api import SingRequest

        name = clip.name or clip.track
        path = keep_project(project, task.folder / f"{file_stem(name)}{project.suffix}")
        request: SingRequest = SingRequest(
            clip=path,
            out=task.folder / "sung.wav",
            voice=voice_for(path, self._wishes.voice),
            sample_rate=clip.session.sample_rate,
            device=self._wishes.device,
        )
        said = (_OWN_WORDS,) if ask is not None and ask.lyrics else ()
        target = _target(clip, name)
        return Prepared(request, Errand(errand.daw, errand.ask, errand.group, target, said), name)

    def _isolated(self, sound: DawSound, errand: Errand, task: Task) -> Prepared:
        from engine.api import IsolateRequest

        name = sound.name or sound.track
        path = task.folder / f"{file_stem(name)}.wav"
        start = cut_region(sound, path, task.context)
        request: IsolateRequest = IsolateRequest(
            mixes=(path,),
            out=task.folder / "stems",
            separator=self._wishes.separator,
            device=self._wishes.device,
        )
        early = start - sound.start_samples
        said = () if not early else (f"{early} samples before the session's start were left out.",)
        session = sound.session
        target = Target(session.key, session.name, session.folder, session.sample_rate, name, sound.track, start)
        return Prepared(request, Errand(errand.daw, errand.ask, errand.group, target, said), name)

    def _happened(self, event: JobEvent) -> None:
        """Answer once all jobs of an ask are over."""
        errand = event.job.errand
        if event.what is Happened.STATE and event.job.ended and errand is not None and errand.ask:
            self._answer_group(errand)

    def _answer_group(self, errand: Errand) -> None:
        with self._lock:
            if errand.group in self._coming or errand.group in self._answered:
                return  # a job that fails at once must not speak for those that follow
            jobs = self._service.jobs()
            group = [job for job in jobs if job.errand is not None and job.errand.group == errand.group]
            if not group or not all(job.ended for job in group):
                return
            self._answered.append(errand.group)
        sentences = [job.sentence or f"{job.name}: {job.state.value}." for job in group]
        failed = any(job.state is JobState.FAILED for job in group)
        self._answer(errand.daw, errand.ask, "\n".join(sentences), failed)

    def _answer(self, daw: str, ask_id: str, message: str, failed: bool) -> None:
        """Without waiting: this runs on the threads of jobs."""

        def tell(adapter: DawAdapter) -> None:
            adapter.answer(ask_id, message, failed)

        try:
            self._daws.when_free(daw, tell)
        except MelismaError as error:  # of last time, and not served today
            _log.warning("%s could not be told: %s", daw, error)


def _another(clip: str, daw: str) -> InputError:
    """A DAW finds clips by their names, which several may have; one without a name is called after its track."""
    return InputError(
        f"Nothing was sung: by the name {clip}, {daw} finds another clip than the one that was meant.",
        f"Select the one you mean in {daw}, and have the selected clip sung.",
    )


def _id_of(daw: str, ask_id: str, number: int | None = None) -> str:
    """Of a job, or without `number` of all jobs of an ask: the same when the same ask comes again."""
    return "ask-" + hashlib.sha256(repr((daw, ask_id, number)).encode()).hexdigest()[:24]


def _target(clip: DawClip, name: str) -> Target:
    session = clip.session
    return Target(
        session.key,
        session.name,
        session.folder,
        session.sample_rate,
        name,
        clip.track,
        clip.start_samples,
        clip.tempo_map,
        clip.start_quarters,
    )
