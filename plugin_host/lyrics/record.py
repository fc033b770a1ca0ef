"""What is remembered of one clip, beside its text: JSON, versioned, read strictly."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import InputError
from engine.score import LaidNote, Note
from engine.score.syllables import Syllable
from plugin_host.bridge.strict import StrictObject, dump, parse_object

WATCHED = "files"
"""The session of all clips in watched folders."""
FORMAT, VERSION = "melisma-lyrics", 1
MAX_NOTES = 1_000_000
_HINT = "Forget these lyrics (melisma lyrics forget) and set them again."
_NEWER = "Update melisma, or move the file away."
_LONGEST = 1e9  # quarters
_LATEST = 1e12  # seconds since 1970
_GRID = 960  # of a quarter: what an export rounds is the same note

_FLAGS = ("ends_word", "holds", "continues_word", "breath", "joins_previous", "breaks_phrase")


@dataclass(frozen=True, slots=True)
class Sung:
    """The last time that somebody had the clip sung: seconds since 1970, the DAW as people call it, and what the user
    was told about the words, in sentences."""

    at: float
    daw: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """`language`: an IETF tag, "" for what the words look like.  `content`: of the notes as last seen.

    `text_hash`: of the text that was laid on `laid`, "" when none was: `laid` are then the bare notes.  `own`: the
    lyrics that the clip itself had when it was last seen, "" for none.  `sung` None: never yet.
    `stated`: the language that the clip itself named last, "" for none.
    """

    session_key: str
    session_name: str
    clip_key: str
    clip_name: str
    track: str
    language: str = ""
    content: str = ""
    text_hash: str = ""
    laid: tuple[LaidNote, ...] = ()
    own: str = ""
    sung: Sung | None = None
    stated: str = ""


def content_of(notes: Sequence[Note]) -> str:
    """The same for the same notes, wherever the clip lies and whatever it is called; "" for none."""
    if not notes:
        return ""
    first = notes[0].start
    rows = [(n.key, round((n.start - first) * _GRID), round(n.duration * _GRID)) for n in notes]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def bare_notes(notes: Sequence[Note]) -> tuple[LaidNote, ...]:
    """Notes without words, as they are remembered."""
    return tuple(LaidNote(note.start, note.duration, note.key) for note in notes)


def hash_of(text: str) -> str:
    """Of a text, whatever its line ends."""
    return hashlib.sha256("\n".join(text.splitlines()).encode("utf-8", "surrogatepass")).hexdigest()


def alike(one: str, other: str) -> bool:
    """Whether two texts are the same words to an editor: line ends do not count, nor do empty lines at the end."""
    return _lines(one) == _lines(other)


def dump_record(record: Record) -> bytes:
    """What `parse_record` reads back."""
    fields = asdict(record) | {"laid": [_note_fields(note) for note in record.laid]}
    for name in ("own", "sung", "stated"):
        if not fields[name]:
            del fields[name]
    return dump({"format": FORMAT, "version": VERSION} | fields)


def parse_record(data: bytes, what: str) -> Record:
    """Raises `InputError` for anything that `dump_record` does not write; `what` names the file."""
    fields = parse_object(data, what, _HINT)
    if fields.text("format") != FORMAT:
        fields.refuse(f"is not of the format {FORMAT}")
    if fields.integer("version", 0, 2**31) != VERSION:
        raise NewerRecordError(f"{what} is from another version of melisma.", _NEWER)
    names = ("session_key", "session_name", "clip_key", "clip_name", "track", "language", "content", "text_hash")
    texts = {name: fields.text(name) for name in names}
    laid = tuple(_note(item, what) for item in fields.items("laid", MAX_NOTES))
    own = fields.text("own") if fields.has("own") else ""
    sung = _sung(fields.inner("sung")) if fields.has("sung") else None
    stated = fields.text("stated") if fields.has("stated") else ""
    fields.done()
    return Record(**texts, laid=laid, own=own, sung=sung, stated=stated)


def _lines(text: str) -> str:
    return "\n".join(text.splitlines()).rstrip("\n")


class NewerRecordError(InputError):
    """A file that must be left as it is."""


def _sung(fields: StrictObject) -> Sung:
    remarks = fields.items("remarks", MAX_NOTES)
    if not all(isinstance(remark, str) for remark in remarks):
        fields.refuse("has 'remarks' that are not texts")
    found = Sung(fields.number("at", 0, _LATEST), fields.text("daw"), tuple(map(str, remarks)))
    fields.done()
    return found


def _note_fields(note: LaidNote) -> dict[str, Any]:
    """Short: what is as usual is left out."""
    fields: dict[str, Any] = {"start": note.start, "duration": note.duration, "key": note.key}
    if note.gone:
        fields["gone"] = True
    if note.syllable is not None:
        usual = asdict(Syllable())
        fields["syllable"] = {name: value for name, value in asdict(note.syllable).items() if value != usual[name]}
    return fields


def _note(item: object, what: str) -> LaidNote:
    fields = StrictObject(item, f"{what}, in a note,", _HINT)
    note = LaidNote(
        fields.number("start", 0, _LONGEST),
        fields.number("duration", 0, _LONGEST),
        fields.integer("key", 0, 127),
        _syllable(fields.inner("syllable")) if fields.has("syllable") else None,
        fields.has("gone") and fields.flag("gone"),
    )
    fields.done()
    return note


def _syllable(fields: StrictObject) -> Syllable:
    given: dict[str, Any] = {name: fields.flag(name) for name in _FLAGS if fields.has(name)}
    if fields.has("text"):
        given["text"] = fields.text("text")
    if fields.has("phones"):
        phones = fields.items("phones", 1000)
        if not all(isinstance(phone, str) for phone in phones):
            fields.refuse("has 'phones' that are not texts")
        given["phones"] = tuple(phones)
    fields.done()
    return Syllable(**given)
