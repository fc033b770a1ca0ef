"""Both stems onto tracks of a DAW, to the sample.  Talks to the DAW: not for the window's own thread."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import InputError
from gui.texts import isolate as text

if TYPE_CHECKING:
    from gui.bridge_link.seen import DawSeen
    from gui.panels.isolate.batch import Stems
    from plugin_host.ports import DawAdapter


@dataclass(frozen=True, slots=True)
class PlacedStems:
    """`start_s`: where both begin in the DAW's song."""

    daw: str
    start_s: float


def daw_to_place_in(daws: Sequence[DawSeen]) -> DawSeen | None:
    """The first that is there, has a song open and takes sound from outside."""
    fits = (daw for daw in daws if daw.present and daw.session and "place_audio" in daw.capabilities)
    return next(fits, None)


def place_stems(daw_id: str, stems: Stems, name: str, start_s: float | None) -> PlacedStems:
    """Put both stems at `start_s` of the song, or where the DAW stands (None), in one step of undo.

    Raises `InputError` when the DAW is not there or refuses, `MelismaError` when it answers nonsense.
    """
    from plugin_host.adapters import make_adapters

    with closing(make_adapters((daw_id,))[0]) as adapter:
        return place_by(adapter, stems, name, start_s)


def place_by(adapter: DawAdapter, stems: Stems, name: str, start_s: float | None) -> PlacedStems:
    """As `place_stems`, through an adapter that is open."""
    from plugin_host.ports import Capability, Placement

    if Capability.PLACE_AUDIO not in adapter.capabilities:
        raise InputError(text.PLACE_REFUSED.format(daw=adapter.name), text.PLACE_DRAG)
    session = adapter.session()
    start = adapter.transport().position_samples if start_s is None else round(start_s * session.sample_rate)
    vocals, instrumental = (f"{name} {stem.lower()}" for stem in (text.VOCALS, text.INSTRUMENTAL))
    adapter.place_audio(
        [
            Placement(stems.vocals, vocals, max(0, start)),
            Placement(stems.instrumental, instrumental, max(0, start), beside=vocals),
        ],
        text.PLACE_UNDO,
    )
    return PlacedStems(adapter.name, max(0, start) / session.sample_rate)
