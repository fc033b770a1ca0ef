"""Regions into a closed session of Ardour: no script of its can do that without its window, so its file is edited."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from pathlib import Path
from types import TracebackType

from engine.errors import InputError, MelismaError

_SUPERCLOCKS = 282_240_000
"""In a second: Ardour's unit of audio time."""
_TICKS = 1920
"""In a quarter: Ardour's unit of musical time."""


class Inserter:
    """Edits `file` (NAME.ardour of a closed session); writes it when the block ends well."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._tree = ET.parse(file)
        root = self._tree.getroot()
        self._sources = _child(root, "Sources")
        self._regions = _child(root, "Regions")
        self._playlists = {list_.get("name", ""): list_ for list_ in _child(root, "Playlists")}
        self._root = root
        self._last_id = int(root.get("id-counter", "0")) + 1000
        self._rate = int(root.get("sample-rate", "48000"))

    def __enter__(self) -> Inserter:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is None:
            self._root.set("id-counter", str(self._last_id + 1))
            self._tree.write(self._file, xml_declaration=True, encoding="UTF-8")

    def switch_osc_on(self) -> None:
        """Answers go to whoever asked, not to a fixed port."""
        for protocol in self._root.iter("Protocol"):
            if protocol.get("name") == "Open Sound Control (OSC)":
                protocol.set("active", "1")
                protocol.set("address-only", "0")

    def add_audio(self, track: str, path: Path, start_samples: int) -> None:
        """Raises `InputError` when `path` has not the session's rate."""
        import soundfile

        info = soundfile.info(str(path))
        if info.samplerate != self._rate:
            raise InputError(f"{path} has {info.samplerate} Hz.", f"The session needs {self._rate} Hz.")
        copy = self._copied(path, "audiofiles")
        ids = [self._source("audio", copy, channel) for channel in range(info.channels)]
        length = info.frames * _SUPERCLOCKS // self._rate
        position = start_samples * _SUPERCLOCKS // self._rate
        self._add(track, "audio", path.stem, ids, f"a{length}", f"a{position}")

    def add_midi(self, track: str, path: Path, quarter: float) -> None:
        """All tracks of the file as one: Ardour keeps a region's notes in a file of one track."""
        import mido

        song = mido.MidiFile(str(path))
        merged = mido.MidiFile(type=0, ticks_per_beat=song.ticks_per_beat)
        merged.tracks.append(mido.merge_tracks(song.tracks))
        length = sum(message.time for message in merged.tracks[0]) / song.ticks_per_beat
        copy = self._place(path, "midifiles").with_suffix(".mid")
        merged.save(str(copy))
        ids = [self._source("midi", copy, None)]
        self._add(track, "midi", path.stem, ids, f"b{round(length * _TICKS)}", f"b{round(quarter * _TICKS)}")

    def _place(self, path: Path, kind: str) -> Path:
        folder = next((self._file.parent / "interchange").iterdir()) / kind
        folder.mkdir(parents=True, exist_ok=True)
        return folder / path.name

    def _copied(self, path: Path, kind: str) -> Path:
        place = self._place(path, kind)
        shutil.copyfile(path, place)
        return place

    def _new_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)

    def _source(self, kind: str, copy: Path, channel: int | None) -> str:
        source = {"name": copy.name, "take-id": "", "type": kind, "id": self._new_id(), "origin": ""}
        if channel is None:
            source["flags"] = "Writable,CanRename"
        else:
            source |= {"flags": "CanRename", "channel": str(channel), "gain": "1"}
        ET.SubElement(self._sources, "Source", source)
        return source["id"]

    def _add(self, track: str, kind: str, name: str, ids: list[str], length: str, position: str) -> None:
        if track not in self._playlists:
            raise MelismaError(f"The session has no track {track!r}.", "Add it first.")
        zero = f"{length[0]}0"
        for parent, place, whole in ((self._regions, zero, "1"), (self._playlists[track], position, "0")):
            region = {
                "name": name,
                "muted": "0",
                "opaque": "1",
                "locked": "0",
                "automatic": "0",
                "whole-file": whole,
                "import": "1",
                "external": "0",
                "start": zero,
                "length": f"{length}@{place}",
                "id": self._new_id(),
                "type": kind,
                "first-edit": "nothing",
                "channels": str(len(ids)),
                "layering-index": "0",
            }
            for number, source in enumerate(ids):
                region |= {f"source-{number}": source, f"master-source-{number}": source}
            ET.SubElement(parent, "Region", region)


def _child(root: ET.Element, name: str) -> ET.Element:
    found = root.find(name)
    if found is None:
        raise MelismaError(f"The session file has no {name}.", "This version of Ardour writes another format.")
    return found
