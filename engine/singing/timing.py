"""When each phone sounds.

A singer puts the vowel on the beat: consonants that open a syllable come before the note and take
their time from the note (or rest) before it; those that close it end with the note.  How long a
consonant lasts is measured from the voice's own recordings (`ConsonantTable`); how long a vowel
lasts is what the notes leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.phonemize.phones import is_vowel
from engine.singing.articulation import NATURAL, Articulation

SILENCE = "SP"
BREATH = "AP"
LEAD_S = 0.15
"""Silence before a phrase's first consonant; the decoder needs some to start from."""
TAIL_S = 0.25
"""Room for the last phone to die away."""
MAX_STOLEN = 0.4
"""Largest share of a note that the next syllable's consonants may take from it."""
MAX_CODA = 0.45
"""Largest share of a note that its own closing consonants may take."""
MORE_BY_WISH = 0.35
"""Where consonants are asked to be longer they may take so much more, as far as a note can give it."""
TOUCHING_S = 0.03
"""Notes closer than this are sung in one breath, without silence between."""
_NUCLEI = ("M", "N", "NG", "L", "R", "W", "Y", "Z", "V")


@dataclass(frozen=True, slots=True)
class SungNote:
    """One note in seconds with the phones sung on it; no phones: the vowel before goes on."""

    start_s: float
    end_s: float
    key: int
    phones: tuple[str, ...] = ()
    articulation: Articulation = NATURAL


@dataclass(frozen=True, slots=True)
class TimedPhone:
    """One phone from `start_s` to `end_s`; `note` is the index of the note that it belongs to."""

    label: str
    start_s: float
    end_s: float
    note: int

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class ConsonantTable:
    """Seconds a consonant lasts: alone before a vowel, in a cluster there, or after the vowel."""

    onset: Mapping[str, float]
    cluster: Mapping[str, float]
    coda: Mapping[str, float]
    default_s: float = 0.08

    def onset_s(self, phones: Sequence[str]) -> list[float]:
        """Durations of the consonants that open a syllable."""
        table = self.onset if len(phones) == 1 else self.cluster
        return [table.get(p, self.onset.get(p, self.default_s)) for p in phones]

    def coda_s(self, phones: Sequence[str]) -> list[float]:
        """Durations of consonants after a vowel."""
        return [self.coda.get(p, self.default_s) for p in phones]

    def to_dict(self) -> dict[str, dict[str, float]]:
        """Plain values, for the voice's manifest."""
        return {"onset": dict(self.onset), "cluster": dict(self.cluster), "coda": dict(self.coda)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Mapping[str, float]]) -> ConsonantTable:
        """The inverse of `to_dict`."""
        return cls(values["onset"], values["cluster"], values["coda"])


@dataclass(frozen=True, slots=True)
class _Group:
    """A sung unit: phones with their first note, over all notes that it covers."""

    start_s: float
    end_s: float
    note: int
    onset: tuple[str, ...]
    body: tuple[str, ...]
    coda: tuple[str, ...]
    consonants: float
    """Factor of their lengths."""


def time_phones(notes: Sequence[SungNote], table: ConsonantTable) -> tuple[TimedPhone, ...]:
    """Phones of a phrase without gaps: silence, the sung phones, silence.

    `notes` are in time order and do not overlap.  The first phone starts before the first note.
    """
    groups = _groups(notes)
    if not groups:
        return ()
    onsets = [_fitted_onset(groups, i, table) for i in range(len(groups))]
    first = groups[0].start_s - sum(onsets[0])
    phones = [TimedPhone(SILENCE, first - LEAD_S, first, groups[0].note)]
    for index, group in enumerate(groups):
        following = groups[index + 1] if index + 1 < len(groups) else None
        next_onset_s = sum(onsets[index + 1]) if following else 0.0
        gap_s = following.start_s - next_onset_s - group.end_s if following else TAIL_S
        phones += _time_group(group, onsets[index], gap_s, table)
        if following and gap_s > TOUCHING_S:
            phones.append(TimedPhone(SILENCE, phones[-1].end_s, following.start_s - next_onset_s, group.note))
    last = phones[-1]
    phones.append(TimedPhone(SILENCE, last.end_s, last.end_s + TAIL_S, last.note))
    return tuple(p for p in phones if p.end_s > p.start_s)


