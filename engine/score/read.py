"""One door for every kind of score file."""

from __future__ import annotations

from pathlib import Path

from engine.errors import InputError
from engine.score.midi_read import read_midi, read_midi_parts
from engine.score.model import Score
from engine.score.musicxml import read_musicxml, read_musicxml_parts
from engine.score.parts import ScorePart
from engine.score.sidecar import CountSyllables, apply_lyrics

MAX_FILE_BYTES = 64 * 1024 * 1024

_FORMATS_HINT = "Give a MIDI file (.mid) or a MusicXML score (.musicxml, .mxl)."


def read_score(
    path: str | Path,
    lyrics_path: str | Path | None = None,
    track: int | str | None = None,
    charset: str | None = None,
    verse: int | str = 1,
    count_syllables: CountSyllables | None = None,
) -> Score:
    """Read a clip or score; the content decides the format, not the suffix.

    `lyrics_path`: a text file whose words replace the file's own, `count_syllables` tells how many notes
    each needs (see `apply_lyrics`).  `track`: number
    from 0, or name.  `charset`: of a MIDI file's words (a Python codec name).  `verse`: of a MusicXML
    score.  Raises InputError where a file is missing, too large (64 MB), damaged or of another kind.
    """
    data = read_bytes(Path(path))
    score = read_score_bytes(data, name=Path(path).name, track=track, charset=charset, verse=verse)
    if lyrics_path is not None:
        score = apply_lyrics(score, read_text(Path(lyrics_path)), count_syllables)
    return score


def read_parts(path: Path) -> tuple[ScorePart, ...]:
    """All parts of a file that could be sung, in its order.  Raises as `read_score`."""
    data = read_bytes(path)
    return tuple(read_midi_parts(data) if _is_midi(data, path.name) else read_musicxml_parts(data))


def read_score_bytes(
    data: bytes,
    name: str = "clip",
    track: int | str | None = None,
    charset: str | None = None,
    verse: int | str = 1,
) -> Score:
    """As `read_score`, for bytes already in memory; `name` is used in messages only."""
    if _is_midi(data, name):
        return read_midi(data, track=track, charset=charset)
    return read_musicxml(data, track=track, verse=verse)


def _is_midi(data: bytes, name: str) -> bool:
    """MIDI or MusicXML.  Raises `InputError` for anything else."""
    if not data:
        raise InputError(f"The file {name} is empty.", "Export the clip again.")
    if data[:4] == b"MThd" or (data[:4] == b"RIFF" and data[8:12] == b"RMID"):
        return True
    if data[:2] == b"PK" or _looks_like_xml(data):
        return False
    if name.lower().endswith((".mid", ".midi", ".kar", ".smf")):
        raise InputError(f"The file {name} is named like a MIDI file but is not one.", _FORMATS_HINT)
    raise InputError(f"The file {name} is neither MIDI nor MusicXML.", _FORMATS_HINT)


def looks_like_score(path: Path) -> bool:
    """Whether a file begins as a score does, and not as a sound; False where it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    return (
        head[:4] == b"MThd"
        or (head[:4] == b"RIFF" and head[8:12] == b"RMID")
        or head[:2] == b"PK"
        or _looks_like_xml(head)
    )


def read_bytes(path: Path) -> bytes:
    """The whole file.  Raises InputError where there is none, or it is a folder, locked or too large."""
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder, not a score.", _FORMATS_HINT)
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}.", "Check the path.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"The file {path} cannot be opened.", "Check that you may read it.") from error
    if len(data) > MAX_FILE_BYTES:
        raise InputError(f"The file {path.name} is too large for a score (over 64 MB).", _FORMATS_HINT)
    return data


def _looks_like_xml(data: bytes) -> bool:
    """A `<` first, after a byte order mark and space, in any width."""
    head = data[:64].replace(b"\0", b"")
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    return head.lstrip().startswith(b"<")


def read_text(path: Path) -> str:
    """A text file in UTF-8, UTF-16 or Windows' Latin.  Raises `InputError` as `read_bytes`, or when it is no text."""
    data = read_bytes(path)
    for charset in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    raise InputError(f"The lyrics file {path.name} is not plain text.", "Save it as UTF-8 text.")
