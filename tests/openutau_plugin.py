"""A bridge plugin that stands in for the real one, written from the DAW Integration API's specification alone.

It shares no code with the client, not even the hash, and is strict: whatever the specification does not allow is
kept in `faults`.  As a program it lives in a process of its own: `python -m tests.openutau_plugin FOLDER`, commands on
stdin, one JSON object per answer on stdout.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import sys
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

RATE = 44100
MASK = (1 << 64) - 1
P1, P2, P3, P4, P5 = (
    11400714785074694791,
    14029467366897019727,
    1609587929392839161,
    9650029242287828579,
    2870177450012600261,
)


def xxh64(data: bytes) -> int:
    """Step by step as its specification goes, slowly."""

    def rotate(value: int, by: int) -> int:
        return (value << by | value >> (64 - by)) & MASK

    def mix(lane: int, word: int) -> int:
        return rotate((lane + word * P2) & MASK, 31) * P1 & MASK

    end = len(data) // 32 * 32
    lanes = [(P1 + P2) & MASK, P2, 0, (MASK + 1 - P1)]
    words = np.frombuffer(data[:end], "<u8").tolist()
    for number, word in enumerate(words):
        lanes[number % 4] = mix(lanes[number % 4], word)
    if len(data) >= 32:
        total = sum(rotate(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True)) & MASK
        for lane in lanes:
            total = ((total ^ mix(0, lane)) * P1 + P4) & MASK
    else:
        total = P5
    total = (total + len(data)) & MASK
    at = end
    while at + 8 <= len(data):
        total = (rotate(total ^ mix(0, int.from_bytes(data[at : at + 8], "little")), 27) * P1 + P4) & MASK
        at += 8
    if at + 4 <= len(data):
        total = (rotate(total ^ (int.from_bytes(data[at : at + 4], "little") * P1 & MASK), 23) * P2 + P3) & MASK
        at += 4
    for byte in data[at:]:
        total = rotate(total ^ (byte * P5 & MASK), 11) * P1 & MASK
    for shift, prime in ((33, P2), (29, P3)):
        total = (total ^ total >> shift) * prime & MASK
    return total ^ total >> 32


class Dropped(Exception):  # noqa: N818 - it ends a conversation, nothing is wrong
    """The connection is over."""


class FakePlugin:
    """Listens, announces itself, takes sounds and plays one track.  `version`: what it says that it speaks.

    `drops`: so many times, the connection is cut in the middle of a sound.  `mute_init`: never answers `init`.
    """

    def __init__(
        self,
        folder: Path,
        name: str = "Fake Bridge",
        version: str = "1.2",
        track: int = 0,
        drops: int = 0,
        mute_init: bool = False,
    ) -> None:
        self.faults: list[str] = []
        self.heard: list[tuple[str, Any]] = []
        self.answers: list[tuple[str, Any]] = []
        self.track, self.version, self.drops, self.mute_init = track, version, drops, mute_init
        self.tracks: list[dict[str, Any]] = []
        self.parts: list[dict[str, Any]] = []
        self.store: dict[str, np.ndarray] = {}
        self.pulled: list[str] = []
        self.connections = 0
        self.goodbyes = 0
        self.news = threading.Condition()
        self._wanted: list[str] = []
        self._asked: dict[str, str] = {}
        self._peer: socket.socket | None = None
        self._writing = threading.Lock()
        self._stopped = False
        self._server = socket.socket()
        self._server.bind(("127.0.0.1", 0))
        self._server.listen(1)
        self.port = self._server.getsockname()[1]
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / f"OpenUtau Bridge {self.port}.json"
        self.file.write_text(json.dumps({"port": self.port, "name": name, "apiVersion": version}))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> FakePlugin:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._stopped = True
        self.file.unlink(missing_ok=True)
        self.drop()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()

    # What a test may do.

    def wait(self, true: Callable[[], bool], timeout_s: float = 20.0) -> bool:
        """Wait until something is true of this plugin."""
        with self.news:
            return self.news.wait_for(true, timeout_s)

    def notify(self, kind: str, payload: dict[str, Any]) -> None:
        self.say(f"notification:{kind} {json.dumps(payload)}\n".encode())

    def ask(self, kind: str, payload: dict[str, Any]) -> str:
        """Send a request; its id, under which an envelope will lie in `answers`."""
        request_id = str(uuid.uuid4())
        self._asked[request_id] = kind
        self.say(f"request:{request_id}:{kind} {json.dumps(payload)}\n".encode())
        return request_id

    def say(self, data: bytes) -> None:
        peer = self._peer
        if peer is not None:
            with self._writing, suppress(OSError):
                peer.sendall(data)

    def drop(self) -> None:
        """Cut the connection."""
        peer = self._peer
        if peer is not None:
            with suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)

    def complete(self) -> bool:
        """Whether every part that is laid out has its sound."""
        return bool(self.parts) and all(part["audioHash"] in self.store for part in self.parts)

    def mix(self, num_frames: int) -> np.ndarray:
        """What would be heard on this plugin's track from the timeline's start: float32 [2, T] at 44.1 kHz."""
        mixed = np.zeros((2, num_frames), np.float32)
        for part in self.parts:
            sound = self.store.get(part["audioHash"])
            if part["trackNo"] != self.track or sound is None:
                continue
            start = round(part["startMs"] / 1000 * RATE)
            count = max(0, min(sound.shape[1], num_frames - start))
            mixed[:, start : start + count] += sound[:, :count]
        return mixed

    # The plugin's own life.

    def _serve(self) -> None:
        while not self._stopped:
            try:
                peer, _ = self._server.accept()
            except OSError:
                return
            with self.news:
                self._peer = peer
                self.connections += 1
                self._wanted, self._asked = [], {}
                self.news.notify_all()
            try:
                self._talk(peer)
            except (Dropped, OSError):
                pass
            finally:
                self._peer = None
                peer.close()
                with self.news:
                    self.news.notify_all()

    def _talk(self, peer: socket.socket) -> None:
        stream = peer.makefile("rb")
        fresh = True
        while True:
            line = stream.readline()
            if not line:
                return
            if not line.endswith(b"\n"):
                raise Dropped
            if line == b"close\n":
                with self.news:
                    self.goodbyes += 1
                    self.news.notify_all()
                if stream.read(1):
                    self._fault("something came after close")
                return
            if line.startswith(b"audio "):
                self._take(line, stream)
            else:
                self._control(line, fresh)
                fresh = False
            with self.news:
                self.news.notify_all()

    def _control(self, line: bytes, fresh: bool) -> None:
        match = re.fullmatch(r"(request:([^: ]+):|notification:|response:)([^ :]+) (\{.*\})\n", line.decode("utf-8"))
        if match is None:
            self._fault(f"no line of the protocol: {line[:80]!r}")
            return
        form, request_id, word, payload = match[1], match[2], match[3], json.loads(match[4])
        if form == "response:":
            self._answered(word, payload)
            return
        if fresh != (word == "init"):
            self._fault(f"{word} came {'first' if fresh else 'later'}")
        requests = {"init", "updatePartLayout"}
        if (word in requests) != (request_id is not None):
            self._fault(f"{word} has the wrong form")
        with self.news:
            self.heard.append((word, payload))
        handler = getattr(self, f"_on_{word}", None)
        if handler is None:
            self._fault(f"nobody knows {word}")
        else:
            handler(request_id, payload)

    def _on_init(self, request_id: str, payload: Any) -> None:
        self._document(payload)
        self.tracks, self._laid_out = [], False
        if not self.mute_init:
            self._respond(request_id, {"apiVersion": self.version})

    def _on_updateUstx(self, _: None, payload: Any) -> None:
        self._document(payload)

    def _on_updateTracks(self, _: None, payload: Any) -> None:
        fields = {"name": str, "volume": float, "pan": float, "muted": bool}
        if self.version >= "1.2":
            fields |= {"singer": str, "engine": str}
        for track in payload["tracks"]:
            if {key: type(value) for key, value in track.items()} != fields:
                self._fault(f"a track with the wrong fields: {track}")
        self.tracks = payload["tracks"]

    def _on_updateProjectInfo(self, _: None, payload: Any) -> None:
        if self.version < "1.1":
            self._fault("updateProjectInfo is not known to 1.0")
        if {key: type(value) for key, value in payload.items()} != {"name": str, "saved": bool}:
            self._fault(f"a project with the wrong fields: {payload}")

    def _on_updatePartLayout(self, request_id: str, payload: Any) -> None:
        for part in payload["parts"]:
            well = (
                set(part) == {"trackNo", "startMs", "endMs", "audioHash"}
                and type(part["trackNo"]) is int
                and 0 <= part["trackNo"] < len(self.tracks)
                and 0 <= part["startMs"] < part["endMs"]
                and re.fullmatch(r"[0-9]{1,20}", part["audioHash"])
            )
            if not well:
                self._fault(f"a part that is none: {part}")
        with self.news:
            self.parts = payload["parts"]
            named = {part["audioHash"] for part in self.parts}
            self.store = {key: sound for key, sound in self.store.items() if key in named}
        missing = list(dict.fromkeys(part["audioHash"] for part in self.parts if part["audioHash"] not in self.store))
        self._respond(request_id, {"missingAudios": missing})
        busy = bool(self._wanted)
        self._wanted += [key for key in missing if key not in self._wanted]
        if not busy:
            self._pull()

    def _document(self, payload: Any) -> None:
        """JSON is YAML, and without a reader of YAML at hand it must be JSON."""
        if set(payload) != {"ustx"} or "ustx_version" not in json.loads(payload["ustx"]):
            self._fault("no project")

    def _pull(self) -> None:
        """Ask for the first of what is wanted; one at a time."""
        if self._wanted:
            self.ask("getAudio", {"hash": self._wanted[0]})

    def _take(self, header: bytes, stream: Any) -> None:
        match = re.fullmatch(rb"audio ([0-9]{1,20}) ([0-9]{1,9})\n", header)
        if match is None:
            self._fault(f"a broken header: {header!r}")
            raise Dropped
        audio_hash, length = match[1].decode(), int(match[2])
        if length > 268435456:
            self._fault("too long")
            raise Dropped
        if self.drops:
            self.drops -= 1
            stream.read(length // 2)
            raise Dropped
        data = stream.read(length)
        if len(data) < length:
            raise Dropped
        if not self._wanted or self._wanted[0] != audio_hash:
            self._fault("a sound that nobody asked for")
            return
        self._wanted.pop(0)
        self._asked = {key: kind for key, kind in self._asked.items() if kind != "getAudio"}
        if length % 8 or str(xxh64(data)) != audio_hash:
            self._fault("a sound with another hash")
        sound = np.frombuffer(data, "<f4").reshape(-1, 2).T
        for part in self.parts:
            told = (part["endMs"] - part["startMs"]) * RATE / 1000
            if part["audioHash"] == audio_hash and abs(told - sound.shape[1]) > 0.01:
                self._fault(f"the part is {told} frames long, its sound {sound.shape[1]}")
        with self.news:
            self.store[audio_hash] = sound
            self.pulled.append(audio_hash)
        self._pull()

    def _answered(self, request_id: str, envelope: Any) -> None:
        kind = self._asked.pop(request_id, None)
        if kind is None:
            self._fault("an answer to nothing")
        if set(envelope) != {"success", "data", "error"} or type(envelope["success"]) is not bool:
            self._fault(f"a broken envelope: {envelope}")
        with self.news:
            self.answers.append((request_id, envelope))
        if kind == "getAudio" and self._wanted:
            self._wanted.pop(0)
            self._pull()

    def _respond(self, request_id: str, data: dict[str, Any]) -> None:
        envelope = {"success": True, "data": data, "error": None}
        self.say(f"response:{request_id} {json.dumps(envelope)}\n".encode())

    def _fault(self, sentence: str) -> None:
        with self.news:
            self.faults.append(sentence)
            self.news.notify_all()


def main() -> None:
    """Answer commands: complete, pulled N, left, notify KIND JSON, garbage, mix FRAMES FILE.npy, facts, quit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", default="Fake Bridge")
    parser.add_argument("--track", type=int, default=0)
    parser.add_argument("--drops", type=int, default=0)
    options = parser.parse_args()
    with FakePlugin(options.folder, options.name, track=options.track, drops=options.drops) as plugin:
        answer = {"port": plugin.port}
        while True:
            print(json.dumps(answer), flush=True)
            word, *rest = sys.stdin.readline().split(" ", 2)
            answer = {}
            match word.strip():
                case "complete":
                    answer = {"complete": plugin.wait(plugin.complete, 40)}
                case "notify":
                    plugin.notify(rest[0], json.loads(rest[1]))
                case "garbage":
                    plugin.say(b"\x00\xff garbage\nresponse:x {\nnotification:nobody []\nrequest:1 {}\n")
                case "mix":
                    np.save(rest[1].strip(), plugin.mix(int(rest[0])))
                case "pulled":
                    wanted = int(rest[0])
                    answer = {"pulled": plugin.wait(lambda wanted=wanted: len(plugin.pulled) >= wanted, 40)}
                case "left":
                    answer = {"left": plugin.wait(lambda: plugin.goodbyes > 0)}
                case "facts":
                    answer = {
                        "faults": plugin.faults,
                        "connections": plugin.connections,
                        "tracks": [track["name"] for track in plugin.tracks],
                        "parts": len(plugin.parts),
                    }
                case _:
                    return


if __name__ == "__main__":
    main()