def _groups(notes: Sequence[SungNote]) -> list[_Group]:
    groups: list[_Group] = []
    for index, note in enumerate(notes):
        if note.phones:
            groups.append(_Group(note.start_s, note.end_s, index, *_split(note.phones), note.articulation.consonants))
        elif groups:
            groups[-1] = replace(groups[-1], end_s=note.end_s)
    return groups


def _split(phones: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Onset, body (first to last nucleus), coda."""
    nuclei = [i for i, p in enumerate(phones) if is_vowel(p) or p == BREATH]
    if not nuclei:
        nuclei = [i for i, p in enumerate(phones) if p in _NUCLEI][:1] or [len(phones) - 1]
    first, last = nuclei[0], nuclei[-1]
    return phones[:first], phones[first : last + 1], phones[last + 1 :]


def _fitted_onset(groups: Sequence[_Group], index: int, table: ConsonantTable) -> list[float]:
    """Durations of a group's opening consonants, pressed together where the note before is short."""
    factor = groups[index].consonants
    wanted = [factor * length_s for length_s in table.onset_s(groups[index].onset)]
    if index == 0 or not wanted:
        return wanted
    before = groups[index - 1]
    stolen = _most(MAX_STOLEN, factor) * (before.end_s - before.start_s)
    room = max(0.0, groups[index].start_s - before.end_s) + stolen
    return _pressed(wanted, room)


def _time_group(group: _Group, onset: Sequence[float], gap_s: float, table: ConsonantTable) -> list[TimedPhone]:
    """A group's phones; `gap_s` is the time between its end and the next sound (negative: stolen)."""
    phones = _run(group.onset, onset, group.start_s - sum(onset), group.note)
    coda = [group.consonants * length_s for length_s in table.coda_s(group.coda)]
    spill = min(0.5 * sum(coda), 0.5 * gap_s) if gap_s > TOUCHING_S else gap_s
    end_s = group.end_s + spill
    coda = _pressed(coda, _most(MAX_CODA, group.consonants) * (end_s - group.start_s))
    body_s = end_s - group.start_s - sum(coda)
    durations = _body_durations(group, body_s, table)
    return phones + _run(group.body + group.coda, [*durations, *coda], group.start_s, group.note)


def _body_durations(group: _Group, total_s: float, table: ConsonantTable) -> list[float]:
    """Consonants between nuclei keep their length (at most half of it all), nuclei share the rest."""
    body = group.body
    inner = [i for i, p in enumerate(body) if 0 < i < len(body) - 1 and not is_vowel(p)]
    wanted = [group.consonants * length_s for length_s in table.coda_s([body[i] for i in inner])]
    fixed = dict(zip(inner, _pressed(wanted, 0.5 * total_s), strict=True))
    share = (total_s - sum(fixed.values())) / (len(body) - len(fixed))
    return [fixed.get(i, share) for i in range(len(body))]


def _most(share: float, factor: float) -> float:
    """The share of a note that consonants of `factor` times their length may take."""
    return share + MORE_BY_WISH * (1 - 1 / factor) if factor > 1 else share


def _pressed(durations: Sequence[float], room_s: float) -> list[float]:
    total = sum(durations)
    scale = min(1.0, max(0.0, room_s) / total) if total > 0 else 1.0
    return [d * scale for d in durations]


def _run(labels: Sequence[str], durations: Sequence[float], start_s: float, note: int) -> list[TimedPhone]:
    phones = []
    for label, duration in zip(labels, durations, strict=True):
        phones.append(TimedPhone(label, start_s, start_s + duration, note))
        start_s += duration
    return phones
