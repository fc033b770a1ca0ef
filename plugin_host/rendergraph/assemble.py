"""Out of a chain, plugins, knobs and sounds: the graph that is rendered, and the files it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.audio import Audio, FloatArray
from engine.errors import InputError
from engine.score import TempoMap
from plugin_host.rendergraph import faust
from plugin_host.rendergraph.chains import EffectSettings, check_value
from plugin_host.rendergraph.curves import Automation, Setting, positions
from plugin_host.rendergraph.effects import EFFECTS
from plugin_host.rendergraph.graph import Curve, Graph, Node, same_names
from plugin_host.rendergraph.nodes import effect_nodes
from plugin_host.rendergraph.plugins import PluginUse, check_plugin, check_state, plugin_title

VOICE, BACKING, BED, MIX = "voice", "backing", "bed", "mix"


@dataclass(frozen=True, slots=True)
class Strip:
    """What is on the voices, by the names that users call it by: plugins first, then effects, then the faders.

    `plugins` and `effects` by name (`ZamComp`, `peak`, `peak-2`; those of further voices `voice-2:peak`);
    `parameters` of plugins and `moving` by node name.  `rows`: which plugins and effects are on each voice, in order.
    """

    rows: Mapping[str, tuple[str, ...]]
    plugins: Mapping[str, PluginUse]
    effects: Mapping[str, EffectSettings]
    parameters: Mapping[str, tuple[tuple[str, str], ...]]
    moving: Mapping[str, tuple[Automation, ...]]
    faders_db: Mapping[str, float]


def make_strip(
    plugins: Sequence[PluginUse],
    chains: Sequence[Sequence[EffectSettings]],
    settings: Iterable[Setting],
    automation: Iterable[Automation],
    faders_db: Mapping[str, float],
) -> Strip:
    """Find for every knob the node it belongs to.

    `plugins` are on the first voice.  `chains`: one for each voice.  `faders_db`: those of the voices in their order
    (`voice`, `voice-2`, ...), then of the backings (`backing`, `backing-2`, ...).

    Raises `InputError` for plugins that are not there and knobs that nothing has.
    """
    checked = [replace(plugin, path=check_plugin(plugin.path)) for plugin in plugins]
    taken: list[str] = [*faders_db, MIX]
    named_plugins = {_free_name(plugin_title(plugin.path), taken): plugin for plugin in checked}
    named_effects: dict[str, EffectSettings] = {}
    rows = {}
    for number, (voice, chain) in enumerate(zip(faders_db, chains, strict=False)):
        mine = {_free_name(f"{voice}:{e.effect}" if number else e.effect, taken): e for e in chain}
        rows[voice] = (*(() if number else named_plugins), *mine)
        named_effects |= mine
    faders = dict(faders_db)
    parameters: dict[str, tuple[tuple[str, str], ...]] = dict.fromkeys(named_plugins, ())
    for setting in settings:
        node = _owner(setting, named_plugins, named_effects, faders)
        if node in named_plugins:
            parameters[node] += ((setting.parameter, setting.value),)
        elif node in named_effects:
            effect = named_effects[node]
            turned = _number(effect.effect, node, setting.parameter, setting.value)
            named_effects[node] = replace(effect, values={**effect.values, setting.parameter: turned})
        else:
            faders[node] = _number("gain", node, setting.parameter, setting.value)
    moving: dict[str, tuple[Automation, ...]] = {}
    for curve in automation:
        node = _owner(curve, named_plugins, named_effects, faders)
        if node not in named_plugins:
            effect_name = named_effects[node].effect if node in named_effects else "gain"
            for _, value in curve.points:
                _number(effect_name, node, curve.parameter, value)
        moving[node] = (*moving.get(node, ()), replace(curve, node=node))
    return Strip(rows, named_plugins, named_effects, parameters, moving, faders)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bounce begins at second `start_s` of the timeline, whose second 0 is quarter 0 of `tempo`."""

    sample_rate: int
    length: int
    start_s: float
    tempo: TempoMap


def assemble(strip: Strip, timeline: Timeline, sounds: Mapping[str, FloatArray]) -> tuple[Graph, dict[str, FloatArray]]:
    """`sounds`: float32 [2, timeline.length] in their places, by the names of their faders.  The graph and its files.

    Backings whose faders stand still are added up here: twenty stems go through the graph as one.
    """
    bpm = timeline.tempo.bpm_at(timeline.tempo.quarters(timeline.start_s))
    nodes: list[Node] = []
    files: dict[str, FloatArray] = {}
    heard: list[str] = []

    def sound(name: str, samples: FloatArray) -> None:
        file = f"sound-{len(files)}.npy"
        files[file] = samples
        nodes.append(Node(f"{name}.sound", "sound", (), {"file": file}))

    still = [name for name in sounds if name not in strip.rows and name not in strip.moving]
    for name, samples in sounds.items():
        if name in still:
            continue
        sound(name, samples)
        for part in strip.rows.get(name, ()):
            if part in strip.plugins:
                nodes.append(_plugin_node(part, strip.plugins[part], strip.parameters[part], nodes[-1].name))
            elif not strip.effects[part].bypass:
                nodes += effect_nodes(strip.effects[part], part, nodes[-1].name, timeline.sample_rate, bpm)
        nodes.append(_fader(name, nodes[-1].name, strip.faders_db[name]))
        heard.append(name)
    if still:
        sound(BED, _added([(sounds[name], strip.faders_db[name]) for name in still]))
        heard.append(nodes[-1].name)
    if len(heard) > 1:
        nodes.append(Node(MIX, "add", tuple(heard), {"gains": [1.0] * len(heard)}))
    for owner, curves in strip.moving.items():
        for curve in curves:
            file = f"curve-{len(files)}.npy"
            files[file] = positions(curve, timeline.tempo, timeline.start_s, timeline.sample_rate, timeline.length)
            _attach(nodes, owner, curve, file, plugin=owner in strip.plugins)
    tempo = timeline.tempo
    start_quarter = tempo.quarters(timeline.start_s)
    return Graph(timeline.sample_rate, timeline.length, tuple(nodes), tempo.tempi, start_quarter), files


