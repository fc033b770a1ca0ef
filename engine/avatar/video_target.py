"""Where a video goes: a file or a run of pictures, with what lies beside it; whole or absent."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.avatar.subtitles import Subtitle, srt_text
from engine.avatar.video_formats import PNG, VideoFormat
from engine.errors import InputError, MelismaError
from engine.files import written_whole

_NUMBER = re.compile(r"%(0\d)?d")
_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Target:
    """`part` is where to write, a file, or a folder for pictures; it comes to `place` when all is well.

    `beside`: other files that belong to it, as they will be called.  `pictures`: the pictures' name with their number
    as in `%05d`; `sound`: the name of the WAV beside them, "" for none.
    """

    part: Path
    place: Path
    beside: tuple[Path, ...] = ()
    pictures: str = ""
    sound: str = ""

    def size_bytes(self) -> int:
        """Of all that was written to `part` so far."""
        files = self.part.iterdir() if self.part.is_dir() else [self.part]
        return sum(file.stat().st_size for file in files)


@contextmanager
def written_video(out: Path, kind: VideoFormat, soft: Sequence[Subtitle], with_sound: bool) -> Iterator[Target]:
    """As `written_whole`, for all files of a video; subtitles become an .srt where `kind` has no room for them.

    Raises `InputError` for a place that cannot be, `MelismaError` when the disk refuses.
    """
    srt = srt_text(soft).encode() if soft and not kind.subtitles else b""
    if kind is PNG:
        with _pictures(out, srt, with_sound) as target:
            yield target
        return
    with ExitStack() as stack:
        part = stack.enter_context(written_whole(out))
        beside = (out.with_suffix(".srt"),) if srt else ()
        for place in beside:
            stack.enter_context(written_whole(place)).write_bytes(srt)
        yield Target(part, out, beside)


@contextmanager
def _pictures(out: Path, srt: bytes, with_sound: bool) -> Iterator[Target]:
    folder, name = _folder_and_name(out)
    stem = _NUMBER.sub("", Path(name).stem).strip("_-. ") or "sound"
    part = folder.parent / f".{folder.name}.{os.getpid()}.part"
    if folder != out:
        part = folder / f".{stem}.{os.getpid()}.part"
    beside = (folder / f"{stem}.wav",) * with_sound + (folder / f"{stem}.srt",) * bool(srt)
    try:
        part.mkdir()
        if srt:
            (part / f"{stem}.srt").write_bytes(srt)
        yield Target(part, out, beside, name, f"{stem}.wav" if with_sound else "")
        if folder == out:
            if folder.exists():
                folder.rmdir()
            part.rename(folder)
        else:
            for file in sorted(part.iterdir()):
                file.replace(folder / file.name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MelismaError(f"{out} could not be written: {reason}.", "Check free space and permissions.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _folder_and_name(out: Path) -> tuple[Path, str]:
    """The folder of the pictures (`out` itself, or that of a name with a number in it), and what they are called."""
    numbers = _NUMBER.findall(out.name)
    if out.suffix.lower() == PNG.suffix and (len(numbers) != 1 or out.name.count("%") != 1):
        hint = f"Put a number in, as in {out.stem.replace('%', '')}_%0{_DIGITS}d.png, or name a folder."
        raise InputError(f"{out.name} names one picture, not a run of them.", hint)
    folder, name = (out.parent, out.name) if numbers else (out, f"{out.name.replace('%', '')}_%0{_DIGITS}d.png")
    missing = folder if numbers else folder.parent
    if not missing.is_dir():
        raise InputError(f"The folder {missing} does not exist.", "Make it first, or name another place.")
    if not numbers and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        what = f"{folder} is there already{' and not empty' if folder.is_dir() else ', and no folder'}."
        raise InputError(what, "Name a new folder for the pictures.")
    return folder, name
