"""The clips that are known, and the words that were typed for them and are not saved yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plugin_host.lyrics import KnownClip

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """`language`: an IETF tag, "" for what the words look like.  Line ends are all alike, none are at the end."""

    text: str = ""
    language: str = ""

    @classmethod
    def typed(cls, text: str, language: str) -> Words:
        """As a field has them."""
        return cls("\n".join(text.splitlines()).rstrip("\n"), language)

    @classmethod
    def of(cls, clip: KnownClip) -> Words:
        """As they are sung: kept, or the clip's own."""
        return cls.typed(clip.words, clip.record.language)

    @classmethod
    def to_change(cls, clip: KnownClip) -> Words:
        """Those whose place a user's words take."""
        return cls.typed(clip.to_change, clip.record.language)


@dataclass(frozen=True, slots=True)
class Draft:
    """Words that are not saved.  `base`: those that the user knows to be kept; `elsewhere`: they are not those with
    which he began, but somebody else's."""

    clip: KnownClip
    base: Words
    words: Words
    elsewhere: bool = False


class ClipWords:
    """What was typed stays when another clip is looked at, when the clip is sung, and when somebody forgets it."""

    def __init__(self) -> None:
        self._known: dict[Key, KnownClip] = {}
        self._drafts: dict[Key, Draft] = {}

    @property
    def clips(self) -> tuple[KnownClip, ...]:
        """The latest first; a forgotten one for which words were typed is still there."""
        lost = (draft.clip for key, draft in self._drafts.items() if key not in self._known)
        return (*self._known.values(), *lost)

    @property
    def drafts(self) -> Mapping[Key, Draft]:
        return self._drafts

    @property
    def unsaved(self) -> tuple[str, ...]:
        """Names of clips."""
        return tuple(draft.clip.record.clip_name for draft in self._drafts.values())

    def find(self, key: Key) -> KnownClip | None:
        known, draft = self._known.get(key), self._drafts.get(key)
        return known or (draft.clip if draft is not None else None)

    def fitting(self, wanted: str) -> tuple[KnownClip, ...]:
        """Clips in whose name, session, DAW, track or words each word of `wanted` stands."""
        parts = wanted.casefold().split()
        return tuple(clip for clip in self.clips if all(part in _searched(clip) for part in parts))

    def words(self, key: Key) -> Words:
        """What was typed, else what is kept."""
        draft, clip = self._drafts.get(key), self._known.get(key)
        if draft is not None:
            return draft.words
        return Words() if clip is None else Words.of(clip)

    def take(self, clips: Sequence[KnownClip]) -> None:
        """The clips as they are now."""
        self._known = {clip.key: clip for clip in clips}
        for key, draft in list(self._drafts.items()):
            clip = self._known.get(key)
            if clip is None:
                continue
            now = Words.to_change(clip)
            if now == draft.words:
                del self._drafts[key]
            else:
                elsewhere = draft.elsewhere or now != draft.base
                self._drafts[key] = replace(draft, clip=clip, base=now, elsewhere=elsewhere)

    def type(self, key: Key, words: Words) -> None:
        """The user has `words` in the field."""
        draft, clip = self._drafts.get(key), self.find(key)
        if clip is None:
            return
        base = Words.to_change(clip) if draft is None else draft.base
        if words == base and key in self._known:
            self._drafts.pop(key, None)
        elif draft is not None:
            self._drafts[key] = replace(draft, words=words)
        else:
            self._drafts[key] = Draft(clip, base, words)

    def saved(self, key: Key, words: Words) -> None:
        """`words` are kept now; what was typed since is still a draft, until a look at the clips says more."""
        draft = self._drafts.get(key)
        if draft is not None:
            self._drafts[key] = replace(draft, base=words, elsewhere=False)

    def drop(self, key: Key) -> None:
        """What was typed is not wanted any more."""
        self._drafts.pop(key, None)

    def forget(self, key: Key) -> None:
        """The clip itself is gone, as the user wished."""
        self._known.pop(key, None)
        self.drop(key)


def _searched(clip: KnownClip) -> str:
    record = clip.record
    daw = record.sung.daw if record.sung is not None else ""
    return "\n".join((record.clip_name, record.session_name, record.track, daw, clip.words)).casefold()
