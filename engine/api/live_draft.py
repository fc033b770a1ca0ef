"""An edited phrase heard at once: sung only around the edit, laid into the sound that it had before.

A draft is for the moment until the whole phrase is sung: it is never kept, and nothing is made from it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.score import NoteId
from engine.singing.clip_plan import PlacedPhrase
from engine.singing.latents import sample_latents
from engine.singing.pipeline import network_inputs
from engine.singing.settings import SingSettings
from engine.singing.takes import chance

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
AROUND_S = 0.15
"""What is sung anew on either side of a change: its neighbours lead into it, and the seam lies in here."""
CONTEXT_S = 0.35
"""What the networks see beyond that.  They see further, but what they state hardly changes."""
SEAM_S = 0.03
SHORTEST_S = 4.0
"""A shorter phrase is soon there as a whole."""
MOST_SHARE = 0.6
"""Of a phrase: a longer piece is hardly sooner there than the whole."""
_APART_SEMITONES = (0.005, 1.0)
"""Pitches that differ.  A phrase with more notes, or with another first one, draws another vibrato and drift: then only
what is written counts."""
_MOST_TRACKS = 16
_BY_FRAME = ("phone_of_frame", "features", "speaker")


@dataclass(frozen=True, slots=True)
class Sounded:
    """A phrase whose sound is in the cache under `key`; `rendering`: what it has in common with its track's others."""

    rendering: str
    key: str
    entry: PlacedPhrase


class SoundedPhrases:
    """For each note of a track the phrase with which it sounded last.  Safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tracks: dict[str, dict[NoteId, Sounded]] = {}

    def put(self, track: str, sounded: Iterable[Sounded]) -> None:
        """These sound from now on."""
        with self._lock:
            notes = self._tracks.pop(track, {})
            self._tracks[track] = notes  # to the end of the line
            for one in sounded:
                notes.update((note.id, one) for note in one.entry.phrase.notes)
            while len(self._tracks) > _MOST_TRACKS:
                self._tracks.pop(next(iter(self._tracks)))

    def keep(self, track: str, notes: Iterable[NoteId]) -> None:
        """Forget all others of the track."""
        with self._lock:
            known = self._tracks.get(track, {})
            self._tracks[track] = {note: known[note] for note in notes if note in known}

    def before(self, track: str, entry: PlacedPhrase) -> Sounded | None:
        """What `entry` was before it was edited."""
        with self._lock:
            notes = self._tracks.get(track, {})
            return next((notes[note.id] for note in entry.phrase.notes if note.id in notes), None)


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames of a phrase: those from `first` to `last` are heard, the networks see `start` to `end`."""

    start: int
    first: int
    last: int
    end: int


def piece_to_sing(entry: PlacedPhrase, before: PlacedPhrase, voice: HiddenSinger) -> Piece | None:
    """What of `entry` is another one than in `before`; None when that is nothing, or too much to be worth it."""
    if entry.end - entry.start < SHORTEST_S * voice.codec.sample_rate:
        return None
    if entry.take != before.take or entry.plan.tempo_bpm != before.plan.tempo_bpm:
        return None
    pieces = (_piece(np.flatnonzero(_changed(entry, before, voice, apart)), entry, voice) for apart in _APART_SEMITONES)
    return next((piece for piece in pieces if piece is not None), None)


def _piece(changed: NDArray[np.int64], entry: PlacedPhrase, voice: HiddenSinger) -> Piece | None:
    if not len(changed):
        return None
    frames, per_s = _frames(entry, voice), voice.codec.sample_rate / voice.codec.hop_length
    around, context = round(AROUND_S * per_s), round(CONTEXT_S * per_s)
    first, last = max(0, int(changed[0]) - around), min(frames, int(changed[-1]) + 1 + around)
    piece = Piece(max(0, first - context), first, last, min(frames, last + context))
    return piece if piece.end - piece.start <= MOST_SHARE * frames else None


def sing_draft(
    entry: PlacedPhrase,
    piece: Piece,
    before: PlacedPhrase,
    sound: Floats,
    voice: HiddenSinger,
    settings: SingSettings,
    context: JobContext,
) -> Floats:
    """Samples [N] of `entry`: `piece` of it sung, around it the `sound` [M] of `before`.

    Raises `Cancelled`, and `MelismaError` when a network fails.
    """
    sung = _sung(entry, piece, voice, settings, context)
    draft = _laid(sound, before.start - entry.start, entry.end - entry.start)
    hop, seam = voice.codec.hop_length, round(SEAM_S * voice.codec.sample_rate)
    begin, end = piece.first * hop, piece.last * hop
    share = np.ones(end - begin, np.float32)
    rise = np.sin(np.linspace(0, np.pi / 2, seam, dtype=np.float32))
    if begin > 0:
        share[:seam] = rise
    if end < len(draft):
        share[-seam:] = rise[::-1]
    # Of one pitch but at another place in its period: powers add.
    draft[begin:end] = share * sung + np.sqrt(1 - share**2) * draft[begin:end]
    return draft


