"""The song that the window shows, saved or not, as voices of a mix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from engine.api import SingRequest, render_clip
from engine.api.project import Project, parse_project
from engine.api.project_lead import heard_project
from engine.files import write_bytes_whole
from engine.host.call import Call
from engine.score import TempoMap
from gui.viewmodels.mix_wish import OWN_CHAINS, MixWish
from plugin_host.rendergraph import Voice, find_chain

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class SungSong:
    """`tempo`: quarters from the song's start, seconds from the timeline's; `remarks` in sentences."""

    voices: tuple[Voice, ...]
    tempo: TempoMap
    remarks: tuple[str, ...]


def sing_in_hand(wish: MixWish, folder: Path, call: Call) -> SungSong:
    """Sing the song of `wish` into `folder`: a stem for each track behind fader and pan, where each has a chain of its
    own, else all as one voice.

    Raises as `render_clip`, and `InputError` for chains that are not there, before anything is sung.
    """
    (asked,) = (voice for voice in wish.voices if voice.path is None)
    data = wish.project.encode("utf-8", "replace")
    project = parse_project(data, "The song")
    own = asked.chain == OWN_CHAINS
    chains = _chains(project) if own else [asked.chain or None]
    for chain in filter(None, chains):
        find_chain(chain)
    name = re.sub(r"[^\w -]+", "_", project.name).strip()[:_LONGEST_NAME] or "song"
    clip = folder / f"{name}.melisma"
    write_bytes_whole(clip, data, lasting=False)
    request = SingRequest(clip, folder / f"{name}.wav", subtype="FLOAT", device=wish.device, stems=own)
    sung = render_clip(request, call.context, call.kept.voices.loader(call.context.token))
    files = sung.stems if own else (sung.out,)
    return SungSong(
        voices=tuple(Voice(file, chain, asked.gain_db) for file, chain in zip(files, chains, strict=True)),
        tempo=heard_project(clip).tempo_map,
        remarks=tuple(problem.sentence for problem in sung.problems),
    )


def _chains(project: Project) -> list[str | None]:
    """Of the tracks that are heard, in their order, as stems are."""
    return [track.chain or None for track in project.tracks if track.notes and not track.mute]
