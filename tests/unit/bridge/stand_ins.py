"""Work without an engine, listeners that can be waited for, and a bridge over a DAW in memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.api import IsolatedMix, IsolateRequest, IsolateResult, SingRequest, SingResult
from engine.audio import Audio, read_audio, read_bext, write_audio
from engine.jobs import JobContext, JobState
from engine.score import Score, apply_lyrics, read_score
from plugin_host.adapters.fake import FakeAdapter, FakeDaw
from plugin_host.bridge.asks import Asks
from plugin_host.bridge.clip_score import clip_score
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.events import Happened, JobEvent
from plugin_host.bridge.job import Job
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.bridge.task import Outcome, Task
from plugin_host.ports import Action, DawClip, DawNote, Placement

LONG_S = 20

Start = Callable[..., BridgeService]


def request(folder: Path, name: str = "clip") -> SingRequest:
    """Of a file that nobody reads."""
    return SingRequest(folder / f"{name}.mid", folder / f"{name}.wav")


@dataclass
class Worker:
    """Holds each job until `let_go`, unless it is made `free`; remembers what was begun."""

    free: bool = False
    begun: list[str] = field(default_factory=list)
    started: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    gate: threading.Event = field(default_factory=threading.Event)
    fails: dict[str, Exception] = field(default_factory=dict)
    steps: int = 3

    def __call__(self, task: Task) -> Outcome:
        self.begun.append(task.job.id)
        self.started.release()
        while not self.free and not self.gate.wait(0.01):
            task.context.token.raise_if_cancelled()
        if task.job.id in self.fails:
            raise self.fails[task.job.id]
        for done in range(self.steps + 1):
            task.context.step("Working", done, self.steps)
        return Outcome({"made": task.job.name}, f"{task.job.name} was made.")

    def let_go(self) -> None:
        self.gate.set()

    def wait_begun(self) -> None:
        assert self.started.acquire(timeout=LONG_S)


class Watcher:
    """Remembers all events of a service."""

    def __init__(self, service: BridgeService) -> None:
        self.events: list[JobEvent] = []
        self._changed = threading.Condition()
        service.subscribe(self)

    def __call__(self, event: JobEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, fits: Callable[[JobEvent], bool]) -> JobEvent:
        """The first event that fits, within the deadline."""
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(fits, self.events)), LONG_S), self.events
            return next(event for event in self.events if fits(event))

    def ended(self, job_id: str) -> Job:
        return self.wait(lambda event: event.job.id == job_id and event.job.ended).job

    def states(self, job_id: str) -> list[JobState]:
        return [e.job.state for e in self.events if e.what is Happened.STATE and e.job.id == job_id]


class PlainLyrics:
    """What the DAW itself has, or what was typed just now."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.daws: list[str] = []

    def words(self, clip: DawClip, text: str | None, daw: str) -> tuple[Score, tuple[str, ...]]:
        self.daws.append(daw)
        score = clip_score(clip)
        if text is None or not text.strip():
            return score, ()
        laid = apply_lyrics(score, text)
        return laid, tuple(problem.message for problem in laid.problems)

    def keep(self, session_key: str, clip_key: str, text: str) -> None:
        self.kept[session_key, clip_key] = text


OFFSET_S = -0.25
NOTES = [DawNote(0.0, 1.0, 60, 100, "one "), DawNote(1.5, 1.0, 62, 80, "two "), DawNote(4.5, 2.0, 64, 60, "three ")]


def render_clicks(request: SingRequest, context: JobContext) -> SingResult:
    """Sings a click of the note's velocity at every onset; the file begins `OFFSET_S` after the clip."""
    score = read_score(request.clip)
    rate = request.sample_rate or 48_000
    first = round(OFFSET_S * rate)
    signal = np.zeros(round(score.duration_s * rate) + 1000 - first, np.float32)
    for note in score.notes:
        signal[round(score.tempo_map.seconds(note.start) * rate) - first] = note.velocity / 128
    context.step("Singing", 1, 1)
    audio = Audio.mono(signal, rate)
    write_audio(audio, request.out, time_reference_samples=0, description="clicks")
    problems = score.problems
    return SingResult(request.out, "v", "en", audio.duration_s, first / rate, rate, 1, 0, problems, "test", 0.1, 0.1)


def isolate_a_quarter(request: IsolateRequest, context: JobContext) -> IsolateResult:
    """The vocals are a quarter of the mix."""
    (mix,) = request.mixes
    audio = read_audio(mix)
    request.out.mkdir(parents=True, exist_ok=True)
    vocals, rest = (request.out / f"{mix.stem}_{name}.wav" for name in ("vocals", "instrumental"))
    stamp = read_bext(mix)
    assert stamp is not None
    for path, share in ((vocals, 0.25), (rest, 0.75)):
        samples = (audio.samples * np.float32(share)).astype(np.float32)
        at = stamp.time_reference_samples
        write_audio(Audio(samples, audio.sample_rate), path, subtype="FLOAT", time_reference_samples=at)
    context.step("Isolating", 1, 1)
    done = IsolatedMix(
        mix, vocals, rest, audio.duration_s, audio.sample_rate, audio.channels, "s", "test", 0.1, 0.1, -200.0
    )
    return IsolateResult((done,), (), ())


@dataclass
class Rig:
    """A bridge over one DAW in memory, its engine replaced by the stand-ins; nothing polls it."""

    daw: FakeDaw
    adapter: FakeAdapter
    service: BridgeService
    store: JobStore
    asks: Asks
    daws: Daws
    seen: Watcher
    lyrics: PlainLyrics

    def do(self, action: Action, *names: str, lyrics: str | None = None) -> Job:
        """What the user asks for on what is selected, until it is over; the last job of it."""
        self.daw.select(*names)
        self.daw.ask(action, lyrics)
        known = {job.id for job in self.service.jobs()}
        for ask in self.adapter.asks():
            self.asks.take(self.adapter.id, ask)
        made = [job.id for job in self.service.jobs() if job.id not in known]
        return [self.seen.ended(job_id) for job_id in made][-1]


def placed(rig: Rig, track: str) -> Placement:
    """The one sound on `track`."""
    (placement,) = rig.daw.sounds_on[track]
    return placement


def result_of(job: Job) -> dict[str, object]:
    """What the result file says."""
    assert job.result is not None
    facts = json.loads(job.result.read_text())
    assert isinstance(facts, dict)
    return facts
