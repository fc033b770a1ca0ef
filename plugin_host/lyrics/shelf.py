"""Where the lyrics of clips lie: a folder per session, in it a text and a record per clip.

`verse-1-0a1b2c3d4e.lyrics.txt` is the user's text and may be edited by hand; `verse-1-0a1b2c3d4e.json` is ours.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError, MelismaError
from engine.files import make_folder, write_bytes_whole
from engine.folders import data_folder
from engine.score import read_text
from plugin_host.lyrics.record import WATCHED, NewerRecordError, Record, dump_record, parse_record

TEXT_SUFFIX, RECORD_SUFFIX = ".lyrics.txt", ".json"
MAX_TEXT_BYTES = 4 << 20
_LONGEST_NAME = 40
_UNSAFE = re.compile(r"[^\w]+", re.ASCII)


def lyrics_folder() -> Path:
    """The user's.  May not exist yet."""
    return data_folder() / "lyrics"


@dataclass(frozen=True, slots=True)
class KnownClip:
    """A clip that the book knows.  `id`: short, for people to type; `text` None: none was ever set."""

    id: str
    record: Record
    text: str | None
    text_path: Path

    @property
    def words(self) -> str:
        """What is sung: the clip's own lyrics, else the text; "" for neither."""
        return self.record.own or self.text or ""

    @property
    def to_change(self) -> str:
        """What a user's words take the place of: a DAW's own lyrics are not his to change here."""
        return self.words if self.record.session_key == WATCHED else self.text or ""

    @property
    def key(self) -> tuple[str, str]:
        """Of its session, and its own within it: for programs, as long as the DAW knows it."""
        return self.record.session_key, self.record.clip_key


class Shelf:
    """Reads and writes; decides nothing.  Everything raises `MelismaError` when the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def text_path(self, session_key: str, clip_key: str) -> Path:
        """Where the text of a clip lies, or would."""
        return self._folder / _safe(session_key) / f"{_safe(clip_key)}{TEXT_SUFFIX}"

    def text(self, session_key: str, clip_key: str) -> str | None:
        """None when there is none."""
        return _text_of(self.text_path(session_key, clip_key))

    def record(self, session_key: str, clip_key: str) -> Record | None:
        """None when there is none, or a damaged one: its text is then laid anew.  Raises `NewerRecordError`."""
        return _read_record(self.record_path(session_key, clip_key))

    def put_text(self, session_key: str, clip_key: str, text: str) -> None:
        path = self.text_path(session_key, clip_key)
        make_folder(path.parent)
        write_bytes_whole(path, text.encode("utf-8", "replace"))

    def put_record(self, record: Record) -> None:
        path = self.record_path(record.session_key, record.clip_key)
        make_folder(path.parent)
        write_bytes_whole(path, dump_record(record))

    def remove(self, session_key: str, clip_key: str) -> None:
        """Both files, and the session's folder when it is empty."""
        text = self.text_path(session_key, clip_key)
        try:
            text.unlink(missing_ok=True)
            self.record_path(session_key, clip_key).unlink(missing_ok=True)
        except OSError as error:
            raise MelismaError(f"{text} could not be removed: {error.strerror}.", "Check its permissions.") from error
        with suppress(OSError):
            text.parent.rmdir()

    def clips(self, session_key: str | None = None) -> Iterator[KnownClip]:
        """All clips, or those of one session, the one that changed last first; damaged records are passed over."""
        for path in self.record_paths(session_key):
            known = self.clip_at(path)
            if known is not None and (session_key is None or known.record.session_key == session_key):
                yield known

    def record_paths(self, session_key: str | None = None) -> list[Path]:
        """Where the records of `clips` lie, the one that changed last first."""
        folder = self._folder if session_key is None else self._folder / _safe(session_key)
        pattern = f"*{RECORD_SUFFIX}" if session_key is not None else f"*/*{RECORD_SUFFIX}"
        return sorted(folder.glob(pattern), key=_changed, reverse=True)

    def clip_at(self, path: Path) -> KnownClip | None:
        """What a record and the text beside it say; None for a record that is gone, damaged or of another version."""
        with suppress(NewerRecordError):
            record = _read_record(path)
            if record is not None:
                text_path = text_beside(path)
                return KnownClip(_short_id(record), record, _text_of(text_path), text_path)
        return None

    def record_path(self, session_key: str, clip_key: str) -> Path:
        """Where what is remembered of a clip lies, or would."""
        text = self.text_path(session_key, clip_key)
        return text.with_name(text.name.removesuffix(TEXT_SUFFIX) + RECORD_SUFFIX)


def text_beside(record: Path) -> Path:
    """Where the text of a record's clip lies, or would."""
    return record.with_name(record.name.removesuffix(RECORD_SUFFIX) + TEXT_SUFFIX)


def _short_id(record: Record) -> str:
    return _digest(f"{record.session_key}\0{record.clip_key}")[:6]


def _safe(key: str) -> str:
    """A name for any file system: what can be read of the key, and enough of its hash to tell it apart."""
    readable = _UNSAFE.sub("-", key).strip("-_")[-_LONGEST_NAME:].strip("-_").lower()
    return f"{readable or 'clip'}-{_digest(key)[:10]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _changed(path: Path) -> tuple[float, str]:
    try:
        return path.stat().st_mtime, path.name
    except OSError:
        return 0.0, path.name


def _text_of(path: Path) -> str | None:
    """As an editor may have left it; None when there is none."""
    return read_text(path) if path.exists() else None


def _read_record(path: Path) -> Record | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MelismaError(f"{path} could not be read: {error.strerror}.", "Check its permissions.") from error
    try:
        return parse_record(data, path.name)
    except NewerRecordError:
        raise
    except InputError:
        return None
