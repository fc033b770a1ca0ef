"""The op `bounce`: voices, their effects and a backing become one file; the song in hand is sung first."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.files import make_folder
from engine.host.call import Call
from engine.host.coding import parse
from gui.viewmodels.mix_wish import MixWish

if TYPE_CHECKING:
    from engine.score import TempoMap
    from plugin_host.rendergraph import BounceRequest, Voice


_UNSUNG = Path("song.melisma")
"""In the place of the song in hand, before it is sung."""


def bounce(call: Call) -> Mapping[str, Any]:
    """Fields of `MixWish` -> of `plugin_host.rendergraph.BounceResult`."""
    from plugin_host.rendergraph import bounce

    wish = parse(MixWish, call.args)
    scratch = call.kept.scratch.folder  # it goes, however this process ends
    if not wish.project:
        return bounce(_request(wish), call.context, scratch).facts()
    from gui.workshop.song_in_hand import sing_in_hand

    _check_rest(wish)
    folder = scratch / f"mix-{next(call.kept.numbers)}"
    try:
        make_folder(folder)
        sung = sing_in_hand(wish, folder, call)
        facts = bounce(_request(wish, sung.voices, sung.tempo), call.context, scratch).facts()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return facts | {"remarks": [*sung.remarks, *facts["remarks"]]}


def _check_rest(wish: MixWish) -> None:
    """Singing may take minutes: what is wrong with all that is not sung is told before.  Raises `InputError`."""
    from plugin_host.rendergraph import Voice, find_chain
    from plugin_host.rendergraph.request import check_request
    from plugin_host.rendergraph.timeline import check_sounds

    request = _request(wish, [Voice(_UNSUNG)])
    check_request(request)
    check_sounds(request)
    for voice in wish.voices:
        if voice.path is not None and voice.chain:
            find_chain(voice.chain)


def _request(wish: MixWish, song: Sequence[Voice] = (), tempo: TempoMap | None = None) -> BounceRequest:
    """With `song` in the place of the one in hand."""
    from plugin_host.rendergraph import BounceRequest, Stem, Voice

    rows = [
        song if voice.path is None else [Voice(voice.path, voice.chain or None, voice.gain_db)] for voice in wish.voices
    ]
    lead, *others = [voice for row in rows for voice in row]
    return BounceRequest(
        song=lead.path,
        out=wish.out,
        chain=lead.chain,
        others=tuple(others),
        backings=tuple(Stem(backing.path, backing.gain_db) for backing in wish.backings),
        gain_db=lead.gain_db,
        sample_rate=wish.sample_rate,
        subtype=wish.subtype,
        at_s=wish.at_s,
        tempo=tempo,
        safety=wish.safety,
        ceiling_db=wish.ceiling_db,
        device=wish.device,
    )
