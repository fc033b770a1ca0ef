"""Words of a clip that a user changes outside the DAW: on the command line, or in the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from plugin_host.adapters.files import SESSION_KEY
from plugin_host.adapters.files_scan import lyrics_beside
from plugin_host.adapters.files_words import put_words
from plugin_host.lyrics.book import LyricsBook
from plugin_host.lyrics.record import hash_of
from plugin_host.lyrics.shelf import KnownClip


@dataclass(frozen=True, slots=True)
class Changed:
    """`words`: how many it has now.  `beside`: the file beside a watched clip in which they lie.

    `waits`: the clip has words of its own, which are sung as long as the DAW keeps them.
    """

    words: int
    beside: Path | None = None
    waits: bool = False


def is_watched(clip: KnownClip) -> bool:
    """Whether it is a file in a watched folder."""
    return clip.record.session_key == SESSION_KEY


def set_words(book: LyricsBook, clip: KnownClip, words: str, language: str | None = None) -> Changed:
    """Keep `words` for a clip; those of a watched clip are written beside it, where the watching sees them.

    `language`: as for `LyricsBook.set_text`.  Raises `InputError` for a watched clip that is not there any more and for
    a text that is too long, `MelismaError` when the disk refuses.
    """
    record, watched = clip.record, is_watched(clip)
    beside = put_words(Path(record.clip_key), words) if watched else None
    book.set_text(record.session_key, record.clip_key, words, language, over_own=watched)
    return Changed(len(words.split()), beside, waits=bool(record.own) and not watched)


def forget(book: LyricsBook, clip: KnownClip) -> Path | None:
    """Forget a clip and its words.  Gives the file beside a watched clip that is left alone, None where there is none.

    Raises `MelismaError` when the disk refuses.
    """
    record = clip.record
    book.forget(record.session_key, record.clip_key)
    if not (is_watched(clip) and Path(record.clip_key).name):
        return None
    beside = lyrics_beside(Path(record.clip_key))
    return beside if beside.exists() else None


def check_unchanged(book: LyricsBook, clip: KnownClip, words: str, language: str) -> None:
    """Raises `WordsChangedError` when the clip has other words by now, or another language; line ends do not count."""
    now = book.clip(*clip.key)
    if now is not None and (hash_of(now.words), now.record.language) != (hash_of(words), language):
        raise WordsChangedError(
            f"The words of {clip.record.clip_name} were changed elsewhere meanwhile.",
            "Look at both, then save yours or take the others.",
        )


class WordsChangedError(InputError):
    """Nothing was written: somebody else was quicker."""
