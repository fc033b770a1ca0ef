"""Takes: the same phrase, sung by other chances."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from engine.score import NoteId, Phrase


@dataclass(frozen=True, slots=True)
class Take:
    """`pitch_seed` draws vibrato and drift, `timbre_seed` latents and noise; neither touches the other's."""

    pitch_seed: int
    timbre_seed: int


def take_of(phrase: Phrase, takes: Mapping[NoteId, Take] | None, otherwise: Take) -> Take:
    """The take chosen for a phrase: it hangs on the id of its first note."""
    return (takes or {}).get(phrase.notes[0].id, otherwise)


def chance(phrase: Phrase, seed: int) -> int:
    """The seed of a phrase's own draws, 0 to 2^64 - 1.

    It hangs on how the phrase begins and on nothing else of it: phrases differ, the same phrase sung twice is sung
    alike, and who edits a note in its middle or turns a knob hears that, not another take of all the rest.
    """
    first = phrase.notes[0]
    told = (first.lyric, first.phones, first.key, seed)
    digest = hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "little")
