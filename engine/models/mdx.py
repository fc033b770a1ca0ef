"""The graph of an MDX-Net separator: the spectrum of a stereo mix in, that of one stem out.

The interface is that of KUIELab's MDX-Net as Ultimate Vocal Remover publishes such models: one input `input`,
float32 [B, 4, dim_f, dim_t] (real L, imaginary L, real R, imaginary R), one output of the same shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import InputError, MelismaError
from engine.jobs import CancelToken
from engine.models.manifest import SeparatorManifest, Stem
from engine.models.registry import InstalledSeparator
from engine.runtime import Session, choose_providers, load_session

KIND = "mdx-net"
GRAPH_NAME = "model.onnx"
SAMPLE_RATE = 44100
HOP_LENGTH = 1024
_INPUT = "input"
_MOST_VALUES = 2**24
"""Of dim_f times dim_t, ten times what any published model has: more would only fill the memory."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Geometry:
    """What the graph itself says: `dim_f` bins and `dim_t` frames of one segment."""

    dim_f: int
    dim_t: int

    @property
    def segment_samples(self) -> int:
        """Samples at 44.1 kHz whose centred transform has `dim_t` frames."""
        return HOP_LENGTH * (self.dim_t - 1)

    def fits(self, n_fft: int) -> bool:
        """Whether a transform of `n_fft` samples has enough bins, overlaps by half, and is shorter than a segment."""
        return n_fft % 2 == 0 and max(2 * (self.dim_f - 1), 2 * HOP_LENGTH) <= n_fft < self.segment_samples

    def bandwidth_hz(self, n_fft: int) -> float:
        """Above it the network sees and gives nothing."""
        return min(self.dim_f / n_fft * SAMPLE_RATE, SAMPLE_RATE / 2)


@dataclass(frozen=True, slots=True)
class MdxSettings:
    """What the graph does not say: `n_fft` in samples, the `stem` it gives, and what to multiply that by."""

    n_fft: int
    stem: Stem
    compensate: float = 1.0


class MdxNet:
    """A loaded graph.  Safe to share between threads."""

    def __init__(self, session: Session, geometry: Geometry) -> None:
        self.geometry = geometry
        self._session = session

    @property
    def provider(self) -> str:
        """The device that really computes, in words."""
        return self._session.provider.label

    def run(self, mix: Floats, token: CancelToken | None = None) -> Floats:
        """The spectrum of a segment, float32 [4, dim_f, dim_t] -> that of the stem, same shape.

        Raises `Cancelled`, or `MelismaError` when the graph gives another shape or values that are no numbers.
        """
        outputs = self._session.run({_INPUT: mix[None]}, token)
        stem: Floats = np.asarray(next(iter(outputs.values())))
        if stem.shape != (1, *mix.shape) or stem.dtype != np.float32:
            raise MelismaError(f"The separator gives {stem.dtype} {list(stem.shape)} for {[1, *mix.shape]}.", _OTHER)
        if not np.isfinite(stem).all():
            raise MelismaError("The separator gives values that are no numbers.", _OTHER)
        only: Floats = stem[0]
        return only


_OTHER = "It cannot be used; choose another model."


def open_mdx(path: Path, device: str = "auto", threads: int | None = None, name: str | None = None) -> MdxNet:
    """Load the graph at `path`, which messages call `name`.

    Raises `InputError` when it is not an ONNX model or not an MDX-Net.
    """
    name = name or path.name
    choice = choose_providers(device)
    try:
        session = load_session(path, choice, threads)
    except MelismaError as error:
        if not path.is_file():
            raise
        reason = re.sub(r".*failed: ?", "", error.message).rstrip(".")  # without our own paths
        raise InputError(f"{name} is not an ONNX model that can be loaded ({reason}).", _FETCH_AGAIN) from error
    return MdxNet(session, read_geometry(session, name))


def read_geometry(session: Session, name: str) -> Geometry:
    """dim_f and dim_t of a graph.  Raises `InputError` when its interface is not that of an MDX-Net."""
    names = session.input_names
    if names != (_INPUT,):
        raise InputError(f"{name} is not an MDX-Net: it takes {', '.join(names) or 'nothing'}, not `input`.", _WANTED)
    match session.input_shapes[_INPUT]:
        case (1 | str() | None, 4, int(dim_f), int(dim_t)) if (
            session.input_types[_INPUT] == "tensor(float)"
            and dim_f > 3
            and dim_t > 3
            and dim_f * dim_t <= _MOST_VALUES
            and len(session.output_names) == 1
        ):
            return Geometry(dim_f, dim_t)
        case shape:
            sizes = " x ".join("?" if size is None else str(size) for size in shape)
            kind = session.input_types[_INPUT]
            raise InputError(f"{name} is not an MDX-Net that can be used: its input is {kind} {sizes}.", _WANTED)


_FETCH_AGAIN = "Fetch it again, or choose another file."
_WANTED = "An MDX-Net has one input `input`, float B x 4 x bins x frames with fixed sizes, and one output like it."


def build_mdx(
    model: InstalledSeparator, device: str = "auto", threads: int | None = None
) -> tuple[MdxNet, MdxSettings]:
    """Load an installed separator.  Raises `MelismaError` when its manifest and its graph do not fit."""
    settings = mdx_settings(model.manifest)
    choose_providers(device)  # a device that is not there is not the separator's fault
    try:
        net = open_mdx(model.path(GRAPH_NAME), device, threads, f"The graph of {model.manifest.id}")
    except InputError as error:
        raise MelismaError(error.message, "Add the separator again.") from error
    if not net.geometry.fits(settings.n_fft):
        message = f"The separator {model.manifest.id} cannot have an n_fft of {settings.n_fft}."
        raise MelismaError(message, "Add it again.")
    return net, settings


def mdx_settings(manifest: SeparatorManifest) -> MdxSettings:
    """The settings of a manifest.  Raises `MelismaError` when one is missing or no number."""
    stated: dict[str, Any] = dict(manifest.settings)
    try:
        return MdxSettings(int(stated["n_fft"]), manifest.stem, float(stated["compensate"]))
    except (KeyError, TypeError, ValueError) as error:
        raise MelismaError(f"The separator {manifest.id} lacks a setting: {error}.", "Add it again.") from error
