"""Everything that can be done in the Sing panel by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from gui.commands import Command
from gui.panels.sing.chain_editing import ChainEditing
from gui.panels.sing.lane_edits import LaneEdits
from gui.panels.sing.looking import Looking
from gui.panels.sing.note_edits import NoteEdits
from gui.panels.sing.take_edits import TakeEdits
from gui.panels.sing.top_bar import SIDE_KEY
from gui.panels.sing.track_wishes import TrackWishes
from gui.texts import chains as chains_text
from gui.texts import sing as text
from gui.widgets.roll_view import RollView
from gui.widgets.tool_bar import TOOL_BUTTONS
from gui.widgets.wheel import ZOOM

Run = Callable[[], object]


class Does(Protocol):
    """What the panel does itself."""

    def render_file(self) -> None: ...
    def export_file(self) -> None: ...
    def toggle_side(self) -> None: ...
    def side_open(self) -> bool: ...


def made(
    panel: Does,
    looking: Looking,
    view: RollView,
    notes: NoteEdits,
    takes: TakeEdits,
    lane: LaneEdits,
    tracks: TrackWishes,
    chains: ChainEditing,
) -> tuple[Command, ...]:
    """The table of commands."""
    return (
        *_tools(view),
        *_edits(looking, view, notes),
        *_sung(panel, looking, view, takes),
        *_tracks(tracks, chains),
        *_looks(panel, looking, view, lane),
    )


def _tools(view: RollView) -> list[Command]:
    return [
        Command(f"sing.tool.{tool}", name, _taking(view, tool), key, checked=_taken(view, tool))
        for tool, _, name, _, key in TOOL_BUTTONS
    ]


def _taking(view: RollView, tool: str) -> Run:
    return lambda: view.take_tool(tool)  # type: ignore[arg-type]


def _taken(view: RollView, tool: str) -> Callable[[], bool]:
    return lambda: view.tool == tool


def _edits(looking: Looking, view: RollView, notes: NoteEdits) -> list[Command]:
    def some() -> bool:
        return bool(view.selected)

    def several() -> bool:
        return len(view.selected) > 1

    return [
        Command("sing.cut", text.CUT, notes.cut, "Ctrl+X", some),
        Command("sing.copy", text.COPY, notes.copy, "Ctrl+C", some),
        Command("sing.paste", text.PASTE, notes.paste, "Ctrl+V"),
        Command("sing.delete", text.DELETE, notes.delete, "", some),
        Command("sing.duplicate", text.DUPLICATE, notes.duplicate, "Ctrl+D", some),
        Command("sing.select_all", text.SELECT_ALL, looking.select_all, "Ctrl+A"),
        Command("sing.select_none", text.SELECT_NONE, lambda: view.select(()), "Ctrl+Shift+A", some),
        Command("sing.lyric", text.EDIT_LYRIC, looking.type_lyric, "Ctrl+L", some),
        Command("sing.join", text.JOIN, notes.join, "Ctrl+J", several),
        Command("sing.split", text.SPLIT, notes.split, "Ctrl+Shift+X", some),
        Command("sing.quantise", text.QUANTISE, notes.quantise, "Ctrl+U"),
        Command("sing.smooth", text.SMOOTH, lambda: notes.smooth(looking.planned()), "Ctrl+M", some),
        Command("sing.plain_pitch", text.PLAIN_PITCH, notes.plain_pitch, "Ctrl+Shift+M", some),
        Command("sing.octave_up", text.OCTAVE_UP, lambda: notes.octave(1), "", some),
        Command("sing.octave_down", text.OCTAVE_DOWN, lambda: notes.octave(-1), "", some),
    ]


def _sung(panel: Does, looking: Looking, view: RollView, takes: TakeEdits) -> list[Command]:
    def some() -> bool:
        return bool(view.selected)

    return [
        Command("sing.retake", text.RETAKE, lambda: takes.retake("both"), "Ctrl+T", some),
        Command("sing.retake_pitch", f"{text.RETAKE}: {text.RETAKE_PITCH}", lambda: takes.retake("pitch"), "", some),
        Command("sing.retake_timbre", f"{text.RETAKE}: {text.RETAKE_TIMBRE}", lambda: takes.retake("timbre"), "", some),
        Command("sing.compare", text.COMPARE_TIP, takes.compare, "Ctrl+B", some),
        Command("sing.play_selection", text.PLAY_SELECTION, looking.play_selection, "Shift+Space"),
        Command("sing.loop", text.LOOP_SELECTION, looking.loop_selection, "Ctrl+Shift+R"),
        Command("sing.again", text.SING_NOW, looking.sing_again),
        Command("sing.render", text.RENDER_COMMAND, panel.render_file, "Ctrl+R"),
        Command("sing.export", text.EXPORT, panel.export_file, "Ctrl+E"),
    ]


def _tracks(tracks: TrackWishes, chains: ChainEditing) -> list[Command]:
    return [
        Command("sing.add_track", text.TRACK_ADD, tracks.add),
        Command("sing.duplicate_track", text.TRACK_DUPLICATE, tracks.duplicate),
        Command("sing.rename_track", text.TRACK_RENAME, tracks.rename),
        Command("sing.remove_track", text.TRACK_REMOVE, tracks.remove),
        Command("sing.mute", text.TRACK_MUTE, tracks.toggle_mute),
        Command("sing.solo", text.TRACK_SOLO, tracks.toggle_solo),
        Command("sing.effects", chains_text.EDIT, chains.edit, "Ctrl+Shift+E"),
    ]


def _looks(panel: Does, looking: Looking, view: RollView, lane: LaneEdits) -> list[Command]:
    def zoom(factor: float) -> Run:
        return lambda: view.place(view.timeline.zoomed(factor, view.timeline.width / 2))

    def toggle_phones() -> None:
        view.show_layers(phones=not view.phones)

    def toggle_pitch() -> None:
        view.show_layers(pitch=not view.pitch)

    return [
        Command("sing.zoom_in", text.ZOOM_IN, zoom(ZOOM), "Ctrl+="),
        Command("sing.zoom_out", text.ZOOM_OUT, zoom(1 / ZOOM), "Ctrl+-"),
        Command("sing.fit", text.ZOOM_FIT, looking.show_all, "Ctrl+0"),
        Command("sing.fit_selection", text.ZOOM_SELECTION, looking.show_selection, "Ctrl+Shift+0"),
        Command("sing.next_phrase", text.NEXT_PHRASE, lambda: looking.step_phrase(1), "Ctrl+Alt+Right"),
        Command("sing.previous_phrase", text.PREVIOUS_PHRASE, lambda: looking.step_phrase(-1), "Ctrl+Alt+Left"),
        Command("sing.next_problem", text.NEXT_PROBLEM, looking.next_problem, "F8"),
        Command("sing.side", text.SIDE, panel.toggle_side, SIDE_KEY, checked=panel.side_open),
        Command("sing.next_lane", text.NEXT_LANE, lane.choose_next, "Ctrl+Shift+L"),
        Command("sing.follow", text.TOGGLE_FOLLOW, looking.toggle_follow, "Ctrl+F", checked=looking.following),
        Command("sing.phones", text.TOGGLE_PHONES, toggle_phones, "Ctrl+Shift+P", checked=lambda: view.phones),
        Command("sing.pitch", text.TOGGLE_PITCH, toggle_pitch, "Ctrl+Shift+F", checked=lambda: view.pitch),
    ]