def fader_names(kind: str, count: int) -> tuple[str, ...]:
    """`voice`, `voice-2`, `voice-3` ..."""
    return tuple(kind if number == 1 else f"{kind}-{number}" for number in range(1, count + 1))


def _added(sounds: Iterable[tuple[FloatArray, float]]) -> FloatArray:
    """Sounds [2, T] with their gains in dB."""
    bed = None
    for samples, gain_db in sounds:
        turned = samples * np.float32(10 ** (gain_db / 20))
        bed = turned if bed is None else np.add(bed, turned, out=bed)
    assert bed is not None
    return bed


def on_timeline(audio: Audio, start: int, length: int) -> FloatArray:
    """`audio` from sample `start` on, silence around it: float32 [C, length]."""
    result = np.zeros((audio.channels, length), np.float32)
    kept = max(0, min(audio.num_samples, length - start))
    result[:, start : start + kept] = audio.samples[:, :kept]
    return result


def _plugin_node(name: str, plugin: PluginUse, parameters: tuple[tuple[str, str], ...], before: str) -> Node:
    settings = {
        "title": name,
        "path": plugin.path,
        "parameters": [list(row) for row in parameters],
        "load_state": str(check_state(plugin.load_state)) if plugin.load_state else None,
        "save_state": str(plugin.save_state.resolve()) if plugin.save_state else None,
    }
    return Node(name, "plugin", (before,), settings)


def _fader(name: str, before: str, gain_db: float) -> Node:
    return Node(name, "faust", (before,), {"code": faust.gain({"gain_db": gain_db})}, same_names(["gain_db"]))


def _attach(nodes: list[Node], owner: str, curve: Automation, file: str, plugin: bool) -> None:
    """Give the curve to every processor of `owner` that has the knob."""
    values = tuple(value if plugin else float(value) for _, value in curve.points)
    ours = [
        place
        for place, node in enumerate(nodes)
        if node.name == owner or (not plugin and node.name.startswith(f"{owner}."))
    ]
    moved = [place for place in ours if plugin or curve.parameter in nodes[place].knobs]
    for place in moved:
        nodes[place] = replace(nodes[place], curves=(*nodes[place].curves, Curve(curve.parameter, values, file)))
    if not moved:
        movable = sorted({knob for place in ours for knob in nodes[place].knobs})
        raise InputError(
            f"{curve.parameter} of {owner} cannot move while it sounds.",
            f"These can: {', '.join(movable)}." if movable else "Take its bypass away first.",
        )


def _owner(
    wanted: Setting | Automation,
    plugins: Mapping[str, PluginUse],
    effects: Mapping[str, EffectSettings],
    faders: Mapping[str, float],
) -> str:
    everything = [*plugins, *effects, *faders]
    has = [name for name, effect in effects.items() if wanted.parameter in EFFECTS[effect.effect].by_name]
    has += [name for name in faders if wanted.parameter == "gain_db"]
    if wanted.node:
        found = [name for name in everything if name.casefold() == wanted.node.casefold()]
        if not found:
            raise InputError(f"There is no {wanted.node!r} to set.", f"There are: {', '.join(everything)}.")
        if found[0] not in plugins and found[0] not in has:
            knobs = EFFECTS[effects[found[0]].effect].by_name if found[0] in effects else ["gain_db"]
            raise InputError(f"{found[0]} has no parameter {wanted.parameter!r}.", f"It has: {', '.join(knobs)}.")
        return found[0]
    candidates = has or list(plugins)
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise InputError(f"Nothing here has a parameter {wanted.parameter!r}.", "Name a plugin or another chain.")
    choices = " or ".join(f"{name}:{wanted.parameter}" for name in candidates)
    raise InputError(f"More than one could have the parameter {wanted.parameter!r}.", f"Write {choices}.")


def _number(effect: str, node: str, parameter: str, text: str) -> float:
    try:
        value: float | str = float(text)
    except ValueError:
        value = text
    return check_value(EFFECTS[effect], parameter, value, node)


def _free_name(wanted: str, taken: list[str]) -> str:
    """`wanted`, or `wanted-2` and so on; it goes into `taken`."""
    name, number = wanted, 1
    while name.casefold() in (other.casefold() for other in taken):
        number += 1
        name = f"{wanted}-{number}"
    taken.append(name)
    return name
