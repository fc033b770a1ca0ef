"""REAPER's scripts in its stand-in, as a rig of the contract of DAW adapters."""

from __future__ import annotations

from pathlib import Path

from plugin_host.adapters.reaper import reaper_adapter
from plugin_host.ports import Action
from tests.contract import daw_rig as given
from tests.unit.daw.reaper_process import ReaperProcess, until, write_wav

_SCRIPTS = {Action.SING: "Melisma - sing selected item.lua", Action.ISOLATE: "Melisma - isolate selected item.lua"}


class ReaperRig:
    """REAPER's stand-in with its user's hands."""

    def __init__(self, folder: Path) -> None:
        self.reaper = ReaperProcess(folder / "reaper")
        self.adapter = reaper_adapter(self.reaper.spool)
        self.adapter.spool.open(9, "token")
        seconds = given.TEMPO.seconds
        markers = ", ".join(f"{{at = {seconds(q)!r}, bpm = {bpm}}}" for q, bpm in given.TEMPO.tempi)
        notes = ", ".join(
            f"{{{n.start * 960}, {(n.start + n.duration) * 960}, {n.key}, {n.velocity}}}" for n in given.LEAD_NOTES
        )
        texts = ", ".join(f'{{{n.start * 960}, "{n.lyric}"}}' for n in given.LEAD_NOTES)
        start, end = seconds(given.LEAD_START), seconds(given.LEAD_START + 4)
        mix = write_wav(folder / "mix.wav", given.RATE, given.RATE)
        position, offset, length = (
            value / given.RATE for value in (given.MIX_START, given.MIX_OFFSET, given.MIX_LENGTH)
        )
        self.reaper.do(
            f"""M.rate = {given.RATE}; M.file = "{folder}/song.rpp"; M.markers = {{{markers}}}
            M.midi(M.track("{given.VOCAL}"), {{name = "{given.LEAD}", position = {start!r}, length = {end - start!r},
                quarters = 4, selected = false, notes = {{{notes}}}, texts = {{{texts}}}}})
            M.audio(M.track("{given.BAND}"), {{name = "{given.MIX}", position = {position!r}, length = {length!r},
                offset = {offset!r}, path = "{mix}", seconds = 1, selected = false}})"""
        )
        self.reaper.connect()
        until(self.adapter.probe)

    def select(self, name: str) -> None:
        self.reaper.do(
            f"""for i = 0, reaper.CountMediaItems(0) - 1 do local item = reaper.GetMediaItem(0, i)
            item.selected = item.takes[1].strings.P_NAME == "{name}" end"""
        )

    def ask(self, action: Action) -> None:
        self.reaper.run(_SCRIPTS[action])

    def undo(self) -> None:
        self.reaper.do("reaper.Undo_DoUndo2(0)")

    def heard(self) -> list[tuple[str, int]]:
        found = self.reaper.do(
            f"""local t = {{}} for _, track in ipairs(M.tracks) do for _, item in ipairs(track.items) do
            if not item.takes[1].source.midi then
            t[#t + 1] = track.name .. "=" .. math.floor(item.values.D_POSITION * {given.RATE} + 0.5) end end end
            return table.concat(t, ";")"""
        )
        return [(name, int(start)) for name, _, start in (entry.partition("=") for entry in found.split(";"))]

    def die(self) -> None:
        self.reaper.quit()

    def close(self) -> None:
        self.adapter.close()
        self.reaper.__exit__()
