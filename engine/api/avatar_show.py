"""Shows: a figure and a vocal that were opened to be looked at, picture by picture, before any video is made."""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.api.avatar_kept import SONG, Last, digest, kept_folder, stamp, vocal_key
from engine.api.avatar_preview import GrowingTrack, Preview
from engine.api.avatar_request import AvatarRequest, check_asked, is_sung
from engine.api.avatar_vocals import Performance, recorded, sung
from engine.api.live_voices import LiveVoices
from engine.api.sing import SingRequest
from engine.avatar.features import FPS
from engine.avatar.figures import Figure, Point, drawn_figure, portrait_figure
from engine.avatar.motion import Manner, moved_blocks
from engine.avatar.params import Floats
from engine.avatar.rules import track_by_rule
from engine.avatar.stage import read_background
from engine.avatar.subtitles import in_order, srt_text
from engine.avatar.video_formats import count_frames
from engine.errors import InputError
from engine.files import write_bytes_whole
from engine.jobs import JobContext
from engine.models import find_model
from engine.models.singer_motion import SingerMotion, build_singer_motion
from engine.project.file import parse_project
from engine.score import Problem

LARGEST_SIDE = 720
"""Of a show's pictures, in pixels: it is looked at, not kept."""
MOST_SHOWS = 2
WORDS = "words.srt"


@dataclass(frozen=True, slots=True)
class ShowRequest:
    """What to look at.

    One of `vocals` (a sound, a clip with lyrics, a project) and `project` (the text of a .melisma, whose `track`, an
    id, sings; "": all are heard, the first one's face is seen).  The rest is as in `AvatarRequest`, and comes out in a
    video as it is seen here.
    """

    vocals: Path | None = None
    project: str = ""
    track: str = ""
    portrait: Path | None = None
    avatar: str | None = None
    points: tuple[Point, Point, Point] | None = None
    expressive: float = 0.6
    seed: int = 0
    size: tuple[int, int] | None = None
    background: str | None = None
    animator: str | None = None
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class ShowFacts:
    """An open show: `frames` pictures of `width` x `height` pixels, `fps` a second.

    `vocals`, `track`: what a video of the same has to be made of (a song lies in the cache folder).
    `sound`: what is heard with them, from their start.  `words`: an .srt of them, None where they are not known.
    `start_s`: of a song, where the sound begins in the DAW's session, in seconds; None where nobody knows.
    `exact_lips`: phones are known.  `video_size`: (width, height) of the video it would become.
    """

    show: str
    vocals: Path
    track: str | None
    fps: float
    frames: int
    width: int
    height: int
    sound: Path
    words: Path | None
    exact_lips: bool
    video_size: tuple[int, int]
    provider: str
    start_s: float | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """`rgb` uint8 [H, W, 3].  `known`: for so many pictures the motion is made; a later one shows what is not final.

    `motion`: the .faceparams.json of the whole show, once all is known."""

    rgb: NDArray[np.uint8]
    frame: int
    known: int
    motion: Path | None


