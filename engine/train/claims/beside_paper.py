"""The paper's claims, its own figures for them, and which of ours speak to each.

The paper's figures are those that the project's reference quotes: naturalness (nMOS, by listeners) and a pitch error in
cents.  Nobody listened here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.train.claims.summary import Spread, Verdict, spread, verdict

NAMES = {
    "cents": "pitch, median cents",
    "cents_rms": "pitch, RMS cents",
    "mcd_db": "distortion, dB",
    "added_db": "distortion above the codec's, dB",
    "periodicity": "periodicity error",
    "distance": "distance of latents",
}
DIGITS = {"cents": 0, "cents_rms": 0, "mcd_db": 2, "added_db": 2, "periodicity": 3, "distance": 2}


@dataclass(frozen=True, slots=True)
class Asked:
    """One figure of two systems: `base` beside what was changed."""

    base: str
    other: str
    solver: str
    steps: int
    name: str


@dataclass(frozen=True, slots=True)
class Claim:
    """`expected`: what the paper says of the changed system.  `why`: what may explain each outcome."""

    title: str
    paper: str
    expected: Verdict
    asked: tuple[Asked, ...]
    why: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """One line: None where a row is not measured."""

    asked: Asked
    base: Spread | None
    other: Spread | None
    verdict: Verdict | None


def _asked(base: str, other: str, solver: str, steps: tuple[int, ...], *names: str) -> tuple[Asked, ...]:
    return tuple(Asked(base, other, solver, count, name) for count in steps for name in names)


CLAIMS = (
    Claim(
        "Diffusion that ends in N(mu, I) is better than one that ends in N(0, I)",
        "nMOS 3.80 against 3.64",
        "worse",
        _asked("whole", "standard", "exponential", (4, 16), "cents", "distance", "added_db"),
        {
            "holds here": "mu is near the answer here, so what is left for the diffusion is small; around 0 it has "
            "to make the whole of it.",
            "does not hold here": "Both denoisers are told mu and state z_0.  Stated so, the one around 0 can hand "
            "mu through, and what is left is learned alike.  A network that states the score, as the paper's, has "
            "to undo the whole path.",
            "holds in part": "Both denoisers are told mu and state z_0, which takes most of the difference away; "
            "what is left depends on the figure.",
        },
    ),
    Claim(
        "With it, fewer steps are enough",
        "no figure; stated as the reason for the prior",
        "worse",
        _asked("whole", "standard", "euler", (1, 2, 4, 8), "cents", "added_db"),
        {
            "holds here": "Euler's error is a share of the way that it goes, and from mu the way is short.",
            "does not hold here": "Both end where the denoiser says; its last step takes the error of those before "
            "it away.",
            "holds in part": "Euler's error is a share of the way that it goes, and from mu the way is short; with "
            "more steps the difference goes.",
        },
    ),
    Claim(
        "The enhanced condition encoder is needed",
        "nMOS 3.86 to 3.24, pitch error 43.2 to 49.5, periodicity 0.172 to 0.216 without it",
        "worse",
        (
            *_asked("whole", "plain", "exponential", (0,), "cents", "distance", "added_db"),
            *_asked("whole", "plain", "exponential", (4,), "cents_rms", "added_db", "periodicity"),
        ),
        {
            "holds here": "Without it nothing sees across the frames before the denoiser does: a glide, a vibrato, "
            "a coarticulation has no past.",
            "does not hold here": "Our frames are told their place in their phone, which the paper's are not: most "
            "of what its encoder has to find out.  The rest the denoiser's convolutions can see.",
            "holds in part": "Our frames are told their place in their phone, which the paper's are not: part of "
            "what its encoder has to find out.",
        },
    ),
    Claim(
        "Latents held by RVQ are easier to generate than those held by KL",
        "reconstruction alike (nMOS 3.86, 3.87); RVQ called the stable one",
        "worse",
        _asked("whole", "kl", "exponential", (0, 4, 16), "added_db"),
        {
            "holds here": "KL adds noise that the generator must make without gaining by it.",
            "does not hold here": "In so short a training both leave the latents nearly as they are (noise of the "
            "neck, above), so neither is easier.  The paper's own listeners heard no difference in reconstruction "
            "either.",
            "holds in part": "The differences are small; another training may turn them round.",
        },
    ),
    Claim(
        "Latents that nothing holds are harder to generate",
        "reconstruction alike (nMOS 3.86); the review says that training on them failed",
        "worse",
        _asked("whole", "none", "exponential", (0, 4, 16), "added_db"),
        {
            "holds here": "Nothing keeps free latents from holding much that no ear hears.",
            "does not hold here": "A neck of 32 channels and normalised latents are regularisation enough at this "
            "size; the paper's has 128, trained a thousand times as long.",
            "holds in part": "A neck of 32 channels and normalised latents are regularisation enough for most of it.",
        },
    ),
    Claim(
        "Half of the songs may lose their words (HiddenSinger-U)",
        "pitch error 43.2, 43.5, 49.1 and nMOS 3.81, 3.68, 3.70 with 0, 10, 50 %",
        "the same",
        _asked("u-0", "u-50", "exponential", (0, 4), "cents", "distance", "added_db"),
        {
            "holds here": "What is said is learned from half of the songs, how it sounds from all.",
            "does not hold here": "The enhanced encoder and the denoiser have to serve two paths at once, and the "
            "encoders that listen are no help before they have learned to: so few steps may not do.",
            "holds in part": "Pitch is kept, timbre is not.  The enhanced encoder and the denoiser have to serve "
            "two paths at once, and the encoders that listen are no help before they have learned to: few steps may "
            "be what it costs, more than missing words.",
        },
    ),
    Claim(
        "A tenth of the songs may lose their words",
        "pitch error 43.2 and 43.5, nMOS 3.81 and 3.68 with 0 and 10 %",
        "the same",
        _asked("u-0", "u-10", "exponential", (0, 4), "cents", "distance", "added_db"),
        {
            "holds here": "So few windows without words change little.",
            "does not hold here": "As with half of them: the listening path costs, not the words that are missing.",
            "holds in part": "As with half of them: pitch is kept, and the listening path costs timbre.",
        },
    ),
    Claim(
        "Songs without words are better than no songs",
        "not measured there",
        "worse",
        _asked("u-50", "left-50", "exponential", (0, 4), "cents", "distance", "added_db"),
        {
            "holds here": "The generator and the enhanced encoder learn from them.",
            "does not hold here": "Half of 15 minutes of so even a teacher says nearly all of it, and windows "
            "without words cost what the listening path costs.",
            "holds in part": "Pitch gains: of 60 phrases alone a generator may learn melodies by heart (no key is "
            "missing in them).  Timbre does not: half of 15 minutes of so even a teacher says nearly all of it, and "
            "windows without words cost what the listening path costs.",
        },
    ),
)


def answers(claim: Claim, systems: Mapping[str, Any]) -> list[Answer]:
    """Every figure that was asked for."""
    found = []
    for asked in claim.asked:
        base, other = (
            spread(systems[name], asked.solver, asked.steps, asked.name) for name in (asked.base, asked.other)
        )
        said = verdict(base, other) if base and other else None
        found.append(Answer(asked, base, other, said))
    return found


def outcome(claim: Claim, found: list[Answer]) -> str:
    """`holds here`, `does not hold here`, `holds in part`, or `not measured`."""
    said = [answer.verdict for answer in found]
    if None in said:
        return "not measured"
    right = sum(one == claim.expected for one in said)
    if right == len(said):
        return "holds here"
    return "holds in part" if right else "does not hold here"
