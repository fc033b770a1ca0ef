"""Pictures, sound and subtitles, encoded and woven into one file as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av import AudioFrame, Packet

from engine.audio import FloatArray
from engine.avatar.renderer import Picture
from engine.avatar.subtitles import Subtitle, mov_text_payload, webvtt_payload
from engine.avatar.video_formats import SOUND_RATE, VideoFormat
from engine.avatar.video_frames import BT709, LIMITED, FrameMaker
from engine.avatar.video_settings import VideoSettings
from engine.avatar.video_sound import SoundFeed

_BIT_RATES = {"aac": {1: 128_000, 2: 192_000}, "libopus": {1: 96_000, 2: 160_000}}
_KEY_EVERY_S = 2
"""A picture to jump to: players and editors seek there."""
_MS = Fraction(1, 1000)
# What the encoder of mov_text makes its sample description from: white, at the bottom.
_STYLE = b"""[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,18,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@contextmanager
def ffmpeg_errors() -> Iterator[None]:
    """What the disk refused comes out as `OSError`, whose words `written_whole` says."""
    try:
        yield
    except av.FFmpegError as error:
        raise OSError(error.errno or 0, error.strerror or "FFmpeg could not write it") from error


class ContainerWriter:
    """One file of `kind` at `path`.  Everything is encoded as it is added; nothing of it is kept.

    `add` pictures, then `finish`; or `abandon`.  Sound and subtitles are taken along up to the time of each picture.
    Raises `OSError` when the disk refuses.
    """

    def __init__(
        self, path: Path, kind: VideoFormat, fps: Fraction, size: tuple[int, int], sound: SoundFeed | None,
        subtitles: Iterable[Subtitle], settings: VideoSettings,
    ) -> None:  # fmt: skip
        self._kind, self._fps, self._sound = kind, fps, sound
        self._frames = FrameMaker(kind, settings.transparent)
        self._subtitles = list(subtitles)
        self._added = 0
        # Absolute: a name like `a:b.mp4` would be taken for a protocol.
        flags = {"movflags": "+faststart"} if kind.container in ("mp4", "mov") else {}
        self._container = av.open(str(path.absolute()), "w", format=kind.container, container_options=flags)
        notes = {"title": settings.title, "comment": settings.comment}
        self._container.metadata.update({name: text for name, text in notes.items() if text})
        self._video = self._video_stream(size)
        self._audio = None if sound is None else self._audio_stream(sound.channels)
        self._texts = self._subtitle_stream() if self._subtitles else None
        self._heard = 0

    def add(self, picture: Picture) -> None:
        """The next picture, uint8 [H, W, 4]."""
        frame = self._frames.frame(picture)
        frame.pts, frame.time_base = self._added, 1 / self._fps
        self._added += 1
        with ffmpeg_errors():
            self._container.mux(self._video.encode(frame))
            self._keep_up(Fraction(self._added) / self._fps)

    def finish(self) -> None:
        """The rest of the sound, and the file's end."""
        with ffmpeg_errors():
            self._container.mux(self._video.encode(None))
            if self._sound is not None and self._audio is not None:
                for block in self._sound.rest(self._step):
                    self._hear(block)
                self._container.mux(self._audio.encode(None))
            self._container.close()

    def abandon(self) -> None:
        """Let go of the file; what it holds is of no use."""
        with suppress(av.FFmpegError, ValueError, OSError):
            self._container.close()

    def _video_stream(self, size: tuple[int, int]) -> Any:
        stream = cast(Any, self._container.add_stream(self._kind.codec, rate=self._fps, options=self._kind.options))
        stream.width, stream.height = size
        stream.pix_fmt = self._frames.pixels
        context = stream.codec_context
        context.time_base = 1 / self._fps
        context.gop_size = max(1, round(_KEY_EVERY_S * self._fps))
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED
        # Slices alone, the default, make x264 worse and slower than whole pictures side by side.
        context.thread_type = "AUTO"
        return stream

    def _audio_stream(self, channels: int) -> Any:
        codec = self._kind.sound or ""
        stream = cast(Any, self._container.add_stream(codec, rate=SOUND_RATE))
        stream.codec_context.layout = "mono" if channels == 1 else "stereo"
        if codec in _BIT_RATES:
            stream.codec_context.bit_rate = _BIT_RATES[codec][channels]
        if codec.startswith("pcm"):
            stream.codec_context.format = "s32"
        stream.codec_context.open()
        return stream

    @property
    def _step(self) -> int:
        """Samples that the sound's encoder takes at once; any number is right for PCM."""
        return (self._audio.codec_context.frame_size if self._audio else 0) or 1024

    def _subtitle_stream(self) -> Any:
        stream = cast(Any, self._container.add_stream(self._kind.subtitles or ""))
        stream.codec_context.subtitle_header = _STYLE
        stream.codec_context.time_base = _MS
        stream.time_base = _MS
        return stream

    def _keep_up(self, time_s: Fraction) -> None:
        if self._sound is not None:
            for block in self._sound.until(int(time_s * SOUND_RATE), self._step):
                self._hear(block)
        while self._subtitles and self._subtitles[0].start_s <= time_s:
            self._container.mux(self._text_packet(self._subtitles.pop(0)))

    def _hear(self, block: FloatArray) -> None:
        layout = "mono" if block.shape[0] == 1 else "stereo"
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = SOUND_RATE, Fraction(1, SOUND_RATE), self._heard
        self._heard += block.shape[1]
        assert self._audio is not None
        self._container.mux(self._audio.encode(frame))

    def _text_packet(self, subtitle: Subtitle) -> Any:
        payload = mov_text_payload if self._kind.subtitles == "mov_text" else webvtt_payload
        packet = cast(Any, Packet(payload(subtitle.text)))
        packet.stream, packet.time_base = self._texts, _MS
        packet.pts = packet.dts = round(subtitle.start_s * 1000)
        packet.duration = round(subtitle.end_s * 1000) - packet.pts
        return packet
