"""Any DAW in which a script of ours serves a spool."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.errors import InputError, MelismaError
from plugin_host.ports import Action, Ask, Capability, DawClip, DawSound, Placement, Session, Transport
from plugin_host.spool.clips import parse_placed, parse_read, parse_transport, place_records
from plugin_host.spool.folder import Spool, spool_folder
from plugin_host.spool.records import Record, SpoolError

PLACE_TIMEOUT_S = 120.0
"""A DAW copies and converts what it imports, and draws its waveform."""

REMARKS_TOLD = 3


class SpoolAdapter:
    """A `DawAdapter` over a spool.  `folder` None: the one where the installed script looks."""

    def __init__(self, id: str, name: str, capabilities: frozenset[Capability], folder: Path | None = None) -> None:  # noqa: A002
        self._id, self._name, self._capabilities = id, name, capabilities
        self._spool = Spool(folder or spool_folder(id), name)
        self._closed = False
        self._session_key = ""  # of the session that was told last

    @property
    def id(self) -> str:
        return self._id

    @property
    def name(self) -> str:
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        return self._capabilities

    @property
    def spool(self) -> Spool:
        return self._spool

    def probe(self) -> bool:
        try:
            return not self._closed and self._spool.alive() is not None
        except MelismaError:
            return False

    def session(self) -> Session:
        alive = None if self._closed else self._spool.alive()
        if alive is None:
            raise InputError(f"{self._name} is not there.", "Start it and open a session.")
        folder = Path(alive.session_folder) if alive.session_folder else None
        self._session_key = alive.session_key
        return Session(alive.session_key, alive.session_name, alive.sample_rate, folder)

    def read_clip(self, name: str | None = None) -> DawClip:
        clips = parse_read(self._read(name)).clips
        if not clips:
            raise InputError(f"{self._what(name)} is no MIDI clip.", "Select a MIDI clip in the DAW.")
        return clips[0]

    def read_sound(self, name: str | None = None) -> DawSound:
        sounds = parse_read(self._read(name)).sounds
        if not sounds:
            raise InputError(f"{self._what(name)} is no audio clip.", "Select an audio clip in the DAW.")
        return sounds[0]

    def place_audio(self, placements: Sequence[Placement], label: str) -> tuple[Placement, ...]:
        """Into the session that `session` told last, also where the DAW is open twice."""
        for placement in placements:
            if placement.start_samples < 0:
                raise ValueError(f"{placement.start_samples} lies before the session's start")
        records = place_records(placements, label)
        placed = parse_placed(self._command("place", records, PLACE_TIMEOUT_S, self._session_key))
        if len(placed) != len(placements):
            raise SpoolError(f"{len(placed)} sounds placed where {len(placements)} were given")
        return placed

    def transport(self) -> Transport:
        return parse_transport(self._command("transport"), self.session().sample_rate)

    def asks(self) -> tuple[Ask, ...]:
        if self._closed:
            return ()
        found: list[Ask] = []
        for ask_id, head, records in self._spool.asks():
            try:
                found.append(_ask(ask_id, head, records))
            except MelismaError as error:
                self._spool.answer(ask_id, str(error), failed=True)
        return tuple(found)

    def answer(self, ask_id: str, message: str, failed: bool = False) -> None:
        if not self._closed:
            self._spool.answer(ask_id, _shortened(message), failed)

    def close(self) -> None:
        self._closed = True
        self._spool.close()

    def _read(self, name: str | None) -> list[Record]:
        return self._command("read", [("selection",)] if name is None else [("name", name)])

    def _command(
        self, verb: str, records: Sequence[Record] = (), timeout_s: float = 10.0, session: str = ""
    ) -> list[Record]:
        if self._closed:
            raise InputError(f"The connection to {self._name} is closed.", "Connect again.")
        return self._spool.command(verb, records, timeout_s, session)

    def _what(self, name: str | None) -> str:
        return f"{name!r} in {self._name}" if name else f"What is selected in {self._name}"


def _shortened(message: str) -> str:
    """What fits a small window over somebody's work; the whole list is in the job's result."""
    first, *remarks = message.splitlines() or [""]
    more = len(remarks) - REMARKS_TOLD
    if more > 0:
        remarks[REMARKS_TOLD:] = [f"There {'is 1 more remark' if more == 1 else f'are {more} more remarks'}."]
    return "\n".join([first, *remarks])


def _ask(ask_id: str, head: Record, records: Sequence[Record]) -> Ask:
    if not head or head[0] not in tuple(Action):
        raise SpoolError("an ask for nothing that is known")
    read = parse_read(records)
    return Ask(ask_id, Action(head[0]), read.clips, read.sounds, read.lyrics)
