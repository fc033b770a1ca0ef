"""Sounds that reach every corner of an effect, and both hosts in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from engine.audio import FloatArray
from plugin_host.rendergraph.chains import Chain, parse_chain
from plugin_host.rendergraph.graph import Graph, Node
from plugin_host.rendergraph.host import Host
from plugin_host.rendergraph.nodes import effect_nodes

RATE = 48000


def voice(seconds: float = 3.0, sample_rate: int = RATE, seed: int = 0) -> FloatArray:
    """Something like singing, with loud and silent places, noise and different sides: float32 [2, T]."""
    t = np.arange(round(seconds * sample_rate)) / sample_rate
    noise = np.random.default_rng(seed).standard_normal((2, len(t)))
    left = 0.5 * np.sin(2 * np.pi * 220 * t + 3 * np.sin(2 * np.pi * 5 * t)) * np.abs(np.sin(3 * t)) ** 2
    right = 0.3 * np.sin(2 * np.pi * 331 * t) * np.abs(np.cos(2 * t))
    return (np.stack((left, right)) + 0.05 * noise * np.abs(np.sin(2 * t))).astype(np.float32)


def chain_of(*effects: dict[str, Any]) -> Chain:
    return parse_chain({"effect": list(effects)}, "test")


def by_dawdreamer(
    chain: Chain, sound: FloatArray, folder: Path, sample_rate: int = RATE, bpm: float = 120.0
) -> FloatArray:
    """The chain as the child renders it, but here: no plugin of anybody is loaded."""
    np.save(folder / "voice.npy", sound)
    nodes = [Node("voice", "sound", (), {"file": "voice.npy"})]
    for number, settings in enumerate(chain.active):
        nodes += effect_nodes(settings, f"fx{number}", nodes[-1].name, sample_rate, bpm)
    return Host(Graph(sample_rate, sound.shape[1], tuple(nodes)), folder, lambda *_: None).render()


def rms_db(sound: FloatArray) -> float:
    return float(10 * np.log10(np.mean(np.asarray(sound, np.float64) ** 2) + 1e-30))
