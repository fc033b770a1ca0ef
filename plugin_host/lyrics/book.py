"""The lyrics of clips, kept outside the DAW: found again for a clip, and laid on its notes as they are now."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

from engine.errors import InputError, MelismaError
from engine.score import Attached, Problem, Score, lay, reattach
from engine.score.sidecar import CountSyllables
from engine.score.syllables import guess_language
from plugin_host.lyrics.guard import Guard
from plugin_host.lyrics.one_voice import one_voice, words_of
from plugin_host.lyrics.record import Record, Sung, bare_notes, content_of, hash_of
from plugin_host.lyrics.shelf import MAX_TEXT_BYTES, KnownClip, Shelf, lyrics_folder
from plugin_host.ports import DawClip

_KNOWN_AGAIN = 0.55
"""Where the notes are less like what they were, the clip holds another melody, and the text is laid on it anew."""


class LyricsBook:
    """Safe from any thread, and beside other processes: what reads and then writes has the folder for itself.

    Scores count quarters from the clip's start and carry the session's tempo from there on
    (`plugin_host.bridge.clip_score`); problems name bars and beats of the session.
    """

    def __init__(self, folder: Path | None = None, count_syllables: CountSyllables | None = None) -> None:
        """`folder` None: the user's.  `count_syllables(word)` None: by the dictionary."""
        folder = folder or lyrics_folder()
        self._shelf, self._guard = Shelf(folder), Guard(folder)
        self._count = count_syllables

    def alone(self) -> AbstractContextManager[None]:
        """For what looks first and writes then: nobody else writes meanwhile.  Raises `MelismaError`, see `Guard`."""
        return self._guard.alone()

    def set_text(
        self,
        session_key: str,
        clip_key: str,
        text: str,
        language: str | None = None,
        *,
        over_own: bool = False,
        before: Record | None = None,
    ) -> None:
        """Keep `text` (the sidecar's notation) for a clip; "" says that it has no words.

        The text that is there already changes nothing, so syllables stay on the notes they followed.  `language`: an
        IETF tag, "" for what the words look like, None: as before.  `over_own`: the clip is known not to sing lyrics of
        its own any more.  `before`: what was known of it, should it be forgotten by now.  Raises `InputError` for a
        text over 4 MB, `MelismaError` when the disk refuses.
        """
        if len(text.encode("utf-8", "replace")) > MAX_TEXT_BYTES:
            raise InputError("The lyrics are longer than 4 MB.", "Give only the words of the clip.")
        with self.alone():
            record = self._shelf.record(session_key, clip_key) or before or self._new(session_key, clip_key)
            if language is not None:
                record = replace(record, language=language)
            if over_own:
                record = replace(record, own="")
            if self._shelf.text(session_key, clip_key) != text:
                self._shelf.put_text(session_key, clip_key, text)
            self._keep(record)

    def state_language(self, session_key: str, clip_key: str, language: str) -> None:
        """As the clip itself says, an IETF tag, "" for nothing; what the user chose counts until it says another."""
        with self.alone():
            record = self._shelf.record(session_key, clip_key) or self._new(session_key, clip_key)
            if language and language != record.stated:
                self._keep(replace(record, language=language, stated=language))

    def text(self, session_key: str, clip_key: str) -> str | None:
        """The text that is kept for a clip, None when there is none."""
        return self._shelf.text(session_key, clip_key)

    def forget(self, session_key: str, clip_key: str) -> None:
        """Forget a clip and its text.  Raises `MelismaError` when the disk refuses."""
        with self.alone():
            self._shelf.remove(session_key, clip_key)

    def clip(self, session_key: str, clip_key: str) -> KnownClip | None:
        """One clip as it is now, None for one that is not known.  Raises `InputError` for a text that is none."""
        return self._shelf.clip_at(self._shelf.record_path(session_key, clip_key))

    def clips(self) -> tuple[KnownClip, ...]:
        """All clips that were seen or got a text; the one that changed last first."""
        return tuple(self._shelf.clips())

    def attach(self, clip: DawClip) -> tuple[Score, tuple[Problem, ...]]:
        """The clip with its words, and what the producer should know.

        Its own lyrics where the DAW keeps any; else the text kept for it, or for another clip of the session with
        the same notes (a copy, or the clip under an older name).  Syllables follow their notes through edits
        (`engine.score.reattach`).  Without any, everything is sung on "la".
        Raises `InputError` for a clip without notes, `MelismaError` when the disk refuses.
        """
        with self.alone():
            return self._attach(clip, own_first=True)

    def words(self, clip: DawClip, text: str | None, daw: str) -> tuple[Score, tuple[str, ...]]:
        """As `attach`, for a clip that is sung now: `daw` is remembered with the time, and with what is said.

        A `text` that the user typed for the clip just now is kept, and comes before its own lyrics.
        """
        typed = text is not None and bool(text.strip())
        with self.alone():
            if typed and text is not None:
                self.set_text(clip.session.key, clip.key, text)
            score, problems = self._attach(clip, own_first=not typed)
            remarks = tuple(problem.message for problem in problems)
            with suppress(MelismaError):  # a full disk costs only what the list of clips shows
                record = self._shelf.record(clip.session.key, clip.key)
                if record is not None:
                    self._shelf.put_record(replace(record, sung=Sung(time.time(), daw, remarks)))
        return score, remarks

    def keep(self, session_key: str, clip_key: str, text: str) -> None:
        """As `set_text`."""
        self.set_text(session_key, clip_key, text)

    def _attach(self, clip: DawClip, own_first: bool) -> tuple[Score, tuple[Problem, ...]]:
        score, has_own = one_voice(clip)
        if has_own and own_first:
            return self._with_own(clip, score)
        record, text, notices = self._found(clip, score)
        record = replace(_named(record, clip), content=content_of(score.notes), own="")
        if text.strip():
            attached = self._laid(record, text, score)
            record = replace(record, laid=attached.laid, text_hash=hash_of(text))
            score = attached.score
        else:
            record = replace(record, laid=bare_notes(score.notes), text_hash="")
        self._keep(record)
        guessed = guess_language([note.lyric for note in score.notes])
        return self._said(replace(score, language=record.language or guessed), clip, notices)

    def _with_own(self, clip: DawClip, score: Score) -> tuple[Score, tuple[Problem, ...]]:
        """With the clip's own lyrics.  The text kept for it follows its notes all the same, for when they go."""
        kept = self._shelf.text(clip.session.key, clip.key)
        notices = [_notice("own_lyrics", "The clip's own lyrics are sung, not the text kept for it.")]
        known = self._shelf.record(clip.session.key, clip.key) or self._new(clip.session.key, clip.key)
        followed = _followed(known, score) if known.text_hash else None
        laid, text_hash = (bare_notes(score.notes), "") if followed is None else (followed.laid, known.text_hash)
        with suppress(MelismaError):  # a full disk costs only what the list of clips shows
            self._keep(replace(_named(known, clip), own=words_of(score), laid=laid, text_hash=text_hash))
        score = replace(score, language=known.language or score.language)
        return self._said(score, clip, notices if kept and kept.strip() else [])

    def _found(self, clip: DawClip, score: Score) -> tuple[Record, str, list[Problem]]:
        """The record and the text of a clip; a clip without a text may have those of another with its notes."""
        session, key = clip.session.key, clip.key
        record = self._shelf.record(session, key)
        text = self._shelf.text(session, key)
        if record is not None and text is not None:
            return record, text, []
        own = record or self._new(session, key)
        if text is not None:
            return own, text, []
        content = content_of(score.notes)
        same = [k for k in self._shelf.clips(session) if k.record.content == content and (k.text or "").strip()]
        if not same:
            return own, "", []
        twin = next((known for known in same if known.record.clip_name == clip.name), same[0])
        text = twin.text or ""
        self._shelf.put_text(session, key, text)
        there = twin.record
        found = replace(own, language=own.language or there.language, laid=there.laid, text_hash=there.text_hash)
        message = f'These notes are those of the clip "{there.clip_name}", so its words are sung.'
        return found, text, [_notice("found_lyrics", message)]

    def _laid(self, record: Record, text: str, score: Score) -> Attached:
        followed = _followed(record, score) if record.text_hash == hash_of(text) else None
        return followed or lay(score, text, self._counting(record.language))

    def _counting(self, language: str) -> CountSyllables:
        if self._count is not None:
            return self._count
        from engine.api import count_syllables

        return lambda word: count_syllables(word, language or None)

    def _keep(self, record: Record) -> None:
        """Written only when something changed: a look at a clip must not wear the disk."""
        if self._shelf.record(record.session_key, record.clip_key) != record:
            self._shelf.put_record(record)

    @staticmethod
    def _new(session_key: str, clip_key: str) -> Record:
        """Of a clip that was not seen yet: its key is all that is known."""
        return Record(session_key, "", clip_key, clip_key, "")

    @staticmethod
    def _said(score: Score, clip: DawClip, notices: Sequence[Problem]) -> tuple[Score, tuple[Problem, ...]]:
        from plugin_host.bridge.clip_score import in_session

        placed = in_session(score.problems, score, clip.tempo_map, clip.start_quarters)
        return score, (*notices, *placed)


def _followed(record: Record, score: Score) -> Attached | None:
    """The text on the notes of now; None where it lay on another melody, or on none."""
    attached = reattach(record.laid, score) if record.laid else None
    return attached if attached is not None and attached.known >= _KNOWN_AGAIN else None


def _named(record: Record, clip: DawClip) -> Record:
    return replace(record, session_name=clip.session.name, clip_name=clip.name or clip.key, track=clip.track)


def _notice(kind: str, message: str) -> Problem:
    return Problem(kind, message, severity="info")
