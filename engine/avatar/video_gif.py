"""A GIF: 256 colours chosen anew for every picture, so that nothing waits for the last one."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av import VideoFormat, VideoFrame
from av.filter import Graph

from engine.avatar.renderer import Picture
from engine.avatar.video_container import ffmpeg_errors
from engine.avatar.video_formats import GIF
from engine.avatar.video_settings import VideoSettings

_HALF_CLEAR = "128"
"""A GIF's pixels are clear or not: below this alpha they are."""


class GifWriter:
    """One GIF at `path`, played for ever.  `add`, `finish`, `abandon` as in `ContainerWriter`."""

    def __init__(self, path: Path, fps: Fraction, size: tuple[int, int], settings: VideoSettings) -> None:
        self._fps, self._transparent = fps, settings.transparent
        self._added = 0
        self._container = av.open(str(path.absolute()), "w", format=GIF.container)
        self._stream = cast(Any, self._container.add_stream(GIF.codec, rate=fps))
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "pal8"
        self._stream.codec_context.time_base = 1 / fps
        self._graph = self._palettes(size)

    def add(self, picture: Picture) -> None:
        """The next picture, uint8 [H, W, 4]."""
        if not self._transparent:
            picture = picture.copy()
            picture[..., 3] = 255
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgba")
        frame.pts, frame.time_base = self._added, 1 / self._fps
        self._added += 1
        with ffmpeg_errors():
            self._graph.push(frame)
            self._pull()

    def finish(self) -> None:
        """What still waits, and the file's end."""
        with ffmpeg_errors():
            self._graph.push(None)
            self._pull()
            self._container.mux(self._stream.encode(None))
            self._container.close()

    def abandon(self) -> None:
        """Let go of the file."""
        with suppress(av.FFmpegError, ValueError, OSError):
            self._container.close()

    def _pull(self) -> None:
        while True:
            try:
                reduced = cast(VideoFrame, self._graph.pull())
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            self._container.mux(self._stream.encode(reduced))

    def _palettes(self, size: tuple[int, int]) -> Graph:
        """One palette per picture, and ordered dithering: its grain stays where it is from picture to picture."""
        graph = Graph()
        source = graph.add_buffer(width=size[0], height=size[1], format=VideoFormat("rgba"), time_base=1 / self._fps)
        split = graph.add("split")
        choose = graph.add("palettegen", "stats_mode=single:reserve_transparent=1")
        use = graph.add("paletteuse", f"dither=bayer:bayer_scale=4:new=1:alpha_threshold={_HALF_CLEAR}")
        sink = graph.add("buffersink")
        source.link_to(split)
        split.link_to(choose, 0, 0)
        split.link_to(use, 1, 0)
        choose.link_to(use, 0, 1)
        use.link_to(sink)
        graph.configure()
        return graph
