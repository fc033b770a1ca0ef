"""Live's remote script in its stand-in, as a rig of the contract of DAW adapters."""

from __future__ import annotations

from pathlib import Path

from plugin_host.adapters.live import live_adapter
from plugin_host.ports import Action
from tests.contract import daw_rig as given
from tests.unit.daw.live_model import Clip, LiveProgram, Note
from tests.unit.daw.reaper_process import until, write_wav


class LiveRig:
    """Live's stand-in with its user's hands."""

    def __init__(self, folder: Path) -> None:
        self.live = LiveProgram(folder / "live", rate=given.RATE)
        self.adapter = live_adapter(self.live.spool)
        self.adapter.spool.open(9, "token")
        song = self.live.song()
        song.tempo, song.file_path = 90.0, str(folder / "song.als")
        song.tracks[0].name = given.VOCAL
        lead = Clip(given.LEAD, start_time=given.LEAD_START, end_time=given.LEAD_START + 4)
        lead.notes = [Note(n.key, n.start, n.duration, n.velocity) for n in given.LEAD_NOTES]
        song.tracks[0].add(lead)
        song.create_audio_track(1)
        song.tracks[1].name = given.BAND
        beats = 90 / 60 / given.RATE
        start, length = given.MIX_START * beats, given.MIX_LENGTH * beats
        mix = Clip(given.MIX, is_midi_clip=False, start_time=start, end_time=start + length)
        mix.start_marker = given.MIX_OFFSET / given.RATE
        mix.file_path = str(write_wav(folder / "mix.wav", given.RATE, given.RATE))
        mix.sample_length, mix.sample_rate = given.RATE, float(given.RATE)
        song.tracks[1].add(mix)
        self.live.start()
        until(self.adapter.probe)

    def select(self, name: str) -> None:
        with self.live.lock:
            clips = [clip for track in self.live.song().tracks for clip in track.arrangement_clips]
            self.live.song().view.detail_clip = next((clip for clip in clips if clip.name == name), None)
            self.live.tick()

    def ask(self, action: Action) -> None:
        """Both are asked for alike; the clip says which it is."""
        with self.live.lock:
            self.live.song().view.detail_clip.name = "melisma:"
            self.live.tick()

    def undo(self) -> None:
        with self.live.lock:
            self.live.song().undo_once()

    def heard(self) -> list[tuple[str, int]]:
        song = self.live.song()
        return [
            (track.name, round(clip.start_time * 60 / song.tempo * given.RATE))
            for track in song.tracks
            for clip in track.arrangement_clips
            if clip.is_audio_clip
        ]

    def die(self) -> None:
        self.live.close()

    def close(self) -> None:
        self.adapter.close()
        self.live.close()
