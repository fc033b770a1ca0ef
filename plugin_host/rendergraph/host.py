"""A graph in DawDreamer.  Runs only in the child process: a plugin may hang or abort, and takes its process along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio import FloatArray
from engine.errors import InputError, MelismaError
from plugin_host.rendergraph import faust
from plugin_host.rendergraph.curves import at_samples
from plugin_host.rendergraph.graph import Graph, Node
from plugin_host.rendergraph.parameters import Parameters
from plugin_host.rendergraph.plugins import is_uri
from plugin_host.rendergraph.states import read_places, save_state
from plugin_host.rendergraph.warping import WARP_OPTIONS, warp_plan

Told = Callable[[str, float], None]
"""Called before something that may hang: what it is, and how many seconds it may take."""

_LOAD_LIMIT_S = 30.0
_BLOCK, _MOVING_BLOCK = 512, 64
_PPQN = 96
_FASTEST_BPM = 999.0  # a score may say millions, which is no tempo to a plugin
_SPARE_QUARTERS = 64.0  # behind the end, for latencies and blocks


@dataclass
class _Part:
    """One node of ours, made: its processors, and how late (in samples) sound comes out of it."""

    node: Node
    processors: list[tuple[Any, list[str]]]
    latency: int = 0


class Host:
    """`folder` holds the files that the graph names."""

    def __init__(self, graph: Graph, folder: Path, told: Told) -> None:
        import dawdreamer

        self._graph, self._folder, self._told = graph, folder, told
        # Automation moves once a block: short ones where there is any.
        moving = any(node.curves for node in graph.nodes)
        self._engine: Any = dawdreamer.RenderEngine(graph.sample_rate, _MOVING_BLOCK if moving else _BLOCK)
        self._turned: list[tuple[Any, int, float]] = []
        self.parts = [self._made(node) for node in graph.nodes]

    def render(self) -> FloatArray:
        """float32 [C, length], to the sample where the graph says, whatever the plugins' latencies."""
        self._set_tempo()
        self._know_latencies()
        behind = self._behind()
        total = max((behind[part.node.name] + part.latency for part in self.parts), default=0)
        for part in self.parts:
            start = total - behind[part.node.name] - part.latency  # how late sound reaches this node
            self._set_curves(part, start)
            if part.node.kind == "sound":
                self._set_sound(part, start)
        limit_s = 60 + 2 * self._graph.length / self._graph.sample_rate
        self._told("rendering", limit_s)
        self._run((self._graph.length + total + 1) / self._graph.sample_rate)
        self._check_latencies()
        audio = np.asarray(self._engine.get_audio(), np.float32)[:, total : total + self._graph.length]
        self._check(audio)
        return np.ascontiguousarray(audio)

    def _run(self, duration_s: float) -> None:
        if not self._engine.load_graph([edge for part in self.parts for edge in part.processors]):
            raise MelismaError("The effects could not be put together.", "Please report this.")
        # LV2 plugins forget their knobs when the graph is put together.
        for processor, index, place in self._turned:
            processor.set_parameter(index, place)
        self._engine.render(duration_s)

    def _check(self, audio: FloatArray) -> None:
        if audio.shape[1] != self._graph.length:
            raise MelismaError(
                f"The bounce is {audio.shape[1]} samples long instead of {self._graph.length}.", "Please report this."
            )
        if not np.isfinite(audio).all():
            names = ", ".join(self._graph.plugins)
            raise InputError(
                f"Values came out that are no numbers{f' (plugins: {names})' if names else ''}.",
                "Leave a plugin out, or turn its gain down.",
            )

    def _set_tempo(self) -> None:
        """Plugins that keep time hear the session's tempo."""
        graph = self._graph
        starts = np.array([quarter for quarter, _ in graph.tempi])
        bpm = np.minimum([bpm for _, bpm in graph.tempi], _FASTEST_BPM)
        longest = graph.length / graph.sample_rate * float(bpm.max()) / 60 + _SPARE_QUARTERS
        pulses = graph.start_quarter + np.arange(round(longest * _PPQN)) / _PPQN
        in_force = np.maximum(np.searchsorted(starts, pulses + 1e-9, side="right") - 1, 0)
        self._engine.set_bpm(bpm[in_force].astype(np.float32), _PPQN)

    def _know_latencies(self) -> None:
        """A plugin states its latency once it is prepared, so a moment of silence is rendered first."""
        plugins = [part for part in self.parts if part.node.kind == "plugin"]
        if not plugins:
            return
        names = ", ".join(str(part.node.settings["title"]) for part in plugins)
        self._told(f"starting {names}", _LOAD_LIMIT_S)
        self._run(_BLOCK / self._graph.sample_rate)
        for part in plugins:
            part.latency = int(_plugin_of(part).get_latency_samples())
            self._save_state(part)

    def _check_latencies(self) -> None:
        """One that changed on the way leaves nobody who could say which samples came late."""
        for part in self.parts:
            if part.node.kind == "plugin":
                now = int(_plugin_of(part).get_latency_samples())
                if now != part.latency:
                    raise InputError(
                        f"The plugin {part.node.settings['title']} changed its latency from {part.latency} to {now} "
                        "samples while it sounded, so the voice would leave the beat.",
                        "Let what looks ahead in it stand still (no automation), or leave it out.",
                    )

    def _save_state(self, part: _Part) -> None:
        """Where the graph asks for it; a plugin that runs twice, once for each channel, is saved once."""
        s = part.node.settings
        if s.get("save_state"):
            self._told(f"saving the state of {s['title']}", _LOAD_LIMIT_S)
            plugin = _plugin_of(part)
            places = Parameters(plugin, s["title"]).places() if is_uri(s["path"]) else None
            save_state(plugin, s["title"], Path(s["save_state"]), places)

    def _behind(self) -> dict[str, int]:
        """How late sound gets between each node's output and the end; the ways beside a plugin have to wait for it."""
        behind = {part.node.name: 0 for part in self.parts}
        for part in reversed(self.parts):
            for name in part.node.inputs:
                behind[name] = max(behind[name], behind[part.node.name] + part.latency)
        return behind

    def _set_sound(self, part: _Part, late: int) -> None:
        sound = np.load(self._folder / str(part.node.settings["file"]), allow_pickle=False)
        if late:
            sound = np.pad(sound, ((0, 0), (late, 0)))
        part.processors[0][0].set_data(np.ascontiguousarray(sound, np.float32))

    def _set_curves(self, part: _Part, late: int) -> None:
        for curve in part.node.curves:
            positions = np.load(self._folder / curve.positions, allow_pickle=False)
            if part.node.kind == "plugin":
                self._automate_plugin(part, curve.parameter, curve.values, positions, late)
            else:
                knob = part.node.knobs[curve.parameter]
                data = at_samples([float(value) for value in curve.values], positions, late)
                label = faust.PATH + knob.label if part.node.kind == "faust" else knob.label
                part.processors[-1][0].set_automation(label, 10 ** (data / 20) if knob.factor else data)

    def _automate_plugin(
        self, part: _Part, name: str, values: Sequence[float | str], positions: FloatArray, late: int
    ) -> None:
        for processor, _ in part.processors:
            if _is_plugin(processor):
                known = Parameters(processor, str(part.node.settings["title"]))
                places = [known.place(name, value) for value in values]
                processor.set_automation(known.index(name), at_samples(places, positions, late))

    def _made(self, node: Node) -> _Part:
        if node.kind == "plugin":
            return _Part(node, self._plugin(node))
        if node.kind == "warp":
            processor, lead = self._warp(node)
            return _Part(node, [(processor, [])], latency=lead)
        return _Part(node, [(self._processor(node), list(node.inputs))])

    def _processor(self, node: Node) -> Any:
        engine, s = self._engine, node.settings
        if node.kind == "sound":
            return engine.make_playback_processor(node.name, np.zeros((2, 1), np.float32))
        if node.kind == "faust":
            return self._faust(node.name, str(s["code"]))
        if node.kind == "add":
            return engine.make_add_processor(node.name, s["gains"])
        if node.kind == "filter":
            return engine.make_filter_processor(node.name, s["mode"], s["freq"], s["q"], s["gain"])
        if node.kind == "compressor":
            times = s["attack"], s["release"]
            return engine.make_compressor_processor(node.name, s["threshold"], s["ratio"], *times)
        room = engine.make_reverb_processor(node.name)
        for name, value in s.items():  # what is given to its constructor is lost
            setattr(room, name, value)
        return room

    def _warp(self, node: Node) -> tuple[Any, int]:
        """The processor, and how many samples pass before its sound begins."""
        sound = np.load(self._folder / str(node.settings["file"]), allow_pickle=False)
        plan = warp_plan(sound, node.settings["markers"], self._graph.sample_rate)
        warp = self._engine.make_playbackwarp_processor(node.name, plan.sound)
        warp.set_options(WARP_OPTIONS)
        warp.warp_on, warp.loop_on = True, False
        warp.warp_markers = plan.markers
        warp.start_marker, warp.end_marker = 0.0, float(plan.markers[-1, 1])
        warp.set_clip_positions([[0.0, float(plan.markers[-1, 1]), 0.0]])
        return warp, plan.lead

    def _faust(self, name: str, code: str) -> Any:
        processor = self._engine.make_faust_processor(name)
        processor.set_dsp_string(code)
        if not processor.compile():
            raise MelismaError(f"The effect {name} could not be built.", "Please report this.")
        return processor

    def _plugin(self, node: Node) -> list[tuple[Any, list[str]]]:
        """The plugin between processors that fit its channels to our two."""
        first = self._opened(node, node.name)
        channels = int(first.get_num_input_channels()), int(first.get_num_output_channels())
        if channels == (2, 2):
            return [(self._turned_on(node, first), list(node.inputs))]
        title = node.settings["title"]
        if channels[0] == 0:
            raise InputError(f"The plugin {title} takes no sound: it is an instrument.", "Name an effect.")
        if channels[0] > 2 or channels[1] not in (1, 2):
            raise InputError(
                f"The plugin {title} has {channels[0]} inputs and {channels[1]} outputs.", "Name its stereo version."
            )
        self._engine.remove_processor(node.name)  # `first` is dead from here on: whoever touches it crashes
        return self._narrow(node, channels)

    def _narrow(self, node: Node, channels: tuple[int, int]) -> list[tuple[Any, list[str]]]:
        """Mono plugins run twice, once for each side, as DAWs do it; other odd ones between a sum and a copy."""
        name, inputs = node.name, list(node.inputs)

        def program(suffix: str, code: str) -> Any:
            return self._faust(f"{name}{suffix}", code)

        if channels == (1, 1):
            left, right = (self._turned_on(node, self._opened(node, f"{name}.{side}")) for side in "lr")
            return [
                (program(".a", faust.LEFT), inputs),
                (program(".b", faust.RIGHT), inputs),
                (left, [f"{name}.a"]),
                (right, [f"{name}.b"]),
                (program("", faust.JOIN), [f"{name}.l", f"{name}.r"]),
            ]
        edges: list[tuple[Any, list[str]]] = []
        if channels[0] == 1:
            edges.append((program(".m", faust.MIDDLE), inputs))
            inputs = [f"{name}.m"]
        edges.append((self._turned_on(node, self._opened(node, f"{name}.p")), inputs))
        edges.append((program("", faust.JOIN if channels[1] == 2 else faust.TWICE), [f"{name}.p"]))
        return edges

    def _opened(self, node: Node, name: str) -> Any:
        """The plugin as it comes."""
        title, s = str(node.settings["title"]), node.settings
        self._told(f"loading {title}", _LOAD_LIMIT_S)
        try:
            return self._engine.make_plugin_processor(name, str(s["path"]))
        except RuntimeError as error:
            raise InputError(
                f"{s['path']} could not be loaded as a plugin.", "Check that it is a VST3 or LV2 for this system."
            ) from error

    def _turned_on(self, node: Node, plugin: Any) -> Any:
        """With its state; its knobs are turned whenever the graph is put together."""
        title, s = str(node.settings["title"]), node.settings
        known = Parameters(plugin, title)
        places: dict[str, float] = {}
        if s.get("load_state") and is_uri(s["path"]):
            places = read_places(Path(s["load_state"]), title)
        elif s.get("load_state"):
            plugin.load_state(s["load_state"])
        places |= {parameter: known.place(parameter, value) for parameter, value in s.get("parameters") or []}
        self._turned += [(plugin, known.index(parameter), place) for parameter, place in places.items()]
        return plugin


def _is_plugin(processor: Any) -> bool:
    return type(processor).__name__ == "PluginProcessor"


def _plugin_of(part: _Part) -> Any:
    return next(processor for processor, _ in part.processors if _is_plugin(processor))


def describe(path: str, title: str, told: Told) -> dict[str, Any]:
    """What a plugin is: channels, latency in samples at 48 kHz, parameters.  Raises `InputError`."""
    graph = Graph(48000, 0, (Node("plugin", "plugin", (), {"title": title, "path": path}),))
    host = Host(graph, Path(), told)
    plugin = _plugin_of(host.parts[0])
    return {
        "inputs": int(plugin.get_num_input_channels()),
        "outputs": int(plugin.get_num_output_channels()),
        "latency": int(plugin.get_latency_samples()),
        "parameters": Parameters(plugin, title).facts(),
    }
