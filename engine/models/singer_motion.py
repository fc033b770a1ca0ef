"""The shipped SINGER at run time: two graphs, loaded from an animator's folder (docs/decisions/0004)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.errors import MelismaError
from engine.jobs import CancelToken
from engine.models.registry import InstalledAnimator
from engine.runtime import Session, choose_providers, load_session

KIND = "singer-motion"
REFERENCE_GRAPH, MOTION_GRAPH = "reference.onnx", "motion.onnx"
Floats = NDArray[np.float32]
Looked = dict[str, Floats]
"""What the reference network saw of a face, as the other graph takes it."""

_HEARS = frozenset({"z_t", "t", "bands", "streams", "present", "scales", "faces"})


@dataclass(frozen=True, slots=True)
class MotionSettings:
    """What the manifest's settings say, checked.

    frames: of a window; margin: more on either side whose sound is heard; reference_side: of the face at rest, in
    pixels; latents: shape of one frame's; num_steps: of the sampler, where nobody asks for another number; gains: by
    name of a parameter, what it has to be multiplied with.
    """

    frames: int
    margin: int
    reference_side: int
    latents: tuple[int, ...]
    num_steps: int
    gains: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if min(self.frames, self.reference_side, self.num_steps, *self.latents) < 1 or self.margin < 0:
            raise ValueError("a length below 1")
        if len(self.latents) != 3:
            raise ValueError(f"latents of {len(self.latents)} axes")
        if not all(0.1 <= gain <= 10 for gain in self.gains.values()):
            raise ValueError("a gain out of range")


class SingerMotion:
    """One animator.  Arrays without a batch dimension, except what `look` gives.  Safe to share between threads."""

    def __init__(self, settings: MotionSettings, reference: Session, motion: Session) -> None:
        self.settings = settings
        self._reference, self._motion = reference, motion

    @property
    def provider(self) -> str:
        """The device that really computes, in words."""
        return self._motion.provider.label

    def look(self, reference: Floats, token: CancelToken | None = None) -> Looked:
        """A face at rest in the canonical box [3, S, S], -1 to 1; once per face."""
        return self._reference.run({"reference": reference[None]}, token)

    def denoise(
        self,
        z: Floats,
        t: float,
        heard: tuple[Floats, Floats, Floats],
        scales: Floats,
        looked: Looked,
        token: CancelToken | None = None,
    ) -> Floats:
        """z [F, C, H, W] at t (1 noise, 0 clean) -> clean latents, as z.

        heard: bands [F + 2 margin, 4, 40], streams [F + 2 margin, 46], present [6]; scales [3]: how strongly the sound
        acts on the whole, the face, the lips.
        """
        bands, streams, present = heard
        inputs = {
            "z_t": np.ascontiguousarray(z.transpose(1, 0, 2, 3))[None],
            "t": np.array([t], np.float32),
            "bands": bands[None],
            "streams": streams[None],
            "present": present[None],
            "scales": scales,
            **looked,
        }
        denoised = self._motion.run(inputs, token)["denoised"][0]
        return np.ascontiguousarray(denoised.transpose(1, 0, 2, 3))


def build_singer_motion(model: InstalledAnimator, device: str = "auto", threads: int | None = None) -> SingerMotion:
    """Load an animator.

    Raises `MelismaError` when its manifest lacks a setting or a file, or a file is another network.
    """
    manifest = model.manifest
    if manifest.kind != KIND:
        what = f"The animator {manifest.id} is of an unknown kind, {manifest.kind!r}."
        raise MelismaError(what, f"Known kinds: {KIND}.")
    try:
        told = dict(manifest.settings)
        settings = MotionSettings(
            frames=int(told["frames"]),
            margin=int(told["margin"]),
            reference_side=int(told["reference_side"]),
            latents=tuple(int(size) for size in told["latents"]),
            num_steps=int(told["num_steps"]),
            gains={str(name): float(gain) for name, gain in dict(told.get("gains", {})).items()},
        )
    except (KeyError, TypeError, ValueError) as error:
        what = f"The animator {manifest.id} lacks a setting or has a wrong one: {error}."
        raise MelismaError(what, "Install the animator again.") from error
    choice = choose_providers(device)
    reference = load_session(model.path(REFERENCE_GRAPH), choice, threads)
    motion = load_session(model.path(MOTION_GRAPH), choice, threads)
    banks = set(reference.output_names)
    if reference.input_names != ("reference",) or set(motion.input_names) != _HEARS | banks:
        what = f"The animator {manifest.id} has other networks than its manifest says."
        raise MelismaError(what, "Install the animator again.")
    return SingerMotion(settings, reference, motion)
