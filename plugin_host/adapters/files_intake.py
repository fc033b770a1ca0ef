"""From files in folders to asks: what is new, complete and meant for us, each version once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from engine.errors import InputError, MelismaError
from engine.score import read_text
from plugin_host.adapters.files_answer import note_path, write_note
from plugin_host.adapters.files_ledger import Entry, Ledger, State
from plugin_host.adapters.files_read import (
    is_music_xml,
    is_ours,
    missing_bytes,
    printable,
    read_clip_file,
    read_sound_file,
)
from plugin_host.adapters.files_scan import SETTLE_S, Found, Settling, digest_of, find_inputs
from plugin_host.lyrics import LyricsBook
from plugin_host.osc.ulid import new_ulid
from plugin_host.ports import Action, Ask, Session

PATIENCE_S = 10.0
"""A file that cannot be read may still be on its way; after so long without a change it is an error."""

_AT_A_TIME = 8  # asks of one look
_GONE_AFTER = 2  # looks in a row that miss a file

_log = logging.getLogger(__name__)

Remark = Callable[[str], None]
"""Hears of files that cannot be taken, in sentences."""


def unsaid(line: str) -> None:
    """Nobody listens; the text beside the file says it too."""


class Intake:
    """Knows what was taken and takes what is new.  For one thread at a time."""

    def __init__(
        self, folders: Sequence[Path], ledger: Ledger, book: LyricsBook, session: Session, remark: Remark = unsaid
    ) -> None:
        self._folders, self._ledger, self._book, self._session = folders, ledger, book, session
        self._remark = remark
        self._settling = Settling()
        self._missed: dict[str, int] = {}

    def asks(self, now_s: float) -> tuple[Ask, ...]:
        """The files that are ready now.  `now_s`: seconds of any one clock.

        They are written down at the next call, when there are jobs for them: after a kill before that they are taken
        again.
        """
        self.save()
        found = self.look()
        self._forget_gone(found)
        asks: list[Ask] = []
        for item in found:
            ask = self._ask(item, now_s) if len(asks) < _AT_A_TIME else None
            if ask is not None:
                asks.append(ask)
        return tuple(asks)

    def save(self) -> None:
        """Write down what was taken."""
        with suppress(MelismaError):  # a full disk: it is known until the end of this program
            self._ledger.save()

    def look(self) -> list[Found]:
        """All files that may be meant for us, in folders that are there."""
        found: dict[str, Found] = {}
        for folder in self._folders:
            with suppress(InputError):
                found |= {item.key: item for item in find_inputs(folder)}
        return list(found.values())

    def read(self, found: Found, digest: str | None = None) -> Ask:
        """Read a file and write it down as asked for.  Raises `MelismaError`, `OSError`."""
        digest = digest or digest_of(found)
        known = self._ledger.get(found.key)
        stamp = repr(found.stamp)
        ask_id = f"file-{new_ulid()}"  # a file that was taken away and put back is asked for anew
        entry = Entry(found.key, stamp, digest, found.action, State.ASKED, ask_id, beside=found.lyrics is not None)
        entry = replace(entry, note=known.note if known else "")
        if found.action is Action.ISOLATE:
            ask = Ask(ask_id, Action.ISOLATE, sounds=(read_sound_file(found, self._session),))
        else:
            clip = read_clip_file(found, self._session)
            problems = clip.problems
            if clip.clip.project is None:
                self._keep_words(found, clip.language, was_beside=known is not None and known.beside)
                problems += self._book.attach(clip.clip)[1]
            told = dict.fromkeys(problem.message for problem in problems)
            entry = replace(entry, bpm=clip.bpm, problems=tuple(told))
            ask = Ask(ask_id, Action.SING, clips=(clip.clip,))
        self._ledger.put(entry)
        return ask

    def tell(self, entry: Entry, state: State, lines: Sequence[str]) -> None:
        """Write down how it went, and `lines` beside the file; an older text goes away where there are none."""
        others = [Path(other.key) for other in self._ledger]
        path = Path(entry.note) if entry.note else note_path(Path(entry.key), others)
        note = ""
        with suppress(MelismaError):  # a folder that may only be read is no reason to stop
            note = write_note(path, lines)
        self._ledger.put(replace(entry, state=state, note=note))

    def _ask(self, found: Found, now_s: float) -> Ask | None:
        """The wish that a file is, None for one that is known, not complete or not for us."""
        known = self._ledger.get(found.key)
        if known is not None and known.stamp == repr(found.stamp):
            return None
        still_s = self._settling.unchanged_s(found, now_s)
        if still_s < SETTLE_S[found.action]:
            return None
        try:
            return self._taken(found, known, still_s)
        except (OSError, MelismaError) as error:
            if still_s >= PATIENCE_S:
                self._refuse(found, known, error)
            return None

    def _refuse(self, found: Found, known: Entry | None, error: OSError | MelismaError) -> None:
        line = str(error)
        if isinstance(error, OSError):
            line = f"The file cannot be read: {error.strerror or 'nobody says why'}."
        entry = Entry(found.key, repr(found.stamp), "", found.action, State.FAILED, note=known.note if known else "")
        self.tell(entry, State.FAILED, [line])
        self._remark(f"{printable(found.path.name)} was not taken. {line}")
        _log.warning("%s was not taken: %s", found.path, line)

    def _taken(self, found: Found, known: Entry | None, still_s: float) -> Ask | None:
        if not found.size:  # a DAW names some files before it writes them
            raise InputError(f"{printable(found.path.name)} is empty.", "Export or copy it once more.")
        if found.action is Action.ISOLATE and still_s < PATIENCE_S and missing_bytes(found.path):
            return None
        digest = digest_of(found)
        if known is not None and known.digest == digest and known.state is not State.FAILED:
            self._ledger.change(found.key, stamp=repr(found.stamp))
            return None
        if passes(found):
            self._ledger.put(Entry(found.key, repr(found.stamp), digest, found.action, State.PASSED))
            return None
        return self.read(found, digest)

    def _forget_gone(self, found: Sequence[Found]) -> None:
        """A file that was taken away and is put back is new; one whose folder was unplugged is not."""
        there = {item.key for item in found}
        folders = [folder for folder in self._folders if folder.is_dir()]
        for entry in self._ledger:
            if entry.key in there or not any(Path(entry.key).is_relative_to(folder) for folder in folders):
                self._missed.pop(entry.key, None)
                continue
            self._missed[entry.key] = self._missed.get(entry.key, 0) + 1
            if self._missed[entry.key] >= _GONE_AFTER and entry.state is not State.ASKED:
                if entry.note:
                    with suppress(OSError):
                        Path(entry.note).unlink()
                self._ledger.forget(entry.key)
                self._settling.forget(entry.key)
                del self._missed[entry.key]

    def _keep_words(self, found: Found, language: str, was_beside: bool) -> None:
        """Words beside the clip are its words; when they are taken away the book forgets them."""
        key = self._session.key, found.key
        if found.lyrics is not None:
            self._book.set_text(*key, read_text(found.lyrics))
        elif was_beside:
            self._book.forget(*key)
        self._book.state_language(*key, language)


def passes(found: Found) -> bool:
    """Whether a file is not for us: our own sound, or no score.  Raises `OSError` when it cannot be read."""
    if found.action is Action.ISOLATE:
        return is_ours(found.path)
    return found.path.suffix.lower() == ".xml" and not is_music_xml(found.path)
