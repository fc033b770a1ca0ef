"""`melisma bench bounce`: how fast a bounce is, and how alike preview and bounce sound.

Exit codes: 0 measured, 2 the user's input, 1 our fault.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio import Audio, FloatArray, read_audio, write_audio
from engine.errors import MelismaError
from engine.files import write_bytes_whole
from engine.jobs import JobContext
from engine.score import TempoMap
from plugin_host.rendergraph.bounce import bounce
from plugin_host.rendergraph.chains import Chain, list_chains, load_chain, parse_chain
from plugin_host.rendergraph.graph import Graph, Node
from plugin_host.rendergraph.host import Host
from plugin_host.rendergraph.nodes import effect_nodes
from plugin_host.rendergraph.preview import preview
from plugin_host.rendergraph.request import BounceRequest, Stem

RATE = 48000
TARGET = 50.0
NODES = ("highpass", "compressor", "peak", "reverb", "deesser", "delay", "chorus", "saturation")

# Away from the defaults, so that every effect does something to be compared; a second row where it is hardest.
TRIED: tuple[tuple[str, dict[str, float]], ...] = (
    ("highpass", {"frequency_hz": 80, "slope_db": 24}),
    ("lowpass", {"frequency_hz": 3000, "slope_db": 24}),
    ("low_shelf", {"frequency_hz": 200, "gain_db": -6}),
    ("high_shelf", {"frequency_hz": 9000, "gain_db": 4}),
    ("peak", {"frequency_hz": 300, "gain_db": -3}),
    ("peak", {"frequency_hz": 40, "gain_db": 12, "q": 4}),
    ("compressor", {"threshold_db": -30, "ratio": 6, "makeup_db": 6}),
    ("gate", {"threshold_db": -25}),
    ("deesser", {"threshold_db": -50}),
    ("limiter", {"ceiling_db": -12}),
    ("delay", {"feedback": 0.6, "level_db": -3}),
    ("reverb", {"size": 0.8, "level_db": -3}),
    ("chorus", {"mix": 1.0, "depth": 0.5}),
    ("saturation", {"drive_db": 12}),
    ("doubling", {"level_db": 0}),
    ("gain", {"gain_db": -6}),
    ("stereo", {"pan": 0.3, "width": 1.5}),
)
# Made of these; everything else is a Faust program.
OWN = {
    "compressor": "compressor",
    "limiter": "compressor",
    "deesser": "compressor, Faust",
    "low_shelf": "filter",
    "high_shelf": "filter",
    "reverb": "reverb, Faust",
}


def main() -> int:
    """Measure and write the page; the answer to `--json` on stdout."""
    parser = argparse.ArgumentParser(prog="melisma bench bounce", description=__doc__, allow_abbrev=False)
    parser.add_argument("--markdown", type=Path, help="page to write, such as docs/bench-bounce.md")
    parser.add_argument("--seconds", type=float, default=180.0, help="length of the song [%(default)s]")
    parser.add_argument("--json", action="store_true", help="one object on stdout")
    options = parser.parse_args()
    try:
        facts = measure(options.seconds)
        page = "\n".join(markdown(facts)) + "\n"
        if options.markdown is not None:
            write_bytes_whole(options.markdown, page.encode("utf-8"))
    except MelismaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(json.dumps(facts) if options.json else page)
    return 0


def measure(seconds: float) -> dict[str, Any]:
    """Every table of the page."""
    with tempfile.TemporaryDirectory(prefix="melisma-") as name:
        folder = Path(name)
        sound = singing(seconds, RATE)
        write_audio(Audio(sound[:1], RATE), folder / "voice.wav")
        write_audio(Audio(sound * np.float32(0.5), RATE), folder / "backing.wav")
        return {
            "seconds": seconds,
            "load": os.getloadavg()[0],
            "nodes": [_nodes_row(folder, count) for count in (0, 1, 4, 8)],
            "chains": [_chain_row(folder, chain) for chain in list_chains()[0] if not chain.yours],
            "stretch": _speed(folder, None, stretch_to=TempoMap(((0.0, 132.0),))),
            "effects": [_alike(effect, values, folder) for effect, values in TRIED],
        }


def singing(seconds: float, sample_rate: int) -> FloatArray:
    """Like a voice in what effects care about: loud, silent, noisy and different sides: float32 [2, T]."""
    t = np.arange(round(seconds * sample_rate)) / sample_rate
    noise = np.random.default_rng(0).standard_normal((2, len(t)))
    left = 0.5 * np.sin(2 * np.pi * 220 * t + 3 * np.sin(2 * np.pi * 5 * t)) * np.abs(np.sin(3 * t)) ** 2
    right = 0.3 * np.sin(2 * np.pi * 331 * t) * np.abs(np.cos(2 * t))
    return (np.stack((left, right)) + 0.05 * noise * np.abs(np.sin(2 * t))).astype(np.float32)


def _nodes_row(folder: Path, count: int) -> dict[str, Any]:
    (folder / "nodes.toml").write_text("".join(f'[[effect]]\ntype = "{name}"\n' for name in NODES[:count]))
    path = folder / "nodes.toml"
    return {"nodes": count, "dawdreamer": _rendering(folder, load_chain(path)), **_speed(folder, str(path))}


def _rendering(folder: Path, chain: Chain) -> float:
    """Times real time of DawDreamer's own part: effects built, voice and backing rendered to one sound in memory."""
    sound = read_audio(folder / "backing.wav").samples
    np.save(folder / "mix.npy", sound)
    nodes = [Node("voice", "sound", (), {"file": "mix.npy"}), *_chain_nodes(chain, "voice", RATE)]
    nodes.append(Node("backing", "sound", (), {"file": "mix.npy"}))
    nodes.append(Node("mix", "add", (nodes[-2].name, "backing"), {"gains": [1.0, 1.0]}))
    times = []
    for _ in range(2):
        started = time.monotonic()
        Host(Graph(RATE, sound.shape[1], tuple(nodes)), folder, lambda *_: None).render()
        times.append(time.monotonic() - started)
    return float(sound.shape[1] / RATE / min(times))