def _sung(
    entry: PlacedPhrase, piece: Piece, voice: HiddenSinger, settings: SingSettings, context: JobContext
) -> Floats:
    """Samples of the frames that are heard."""
    plan, codec, seed = entry.plan, voice.codec, chance(entry.phrase, entry.take.timbre_seed)
    seen = slice(piece.start, piece.end)
    inputs = network_inputs(plan, voice, settings.speaker)
    cut = {name: value[seen] if name in _BY_FRAME and value.ndim else value for name, value in inputs.items()}
    h_cond, mu = voice.condition(cut, context.token)
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((len(mu), _frames(entry, voice)), dtype=np.float32)[:, seen]
    latents = sample_latents(h_cond, mu, noise, voice, settings, rng, context)
    which = np.zeros(len(plan.f0), np.bool_)
    which[piece.start * codec.subframes : piece.end * codec.subframes] = True
    shaping = None if plan.shaping is None else plan.shaping.part(which)
    samples = codec.decode(latents, plan.f0[which], seed, context.token, shaping)
    return samples[(piece.first - piece.start) * codec.hop_length : (piece.last - piece.start) * codec.hop_length]


def _laid(sound: Floats, at: int, count: int) -> Floats:
    """`count` samples with `sound` from sample `at` on (which may be negative), silence elsewhere."""
    line = np.zeros(count, np.float32)
    begin, end = max(0, at), min(count, at + len(sound))
    if begin < end:
        line[begin:end] = sound[begin - at : end - at]
    return line


def _changed(entry: PlacedPhrase, before: PlacedPhrase, voice: HiddenSinger, apart: float) -> Flags:
    """[T]: frames of `entry` that are to sound otherwise than what `before` has at that time; pitches count as others
    when they are more than `apart` semitones from each other."""
    frames, had = _frames(entry, voice), _frames(before, voice)
    place = np.arange(frames) + round((entry.start - before.start) / voice.codec.hop_length)
    old = np.clip(place, 0, had - 1)
    numbers: dict[tuple[object, ...], int] = {}
    now, was = (_phones(one, voice, numbers) for one in (entry, before))
    semitones = 12 * np.log2(_by_frame(entry.plan.f0, frames) / _by_frame(before.plan.f0, had)[old])
    pitched = (np.abs(semitones) > apart).any(axis=1)
    shaped = (_knobs(entry, voice) != _knobs(before, voice)[old]).any(axis=1)
    blended = _blended(entry.plan.shares, before.plan.shares, old)
    return np.asarray((place != old) | (now != was[old]) | pitched | shaped | blended, np.bool_)


def _blended(now: Floats | None, was: Floats | None, old: NDArray[np.int64]) -> Flags:
    """[T]: where other speakers sing; all of it when only one of both is a blend."""
    if now is None or was is None:
        return np.full(len(old), now is not was)
    return np.asarray((now != was[old]).any(axis=1), np.bool_)


def _frames(entry: PlacedPhrase, voice: HiddenSinger) -> int:
    return (entry.end - entry.start) // voice.codec.hop_length


def _phones(entry: PlacedPhrase, voice: HiddenSinger, numbers: dict[tuple[object, ...], int]) -> NDArray[np.int64]:
    """[T]: which phone each frame is in, by what it is and when; `numbers` names them for both that are compared."""
    plan, start_s = entry.plan, entry.phrase.start_s
    languages = plan.languages or (plan.language,) * len(plan.notes)
    named = [
        numbers.setdefault(
            (
                phone.label,
                plan.notes[phone.note].key,
                languages[phone.note],
                round(start_s + phone.start_s, 4),
                round(start_s + phone.end_s, 4),
            ),
            len(numbers),
        )
        for phone in plan.phones
    ]
    codec = voice.codec
    times = plan.start_s + (np.arange(_frames(entry, voice)) + 0.5) * codec.hop_length / codec.sample_rate
    index = np.searchsorted([phone.start_s for phone in plan.phones], times, side="right") - 1
    return np.array(named, np.int64)[np.clip(index, 0, len(named) - 1)]


def _by_frame(values: Floats, frames: int) -> Floats:
    """[S] at subframes -> [T, subframes]."""
    return values.reshape(frames, -1)


def _knobs(entry: PlacedPhrase, voice: HiddenSinger) -> Floats:
    """[T, K]: what is asked of the gains; zeros where nothing is."""
    frames, shaping = _frames(entry, voice), entry.plan.shaping
    count = len(entry.plan.f0)
    if shaping is None:
        return np.zeros((frames, 5 * count // frames), np.float32)
    muted = np.zeros(count, np.float32) if shaping.voicing is None else 1 - shaping.voicing
    knobs = (shaping.dynamics, shaping.breathiness, shaping.tension, shaping.gender, muted)
    return np.concatenate([_by_frame(knob, frames) for knob in knobs], axis=1)
