"""The figures of a benchmark as rows for people: what was wanted, what came out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What the project asks of the complete singer; codec, words and voicing are its first voice's.
MAX_CENTS = 4.0
MAX_OFF_SHARE = 0.02
MIN_VOICED_SHARE = 0.95
MAX_SYSTEM_MCD_DB = 5.0
MAX_CODEC_MCD_DB = 4.5
MAX_PHONE_ERROR_ABOVE_TEACHER = 0.08
MAX_COLD_S = 6.0
MAX_PEAK_GB = 1.0
MAX_WARM_FACTOR = 0.08
MAX_EDIT_MS = 300

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """`passed` is None for what is only reported."""

    figure: str
    target: str
    measured: str
    passed: bool | None = None


def rows(facts: Facts) -> list[Row]:
    """Rows of the parts that `facts` (the benchmark's JSON) has."""
    found: list[Row] = []
    for part, make in _PARTS.items():
        if part in facts:
            found += make(facts[part])
    return found


def plain_table(found: Sequence[Row]) -> list[str]:
    """Aligned columns for a terminal."""
    cells = [("figure", "target", "measured", ""), *((r.figure, r.target, r.measured, verdict(r)) for r in found)]
    widths = [max(len(row[i]) for row in cells) for i in range(4)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def markdown(facts: Facts, pictures: Sequence[Path], beside: Path) -> str:
    """The page docs/bench-sing.md: how it was measured, the table, links to `pictures` relative to `beside`."""
    lines = [
        "# How well the voice sings",
        "",
        *_how(facts),
        "",
        "| Figure | Target | Measured | Pass |",
        "|---|---|---|---|",
    ]
    lines += [f"| {r.figure} | {r.target} | {r.measured} | {verdict(r)} |" for r in rows(facts)]
    if pictures:
        lines += ["", "## Side by side", "", "Teacher, voice and the teacher's sound through the codec, one scale."]
    for path in pictures:
        link = Path(os.path.relpath(path, beside)).as_posix()
        lines += ["", f"![Spectrograms of teacher, voice and codec: {path.stem}]({link})"]
    return "\n".join(lines) + "\n"


def _how(facts: Facts) -> Iterator[str]:
    voice, sampling = facts["voice"], facts["sampling"]
    yield "Written by `melisma bench sing`; the targets are those the project set itself."
    yield (
        f"Voice {voice['id']} {voice['version']}, {sampling['num_steps']} steps of the {sampling['sampler']} sampler "
        f"from {sampling['start']:g} at temperature {sampling['temperature']:g}."
    )
    if "material" in facts:
        material = facts["material"]
        yield (
            f"{material['phrases']} phrases ({material['minutes']:.1f} minutes) of {material['songs']} songs that no "
            "training saw, against the teacher on the same phones, times and pitches."
        )
    if "speed" in facts and facts["speed"]["load_before"] is not None:
        speed = facts["speed"]
        yield f"Speed on {speed['cores']} cores with a load of {speed['load_before']:.1f} before the start."


def _pitch(facts: Facts) -> Iterator[Row]:
    voice, floor = facts["voice"], facts["teacher"]
    cents, off, voiced = voice["median_cents"], voice["off_share"], voice["voiced_share"]
    yield Row("Pitch, median error", f"<= {MAX_CENTS:g} cents", f"{cents:.1f} cents", cents <= MAX_CENTS)
    target = f"<= {MAX_OFF_SHARE:.0%}"
    yield Row("Pitch, frames off by more than 50 cents", target, f"{off:.1%}", off <= MAX_OFF_SHARE)
    yield Row("Pitch, voiced frames", f">= {MIN_VOICED_SHARE:.0%}", f"{voiced:.1%}", voiced >= MIN_VOICED_SHARE)
    yield Row("Pitch, a note's median against its key", "", f"{voice['median_note_cents']:.1f} cents")
    teacher = f"{floor['median_cents']:.1f} cents, {floor['off_share']:.1%} off, {floor['voiced_share']:.1%} voiced"
    yield Row("The teacher under the same tracker", "", teacher)


def _words(facts: Facts) -> Iterator[Row]:
    distortion = facts["distortion"]
    for name, label, most in (
        ("voice", "Distortion, whole system", MAX_SYSTEM_MCD_DB),
        ("codec", "Distortion, codec alone", MAX_CODEC_MCD_DB),
        ("mean", "Distortion, prior's mean", None),
    ):
        mcd, rms = distortion[name]["mcd_db"], distortion[name]["rms_db"]
        passed = None if most is None else mcd <= most
        yield Row(label, "" if most is None else f"<= {most:g} dB", f"{mcd:.2f} dB (RMS {rms:.2f} dB)", passed)
    errors = {name: entry["rate"] for name, entry in facts["phone_errors"].items()}
    above = errors["voice"] - errors["teacher"]
    target = f"<= {100 * MAX_PHONE_ERROR_ABOVE_TEACHER:g} points"
    yield Row(
        "Phone errors, voice above teacher",
        target,
        f"{100 * above:+.1f} points",
        above <= MAX_PHONE_ERROR_ABOVE_TEACHER,
    )
    for name, label in (("voice", "voice"), ("teacher", "teacher"), ("codec", "teacher through the codec")):
        yield Row(f"Phone errors, {label}", "", f"{errors[name]:.1%}")
    yield Row("Phone errors, plain speech", "", f"{errors['speech']:.1%}")


def _codec(songs: Sequence[Facts]) -> Iterator[Row]:
    for song in songs:
        name = f"Codec on {song['name'].removeprefix('nitech_jp_')}"
        yield Row(f"{name}, mel distance", "", f"{song['mel_db']:.2f} dB")
        pitch = (
            f"{song['median_cents']:.1f} cents, {song['off_share']:.1%} off, voicing {song['voicing_agrees']:.1%} alike"
        )
        yield Row(f"{name}, pitch", "", pitch)
        opinions = [
            f"{label} {song['before'][key]:.2f} → {song['after'][key]:.2f}"
            for key, label in (("signal", "SIG"), ("background", "BAK"), ("overall", "OVRL"))
        ]
        yield Row(f"{name}, DNSMOS", "", ", ".join(opinions))


def _speed(facts: Facts) -> Iterator[Row]:
    best, peak, warm = min(facts["cold_s"]), facts["peak_gb"], facts["warm_factor"]
    name = f"Whole process, {facts['clip_s']:g} s of song"
    measured = f"{best:.1f} s (median {facts['cold_median_s']:.1f} s)"
    yield Row(f"{name}, time", f"<= {MAX_COLD_S:g} s", measured, best <= MAX_COLD_S)
    if peak is not None:
        yield Row(f"{name}, memory", f"<= {MAX_PEAK_GB:g} GB", f"{peak:.2f} GB", peak <= MAX_PEAK_GB)
    yield Row("Warm, seconds per second of song", f"<= {MAX_WARM_FACTOR:g}", f"{warm:.3f}", warm <= MAX_WARM_FACTOR)
    if "edit_heard_s" in facts:
        heard_ms, target = 1000 * facts["edit_heard_s"], f"<= {MAX_EDIT_MS:g} ms"
        yield Row("One edited note, heard", target, f"{heard_ms:.0f} ms", heard_ms <= MAX_EDIT_MS)
        yield Row("One edited note, its whole phrase anew", "", f"{1000 * facts['edit_s']:.0f} ms")
    for minutes, song_gb in facts.get("song_peaks_gb", {}).items():
        if song_gb is not None:
            yield Row(f"Whole process, {minutes} min of song, memory", "", f"{song_gb:.2f} GB")


def _determinism(facts: Facts) -> Iterator[Row]:
    same, other = facts["same_seed_identical"], facts["other_seed_differs"]
    yield Row("Same seed twice", "identical files", "identical" if same else "different", same)
    yield Row("Another seed", "another take", "another" if other else "the same", other)


_PARTS: dict[str, Callable[[Any], Iterator[Row]]] = {
    "pitch": _pitch,
    "words": _words,
    "codec": _codec,
    "speed": _speed,
    "determinism": _determinism,
}


def verdict(row: Row) -> str:
    """Yes, no, or nothing where there is no target."""
    return {None: "", True: "yes", False: "no"}[row.passed]
