"""A track that is sung while it is edited: what would sound when, then only the sound that is not there yet."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.api.live_draft import Sounded, SoundedPhrases, piece_to_sing, sing_draft
from engine.api.live_plan import LivePhrase, PhraseMemory, choir_phrase, planned_phrases
from engine.api.live_turns import Turns
from engine.api.live_voices import LiveVoices
from engine.api.project_sing import takes_of, track_request
from engine.api.sing import SingRequest, prepared
from engine.audio import fade_edges
from engine.folders import cache_folder
from engine.jobs import JobContext
from engine.models import InstalledVoice
from engine.models.hidden_singer import HiddenSinger
from engine.models.registry import find_singer
from engine.project.model import Project, Track
from engine.project.phrases import find_track
from engine.project.score import score_of_track
from engine.score import NoteId, Problem, Score
from engine.singing.cache import PhraseCache
from engine.singing.choir import sing_choir
from engine.singing.choir_members import Choir
from engine.singing.clip import FADE_S, cached_phrase, sing_phrase
from engine.singing.clip_plan import PlacedPhrase, rendering_key
from engine.singing.pipeline import STAGE
from engine.singing.render_ahead import in_order
from engine.singing.settings import SingSettings
from engine.singing.takes import Take

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """`track`: an id.  `known`: keys of phrases whose sound is there; `near_s`: seconds from the clip's start, where
    somebody waits for sound; `device` as `melisma doctor` names them."""

    project: Project
    track: str
    known: frozenset[str] = frozenset()
    near_s: float = 0.0
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class LivePlan:
    """What will sound when.  Seconds count from the clip's start; `sample_rate` in Hz, the voice's own."""

    voice: str
    speaker: str
    language: str
    sample_rate: int
    duration_s: float
    problems: tuple[Problem, ...]
    phrases: tuple[LivePhrase, ...]


@dataclass(frozen=True, slots=True)
class LiveSound:
    """`samples` [1, T], of a choir [2, T], with faded edges: phrases are simply added, each where its plan says.

    `draft`: to be heard until the whole phrase is sung, which comes under the same key and is as long."""

    key: str
    samples: Floats
    start_s: float
    draft: bool = False


@dataclass(frozen=True, slots=True)
class LiveResult:
    """How many phrases were sung, and how many came from the cache; those that were known are neither."""

    sung: int
    cached: int


TellPlan = Callable[[LivePlan], None]
TellSound = Callable[[LiveSound], None]
_Wanted = tuple[str, PlacedPhrase]
"""A key, and what is to be sung for it."""


@dataclass(frozen=True, slots=True)
class _Singing:
    """A track ready to be sung, and who listens."""

    score: Score
    voice: HiddenSinger
    settings: SingSettings
    language: str
    takes: dict[NoteId, Take]
    cache: PhraseCache
    context: JobContext
    tell_plan: TellPlan
    tell_sound: TellSound
    wait: Callable[[], None]
    """For its turn, before anything is sung."""

    @property
    def rate(self) -> int:
        """Samples per second."""
        return self.voice.codec.sample_rate

    @property
    def rendering(self) -> str:
        """What all its phrases have in common."""
        return rendering_key(self.voice, self.settings, self.language)

    def phrase(self, entry: PlacedPhrase, key: str) -> Floats:
        """Samples [N] of a phrase, when it is this track's turn."""
        self.wait()
        return sing_phrase(entry, key, self.voice, self.settings, self.context, self.cache)[0]

    def tell(self, key: str, entry: PlacedPhrase, samples: Floats, draft: bool = False) -> None:
        """`samples` [N] of a phrase, with faded edges."""
        faded = fade_edges(samples[None], round(FADE_S * self.rate))
        self.tell_sound(LiveSound(key, faded, entry.start / self.rate, draft))

    def draft(self, key: str, entry: PlacedPhrase, before: Sounded | None) -> None:
        """Tell what a phrase will be about like, when that is there much sooner."""
        if before is None or before.rendering != self.rendering:
            return
        piece = piece_to_sing(entry, before.entry, self.voice)
        sound = cached_phrase(before.entry, before.key, self.cache) if piece else None
        if piece is None or sound is None:
            return
        self.wait()
        whole = piece, before.entry, sound, self.voice, self.settings, self.context
        self.tell(key, entry, sing_draft(entry, *whole), draft=True)


