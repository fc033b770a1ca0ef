"""Every effect as processors of DawDreamer: its own where they equal pedalboard's, Faust programs elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from plugin_host.rendergraph import faust, tuning
from plugin_host.rendergraph.chains import EffectSettings
from plugin_host.rendergraph.graph import Knob, Node, same_names
from plugin_host.rendergraph.tuning import Fitted

_TIMES = {"attack_ms": Knob("attack"), "release_ms": Knob("release")}
_SQUEEZE = {"threshold_db": Knob("threshold"), "ratio": Knob("ratio"), **_TIMES}


def effect_nodes(settings: EffectSettings, name: str, before: str, sample_rate: int, bpm: float) -> list[Node]:
    """The processors of one effect between `before` and what follows; the last one is its output.

    Their names begin with `name`.  Stereo in, stereo out, without delay.
    """
    return _MAKERS[settings.effect](tuning.fit(settings, sample_rate, bpm), name, before)


def _program(name: str, before: str, code: str, *moving: str) -> list[Node]:
    return [Node(name, "faust", (before,), {"code": code}, same_names(moving))]


def _filters(s: Fitted, name: str, before: str) -> list[Node]:
    return _program(name, before, faust.filters(s.effect, s.values), "frequency_hz")


def _shelf(s: Fitted, name: str, before: str) -> list[Node]:
    settings = {
        "mode": s.effect,
        "freq": s.corner_hz,
        "q": s.values["q"],
        "gain": tuning.juce_gain(s.values["gain_db"]),
    }
    knobs = {"frequency_hz": Knob("freq"), "q": Knob("q"), "gain_db": Knob("gain", factor=True)}
    return [Node(name, "filter", (before,), settings, knobs)]


def _peak(s: Fitted, name: str, before: str) -> list[Node]:
    return _program(name, before, faust.peak(s.values), "frequency_hz", "gain_db", "q")


def _compressor(s: Fitted, name: str, before: str) -> list[Node]:
    squeezed = f"{name}.squeeze"
    return [_squeeze(s, squeezed, before), *_program(name, squeezed, faust.makeup(s.values), "makeup_db")]


def _squeeze(s: Fitted, name: str, before: str) -> Node:
    v = s.values
    settings = {
        "threshold": v["threshold_db"],
        "ratio": v["ratio"],
        "attack": v["attack_ms"],
        "release": v["release_ms"],
    }
    return Node(name, "compressor", (before,), settings, _SQUEEZE)


def _gate(s: Fitted, name: str, before: str) -> list[Node]:
    return _program(name, before, faust.gate(s.values), "threshold_db", "ratio", "attack_ms", "release_ms")


def _deesser(s: Fitted, name: str, before: str) -> list[Node]:
    low, high, squeezed = f"{name}.low", f"{name}.high", f"{name}.squeeze"
    return [
        *_program(low, before, faust.split(s.values, "low1"), "frequency_hz"),
        *_program(high, before, faust.split(s.values, "high1"), "frequency_hz"),
        _squeeze(s, squeezed, high),
        Node(name, "add", (low, squeezed), {"gains": [1.0, -1.0]}),
    ]


def _limiter(s: Fitted, name: str, before: str) -> list[Node]:
    settings = {
        "threshold": s.values["ceiling_db"],
        "ratio": tuning.LIMIT_RATIO,
        "attack": 0.0,
        "release": s.values["release_ms"],
    }
    knobs = {"ceiling_db": Knob("threshold"), "release_ms": Knob("release")}
    return [Node(name, "compressor", (before,), settings, knobs)]


def _delay(s: Fitted, name: str, before: str) -> list[Node]:
    length = max(1, s.samples(tuning.echo_ms(s.values, s.bpm)))
    moving = ("feedback", "level_db", "low_cut_hz", "high_cut_hz")
    return _program(name, before, faust.delay(s.values, length), *moving)


def _reverb(s: Fitted, name: str, before: str) -> list[Node]:
    v, heard, room = s.values, f"{name}.before", f"{name}.room"
    length = s.samples(v["predelay_ms"])
    settings = {
        "room_size": v["size"],
        "damping": v["damping"],
        "wet_level": tuning.REVERB_WET,
        "dry_level": 0.0,
        "width": v["width"],
    }
    knobs = {"size": Knob("room_size"), "damping": Knob("damping"), "width": Knob("width")}
    return [
        *_program(heard, before, faust.before_room(v, length), "low_cut_hz"),
        Node(room, "reverb", (heard,), settings, knobs),
        Node(name, "faust", (before, room), {"code": faust.beside(v)}, same_names(["level_db"])),
    ]


def _chorus(s: Fitted, name: str, before: str) -> list[Node]:
    return _program(name, before, faust.chorus(s.values), "mix")


def _saturation(s: Fitted, name: str, before: str) -> list[Node]:
    return _program(name, before, faust.saturation(s.values), "drive_db", "level_db", "mix")


def _doubling(s: Fitted, name: str, before: str) -> list[Node]:
    return _program(name, before, faust.doubling(s.values), "level_db")


def _gain(s: Fitted, name: str, before: str) -> list[Node]:
    return _program(name, before, faust.gain(s.values), "gain_db")


def _stereo(s: Fitted, name: str, before: str) -> list[Node]:
    return _program(name, before, faust.stereo(s.values), "pan", "width")


_MAKERS: dict[str, Callable[[Fitted, str, str], list[Node]]] = {
    "highpass": _filters,
    "lowpass": _filters,
    "low_shelf": _shelf,
    "high_shelf": _shelf,
    "peak": _peak,
    "compressor": _compressor,
    "gate": _gate,
    "deesser": _deesser,
    "limiter": _limiter,
    "delay": _delay,
    "reverb": _reverb,
    "chorus": _chorus,
    "saturation": _saturation,
    "doubling": _doubling,
    "gain": _gain,
    "stereo": _stereo,
}
