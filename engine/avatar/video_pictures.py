"""A video as a run of PNG files and a WAV: what compositing programs take."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from fractions import Fraction

import cv2

from engine.audio import WavWriter
from engine.avatar.renderer import Picture
from engine.avatar.video_formats import SOUND_RATE
from engine.avatar.video_sound import SoundFeed
from engine.avatar.video_target import Target

# Fast, and near the smallest: Paeth's filter does most of the work on drawn pictures.
_COMPRESSION = [cv2.IMWRITE_PNG_COMPRESSION, 2]


class PictureWriter:
    """Writes into the folder `target.part`; numbers count from 0, as frames do.  Raises `OSError` as the disk does."""

    def __init__(self, target: Target, fps: Fraction, sound: SoundFeed | None, transparent: bool) -> None:
        self._target, self._fps, self._sound, self._transparent = target, fps, sound, transparent
        self._open = ExitStack()
        self._wav = None
        self._added = 0
        if sound is not None:
            wav = WavWriter(target.part / target.sound, sound.channels, SOUND_RATE, "PCM_24")
            self._wav = self._open.enter_context(wav)

    def add(self, picture: Picture) -> None:
        """The next picture, uint8 [H, W, 4]."""
        turned = cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA if self._transparent else cv2.COLOR_RGBA2BGR)
        _, data = cv2.imencode(".png", turned, _COMPRESSION)
        (self._target.part / (self._target.pictures % self._added)).write_bytes(data.tobytes())
        self._added += 1
        if self._sound is not None and self._wav is not None:
            for block in self._sound.until(int(self._added / self._fps * SOUND_RATE), SOUND_RATE // 10):
                self._wav.write(block)

    def finish(self) -> None:
        """The rest of the sound."""
        if self._sound is not None and self._wav is not None:
            for block in self._sound.rest(SOUND_RATE // 10):
                self._wav.write(block)
        self._open.close()

    def abandon(self) -> None:
        """Let go of the files; whoever gave the folder clears it."""
        with suppress(OSError):
            self._open.close()
