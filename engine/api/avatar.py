"""A vocal and a face become a video."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.api.avatar_request import AvatarRequest, check_asked, check_request, is_sung, words_unknown
from engine.api.avatar_vocals import Performance, recorded, sung, unsung
from engine.api.sing import Load, SingRequest
from engine.audio import write_audio
from engine.avatar.cues import cues_of, track_with_cues
from engine.avatar.exports import write_export
from engine.avatar.faceparams_file import FaceParams, read_faceparams, write_faceparams
from engine.avatar.features import FPS
from engine.avatar.figures import USUAL_SIDE, Figure, avatar_files, drawn_figure, portrait_figure
from engine.avatar.motion import Manner, moved_blocks
from engine.avatar.motion_renderer import Motion, MotionRenderer
from engine.avatar.paper_process import PaperProcess, PaperRenderer
from engine.avatar.params import NUM_PARAMS, FaceTrack, Floats
from engine.avatar.portrait.landmarks import landmarks_from_points, write_landmarks
from engine.avatar.portrait.reading import read_picture
from engine.avatar.renderer import AvatarRenderer, Picture
from engine.avatar.rules import track_by_rule
from engine.avatar.stage import Background, read_background, staged
from engine.avatar.subtitles import Subtitle
from engine.avatar.video import VideoFacts, VideoSettings, count_frames, write_video
from engine.jobs import JobContext
from engine.models import find_model
from engine.models.builders import build
from engine.models.singer_motion import SingerMotion, build_singer_motion
from engine.score import Problem

PAPER = "singer-paper"


@dataclass(frozen=True, slots=True)
class AvatarResult:
    """`written`: everything but the video.  `animator` and `provider` are None where no network was asked.

    `problems`: of a clip.  `first_picture_s`: until the first picture was there.  `real_time_factor`: seconds of work
    per second of video.
    """

    video: VideoFacts
    written: tuple[Path, ...]
    figure: str
    animator: str | None
    provider: str | None
    exact_lips: bool
    problems: tuple[Problem, ...]
    first_picture_s: float
    elapsed_s: float
    real_time_factor: float


@dataclass(frozen=True, slots=True)
class _Mover:
    """What gives the motion: a `track` that is there, an animator, or neither, where the rules do."""

    track: FaceTrack | None = None
    animator: SingerMotion | None = None
    animator_id: str | None = None


def list_avatars() -> tuple[str, ...]:
    """Ids of the bundled avatars."""
    return tuple(avatar_files())


def make_avatar_video(request: AvatarRequest, context: JobContext, load: Load = build) -> AvatarResult:
    """Make the video, and what else is asked for; each file whole or not at all.  `load` as for `render_clip`.

    Raises `InputError` for what the user can mend, `MelismaError` for what we must, `Cancelled`.
    """
    started = time.monotonic()
    words = check_request(request)
    mover = _mover(request)
    figure = _figure(request)
    background = _background(request, figure)
    face = figure.on_stage(*(request.size or figure.usual_size), background)
    with tempfile.TemporaryDirectory(prefix="melisma-") as folder:
        performance = _performance(request, Path(folder), context, load)
        settings = _settings(request, background, words or performance.words)
        motion = _motion(request, mover, figure, performance)
        renderer: AvatarRenderer = MotionRenderer(face, motion)
        if request.weights is not None:
            renderer = _by_paper(request, performance, background, Path(folder))
        num_frames = count_frames(performance.duration_s, request.fps)
        # The video says how far it is; what moves beside it only stops when it is told to.  The paper's is slow enough.
        told = JobContext(token=context.token) if request.weights is None else context
        pictures = _Timed(renderer.pictures(request.fps, num_frames, told))
        sound = request.sound or performance.file
        video = write_video(request.out, pictures, num_frames, request.fps, sound, settings, context)
    written = _write_motion(request, motion.track, num_frames)
    elapsed_s = time.monotonic() - started
    return AvatarResult(
        video=video,
        written=written,
        figure=figure.name,
        animator=mover.animator_id,
        provider=None if mover.animator is None else mover.animator.provider,
        exact_lips=performance.line is not None and request.motion is None and request.weights is None,
        problems=performance.problems,
        first_picture_s=pictures.first_at - started,
        elapsed_s=elapsed_s,
        real_time_factor=elapsed_s / max(video.duration_s, 1e-9),
    )


def make_motion(request: AvatarRequest, context: JobContext) -> FaceTrack:
    """Only the motion, at 25 pictures per second, for a preview that can be scrubbed; writes nothing.

    `out`, `size`, `background` and subtitles of the request do not count.  Raises as `make_avatar_video`.
    """
    check_asked(request)
    mover = _mover(request)
    figure = _figure(request)
    with tempfile.TemporaryDirectory(prefix="melisma-") as folder:
        performance = _performance(request, Path(folder), context)
        motion = _motion(request, mover, figure, performance)
        count = count_frames(performance.duration_s, Fraction(FPS))
        return FaceTrack(np.stack(list(motion.rows(Fraction(FPS), count, context))), FPS)


def _background(request: AvatarRequest, figure: Figure) -> Background:
    return figure.usual_background if request.background is None else read_background(request.background)


def _settings(request: AvatarRequest, background: Background, words: tuple[Subtitle, ...]) -> VideoSettings:
    if request.subtitles != "none" and not any(word.text for word in words):
        raise words_unknown(request)
    return VideoSettings(
        format=request.format,
        transparent=background.transparent,
        subtitles=words if request.subtitles != "none" else (),
        burn_subtitles=request.subtitles == "burnt",
        title=request.vocals.stem,
        comment="Made with Melisma: the face is moved by a program.",
    )


def _figure(request: AvatarRequest) -> Figure:
    if request.portrait is not None:
        return portrait_figure(request.portrait, request.landmarks, request.points)
    return drawn_figure(request.avatar)


def _mover(request: AvatarRequest) -> _Mover:
    """Loaded before long work, so that what is missing is said at once."""
    if request.motion is not None:
        return _Mover(track=_edited(read_faceparams(request.motion)))
    if request.draft:
        return _Mover()
    if request.weights is not None:
        return _Mover(track=FaceTrack(np.zeros((1, NUM_PARAMS), np.float32), FPS), animator_id=PAPER)
    model = find_model(request.animator, role="animator")
    animator = build_singer_motion(model, request.device, request.threads)
    return _Mover(animator=animator, animator_id=str(model.manifest.id))


def _performance(request: AvatarRequest, folder: Path, context: JobContext, load: Load = build) -> Performance:
    if not is_sung(request.vocals):
        return recorded(request.vocals, context)
    asked = request.sing or SingRequest(request.vocals, folder / "sung.wav", device=request.device)
    performance = unsung(asked, context) if request.draft else sung(asked, folder, context, load)
    # Consonants sound before the clip's first beat; another sound begins on it.
    return performance if request.sound is None else performance.begun_at(performance.clip_start_s)


def _motion(request: AvatarRequest, mover: _Mover, figure: Figure, performance: Performance) -> Motion:
    if mover.track is not None:
        track = mover.track
        return Motion(lambda _: [track.values], track.fps)
    if mover.animator is None or performance.vocals is None:
        assert performance.line is not None, "a clip that is not sung is known"
        count = count_frames(performance.duration_s, Fraction(FPS))
        by_rule = track_by_rule(performance.line, FPS, count, request.seed, request.expressive)
        return Motion(lambda _: [by_rule.values], FPS)
    animator, manner = mover.animator, Manner(request.seed, request.num_steps, request.expressive)
    audio, line = performance.vocals.audio, performance.line

    def blocks(context: JobContext) -> Iterable[Floats]:
        return moved_blocks(animator, audio, figure.reference, manner, context, line)

    return Motion(blocks, FPS)


def _by_paper(request: AvatarRequest, performance: Performance, background: Background, folder: Path) -> PaperRenderer:
    """The paper's networks, in a process of their own; `folder` for what is handed over."""
    assert request.weights is not None
    assert request.portrait is not None
    assert performance.vocals is not None, "a draft has no weights"
    heard = folder / "heard.wav"
    write_audio(performance.vocals.audio, heard, subtype="PCM_24")
    landmarks = request.landmarks
    if request.points is not None:
        picture = read_picture(request.portrait)
        landmarks = folder / "landmarks.json"
        write_landmarks(landmarks, landmarks_from_points(*request.points), picture.shape[1], picture.shape[0])
    options = ("--device", request.device) if request.device in ("cpu", "cuda") else ()
    size = request.size or (USUAL_SIDE, USUAL_SIDE)
    return PaperRenderer(
        PaperProcess(request.weights, options=options),
        heard,
        request.portrait,
        request.seed,
        request.num_steps,
        landmarks,
        lambda face: staged(face, *size, background),
    )


def _edited(params: FaceParams) -> FaceTrack:
    """The track; where somebody changed the cues and not the frames, the lips follow the cues."""
    if params.cues is None or params.cues == tuple(cues_of(params.track)):
        return params.track
    return track_with_cues(params.track, params.cues)


def _write_motion(request: AvatarRequest, track: FaceTrack, num_frames: int) -> tuple[Path, ...]:
    if request.save_motion is None and not request.exports:
        return ()
    at_fps = track.resampled(float(request.fps), num_frames)
    if request.save_motion is not None:
        write_faceparams(FaceParams(at_fps, tuple(cues_of(at_fps))), request.save_motion)
    for kind, path in request.exports:
        write_export(at_fps, path, kind, request.vocals.name)
    return (*filter(None, [request.save_motion]), *(path for _, path in request.exports))


class _Timed:
    """Pictures as they come; `first_at`: when the first did, by `time.monotonic`."""

    def __init__(self, pictures: Iterable[Picture]) -> None:
        self._pictures = pictures
        self.first_at = 0.0

    def __iter__(self) -> Iterator[Picture]:
        for picture in self._pictures:
            self.first_at = self.first_at or time.monotonic()
            yield picture
