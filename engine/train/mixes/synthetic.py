"""One made song: who sings what over which accompaniment, all drawn from the song's name."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.train.mixes import takes as ways
from engine.train.mixes.balance import balance, master, narrowed
from engine.train.mixes.band import Plan, draw_plan, play_band
from engine.train.mixes.lieder import Excerpt, draw_excerpt, play, scores_of
from engine.train.mixes.midi import render_tracks
from engine.train.mixes.speakers import Speaker
from engine.train.mixes.takes import Sources
from engine.train.mixes.vocals import Take, draw_effects, mix_takes

SECONDS = (40.0, 60.0)
SHIPPED_SHARE = 0.3
"""Of the train songs with words: sung by the shipped voice."""
WAYS = {"sung": 0.48, "spoken": 0.22, "chopped": 0.14, "vowels": 0.1, "real": 0.06}
"""How often the band's vocals are made in which way; the last two have too few voices to put some aside."""
TRIES = 12


@dataclass(frozen=True, slots=True)
class Made:
    """A song, float32 [N, 2] each, and what it was made from."""

    vocals: np.ndarray
    accompaniment: np.ndarray
    origin: str


def seed_of(name: str) -> int:
    """A song's seed is the checksum of its name: no song depends on what else is made."""
    return zlib.crc32(name.encode())


def make_lied(data: Path, speakers: Sequence[Speaker], name: str, split: str) -> Made:
    """An excerpt of a score with other instruments, sung by the shipped voice or a speaker."""
    rng = np.random.default_rng([seed_of(name), 11])
    seconds = float(rng.uniform(*SECONDS))
    shipped = split == "train" and rng.random() < SHIPPED_SHARE
    pool = scores_of(data / "scores" / "openscore-lieder", split, "en" if shipped else None)
    excerpt, path = _draw(lambda p: draw_excerpt(p, seconds, rng), pool, rng)
    if shipped:
        keys, takes, who = ways.shipped_takes(excerpt, seed_of(name), rng)
    else:
        keys, takes, who = ways.lied_takes(excerpt, Sources(data, speakers, split), seed_of(name), rng)
    played = render_tracks(play(excerpt, keys, rng), seconds, bool(rng.random() < 0.7))
    sung = mix_takes(takes, draw_effects(rng, excerpt.bpm))
    return _finished(sung, played, f"{path.stem}; {who}", rng)


def make_band(data: Path, speakers: Sequence[Speaker], name: str, split: str) -> Made:
    """A drawn song; its vocals come about in one of `WAYS`."""
    rng = np.random.default_rng([seed_of(name), 12])
    plan = draw_plan(split, float(rng.uniform(*SECONDS)), rng)
    takes, who = _takes(plan, Sources(data, speakers, split), seed_of(name), rng)
    played = play_band(plan, split, data / "instruments" / "sonic-pi", rng)
    sung = mix_takes(takes, draw_effects(rng, plan.bpm, float(rng.choice([0.7, 1.3, 2.2]))))
    return _finished(sung, played, f"{plan.style} {plan.bpm:.0f}; {who}", rng)


def _takes(plan: Plan, sources: Sources, seed: int, rng: np.random.Generator) -> tuple[list[Take], str]:
    way = str(rng.choice(list(WAYS), p=list(WAYS.values())))
    train = sources.split == "train"
    if way == "spoken":
        return ways.spoken_takes(plan, sources, rng)
    if way == "chopped":
        return ways.chopped_takes(plan, sources, rng)
    if way == "vowels" and train and (sources.data / ways.VOWELS).is_dir():
        return ways.vowel_takes(plan, sources, rng)
    if way == "real" and train and (sources.data / ways.REAL_SINGING).is_dir():
        return ways.real_takes(plan, sources, rng)
    return ways.sung_takes(plan, sources, seed, rng)


def _finished(sung: np.ndarray, played: np.ndarray, origin: str, rng: np.random.Generator) -> Made:
    frames = min(len(sung), len(played))
    vocals, accompaniment = narrowed(sung[:frames], master(played[:frames], rng), rng)
    return Made(*balance(vocals, accompaniment, rng), origin)


def _draw(
    read: Callable[[Path], Excerpt | None], pool: Sequence[Path], rng: np.random.Generator
) -> tuple[Excerpt, Path]:
    for index in rng.permutation(len(pool))[:TRIES]:
        excerpt = read(pool[index])
        if excerpt is not None:
            return excerpt, pool[index]
    raise ValueError("no score serves")
