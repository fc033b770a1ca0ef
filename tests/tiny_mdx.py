"""MDX-Nets of a few kilobytes: the interface of the published ones, a mask over bins instead of a network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine.models import MANIFEST_NAME, ModelId, SeparatorManifest, Stem, dump_manifest, file_sha256
from engine.separation.probe_song import probe_song
from engine.separation.stft import stft

DIM_F, DIM_T = 2048, 16


def write_mask(path: Path, mask: np.ndarray, dim_t: int = DIM_T, batch: int | str = "batch", **names: str) -> Path:
    """`path` as a graph that multiplies every bin by `mask` [dim_f].  `input`, `output`: other names than these."""
    source, target = names.get("input", "input"), names.get("output", "output")
    shape = [batch, 4, len(mask), dim_t]
    weights = numpy_helper.from_array(mask.astype(np.float32).reshape(1, 1, -1, 1), "mask")
    graph = helper.make_graph(
        [helper.make_node("Mul", [source, "mask"], [target])],
        "tiny",
        [helper.make_tensor_value_info(source, TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(target, TensorProto.FLOAT, shape)],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(path))
    return path


def make(folder: Path, stem: Stem = "vocals", n_fft: int = 6144, compensate: float = 1.0) -> Path:
    """An installed separator that halves everything, as `melisma models add` would make it."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = write_half(folder / "model.onnx")
    manifest = SeparatorManifest(
        id=ModelId(folder.name),
        name="Tiny",
        kind="mdx-net",
        version="1",
        stem=stem,
        sample_rate=44_100,
        hop_length=1024,
        licence="CC0-1.0",
        files={graph.name: file_sha256(graph)},
        settings={"n_fft": n_fft, "compensate": compensate},
    )
    dump_manifest(manifest, folder / MANIFEST_NAME)
    return folder


def write_half(path: Path, dim_f: int = DIM_F, dim_t: int = DIM_T) -> Path:
    """A graph that halves everything: no n_fft suits it better than another."""
    return write_mask(path, np.full(dim_f, 0.5), dim_t)


def write_tuned(path: Path, n_fft: int, stem: str = "vocals", dim_f: int = DIM_F, dim_t: int = DIM_T) -> Path:
    """A graph that finds `stem` in the song of the probe, with `n_fft` alone: it knows which bins are whose."""
    song = probe_song()
    vocals, band = (np.mean(np.abs(stft(part, n_fft, 1024)) ** 2, axis=(0, 2)) for part in (song.vocals, song.band))
    wanted, other = (vocals, band) if stem == "vocals" else (band, vocals)
    return write_mask(path, (wanted / (wanted + other))[:dim_f], dim_t)
