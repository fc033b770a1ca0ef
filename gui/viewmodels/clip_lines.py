"""What is said of a DAW's clip and its words, in lines; and how it can be sung once more."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gui.texts import words as texts
from gui.viewmodels.clip_words import Words
from gui.viewmodels.told_path import told_path

if TYPE_CHECKING:
    from gui.bridge_link import DawSeen
    from plugin_host.lyrics import KnownClip
    from plugin_host.lyrics.fit import Fit

WATCHED = "files"
"""The session of clips in watched folders, and the bridge's name for what looks after them."""


def when(at: float, now: float | None = None) -> str:
    """The time of today, the day before; with its year where that is another one."""
    then, today = time.localtime(at), time.localtime(now)
    if then[:3] == today[:3]:
        return time.strftime(texts.TIME, then)
    return time.strftime(texts.DAY if then.tm_year == today.tm_year else texts.DAY_AND_YEAR, then)


def sung_line(clip: KnownClip, now: float | None = None) -> str:
    """Where it was last asked for, and when: whether the singing went well is told by its job."""
    sung = clip.record.sung
    if sung is None:
        return "" if clip.record.session_name else texts.NEVER_SUNG  # sung before that was remembered
    told = texts.SUNG_IN if sung.daw else texts.SUNG
    return told.format(daw=sung.daw, when=when(sung.at, now))


def facts_line(clip: KnownClip) -> str:
    """Session, track and the last time, below the clip's name; the track of a watched file is its path."""
    record = clip.record
    watched = record.session_key == WATCHED
    track = told_path(Path(record.track)) if watched else texts.ON_TRACK.format(track=record.track)
    return joined(record.session_name, track if record.track else "", sung_line(clip))


def fit_line(found: Fit, words: Words) -> tuple[str, str]:
    """How many notes and words there are, how they go together, and the tone of that."""
    count = len(words.text.split())
    if not found.notes:
        return f"{texts.COUNT.format(count=texts.word_count(count))} {texts.NOTES_UNKNOWN}", "soft"
    counts = texts.COUNTS.format(notes=texts.note_count(found.notes), words=texts.word_count(count))
    if not count:
        return f"{counts} {texts.NOTES_BARE}", "soft"
    problems = []
    if found.left:
        told = texts.TOO_MANY if found.left_words else texts.TOO_MANY_BARE
        problems.append(told.format(words=found.left_words, syllables=texts.syllables(found.left)))
    if found.bare:
        problems.append(texts.too_few(found.bare))
    return " ".join((counts, *(problems or (texts.NOTES_FIT,)))), "warn" if problems else "good"


@dataclass(frozen=True, slots=True)
class Again:
    """How a clip is sung once more.  `daw`: the bridge's name of the DAW to ask, "" where that cannot be done now.

    `clip`: what the DAW finds it by, "" for what is selected there.  `why`: what the user has to do first.
    """

    daw: str = ""
    clip: str = ""
    tip: str = ""
    why: str = ""


def again(clip: KnownClip, clips: Sequence[KnownClip], daws: Sequence[DawSeen], bridge_on: bool) -> Again:
    """The DAW that has the clip's session open finds a clip by its name, unless others that are known have the same."""
    record = clip.record
    watched = record.session_key == WATCHED
    if not bridge_on:
        return Again(why=texts.BRIDGE_OFF)
    daw = next((one for one in daws if _has_open(one, record.session_key)), None)
    if daw is None:
        named = texts.SESSION_CLOSED.format(session=record.session_name or texts.ITS_SESSION)
        return Again(why=texts.FOLDER_CLOSED if watched else named)
    if watched:
        return Again(daw.id, record.track, texts.SING_FILE_TIP.format(clip=record.clip_name))
    same = [one for one in clips if (one.key[0], one.record.clip_name) == (clip.key[0], record.clip_name)]
    nameless = record.clip_name == record.clip_key
    if len(same) > 1 or nameless:
        why = (texts.SELECT_NAMELESS if nameless else texts.SELECT_IT).format(
            clip=record.clip_name, daw=daw.name, button=texts.SING_SELECTED
        )
        return Again(daw.id, "", texts.SING_SELECTED_TIP.format(daw=daw.name), why)
    return Again(daw.id, record.clip_name, texts.SING_TIP.format(daw=daw.name, clip=record.clip_name))


def _has_open(daw: DawSeen, session_key: str) -> bool:
    return daw.present and daw.session_key == session_key and "read_clip" in daw.capabilities


def joined(*parts: str) -> str:
    """Those that say something, on one line."""
    return "  ·  ".join(part for part in parts if part)
