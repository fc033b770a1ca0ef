"""Pictures and a sound become a video, streamed: nothing grows with its length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from engine.audio import open_audio
from engine.avatar.renderer import Picture
from engine.avatar.subtitles import Subtitle, in_order
from engine.avatar.subtitles_drawn import Captions
from engine.avatar.video_container import ContainerWriter
from engine.avatar.video_formats import GIF, PNG, VideoFormat, count_frames
from engine.avatar.video_frames import frame_size
from engine.avatar.video_gif import GifWriter
from engine.avatar.video_pictures import PictureWriter
from engine.avatar.video_settings import VideoFacts, VideoSettings, check_size, planned
from engine.avatar.video_sound import SoundFeed
from engine.avatar.video_target import Target, written_video
from engine.files import check_space
from engine.jobs import JobContext

__all__ = ["VideoFacts", "VideoSettings", "count_frames", "planned", "write_video"]
STAGE = "Drawing the video"


class Writer(Protocol):
    """Takes pictures one by one; `finish` makes them a video, `abandon` lets go."""

    def add(self, picture: Picture) -> None: ...

    def finish(self) -> None: ...

    def abandon(self) -> None: ...


def write_video(
    out: Path,
    pictures: Iterable[Picture],
    num_frames: int,
    fps: Fraction,
    audio: Path | None,
    settings: VideoSettings,
    context: JobContext,
) -> VideoFacts:
    """Write `num_frames` of `pictures`, `fps` of them a second, with the sound of the file `audio` from time 0.

    Pictures are uint8 [H, W, 4], all of one size, new ones each (they are encoded while the next is drawn).  The
    sound is written as long as it is.  The kind is `settings.format` or what the name's suffix says; odd sides are
    made even by repeating the last column or row where a kind needs it (MP4, WebM).  A GIF holds no sound; for
    pictures (PNG) `out` is a new folder, or a name with `%05d` in it, and the sound lies beside them as a WAV.
    Whole or absent: an error or a cancel leaves nothing.
    Raises `InputError` in one sentence for a name, size, rate or sound that cannot be, `MelismaError` when the disk
    refuses, `Cancelled`, and `ValueError` when the pictures are fewer than said or of several sizes.
    """
    kind = planned(out, fps, settings)
    texts = in_order(settings.subtitles, float(num_frames / fps))
    drawn, soft = (texts, ()) if settings.burn_subtitles else ((), texts)
    with ExitStack() as stack:
        sound = None
        if audio is not None and kind is not GIF:
            sound = SoundFeed(stack.enter_context(open_audio(audio)))
        first, counted = _counted(pictures, num_frames)
        height, width = first.shape[:2]
        check_size(width, height)
        check_space(out.parent, int(kind.pixel_bytes * width * height * num_frames))
        captions = Captions(drawn, width, height)
        size = frame_size(kind, width, height)
        target = stack.enter_context(written_video(out, kind, soft, sound is not None))
        with _closed(_writer(target, kind, fps, size, sound, soft, settings)) as writer:
            _encode(captions.over(counted, fps), num_frames, writer, context)
        size_bytes = target.size_bytes()
    heard_s = None if sound is None else sound.seconds
    return VideoFacts(target.place, kind.name, *size, num_frames, fps, heard_s, size_bytes, target.beside)


def _writer(
    target: Target, kind: VideoFormat, fps: Fraction, size: tuple[int, int], sound: SoundFeed | None,
    soft: tuple[Subtitle, ...], settings: VideoSettings,
) -> Writer:  # fmt: skip
    if kind is PNG:
        return PictureWriter(target, fps, sound, settings.transparent)
    if kind is GIF:
        return GifWriter(target.part, fps, size, settings)
    return ContainerWriter(target.part, kind, fps, size, sound, soft if kind.subtitles else (), settings)


@contextmanager
def _closed(writer: Writer) -> Iterator[Writer]:
    try:
        yield writer
    except BaseException:
        writer.abandon()
        raise


def _counted(pictures: Iterable[Picture], num_frames: int) -> tuple[Picture, Iterator[Picture]]:
    """The first picture, and all of them, counted and measured."""
    iterator = iter(pictures)
    first = next(iterator, None)
    if first is None or num_frames < 1:
        raise ValueError("a video without a picture")

    def checked() -> Iterator[Picture]:
        count = 0
        for picture in islice(chain([first], iterator), num_frames):
            if picture.shape != first.shape:
                raise ValueError(f"a picture of shape {picture.shape} among those of {first.shape}")
            count += 1
            yield picture
        if count < num_frames:
            raise ValueError(f"{count} pictures of {num_frames}")

    return first, checked()


def _encode(pictures: Iterable[Picture], num_frames: int, writer: Writer, context: JobContext) -> None:
    """One picture is encoded while the next is drawn: on two cores the slower of both counts, not their sum."""
    with ThreadPoolExecutor(1, "video") as pool:
        pending: Future[None] | None = None
        for done, picture in enumerate(pictures):
            if pending is not None:
                pending.result()
            context.step(STAGE, done, num_frames)
            pending = pool.submit(writer.add, picture)
        if pending is not None:
            pending.result()
        context.step(STAGE, num_frames, num_frames)
        pool.submit(writer.finish).result()