class Shows:
    """The last shows that were opened.  `open` for one thread at a time, `picture` beside it from another.

    What two shows in a row have in common, the vocal, the figure, the animator, is not made twice.  `voices`: those
    that are loaded for others already.
    """

    def __init__(self, voices: LiveVoices | None = None) -> None:
        self._voices = voices or LiveVoices()
        self._previews: OrderedDict[str, Preview] = OrderedDict()
        self._counter = itertools.count(1)
        self._guard = threading.Lock()
        self._animators: Last[SingerMotion] = Last()
        self._figures: Last[Figure] = Last()
        self._performances: Last[Performance] = Last()

    def open(self, request: ShowRequest, context: JobContext) -> ShowFacts:
        """Prepare a show up to its first picture.

        Raises `InputError` for what the user can mend, `MelismaError` for what we must, `Cancelled`.
        """
        _check(request)
        animator = self._animator(request)
        figure = self._figure(request)
        folder = kept_folder(vocal_key(request.vocals, request.project, request.track))
        performance = self._performance(request, folder, context)
        background = figure.usual_background if request.background is None else read_background(request.background)
        video_size = request.size or figure.usual_size
        face = figure.on_stage(*_small(*video_size), background)
        count = count_frames(performance.duration_s, Fraction(FPS))
        growing = GrowingTrack(
            _blocks(animator, figure, performance, request), count, _by_rule(performance, request, count)
        )
        preview = Preview(
            face,
            growing,
            folder / f"{digest((request, stamp(request.portrait)))}.faceparams.json",
            not background.transparent,
        )
        preview.picture(0, False, context.token)
        assert performance.file is not None, "what is looked at was sung"
        vocals, track = _vocals(request, folder)
        return ShowFacts(
            show=self._keep(preview),
            vocals=vocals,
            track=track,
            fps=FPS,
            frames=count,
            width=face.width,
            height=face.height,
            sound=performance.file,
            words=_words(performance, folder),
            exact_lips=performance.line is not None,
            video_size=video_size,
            provider=animator.provider,
            start_s=_start_s(request, performance),
            problems=performance.problems,
        )

    def picture(self, show: str, frame: int, ahead: bool, context: JobContext) -> ShownPicture:
        """One picture, drawn at once; the motion grows by the way, and further with `ahead`, when nothing plays.

        Raises `InputError` for a show that is no longer open, `Cancelled`.
        """
        with self._guard:
            preview = self._previews.get(show)
        if preview is None:
            raise InputError("This preview is no longer open.", "Open it again.")
        frame = min(max(frame, 0), preview.frames - 1)
        rgb, known, motion = preview.picture(frame, ahead, context.token)
        return ShownPicture(rgb, frame, known, motion)

    def _keep(self, preview: Preview) -> str:
        name = f"show-{next(self._counter)}"
        with self._guard:
            self._previews[name] = preview
            while len(self._previews) > MOST_SHOWS:
                self._previews.popitem(last=False)
        return name

    def _animator(self, request: ShowRequest) -> SingerMotion:
        """Loaded before long work, so that what is missing is said at once."""
        model = find_model(request.animator, role="animator")
        key = (str(model.manifest.id), model.manifest.version, model.folder, request.device)
        return self._animators.of(key, lambda: build_singer_motion(model, request.device))

    def _figure(self, request: ShowRequest) -> Figure:
        portrait = request.portrait
        if portrait is None:
            return self._figures.of(request.avatar, lambda: drawn_figure(request.avatar))
        key = (request.points, stamp(portrait))
        return self._figures.of(key, lambda: portrait_figure(portrait, None, request.points))

    def _performance(self, request: ShowRequest, folder: Path, context: JobContext) -> Performance:
        key = (vocal_key(request.vocals, request.project, request.track), request.device)
        kept = self._performances.last
        if kept is not None and kept.file is not None and not kept.file.is_file():
            self._performances.forget()  # somebody cleared the cache
        return self._performances.of(key, lambda: _perform(request, folder, context, self._voices))


def _check(request: ShowRequest) -> None:
    if (request.vocals is None) == (not request.project):
        raise InputError("A show needs one vocal.", "Choose a song, a sound or a clip.")
    if request.vocals is not None:
        check_asked(_as_video(request, request.vocals))


def _perform(request: ShowRequest, folder: Path, context: JobContext, voices: LiveVoices) -> Performance:
    vocals, track = _vocals(request, folder)
    if not is_sung(vocals):
        return recorded(vocals, context)
    asked = SingRequest(vocals, folder / "out.wav", track=track, device=request.device)
    return sung(asked, folder, context, voices.loader(context.token))


def _vocals(request: ShowRequest, folder: Path) -> tuple[Path, str | None]:
    """The file that is sung, and the id of its track, None for all; a song is written to `folder` first."""
    if request.vocals is not None:
        return request.vocals, None
    file, data = folder / SONG, request.project.encode()
    if not file.is_file():
        parse_project(data, "The song")
        write_bytes_whole(file, data)
    return file, request.track or None


def _as_video(request: ShowRequest, vocals: Path) -> AvatarRequest:
    return AvatarRequest(
        vocals,
        vocals,
        portrait=request.portrait,
        avatar=request.avatar,
        points=request.points,
        expressive=request.expressive,
        seed=request.seed,
        size=request.size,
    )


def _small(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, LARGEST_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _blocks(animator: SingerMotion, figure: Figure, performance: Performance, request: ShowRequest) -> Iterator[Floats]:
    """Not to be cancelled by whoever asks for a picture: the next one who asks goes on with it."""
    assert performance.vocals is not None, "what is looked at was sung"
    manner = Manner(request.seed, None, request.expressive)
    heard = performance.vocals.audio
    return moved_blocks(animator, heard, figure.reference, manner, JobContext(), performance.line)


def _by_rule(performance: Performance, request: ShowRequest, count: int) -> Floats | None:
    """What stands for motion that is not made yet: where phones are known the lips are right already."""
    if performance.line is None:
        return None
    return track_by_rule(performance.line, FPS, count, request.seed, request.expressive).values


def _start_s(request: ShowRequest, performance: Performance) -> float | None:
    if request.vocals is not None:
        return None
    clip = parse_project(request.project.encode(), "The song").clip
    return (clip.position_s if clip is not None else 0.0) - performance.clip_start_s


def _words(performance: Performance, folder: Path) -> Path | None:
    words = in_order(performance.words, performance.duration_s)
    if not words:
        return None
    write_bytes_whole(folder / WORDS, srt_text(words).encode())
    return folder / WORDS