def _chain_row(folder: Path, chain: Chain) -> dict[str, Any]:
    return {"chain": chain.id, "effects": len(chain.active), **_speed(folder, chain.id)}


def _speed(folder: Path, chain: str | None, **more: Any) -> dict[str, float]:
    """Times real time, the better of two runs: by the clock, and by the seconds that processors worked on it."""
    request = BounceRequest(
        folder / "voice.wav", folder / "out.wav", chain=chain, backings=(Stem(folder / "backing.wav"),), **more
    )
    by_clock, by_work = 0.0, 0.0
    for _ in range(2):
        before = os.times()
        result = bounce(request, JobContext())
        worked_s = sum(os.times()[:4]) - sum(before[:4])
        by_clock = max(by_clock, 1 / result.real_time_factor)
        by_work = max(by_work, result.duration_s / worked_s)
    return {"times_real_time": by_clock, "times_work": by_work}


def _alike(effect: str, values: dict[str, float], folder: Path) -> dict[str, Any]:
    """The level of the difference between both hosts against the sound, in dB, at three rates."""
    chain = parse_chain({"effect": [{"type": effect, **values}]}, "tried")
    row: dict[str, Any] = {"effect": effect, "values": values, "made_of": OWN.get(effect, "Faust")}
    for sample_rate in (44100, 48000, 96000):
        sound = singing(10.0, sample_rate)
        heard = preview(chain, Audio(sound, sample_rate)).samples
        difference = _by_dawdreamer(chain, sound, sample_rate, folder) - heard
        row[str(sample_rate)] = max(-200.0, _level_db(difference) - _level_db(heard))
    return row


def _by_dawdreamer(chain: Chain, sound: FloatArray, sample_rate: int, folder: Path) -> FloatArray:
    """In this process: no plugin of anybody is loaded."""
    np.save(folder / "tried.npy", sound)
    nodes = [Node("voice", "sound", (), {"file": "tried.npy"}), *_chain_nodes(chain, "voice", sample_rate)]
    return Host(Graph(sample_rate, sound.shape[1], tuple(nodes)), folder, lambda *_: None).render()


def _chain_nodes(chain: Chain, before: str, sample_rate: int) -> list[Node]:
    nodes: list[Node] = []
    for number, settings in enumerate(chain.active):
        nodes += effect_nodes(settings, f"fx{number}", nodes[-1].name if nodes else before, sample_rate, 120.0)
    return nodes


def _level_db(sound: FloatArray) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-30))


def markdown(facts: dict[str, Any]) -> Iterator[str]:
    """The page, line by line."""
    four = next(row for row in facts["nodes"] if row["nodes"] == 4)
    yield "# How fast a bounce is, and how alike preview and bounce sound\n"
    yield "Written by `melisma bench bounce`.\n"
    yield "## Speed\n"
    yield (
        f"A voice over a stereo backing, {facts['seconds']:.0f} s at {RATE} Hz.  *DawDreamer*: effects built, both "
        "rendered to one sound in memory.  *All*: the whole of `bounce`: files read, a child process started, the "
        "sound rendered, loudness and true peak measured, the file written whole.  Times real time, the better of two "
        "runs: by the clock, and by the seconds of one core that it took, which others' work beside it touches less "
        f"(load before the start: {facts['load']:.1f} on {os.cpu_count()} cores)."
    )
    met = "yes" if four["dawdreamer"] >= TARGET else "no"
    yield (
        f"The target is {TARGET:.0f} times real time with four effects: DawDreamer {_times(four['dawdreamer'])} "
        f"({met}), all of it {_times(four['times_real_time'])} by the clock.\n"
    )
    yield from _table(
        ("Effects", "DawDreamer", "All, by the clock", "All, by work"),
        [(f"{row['nodes']}{_names(row['nodes'])}", _times(row["dawdreamer"]), *_both(row)) for row in facts["nodes"]],
    )
    yield ""
    yield from _table(
        ("Chain", "Effects", "All, by the clock", "All, by work"),
        [(row["chain"], row["effects"], *_both(row)) for row in facts["chains"]],
    )
    yield f"\nStretched from 120 to 132 quarters a minute on the way: {' and '.join(_both(facts['stretch']))}.\n"
    yield "## Alike\n"
    yield (
        "The same settings through pedalboard (preview) and DawDreamer (bounce): the level of the difference against "
        "the sound, in dB; 10 s that are loud, silent and noisy by turns.  *Made of*: DawDreamer's own processor where "
        "it equals pedalboard's, a Faust program elsewhere."
    )
    yield "Both hosts calculate in single precision, so filters differ most where they are low and steep.\n"
    rows = [
        (
            row["effect"],
            _settings(row["values"]),
            row["made_of"],
            *(f"{row[r]:.0f}" for r in ("44100", "48000", "96000")),
        )
        for row in facts["effects"]
    ]
    yield from _table(("Effect", "Settings", "Made of", "44.1 kHz", "48 kHz", "96 kHz"), rows)


def _names(count: int) -> str:
    return f" ({', '.join(NODES[:count])})" if count else ""


def _both(row: dict[str, Any]) -> tuple[str, str]:
    return _times(row["times_real_time"]), _times(row["times_work"])


def _times(factor: float) -> str:
    return f"{factor:.0f}"


def _settings(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


if __name__ == "__main__":
    sys.exit(main())
