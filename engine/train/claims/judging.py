"""Measures one codec or one run on the held-out phrases; the answers are what is kept as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.train.claims.codec import ClaimCodec
from engine.train.claims.figures import Figures, Sung, figures, key_cents, sing, teachers_words, tracked_pitch, words
from engine.train.claims.material import examples
from engine.train.claims.reference import Reference, reference
from engine.train.claims.sampling import SOLVERS, condition, sampled
from engine.train.corpus.shards import PCM_PEAK
from engine.train.corpus.singing import SungPhrase
from engine.train.generator import Example, Generator, LatentStats
from engine.train.measure.progress import Report
from engine.train.measure.recognition import Recogniser

STEPS = (1, 2, 4, 8, 16)
HEARD_STEPS = (1, 4, 16)
"""Steps of the takes whose words are judged: the recogniser is slow."""
TAKE_SEED = 0

Floats = NDArray[np.float32]


class Judge:
    """Holds the teacher's side of the held-out phrases."""

    def __init__(self, held: Sequence[SungPhrase], report: Report) -> None:
        self._ear, self._report, self._held = Recogniser(), report, held
        self._references: list[Reference] = []
        for number, phrase in enumerate(held):
            report("Preparing held-out phrases", number, len(held))
            self._references.append(reference(phrase, self._ear))

    def of_teacher(self) -> dict[str, Any]:
        """What is judged on, and the recogniser's own errors."""
        seconds = sum(len(phrase.audio) for phrase in self._held) / 48_000
        songs = len({phrase.name.split("-")[0] for phrase in self._held})
        return {
            "phrases": len(self._held),
            "seconds": seconds,
            "songs": songs,
            "phones": sum(len(told.wanted_phones) for told in self._references),
            "phone_errors": teachers_words(self._references),
            "key_cents": key_cents(self._references),
        }

    def of_codec(self, codec: ClaimCodec) -> dict[str, Any]:
        """The teacher's own latents, decoded again: the best that any generator can do with this codec."""
        told, stats = examples(self._held, codec)
        sung = self._sing(codec, stats, told, [normalised(e, stats) for e in told])
        cents, off = tracked_pitch(sung, self._references)
        return {
            "figures": asdict(figures(sung)),
            "neck_noise": neck_noise(codec, self._held),
            "phone_errors": words(sung, self._references, self._ear),
            "tracked_cents": cents,
            "tracked_off_share": off,
        }

    def of_run(self, codec: ClaimCodec, generator: Generator, stats: LatentStats, name: str) -> dict[str, Any]:
        """One generator: the prior's mean, and every solver with every number of steps."""
        told, _ = examples(self._held, codec)
        said = [condition(generator, example) for example in told]
        means = self._sing(codec, stats, told, [mu[0].numpy() for _, mu in said])
        facts: dict[str, Any] = {
            "parameters": sum(p.numel() for p in generator.parameters()),
            "mean": asdict(figures(means)),
            "phone_errors": {"0": words(means, self._references, self._ear)},
        }
        for solver in SOLVERS:
            facts[solver] = {}
            for place, steps in enumerate(STEPS):
                self._report(f"Judging {name}, {solver}", place, len(STEPS))
                takes = [sampled(generator, *s, solver, steps, TAKE_SEED + i) for i, s in enumerate(said)]
                sung = self._sing(codec, stats, told, takes)
                facts[solver][str(steps)] = asdict(_checked(figures(sung)))
                if solver == "exponential" and steps in HEARD_STEPS:
                    facts["phone_errors"][str(steps)] = words(sung, self._references, self._ear)
        return facts

    def _sing(
        self, codec: ClaimCodec, stats: LatentStats, told: Sequence[Example], takes: Sequence[Floats]
    ) -> list[Sung]:
        """Takes [D, T] of normalised latents, decoded."""
        rows = zip(told, takes, self._references, strict=True)
        return [sing(codec, stats, z, normalised(example, stats), known, TAKE_SEED) for example, z, known in rows]


def normalised(example: Example, stats: LatentStats) -> Floats:
    """The teacher's latents [D, T]."""
    z: Floats = ((example.latents - stats.mean[:, None]) / stats.std[:, None]).astype(np.float32)
    return z


@torch.no_grad()
def neck_noise(codec: ClaimCodec, phrases: Sequence[SungPhrase]) -> float:
    """What the neck adds to the latents, RMS, as a share of their spread: what the codebooks leave, what KL draws."""
    added, spread = [], []
    for phrase in phrases:
        audio = torch.from_numpy(phrase.audio.astype(np.float32) / np.float32(PCM_PEAK))[None]
        latents = codec.encode(audio)
        added.append((codec.held(audio)[0] - latents)[0])
        spread.append(latents[0])
    clean = torch.cat(spread, dim=1)
    return float(torch.cat(added, dim=1).square().mean().sqrt() / (clean - clean.mean(1, keepdim=True)).std())


def _checked(found: Figures) -> Figures:
    """JSON has no infinity and no NaN: a figure that is one means that a solver failed, and that is our fault."""
    if not all(np.isfinite(value) for value in asdict(found).values()):
        raise ArithmeticError(f"not finite: {found}")
    return found
