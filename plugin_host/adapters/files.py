"""Watched folders, and files that are dropped: the way to every DAW that has no other.

Clips and mixes that are put into a folder are taken once; what becomes of them is laid beside them.  Looks at the
folders once a second; nothing is asked of the operating system but names, sizes and times.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from engine.errors import InputError
from engine.folders import data_folder
from plugin_host.adapters.files_answer import lines_of
from plugin_host.adapters.files_intake import Intake, Remark, passes, unsaid
from plugin_host.adapters.files_ledger import Entry, Ledger, State
from plugin_host.adapters.files_place import place_stems, place_sung
from plugin_host.adapters.files_read import lead_samples, printable
from plugin_host.adapters.files_scan import Found, found_file
from plugin_host.lyrics import LyricsBook
from plugin_host.lyrics.record import WATCHED
from plugin_host.ports import Action, Ask, Capability, DawClip, DawSound, Placement, Session, Transport

SESSION_KEY = WATCHED
SAMPLE_RATE = 48_000
POLL_S = 1.0


def files_adapter(folders: Sequence[Path], remark: Remark = unsaid) -> FilesAdapter:
    """For `melisma serve`: what was taken is remembered for good.  `remark` hears what no job will ever say."""
    return FilesAdapter(folders, Ledger(data_folder() / "watch" / "taken.json"), remark=remark)


class FilesAdapter:
    """A `DawAdapter` over folders.  Clips and sounds are files; a track's name is the file's path.

    Every clip has a little room before it, so that consonants before its first note are not lost; `place_audio` takes
    it away again.  `ledger`: what was taken before; `clock`: seconds.
    """

    id = "files"
    name = "Watched folders"
    capabilities = frozenset(
        {
            Capability.READ_CLIP,
            Capability.READ_AUDIO,
            Capability.PLACE_AUDIO,
            Capability.LYRICS,
            Capability.TEMPO_MAP,
            Capability.ASKS,
        }
    )

    def __init__(
        self,
        folders: Sequence[Path],
        ledger: Ledger | None = None,
        book: LyricsBook | None = None,
        sample_rate: int = SAMPLE_RATE,
        clock: Callable[[], float] = time.monotonic,
        remark: Remark = unsaid,
    ) -> None:
        self._folders = tuple(dict.fromkeys(folder.absolute() for folder in folders))
        self._ledger = Ledger(None) if ledger is None else ledger
        self._session = Session(SESSION_KEY, self.name, sample_rate)
        self._intake = Intake(self._folders, self._ledger, book or LyricsBook(), self._session, remark)
        self._clock = clock
        self._next_look = float("-inf")
        self._closed = False

    def probe(self) -> bool:
        return not self._closed and any(folder.is_dir() for folder in self._folders)

    def session(self) -> Session:
        self._check_there()
        return self._session

    def read_clip(self, name: str | None = None) -> DawClip:
        """The score that `name` fits, else the one that changed last."""
        return self._read(self._named(name, Action.SING)).clips[0]

    def read_sound(self, name: str | None = None) -> DawSound:
        """The sound file that `name` fits, else the one that changed last."""
        return self._read(self._named(name, Action.ISOLATE)).sounds[0]

    def place_audio(self, placements: Sequence[Placement], label: str) -> tuple[Placement, ...]:  # noqa: ARG002
        """Lay every sound beside the file it was made from, under names of their own.

        A folder has no tracks and no undo, so `label` is not needed.
        """
        if any(placement.start_samples < 0 for placement in placements):
            raise InputError("A sound cannot begin before the session does.", "Please report this.")
        placed: list[Placement] = []
        for entry, own in self._by_input(placements):
            source = Path(entry.key)
            if not source.parent.is_dir():
                raise InputError(f"The folder {source.parent} is not there.", "Plug it in and ask again.")
            place = self._place_sung if entry.action is Action.SING else self._place_stems
            placed += place(entry, own)
        return tuple(placed)

    def transport(self) -> Transport:
        raise InputError("Watched folders have no transport.", "Choose a DAW.")

    def asks(self) -> tuple[Ask, ...]:
        """The files that are new or have changed, and are complete.  Looks no more often than every `POLL_S`."""
        self._check_there()
        now_s = self._clock()
        if now_s < self._next_look:
            return ()
        self._next_look = now_s + POLL_S
        return self._intake.asks(now_s)

    def take(self, path: Path) -> Ask:
        """One file that the user dropped, whatever was done with it before.  Raises `InputError`."""
        return self._read(found_file(path))

    def problems(self, ask_id: str) -> tuple[str, ...]:
        """What is known of a file that was asked for before anything was done with it, in sentences."""
        entry = self._ledger.by_ask(ask_id)
        return () if entry is None else entry.problems

    def answer(self, ask_id: str, message: str, failed: bool = False) -> None:
        """What went wrong, or should be known, goes to a small text beside the result; an older one goes away."""
        entry = self._ledger.by_ask(ask_id)
        if entry is not None:
            lines = [message] if failed else lines_of(message, entry.problems)
            self._intake.tell(entry, State.FAILED if failed else State.DONE, lines)
            self._ledger.save()

    def close(self) -> None:
        if not self._closed:
            self._intake.save()
        self._closed = True

    def _check_there(self) -> None:
        if not self.probe():
            names = ", ".join(map(str, self._folders)) or "none"
            raise InputError(f"No watched folder is there: {names}.", "Make it, or plug it in.")

    def _read(self, found: Found) -> Ask:
        try:
            return self._intake.read(found)
        except OSError as error:
            what = f"The file {printable(found.path.name)} cannot be read: {error.strerror}."
            raise InputError(what, "Check that you may read it.") from error

    def _named(self, name: str | None, action: Action) -> Found:
        self._check_there()
        files = [item for item in self._intake.look() if item.action is action and not _passes_by(item)]
        if name is not None:
            stem = name.casefold()
            same = [item for item in files if name in (printable(item.path.name), printable(item.key))]
            files = same or [item for item in files if printable(item.path.stem).casefold() == stem]
        if not files:
            kind = "score" if action is Action.SING else "sound file"
            named = f" called {name}" if name is not None else ""
            raise InputError(f"No {kind}{named} lies in a watched folder.", "Put one there.")
        return max(files, key=lambda item: item.stamp[0][1])

    def _by_input(self, placements: Sequence[Placement]) -> list[tuple[Entry, list[Placement]]]:
        """Placements by the file they belong to: the longest path with which their track begins."""
        tracks = {printable(entry.key): entry for entry in self._ledger}
        groups: dict[str, list[Placement]] = {}
        for placement in placements:
            fits = [track for track in tracks if placement.beside == track or placement.track.startswith(track)]
            if not fits:
                raise InputError(f"No watched file belongs to {placement.track}.", "Put the file there again.")
            groups.setdefault(max(fits, key=len), []).append(placement)
        return [(tracks[track], own) for track, own in groups.items()]

    def _place_sung(self, entry: Entry, own: Sequence[Placement]) -> list[Placement]:
        lead = lead_samples(entry.bpm, self._session.sample_rate)
        return [
            replace(placement, path=path)
            for placement in own
            for path in place_sung(placement.path, Path(entry.key), placement.start_samples - lead, entry.bpm)
        ]

    def _place_stems(self, entry: Entry, own: Sequence[Placement]) -> list[Placement]:
        rest = [placement for placement in own if placement.track.endswith("instrumental")]
        vocals = [placement for placement in own if placement not in rest]
        if len(vocals) != 1 or len(rest) != 1:
            raise InputError(f"{entry.key} needs both its vocals and its instrumental.", "Ask for them together.")
        paths = place_stems(vocals[0].path, rest[0].path, Path(entry.key))
        return [replace(vocals[0], path=paths[0]), replace(rest[0], path=paths[1])]


def _passes_by(found: Found) -> bool:
    try:
        return passes(found)
    except OSError:
        return False
