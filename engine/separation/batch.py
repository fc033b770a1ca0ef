"""Which mixes a command means, and what their results shall be called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError

_SUFFIXES = """
    .wav .wave .bwf .rf64 .w64 .flac .aif .aiff .aifc .caf .au .snd .mp3 .mp2 .ogg .oga .opus .m4a .m4b .mp4 .aac
    .wma .ac3 .alac .ape .wv .tta .mka .mkv .mov .webm .avi
"""
_SOUND_SUFFIXES = frozenset(_SUFFIXES.split())
VOCALS, INSTRUMENTAL = "_vocals.wav", "_instrumental.wav"


@dataclass(frozen=True, slots=True)
class MixJob:
    """One mix and the two files to write."""

    mix: Path
    vocals: Path
    instrumental: Path


@dataclass(frozen=True, slots=True)
class Batch:
    """`failed`: what was named and cannot be used; `remarks`: what was done otherwise than expected, in sentences."""

    jobs: tuple[MixJob, ...]
    failed: tuple[tuple[Path, InputError], ...]
    remarks: tuple[str, ...]


def plan_batch(named: Sequence[Path], out: Path) -> Batch:
    """Files as they are, folders as the sound files that lie directly in them, each file once.

    Results of an earlier run are left out of folders.  No two mixes share a result, and no result takes the place
    of a mix: the later name gets a number.
    """
    mixes: dict[Path, Path] = {}  # by their real place, so that nothing is done twice
    failed: list[tuple[Path, InputError]] = []
    remarks: list[str] = []
    for path in named:
        if not path.is_dir():
            mixes.setdefault(path.resolve(), path)
            continue
        try:
            found = _sounds_in(path, remarks)
        except InputError as error:
            failed.append((path, error))
            continue
        for sound in found:
            mixes.setdefault(sound.resolve(), sound)
    return Batch(_named(mixes, out, remarks), tuple(failed), tuple(remarks))


def _sounds_in(folder: Path, remarks: list[str]) -> list[Path]:
    try:
        files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        what = f"The folder {folder} could not be opened: {error.strerror}."
        raise InputError(what, "Check its permissions.") from error
    sounds = [path for path in files if path.suffix.lower() in _SOUND_SUFFIXES and path.is_file()]
    ours = [path for path in sounds if path.name.lower().endswith((VOCALS, INSTRUMENTAL))]
    if ours:
        count, were = ("1 file", "was") if len(ours) == 1 else (f"{len(ours)} files", "were")
        remarks.append(f"{folder}: {count} named like our own results {were} left out, such as {ours[0].name}.")
    mixes = [path for path in sounds if path not in ours]
    if not mixes:
        raise InputError(f"The folder {folder} has no sound file to work on.", "Name a folder of mixes.")
    return mixes


def _named(mixes: dict[Path, Path], out: Path, remarks: list[str]) -> tuple[MixJob, ...]:
    # Some file systems do not tell upper from lower case.
    taken = {str(real).casefold() for real in mixes}
    jobs = []
    for mix in mixes.values():
        number, name = 1, mix.stem
        while taken & (wanted := {str((out / (name + end)).resolve()).casefold() for end in (VOCALS, INSTRUMENTAL)}):
            number += 1
            name = f"{mix.stem}-{number}"
        taken |= wanted
        if number > 1:
            remarks.append(f"{mix} is written as {name}: {mix.stem} is taken by another file.")
        jobs.append(MixJob(mix, out / (name + VOCALS), out / (name + INSTRUMENTAL)))
    return tuple(jobs)
