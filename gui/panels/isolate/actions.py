"""What can be done in the Isolate panel by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gui.commands import Command
from gui.panels.isolate import keys
from gui.texts import isolate as text

if TYPE_CHECKING:
    from gui.panels.isolate.panel import IsolatePanel


def commands(panel: IsolatePanel) -> tuple[Command, ...]:
    """For menus, palette and shortcuts."""
    stage, player = panel.stage, panel.studio.player
    listener = stage.listener

    def stems() -> bool:
        return listener.has_stems

    def songs() -> bool:
        return len(panel.batch) > 0

    def isolated() -> bool:
        return stage.song is not None and stage.song.stems is not None

    def has_stem(stem: str) -> Callable[[], bool]:
        return lambda: stems() and stem in listener.listening.stems

    def turn(what: str, stem: str) -> Callable[[], object]:
        return lambda: getattr(listener, what)(stem, stem not in getattr(listener.listening, what))

    def has(what: str, stem: str) -> Callable[[], bool]:
        return lambda: stem in getattr(listener.listening, what)

    return (
        Command("isolate.add", text.EMPTY_ADD, panel.add_files, keys.ADD),
        Command("isolate.add_folder", text.EMPTY_FOLDER, panel.add_folder),
        Command("isolate.start", text.ISOLATE, panel.isolate, keys.ISOLATE, songs),
        Command("isolate.stop", text.STOP_COMMAND, panel.runner.stop, "", lambda: panel.runner.busy),
        Command("isolate.remove_done", text.CLEAR_DONE, panel.remove_done, "", songs),
        Command("isolate.side", text.SWITCH_SIDE, listener.switch, keys.SIDE, stems),
        Command(
            "isolate.match",
            text.MATCHED,
            lambda: listener.match(not listener.listening.matched),
            keys.MATCH,
            stems,
            checked=lambda: listener.listening.matched,
        ),
        *(
            Command(
                f"isolate.{what}_{stem}",
                label.format(name=text.NAMES[stem].lower()),
                turn(what, stem),
                table[stem],
                has_stem(stem),
                checked=has(what, stem),
            )
            for what, label, table in (("solo", text.SOLO_TIP, keys.SOLO), ("mute", text.MUTE_TIP, keys.MUTE))
            for stem in table
        ),
        Command("isolate.view", text.SHOW_OTHER, stage.switch_mode, keys.VIEW),
        Command("isolate.zoom_in", text.ZOOM_IN, lambda: stage.zoom(1.5), keys.ZOOM_IN, songs),
        Command("isolate.zoom_out", text.ZOOM_OUT, lambda: stage.zoom(1 / 1.5), keys.ZOOM_OUT, songs),
        Command("isolate.fit", text.ZOOM_FIT, lambda: stage.zoom(0), keys.FIT, songs),
        Command("isolate.back", text.BACK, lambda: stage.nudge(-0.05), keys.BACK, songs),
        Command("isolate.on", text.ON, lambda: stage.nudge(0.05), keys.ON, songs),
        Command(
            "isolate.end_loop", text.END_LOOP, lambda: player.set_loop(None), keys.END_LOOP, lambda: bool(player.loop)
        ),
        Command("isolate.resing", text.SING_AGAIN_COMMAND, lambda: stage.resing("vocals"), "", isolated),
        Command("isolate.reveal", text.OPEN_FOLDER_TIP, lambda: stage.reveal("vocals"), "", isolated),
        Command("isolate.place", text.PLACE, stage.place, "", isolated),
    )
