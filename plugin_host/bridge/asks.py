"""What is asked for inside a DAW, or of it, becomes jobs; when they are over the user there hears of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import MelismaError
from plugin_host.bridge.clip_score import write_clip
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.events import Happened, JobEvent
from plugin_host.bridge.job import Errand, Job, Target
from plugin_host.bridge.lyrics_source import LyricsSource
from plugin_host.bridge.region import cut_region
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.sounds import file_stem
from plugin_host.bridge.task import Prepare, Prepared, Task
from plugin_host.osc.ulid import new_ulid
from plugin_host.ports import Action, Ask, DawClip, DawSound

if TYPE_CHECKING:
    from engine.api import IsolateRequest, SingRequest

_NOTHING = {
    Action.SING: "No MIDI clip is selected. Select a clip with notes and ask again.",
    Action.ISOLATE: "No audio clip is selected. Select an audio clip and ask again.",
}
_SEVERAL = "The words were meant for one clip, but several are selected; each keeps its own."

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
        self.end = service.subscribe(self._happened)
        """Stops answering."""

    def sing(self, job_id: str, daw: str, clip: str, client: str) -> Job:
        """Sing the clip or track of that name, "" for what is selected.  Raises `InputError` for an unknown DAW."""

        def prepare(task: Task) -> Prepared:
            with self._daws.using(daw) as adapter:
                found = adapter.read_clip(clip or None)
            return self._sung(found, None, Errand(daw), task)

        name = clip or f"selection in {self._daws.name(daw)}"
        return self._service.submit_later(job_id, Action.SING, name, prepare, client, Errand(daw))

    def isolate(self, job_id: str, daw: str, clip: str, client: str) -> Job:
        """As `sing`, for an audio clip and its two stems."""

        def prepare(task: Task) -> Prepared:
            with self._daws.using(daw) as adapter:
                found = adapter.read_sound(clip or None)
            return self._isolated(found, Errand(daw), task)

        name = clip or f"selection in {self._daws.name(daw)}"
        return self._service.submit_later(job_id, Action.ISOLATE, name, prepare, client, Errand(daw))

    def take(self, daw: str, ask: Ask) -> None:
        """What the user asked for inside the DAW, a job for each clip.  Raises nothing: the user there is told."""
        wanted: Sequence[DawClip | DawSound] = ask.clips if ask.action is Action.SING else ask.sounds
        if not wanted:
            self._answer(daw, ask.id, _NOTHING[ask.action], failed=True)
            return
        errand = Errand(daw, ask.id, group=new_ulid())
        try:
            for item in wanted:
                prepare = self._preparing(item, ask, errand)
                self._service.submit_later(new_ulid(), ask.action, item.name or item.track, prepare, errand=errand)
        except MelismaError as error:
            self._answer(daw, ask.id, str(error), failed=True)

    def _preparing(self, item: DawClip | DawSound, ask: Ask, errand: Errand) -> Prepare:
        if isinstance(item, DawClip):
            return lambda task: self._sung(item, ask, errand, task)
        return lambda task: self._isolated(item, errand, task)

    def _sung(self, clip: DawClip, ask: Ask | None, errand: Errand, task: Task) -> Prepared:
        from engine.api import SingRequest

        typed = None if ask is None else ask.lyrics
        several = ask is not None and len(ask.clips) > 1
        score, remarks = self._lyrics.words(clip, None if several else typed)
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
        if event.what is not Happened.STATE or not event.job.ended or errand is None or not errand.ask:
            return
        group = [job for job in self._service.jobs() if job.errand is not None and job.errand.group == errand.group]
        if all(job.ended for job in group):
            sentences = [job.sentence or f"{job.name}: {job.state.value}." for job in group]
            failed = any(job.state.value == "failed" for job in group)
            self._answer(errand.daw, errand.ask, "\n".join(sentences), failed)

    def _answer(self, daw: str, ask_id: str, message: str, failed: bool) -> None:
        try:
            with self._daws.using(daw) as adapter:
                adapter.answer(ask_id, message, failed)
        except MelismaError as error:  # the DAW may be gone by now
            _log.warning("%s could not be told: %s", daw, error)


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
