"""Songs of one voice in one language: what is learned from, and what is judged on."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from engine.errors import InputError
from engine.singing.conditions import REFERENCE_HZ
from engine.train.claims.codec import ClaimCodec
from engine.train.claims.plan import Plan
from engine.train.claims.systems import System
from engine.train.corpus.shards import Crops, Shard
from engine.train.corpus.singing import SungPhrase, read_phrases
from engine.train.corpus.speech import UNIT_HOP_LENGTH
from engine.train.generator import Example, LatentStats, prepare_examples
from engine.train.unlabelled.heard import Clip, hear
from engine.train.unlabelled.material import Sung, hide_words
from engine.train.unlabelled.training import Material
from engine.train.voices.cast import phone_ids
from engine.train.voices.sets import HELD_SONGS

PUT_ASIDE = 7
"""One song in so many is judged on."""
F0_FEATURE = 0
"""The column of the frame features that tells f0, in octaves over 220 Hz (engine.singing.conditions)."""


@dataclass(frozen=True, slots=True)
class Songs:
    """Phrases to learn from, and phrases of songs that nobody learns from."""

    learned: list[SungPhrase]
    held: list[SungPhrase]


def read_songs(plan: Plan) -> Songs:
    """Raises `InputError` where the corpus has none."""
    corpus = Path(plan.corpus)
    sung = _of_language(corpus / "sung" / plan.voice, plan.language)
    learned = [phrase for phrase in sung if not is_put_aside(phrase.name)]
    held = [phrase for phrase in sung if is_put_aside(phrase.name)]
    held += _of_language(corpus / HELD_SONGS / plan.voice, plan.language)
    if not learned or not held:
        what = f"{corpus} lacks songs of {plan.voice} to learn from or to judge on."
        raise InputError(what, "Make them: python -m engine.train.voices.sing, also with --held.")
    return Songs(learned, _until(held, plan.held_seconds))


def is_put_aside(name: str) -> bool:
    """Whether a phrase's song is kept for judging here, by the checksum of its name: the corpus puts few aside."""
    song = name.split("-", maxsplit=1)[0]
    return zlib.crc32(b"claims " + song.encode()) % PUT_ASIDE == 0


def crops(songs: Songs, plan: Plan, seed: int) -> Crops:
    """Windows for the codec's training."""
    shards = [Shard(p.name, p.audio, p.f0, p.gains) for p in songs.learned]
    return Crops(shards, UNIT_HOP_LENGTH, plan.codec_frames * plan.codec().subframes, seed)


def examples(phrases: Sequence[SungPhrase], codec: ClaimCodec) -> tuple[list[Example], LatentStats]:
    """Phrases as a generator sees them: latents [D + 1, T], the last channel being the pitch, in octaves.

    The shipped decoder is told f0, so its latents need not know the pitch, and nor need a generator.  The paper's must.
    So here a generator is told the notes, not f0, and the pitch is one more channel that it makes.
    """
    with torch.no_grad():
        encoded, _ = prepare_examples(phrases, codec, phone_ids())
    found = [_with_pitch(example) for example in encoded]
    everything = np.concatenate([example.latents for example in found], axis=1)
    return found, LatentStats(everything.mean(1), everything.std(1) + 1e-4)


def _with_pitch(example: Example) -> Example:
    told = example.conditions
    features = told.features.copy()
    octaves = features[:, F0_FEATURE].copy()
    features[:, F0_FEATURE] = 0
    frames = min(len(octaves), example.latents.shape[1])
    latents = np.concatenate([example.latents[:, :frames], octaves[None, :frames]]).astype(np.float32)
    return replace(example, conditions=replace(told, features=features), latents=latents)


def pitch_hz(channel: np.ndarray) -> np.ndarray:
    """f0 [T] in Hz of the pitch channel [T], not normalised."""
    hz: np.ndarray = REFERENCE_HZ * np.exp2(channel.astype(np.float64))
    return hz


def clips_of(phrases: Sequence[SungPhrase]) -> list[Clip]:
    """What the U encoders hear of phrases."""
    return [hear(phrase.audio, phrase.f0, phrase.gains, phrase.name) for phrase in phrases]


def songs_of(system: System, found: Sequence[Example], clips: Sequence[Clip], stats: LatentStats) -> Material:
    """What a system with U encoders learns from: songs with words, songs whose words are hidden."""
    pairs = zip(clips, found, strict=True)
    songs = [Sung(clip, example.latents, example.speaker, example) for clip, example in pairs]
    paired, alone = hide_words(songs, max(system.unlabelled, system.left_out))
    return Material(paired, alone if system.unlabelled else [], (), (), stats)


def _of_language(folder: Path, language: int) -> list[SungPhrase]:
    return [phrase for phrase in read_phrases(folder) if phrase.language == language]


def _until(phrases: list[SungPhrase], seconds: float) -> list[SungPhrase]:
    """Phrases spread over the songs, until they last as long."""
    rng = np.random.default_rng(0)
    taken: list[SungPhrase] = []
    for index in rng.permutation(len(phrases)):
        if sum(len(p.audio) for p in taken) >= seconds * 48_000:
            break
        taken.append(phrases[int(index)])
    return sorted(taken, key=lambda phrase: phrase.name)
