"""The figures of `melisma bench isolate` for people: what was wanted, what came out, and every system beside."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.train.measure.table import Row, verdict

# What the project asked of its first separator.
MIN_REAL_SDR_DB = 4.0
MIN_SYNTHETIC_SDR_DB = 8.0
MAX_BLEED_DBFS = -40.0
MAX_NULL_DBFS = -90.0
MAX_FACTOR = 0.35
MAX_PEAK_GB = 1.5
MAX_FIRST_PROGRESS_S = 2.0
MIN_TIMES_HTDEMUCS = 2.0

Facts = Mapping[str, Any]
LABELS = {
    "separator-alone": "Melisma, `--refine alone`",
    "separator-mask": "Melisma, `--refine mask`",
    "separator-none": "Melisma, `--refine none`",
    "separator": "Melisma",
    "open-unmix": "Open-Unmix's size, same songs",
    "centre": "Mid-side centre",
    "harmonic-percussive": "Harmonic-percussive, two views",
    "repeating": "Repetition (REPET-SIM)",
    "ideal-mask": "Ideal ratio mask (upper bound)",
    "mixture": "The mixture as it is",
    "silence": "Silence (lower bound)",
}
OPPONENTS = ("centre", "harmonic-percussive", "repeating", "open-unmix")
_SETS = ("real", "synthetic")


def rows(facts: Facts) -> list[Row]:
    """Targets and verdicts of the parts that `facts` (the benchmark's JSON) has."""
    found: list[Row] = []
    if "quality" in facts:
        found += [*_quality(facts), *_against(facts)]
    if "speed" in facts:
        found += [*_speed(facts["speed"])]
    return found


def markdown(facts: Facts, pictures: Sequence[Path], beside: Path) -> str:
    """The page docs/bench-isolate.md; links to `pictures` are relative to `beside`."""
    lines = ["# How well vocals are isolated", "", *_how(facts), "", "| Figure | Target | Measured | Pass |"]
    lines.append("|---|---|---|---|")
    lines += [f"| {r.figure} | {r.target} | {r.measured} | {verdict(r)} |" for r in rows(facts)]
    if "quality" in facts:
        lines += ["", "## Every system on the same files", "", *_explained(), "", *_systems(facts)]
        lines += ["", "## Song by song", "", "SDR in dB.", "", *_songs(facts)]
    if "steps" in facts:
        lines += ["", "## Steps", "", *_steps(facts)]
    if pictures:
        lines += ["", "## Pictures", "", "From above: mixture, true vocals, Melisma, the mask network."]
    for path in pictures:
        link = Path(os.path.relpath(path, beside)).as_posix()
        lines += ["", f"![Spectrograms of {path.stem.removeprefix('isolate-')}]({link})"]
    return "\n".join(lines) + "\n"


def shipped(facts: Facts) -> str:
    """The system that a user gets who asks for nothing."""
    refine = facts["separator"]["refine"]
    return "separator" if refine is None else f"separator-{refine}"


def _quality(facts: Facts) -> Iterator[Row]:
    ours = facts["quality"].get(shipped(facts))
    if ours is None:
        return
    for song in facts["material"]["songs"]:
        if song["real"]:
            level = ours["songs"][song["name"]]["sdr_db"]
            yield _at_least(f"SDR of the vocals, {song['name']}", level, MIN_REAL_SDR_DB, "dB")
    if "synthetic" in ours["sets"]:
        level = ours["sets"]["synthetic"]["sdr_db"]
        yield _at_least("SDR of the vocals, synthetic songs", level, MIN_SYNTHETIC_SDR_DB, "dB")
    every = ours["sets"]["all"]
    yield _at_most("Bleed where nobody sings, worst song", every["bleed_db"], MAX_BLEED_DBFS, "dBFS")
    yield _at_most("Bleed where nobody sings, worst stretch", every["bleed_stretch_db"], MAX_BLEED_DBFS, "dBFS")
    yield Row("Bleed, mean of the songs", "", f"{_number(every['bleed_mean_db'])} dBFS")
    yield Row("Bleed, 95 % of seconds below, worst song", "", f"{_number(every['bleed_p95_db'])} dBFS")
    null = max(
        (s["sets"]["all"]["null_db"] for n, s in facts["quality"].items() if n.startswith("separator")), default=None
    )
    yield _at_most("Vocals + instrumental - mix, peak", null, MAX_NULL_DBFS, "dBFS", strictly=True)
    yield Row("Lag of the vocals", "", f"{every['lag']} samples")


def _against(facts: Facts) -> Iterator[Row]:
    quality = facts["quality"]
    ours = quality.get(shipped(facts))
    for name in OPPONENTS if ours else ():
        for group in _SETS:
            if name in quality and group in quality[name]["sets"]:
                mine, theirs = (system["sets"][group]["sdr_db"] for system in (ours, quality[name]))
                passed = None if mine is None or theirs is None else mine > theirs
                measured = f"{_number(mine)} against {_number(theirs)} dB"
                yield Row(f"SDR, {group} songs, against {LABELS[name]}", "more", measured, passed)


def _speed(facts: Facts) -> Iterator[Row]:
    for run in facts["runs"]:
        song = _length(run["song_s"])
        yield _at_most(f"{song}, time over length", run["factor"], MAX_FACTOR, "", digits=3)
        if run["peak_gb"] is not None:
            yield _at_most(f"{song}, memory", run["peak_gb"], MAX_PEAK_GB, "GB", digits=2)
        yield _at_most(f"{song}, first progress after", run["first_progress_s"], MAX_FIRST_PROGRESS_S, "s")
    htdemucs, run = facts["htdemucs"], facts["runs"][0]
    if "skipped" in htdemucs:
        yield Row("HTDemucs' network", "", f"not measured: {htdemucs['skipped']}")
        return
    times = htdemucs["factor"] / run["factor"]
    figure = f"Times as fast as HTDemucs' network ({htdemucs['factor']:.2f} s a second), {_length(run['song_s'])}"
    yield _at_least(figure, times, MIN_TIMES_HTDEMUCS, "")


def _how(facts: Facts) -> Iterator[str]:
    separator = facts["separator"]
    sampling = f", {separator['num_steps']} steps" if separator["num_steps"] else ""
    yield "Written by `melisma bench isolate`; the targets are those the project set itself for its first separator."
    yield f"Separator {separator['id']} {separator['version']}{sampling}; nothing below was trained on these songs."
    if "open_unmix" in facts:
        told = facts["open_unmix"]
        yield (
            f"The mask network has {told['weights'] / 1e6:.1f} million weights, trained on the same songs in "
            f"{told['steps']:.0f} steps of {told['batch']:.0f} crops of {told['crop_s']:g} s: {told['minutes']:.0f} "
            "minutes of one core."
        )
    if "speed" in facts and facts["speed"]["load_before"] is not None:
        speed = facts["speed"]
        yield (
            f"Speed of whole processes on {speed['cores']} cores, loading included, with a load of "
            f"{speed['load_before']:.1f} before the start; HTDemucs' network alone, random weights, segments without "
            "overlap, loading not counted."
        )


def _explained() -> Iterator[str]:
    yield "SDR: 10 log10 of the vocals' energy over the error's, in the seconds where they lie above -45 dBFS."
    yield "SI-SDR: after the best scaling.  STFT: multi-resolution STFT distance, smaller is better."
    yield "Bleed: dBFS of the estimate where the true vocals are below -60 dBFS, with the seconds around."
    yield "R: mean of the real songs, S: of the synthetic ones.  Time: seconds per second of song, warm and unmeasured"
    yield "by others' load."


def _systems(facts: Facts) -> Iterator[str]:
    yield "| System | SDR R | SDR S | SI-SDR R | SI-SDR S | STFT R | STFT S | Bleed, worst song | 95 % | Lag | Time |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for name in _ordered(facts["quality"]):
        sets = facts["quality"][name]["sets"]
        cells = [
            _number(sets[group][key]) if group in sets else ""
            for key in ("sdr_db", "si_sdr_db", "stft_distance")
            for group in _SETS
        ]
        every = sets["all"]
        cells += [_number(every["bleed_db"]), _number(every["bleed_p95_db"]), str(every["lag"])]
        label = f"**{LABELS[name]} (default)**" if name == shipped(facts) else LABELS[name]
        yield f"| {label} | {' | '.join(cells)} | {every['seconds_per_second']:.2f} |"


def _songs(facts: Facts) -> Iterator[str]:
    names = _ordered(facts["quality"])
    yield "| Song | Sung | " + " | ".join(LABELS[name] for name in names) + " |"
    yield "|---|---|" + "---|" * len(names)
    for song in facts["material"]["songs"]:
        figures = [_number(facts["quality"][name]["songs"][song["name"]]["sdr_db"]) for name in names]
        yield f"| {song['name']} | {song['sung_s']} of {song['seconds']:.0f} s | {' | '.join(figures)} |"


def _steps(facts: Facts) -> Iterator[str]:
    yield f"On {facts['excerpt_s']} s of each song.  Time: seconds per second of song, loading included."
    yield ""
    yield "| Steps | Refine | SDR R | SDR S | STFT R | STFT S | Time |"
    yield "|---|---|---|---|---|---|---|"
    for entry in facts["steps"]:
        sets = entry["sets"]
        cells = [
            _number(sets[group][key]) if group in sets else "" for key in ("sdr_db", "stft_distance") for group in _SETS
        ]
        time = f"{sets['all']['seconds_per_second']:.2f}"
        yield f"| {entry['num_steps']} | {entry['refine'] or ''} | {' | '.join(cells)} | {time} |"


def _ordered(quality: Facts) -> list[str]:
    return [name for name in LABELS if name in quality]


def _at_least(figure: str, value: float | None, least: float, unit: str) -> Row:
    measured = f"{_number(value)} {unit}".strip()
    return Row(figure, f">= {least:g} {unit}".strip(), measured, None if value is None else value >= least)


def _at_most(figure: str, value: float | None, most: float, unit: str, digits: int = 1, strictly: bool = False) -> Row:
    target = f"{'<' if strictly else '<='} {most:g} {unit}".strip()
    if value is None:
        return Row(figure, target, "not known")
    return Row(figure, target, f"{value:.{digits}f} {unit}".strip(), value < most if strictly else value <= most)


def _length(song_s: int) -> str:
    return f"{song_s} s" if song_s < 60 else f"{song_s // 60} min"


def _number(value: float | None) -> str:
    """Two digits, no "-0.00"; a dash for what is not there."""
    return "–" if value is None else f"{round(value, 2) + 0.0:.2f}"
