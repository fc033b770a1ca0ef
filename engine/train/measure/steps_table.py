"""The table of quality against steps, and what it says about the default."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NEAR_DB = 0.05
"""Distortions this close are one: the takes of two seeds differ by as much."""
NEAR_MOTION = 0.12
"""Logarithms of motion this close are one."""

Facts = Mapping[str, Any]


def chosen(rows: Sequence[Facts]) -> Facts:
    """The default that a voice's rows speak for.

    Of those whose distortion is the least, or near it, the one whose latents move as much as the teacher's; of those
    that do so alike, the one of fewest steps.  The SDE is shown and not chosen while there is another: it draws as
    much noise as the process has, so that the temperature, which is the producer's, hardly reaches it.
    """
    heeding = [row for row in rows if row["sampler"] != "sde"] or rows
    least = min(row["mcd_db"] for row in heeding)
    near = [row for row in heeding if row["mcd_db"] <= least + NEAR_DB]
    away = [abs(math.log(row["latent_motion"])) for row in near]
    alike = [row for row, off in zip(near, away, strict=True) if off <= min(away) + NEAR_MOTION]
    return min(alike, key=lambda row: (row["steps"], abs(math.log(row["latent_motion"]))))


def words(row: Facts) -> str:
    """A setting as people say it."""
    plural = "" if row["steps"] == 1 else "s"
    return f"{row['steps']} step{plural} of {row['sampler']} at temperature {row['temperature']:g}"


def plain(facts: Facts) -> list[str]:
    """Lines for a terminal."""
    lines = []
    for voice in facts["voices"]:
        lines.append(f"{voice['id']} {voice['version']} ({voice['folder']})")
        lines += ["  " + line for line in _aligned(_cells(voice))]
        lines.append(f"  The table speaks for {words(chosen(voice['rows']))}.")
    return lines


def markdown(facts: Facts) -> str:
    """The page docs/bench-steps.md."""
    lines = ["# Quality against steps", "", *_how(facts)]
    for voice in facts["voices"]:
        lines += ["", f"## {voice['title']}", "", *_said(voice), ""]
        head, *body = _cells(voice)
        lines += ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        lines += ["| " + " | ".join(row) + " |" for row in body]
    return "\n".join(lines) + "\n"


def _how(facts: Facts) -> Iterator[str]:
    material = facts["material"]
    yield (
        f"Written by `melisma bench steps`, on {material['phrases']} phrases ({material['seconds']:.0f} s) that no "
        "training saw, against the teacher on the same phones, times and pitches.  A step is one evaluation of the "
        "denoiser, whatever the sampler."
    )
    yield ""
    yield (
        "Distance alone rewards the mean, which sounds like wax.  So beside the mel-cepstral distortion stands how "
        "much of the teacher's variance is left: of the latents over time, of their change from frame to frame "
        "(motion: below 1 too smooth, above 1 rough), and both of the sound's mel bands.  Variety is the RMS distance "
        "of two takes in latents of variance 1.  Work is the time of one core, in seconds for a second of sound: "
        "condition encoder, steps, decoder and synthesis of one phrase, the least of five runs of each; phrases are "
        "sung beside each other, so that two cores take about half as long."
    )


def _said(voice: Facts) -> Iterator[str]:
    row, pace = chosen(voice["rows"]), voice["pace"]
    many = max(voice["rows"], key=lambda r: (r["steps"], r["sampler"] == "second-order"))
    mean = voice["mean"]
    yield (
        f"Voice {voice['id']} {voice['version']}: {pace['fixed']:.4f} s of work for a second of sound, and "
        f"{pace['step']:.4f} s for each step."
    )
    yield ""
    yield (
        f"The rows speak for **{words(row)}**: {row['mcd_db']:.2f} dB and a motion of {row['latent_motion']:.2f}; "
        f"{words(many)} has {many['mcd_db']:.2f} dB and {many['latent_motion']:.2f}, and the prior's mean alone "
        f"{mean['mcd_db']:.2f} dB and {mean['latent_motion']:.2f}.  (Of what lies within {NEAR_DB:g} dB of the least "
        "distortion, that which moves as the teacher does; of equals, the fewest steps; the SDE, which hardly heeds "
        "the temperature, is only shown.)"
    )
    distances, motions = ([r[name] for r in voice["rows"]] for name in ("mcd_db", "mel_motion"))
    yield ""
    yield (
        "What reaches the ear differs less than the latents do: over all rows the distortion lies from "
        f"{min(distances):.2f} to {max(distances):.2f} dB, the mel bands' motion from {min(motions):.2f} to "
        f"{max(motions):.2f} (through the codec alone {voice['copy']['mcd_db']:.2f} dB and "
        f"{voice['copy']['mel_motion']:.2f})."
    )


def _cells(voice: Facts) -> list[list[str]]:
    head = [
        "Sampler",
        "Temperature",
        "Steps",
        "Distortion, dB",
        "Variance",
        "Motion",
        "Mel variance",
        "Mel motion",
        "Variety",
        "Work",
    ]
    cells = [head]
    fixed = voice["pace"]["fixed"]
    for name, key in (("teacher through the codec", "copy"), ("prior's mean", "mean")):
        cells.append([name, "", "0", *_figures(voice[key]), "", f"{fixed:.3f}"])
    for row in voice["rows"]:
        work = fixed + row["steps"] * voice["pace"]["step"]
        who = [row["sampler"], f"{row['temperature']:g}", str(row["steps"])]
        cells.append([*who, *_figures(row), f"{row['variety']:.2f}", f"{work:.3f}"])
    return cells


def _figures(row: Facts) -> list[str]:
    shares = [f"{row[name]:.2f}" for name in ("latent_variance", "latent_motion", "mel_variance", "mel_motion")]
    return [f"{row['mcd_db']:.2f}", *shares]


def _aligned(cells: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