class LiveSinger:
    """Keeps voices and plans from one request to the next.

    Safe from several threads: of several requests the newest sings first, phrase by phrase.
    """

    def __init__(self, voices: LiveVoices | None = None) -> None:
        self._voices = voices or LiveVoices()
        self._memory = PhraseMemory()
        self._sounded = SoundedPhrases()
        self._turns = Turns()

    def sing(self, request: LiveRequest, context: JobContext, tell_plan: TellPlan, tell_sound: TellSound) -> LiveResult:
        """Tell the whole plan, then each sound that is not known, those in the cache first.

        What is sung, sings from `near_s` on, then from the start; the first of it, when it sounded before and little
        of it was edited, sounds as a draft at once.  Raises `InputError` for what the user can mend, `MelismaError`
        for what we must, `Cancelled`.
        """
        track = find_track(request.project, request.track)
        if not track.notes:
            tell_plan(_silence(track))
            return LiveResult(0, 0)
        own = track_request(track, SingRequest(Path(), Path(), device=request.device))

        def load(model: InstalledVoice, device: str) -> HiddenSinger:
            return self._voices.get(model, device, context.token)

        with self._turns.taking_part() as turn:
            singing = _Singing(
                *prepared(own, score_of_track(request.project, track), context, load),
                takes_of(request.project, track),
                PhraseCache(cache_folder() / "phrases"),
                context,
                tell_plan,
                tell_sound,
                lambda: self._turns.wait(turn, context.token),
            )
            if own.choir is not None and not own.choir.alone:
                return self._sing_choir(singing, request, own.choir)
            return self._sing_alone(singing, request)

    def _sing_alone(self, singing: _Singing, request: LiveRequest) -> LiveResult:
        placed, phrases, problems = planned_phrases(
            singing.score,
            singing.voice,
            singing.settings,
            singing.language,
            singing.context,
            singing.takes,
            self._memory,
        )
        singing.tell_plan(_plan(singing, phrases, problems))
        keys = [phrase.key for phrase in phrases]
        self._sounded.keep(request.track, (note.id for note in singing.score.notes))
        self._sounded.put(request.track, _known(keys, placed, request, singing))
        wanted = _wanted(keys, placed, request, singing.rate)

        def tell(key: str, entry: PlacedPhrase, samples: Floats) -> None:
            singing.tell(key, entry, samples)
            self._sounded.put(request.track, [Sounded(singing.rendering, key, entry)])

        missing: list[_Wanted] = []
        for key, entry in wanted:
            singing.context.token.raise_if_cancelled()
            found = cached_phrase(entry, key, singing.cache)
            if found is None:
                missing.append((key, entry))
            else:
                tell(key, entry, found)
        singing.context.step(STAGE, 0, len(missing))
        for key, entry in missing[:1]:
            singing.draft(key, entry, self._sounded.before(request.track, entry))
        with closing(_first_alone(missing, lambda task: singing.phrase(task[1], task[0]))) as results:
            for number, ((key, entry), samples) in enumerate(zip(missing, results, strict=True), start=1):
                tell(key, entry, samples)
                singing.context.step(STAGE, number, len(missing))
        return LiveResult(len(missing), len(wanted) - len(missing))

    def _sing_choir(self, singing: _Singing, request: LiveRequest, choir: Choir) -> LiveResult:
        """Everybody sings all of it as one phrase; what of it is in the cache is found there."""
        whole = singing.score, singing.voice, singing.settings, singing.language, singing.context
        phrase, problems = choir_phrase(*whole, singing.takes, choir, self._memory)
        singing.tell_plan(_plan(singing, () if phrase is None else (phrase,), problems))
        if phrase is None or phrase.key in request.known:
            return LiveResult(0, 0)
        singing.wait()
        sung = sing_choir(*whole, singing.cache, singing.takes, choir=choir)
        begin, wanted = round(sung.offset_s * singing.rate), round(phrase.start_s * singing.rate)
        singing.tell_sound(LiveSound(phrase.key, _begun_at(sung.audio.samples, begin, wanted), phrase.start_s))
        known = sung.cached_phrases == sung.phrases
        return LiveResult(int(not known), int(known))


def _first_alone(missing: Sequence[_Wanted], sung: Callable[[_Wanted], Floats]) -> Generator[Floats, None, None]:
    """Somebody waits for the first: it has all cores; the rest is sung side by side."""
    if missing:
        yield sung(missing[0])
        with closing(in_order(missing[1:], sung)) as others:
            yield from others


def _known(
    keys: Sequence[str], placed: Sequence[PlacedPhrase], request: LiveRequest, singing: _Singing
) -> list[Sounded]:
    """The phrases whose sound whoever asks has."""
    rendering = singing.rendering
    return [Sounded(rendering, key, entry) for key, entry in zip(keys, placed, strict=True) if key in request.known]


def _wanted(keys: Sequence[str], placed: Sequence[PlacedPhrase], request: LiveRequest, rate: int) -> list[_Wanted]:
    """Phrases without a known sound, each key once, from `near_s` on and then from the start."""
    near = request.near_s * rate
    entries = sorted(zip(keys, placed, strict=True), key=lambda pair: (pair[1].end <= near, pair[1].start))
    once: dict[str, PlacedPhrase] = {}
    for key, entry in entries:
        if key not in request.known:
            once.setdefault(key, entry)
    return list(once.items())


def _begun_at(samples: Floats, begin: int, wanted: int) -> Floats:
    """Samples [C, T] that begin at sample `begin` of the timeline, made to begin at `wanted`."""
    if wanted <= begin:
        return np.pad(samples, ((0, 0), (begin - wanted, 0)))
    return samples[:, wanted - begin :]


def _plan(singing: _Singing, phrases: Sequence[LivePhrase], problems: Sequence[Problem]) -> LivePlan:
    speaker = singing.settings.speaker
    return LivePlan(
        voice=str(singing.voice.manifest.id),
        speaker=speaker if isinstance(speaker, str) else "",
        language=singing.language,
        sample_rate=singing.voice.codec.sample_rate,
        duration_s=max([singing.score.duration_s, *(phrase.end_s for phrase in phrases)]),
        problems=tuple(problems),
        phrases=tuple(phrases),
    )


def _silence(track: Track) -> LivePlan:
    """A track without notes needs no voice to be loaded, only to be there."""
    model, speaker = find_singer(track.voice or None)
    return LivePlan(str(model.manifest.id), speaker or "", track.language, model.manifest.sample_rate, 0.0, (), ())


__all__ = ["LivePhrase", "LivePlan", "LiveRequest", "LiveResult", "LiveSinger", "LiveSound"]
