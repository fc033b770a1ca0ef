"""The whole loop with a real Ardour, from a clip to a session with a sung track and stems: `melisma demo daw`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio import read_audio
from engine.errors import InputError
from engine.files import make_folder
from engine.folders import presets_folder
from engine.jobs import JobContext
from engine.score import Score, TempoMap, read_score
from plugin_host.adapters.ardour import ardour_adapter
from plugin_host.bridge.asks import Wishes
from plugin_host.headless.ardour import HeadlessArdour
from plugin_host.headless.bounce import bounce_session
from plugin_host.headless.glides import Glide, glide_errors_s, glides_into
from plugin_host.headless.onsets import is_measurable, vowel_onset_errors_s
from plugin_host.headless.picture import SungPicture, draw_sung
from plugin_host.headless.rough_mix import samples_late, write_rough_mix
from plugin_host.headless.screenshot import take_screenshot
from plugin_host.headless.session import NewRegion, NewSession, NewTrack, make_session
from plugin_host.headless.studio import Studio
from plugin_host.headless.tools import check_tools
from plugin_host.ports import Placement
from plugin_host.spool import SpoolAdapter

RATE = 48000
TEMPI = ((0.0, 104.0), (12.0, 92.0), (28.0, 112.0))
METERS = ((0.0, 4, 4),)
CLIP = "auld-lang-syne"
CLIP_QUARTER = 4.0
MIX_TRACK = "Rough mix"
_UNDONE_S = 15.0


@dataclass(frozen=True, slots=True)
class DemoResult:
    """`first_sample_error` of the bounce is 0 when it is exact.

    `onset_errors_ms`: how late vowels begin, where they begin with a step.  `glide_errors_ms`: how late the pitch
    arrives, of other notes; the voice is planned to be half way some 15 to 20 ms before the note.
    """

    session: Path
    picture: Path
    screenshot: Path | None
    bounce: Path
    vocal_track: str
    start_samples: int
    bar: int
    first_sample_error: int
    onset_errors_ms: tuple[float, ...]
    glide_errors_ms: tuple[float, ...]
    notes: int
    stem_tracks: tuple[str, ...]
    stems_start_samples: tuple[int, ...]
    undone_by_one_undo: bool
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class _Loop:
    """What was done in Ardour: what was placed, as the bridge tells it."""

    vocal: dict[str, Any]
    bounce: Path
    stems: tuple[dict[str, Any], ...]
    undone: bool
    screenshot: Path | None


def run_demo(out: Path, context: JobContext) -> DemoResult:
    """Leave a new session, its bounce and pictures in `out`.

    The bridge of the demo keeps jobs and lyrics where `MELISMA_DATA` says.  Raises `InputError` when programs are
    missing, `MelismaError` when Ardour fails, `Cancelled`.
    """
    check_tools()
    started = time.monotonic()
    make_folder(out)
    clip = presets_folder() / "clips" / f"{CLIP}.mid"
    score = read_score(clip)
    with tempfile.TemporaryDirectory(prefix="melisma-demo-") as home_name:
        home = Path(home_name)
        context.step("Making a session", 0, 1)
        melody = NewTrack("Melody", regions=(NewRegion(clip, quarter=CLIP_QUARTER),))
        # Muted: its stems are heard instead.
        tracks = (melody, NewTrack(MIX_TRACK, channels=2, muted=True))
        session = make_session(NewSession(_free_name(out), RATE, TEMPI, METERS, tracks), out, home)
        context.step("Starting Ardour", 0, 1)
        with HeadlessArdour(session, home, RATE) as daw:
            loop = _loop(daw, score, out, context)
    return _result(session, out, score, loop, time.monotonic() - started)


def sidecar_text(score: Score) -> str:
    """The lyrics of a score as a user would type them, for a DAW that drops them."""
    words = ""
    for note in score.notes:
        words += "_ " if note.holds else note.lyric + (" " if note.ends_word else "-")
    return words.strip()


def _loop(daw: HeadlessArdour, score: Score, out: Path, context: JobContext) -> _Loop:
    session, tempo_map = daw.session, TempoMap(TEMPI, METERS)
    with Studio(ardour_adapter(daw.spool_folder), Wishes(device="cpu"), context) as studio:
        (vocal,) = studio.sing(CLIP, sidecar_text(score))["placed"]
        daw.save()
        context.step("Bouncing", 0, 1)
        end = CLIP_QUARTER + max(note.end for note in score.notes) + 4
        length = round(tempo_map.seconds(end) * RATE)
        bounce = bounce_session(session, out / f"{session.name}.wav", 0, length, daw.home)
        mix = write_rough_mix(Path(vocal["path"]), session / "melisma" / "rough-mix.wav")
        adapter = ardour_adapter(daw.spool_folder)
        adapter.place_audio([Placement(mix, MIX_TRACK, vocal["start_samples"])], "Rough mix")
        stems = studio.isolate(MIX_TRACK)["placed"]
        undone = _undo_and_redo(daw, adapter, [stem["track"] for stem in stems])
        daw.save()
    return _Loop(vocal, bounce, tuple(stems), undone, take_screenshot(daw, out / f"{session.name}-ardour.png"))


def _result(session: Path, out: Path, score: Score, loop: _Loop, elapsed_s: float) -> DemoResult:
    tempo_map, track, start = TempoMap(TEMPI, METERS), loop.vocal["track"], loop.vocal["start_samples"]
    bounced = read_audio(loop.bounce).samples[0]
    errors_ms = _onset_errors_ms(bounced, score, tempo_map)
    glides_ms = _glide_errors_ms(bounced, score, tempo_map)
    picture = out / f"{session.name}.png"
    draw_sung(SungPicture(score.notes, tempo_map, CLIP_QUARTER, bounced, RATE, track, errors_ms, glides_ms), picture)
    return DemoResult(
        session=session,
        picture=picture,
        screenshot=loop.screenshot,
        bounce=loop.bounce,
        vocal_track=track,
        start_samples=start,
        bar=tempo_map.bar_beat(CLIP_QUARTER)[0],
        first_sample_error=samples_late(bounced, read_audio(Path(loop.vocal["path"])).samples[0], start),
        onset_errors_ms=tuple(errors_ms.values()),
        glide_errors_ms=tuple(glides_ms.values()),
        notes=len(score.notes),
        stem_tracks=tuple(stem["track"] for stem in loop.stems),
        stems_start_samples=tuple(stem["start_samples"] for stem in loop.stems),
        undone_by_one_undo=loop.undone,
        elapsed_s=elapsed_s,
    )


def _free_name(out: Path) -> str:
    """A session is never written over: somebody may have worked on it since."""
    for name in ("melisma-demo", *(f"melisma-demo-{number}" for number in range(2, 1000))):
        if not (out / name).exists():
            return name
    raise InputError(f"{out} is full of demos.", "Choose another folder.")


def _undo_and_redo(daw: HeadlessArdour, adapter: SpoolAdapter, tracks: Sequence[str]) -> bool:
    """Whether one undo took the sounds off all of `tracks` and one redo brought them back."""
    for address, wanted in (("/undo", False), ("/redo", True)):
        daw.osc(address)
        deadline = time.monotonic() + _UNDONE_S
        while any(_has_sound(adapter, track) is not wanted for track in tracks):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
    return True


def _has_sound(adapter: SpoolAdapter, track: str) -> bool:
    with suppress(InputError):
        adapter.read_sound(track)
        return True
    return False


def _onset_errors_ms(bounced: np.ndarray, score: Score, tempo_map: TempoMap) -> dict[int, float]:
    """By the index of the note."""
    measured = {i: note for i, note in enumerate(score.notes) if not note.holds and is_measurable(note.lyric)}
    onsets_s = [tempo_map.seconds(CLIP_QUARTER + note.start) for note in measured.values()]
    errors_s = vowel_onset_errors_s(bounced, RATE, onsets_s)
    return {index: round(1000 * error, 1) for index, error in zip(measured, errors_s, strict=True)}


def _glide_errors_ms(bounced: np.ndarray, score: Score, tempo_map: TempoMap) -> dict[int, float]:
    """By the index of the note, of those whose vowels do not begin with a step."""
    before = {i: key for i, key in glides_into(score.notes).items() if not is_measurable(score.notes[i].lyric)}
    at_s = {i: tempo_map.seconds(CLIP_QUARTER + score.notes[i].start) for i in before}
    glides = [Glide(at_s[i], before[i], score.notes[i].key) for i in before]
    errors_s = glide_errors_s(bounced, RATE, glides)
    return {i: round(1000 * error, 1) for i, error in zip(before, errors_s, strict=True) if error is not None}
