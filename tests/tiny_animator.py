"""Animators for tests: one without a network whose motion is known, and a small real one with random weights.

The small one moves faces at random, and otherwise with what is heard; whatever does not depend on trained weights can
be tested with it, on the real path.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.avatar.latents import encode_motion
from engine.avatar.motion import OVERLAP
from engine.avatar.params import NUM_PARAMS, index_of
from engine.jobs import CancelToken

ANIMATOR_ID = "tiny-animator"
Floats = np.ndarray
Looked = dict[str, Floats]


@dataclass(frozen=True)
class FakeSettings:
    """Those of the shipped animator."""

    frames: int = 16
    margin: int = 4
    latents: tuple[int, ...] = (6, 16, 16)
    num_steps: int = 2
    gains: Mapping[str, float] = field(default_factory=dict)


@dataclass
class FakeAnimator:
    """`answer(window, first_frame, z)` are the clean latents of a window; remembers what it was given."""

    answer: Callable[[int, int, Floats], Floats]
    settings: FakeSettings = field(default_factory=FakeSettings)
    calls: int = 0
    windows: int = 0
    heard: list[tuple[Floats, Floats, Floats]] = field(default_factory=list)
    tokens: list[CancelToken | None] = field(default_factory=list)

    def look(self, reference: Floats, token: CancelToken | None = None) -> Looked:
        return {"faces": reference[None]}

    def denoise(
        self,
        z: Floats,
        t: float,
        heard: tuple[Floats, Floats, Floats],
        scales: Floats,
        looked: Looked,
        token: CancelToken | None = None,
    ) -> Floats:
        if t == 1.0:
            self.windows += 1
            self.heard.append(heard)
        self.calls += 1
        self.tokens.append(token)
        window = self.windows - 1
        first = -OVERLAP // 2 + window * (self.settings.frames - OVERLAP)
        return self.answer(window, first, z)


def knowing(values: Floats, settings: FakeSettings | None = None) -> FakeAnimator:
    """States the latents of `values` [F, 14], held at both ends, whatever it hears."""
    settings = settings or FakeSettings()

    def answer(_: int, first: int, z: Floats) -> Floats:
        return encode_motion(values[np.clip(np.arange(first, first + len(z)), 0, len(values) - 1)])

    return FakeAnimator(answer, settings)


def still(**values: float) -> Floats:
    """One row [14] with these parameters, the others at rest."""
    row = np.zeros(NUM_PARAMS, np.float32)
    for name, value in values.items():
        row[index_of(name)] = value
    return row


@cache
def tiny_animator() -> Path:
    """The folder of the small real animator, exported once in this process; nobody writes there."""
    from engine.export.animator import AnimatorFacts, export_animator

    folder = Path(tempfile.mkdtemp(prefix="melisma-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    facts = AnimatorFacts(ANIMATOR_ID, "Tiny", "1", "CC0-1.0", "# Tiny\n\nRandom weights.\n")
    export_animator(facts, tiny_network(), 2, folder / ANIMATOR_ID)
    return folder / ANIMATOR_ID


def tiny_network() -> Any:
    """The `Singer` that `tiny_animator` exports, the same each time."""
    import torch
    from torch import nn

    from engine.train.avatar.networks.config import tiny
    from engine.train.avatar.networks.singer import Singer

    state = torch.get_rng_state()
    torch.manual_seed(7)
    singer = Singer(tiny()).eval()
    with torch.no_grad():  # much in it starts at zero: deaf, blind and dumb
        for weights in singer.parameters():
            if weights.ndim > 1 and not weights.any():
                nn.init.normal_(weights, std=0.1)
        nn.init.normal_(singer.denoising_net.output.weight, std=0.5)
    torch.set_rng_state(state)
    return singer


def install(user_folder: Path) -> None:
    """Put the small real animator among the user's models."""
    shutil.copytree(tiny_animator(), user_folder / "data" / "models" / ANIMATOR_ID)


def usual_words(vocals: Path | str, *words: object) -> list[object]:
    """A command line of `melisma avatar`, with what makes it quick where `words` say nothing else."""
    usual: dict[str, object] = {"--size": 64, "--animator": ANIMATOR_ID, "--device": "cpu"}
    if "--portrait" not in words:
        usual["--avatar"] = "inga"
    if str(vocals).endswith(".mid"):
        usual["--voice"] = "tiny"
    line: list[object] = ["avatar", vocals, *words]
    for option, value in usual.items():
        line += [] if option in words else [option, value]
    return line
