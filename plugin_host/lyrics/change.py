"""Words of a clip that a user changes outside the DAW: on the command line, or in the window."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from engine.score import read_text
from plugin_host.adapters.files_scan import lyrics_beside
from plugin_host.adapters.files_words import put_words
from plugin_host.lyrics.book import LyricsBook
from plugin_host.lyrics.record import alike
from plugin_host.lyrics.shelf import KnownClip
from plugin_host.lyrics.watched import as_it_lies, is_watched


@dataclass(frozen=True, slots=True)
class Changed:
    """`words`: how many it has now.  `beside`: the file beside a watched clip in which they lie.

    `waits`: the clip has words of its own, which are sung as long as the DAW keeps them.  `same`: the file lay there
    with these words already, so the watching sees nothing new and does not sing the clip by itself.
    """

    words: int
    beside: Path | None = None
    waits: bool = False
    same: bool = False

    @property
    def is_heard(self) -> bool:
        """Whether the watching sings the clip by itself."""
        return self.beside is not None and not self.same


def set_words(book: LyricsBook, clip: KnownClip, words: str, language: str | None = None) -> Changed:
    """Keep `words` for a clip; those of a watched clip are written beside it, where the watching sees them.

    A clip that was forgotten meanwhile is known again.  `language`: as for `LyricsBook.set_text`.  Raises `InputError`
    for a watched clip that is not there any more and for a text that is too long, `MelismaError` when the disk refuses.
    """
    record, watched = clip.record, is_watched(clip.record)
    with book.alone():
        beside, same = _put_beside(Path(record.clip_key), words) if watched else (None, False)
        book.set_text(record.session_key, record.clip_key, words, language, over_own=watched, before=record)
    return Changed(len(words.split()), beside, waits=bool(record.own) and not watched, same=same)


def _put_beside(clip: Path, words: str) -> tuple[Path, bool]:
    """The file, and whether it had these words."""
    beside = lyrics_beside(clip)
    with suppress(InputError):  # missing, or no text
        if alike(read_text(beside), words):
            return beside, True
    return put_words(clip, words), False


def forget(book: LyricsBook, clip: KnownClip) -> Path | None:
    """Forget a clip and its words.  Gives the file beside a watched clip that is left alone, None where there is none.

    Raises `MelismaError` when the disk refuses.
    """
    record = clip.record
    book.forget(record.session_key, record.clip_key)
    if not (is_watched(record) and Path(record.clip_key).name):
        return None
    beside = lyrics_beside(Path(record.clip_key))
    return beside if beside.exists() else None


def check_unchanged(book: LyricsBook, clip: KnownClip, words: str, language: str) -> None:
    """Raises `WordsChangedError` when the clip has other words by now, or another language; line ends do not count.

    Of a clip in a DAW these are the words that are kept, whatever it sings of its own; of a watched one those in the
    file beside it.  Raises `InputError` when that file is no text.
    """
    now = book.clip(*clip.key)
    if now is None:
        return
    now = as_it_lies(now)
    if not alike(now.to_change, words) or now.record.language != language:
        raise WordsChangedError(
            f"The words of {clip.record.clip_name} were changed elsewhere meanwhile.",
            "Look at both, then save yours or take the others.",
        )


class WordsChangedError(InputError):
    """Nothing was written: somebody else was quicker."""
