"""The figures of `melisma bench avatar` for people: what was wanted, what came out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.train.measure.avatar_scores import SHUT
from engine.train.measure.table import Row, verdict

# What the project asked of its first animator.
MIN_OPEN, MIN_CLOSED, MIN_SSIM, MIN_PSNR_DB, MAX_LANDMARKS = 0.9, 0.9, 0.85, 26.0, 0.03
MIN_RATE = {512: 25.0, 256: 35.0}
MAX_FIRST_S, MAX_PEAK_GB = 3.0, 1.5
MIN_FOUND, MIN_STILL_DB, MIN_PORTRAIT_OPEN = 0.8, 40.0, 0.8

Facts = Mapping[str, Any]
KINDS = {
    "sung": "songs, by the included voice",
    "read": "sentences, read",
    "banked": "syllables, two singers",
    "real": "two real songs (Japanese)",
}


def rows(facts: Facts) -> list[Row]:
    """Targets and verdicts of the parts that `facts` (the benchmark's JSON) has."""
    found: list[Row] = []
    for part, make in (("motion", _motion), ("pictures", _pictures), ("takes", _takes), ("portraits", _portraits)):
        if part in facts:
            found += make(facts[part])
    if "speed" in facts:
        found += _speed(facts["speed"])
    return found


def markdown(facts: Facts, pictures: Sequence[Path], beside: Path) -> str:
    """The page docs/bench-avatar.md; links to `pictures` are relative to `beside`."""
    lines = ["# How a face sings", "", *_how(facts), "", "| Figure | Target | Measured | Pass |", "|---|---|---|---|"]
    lines += [f"| {r.figure} | {r.target} | {r.measured} | {verdict(r)} |" for r in rows(facts)]
    if "motion" in facts:
        lines += ["", "## From the sound alone, by kind of vocal", "", *_kinds(facts["motion"])]
    if "steps" in facts:
        lines += ["", "## Steps of the sampler", "", *_steps(facts["steps"])]
    if "others" in facts:
        lines += ["", "## With and without the spectral modules", "", *_others(facts["others"])]
    if "portraits" in facts:
        lines += ["", "## Portraits", "", *_portrait_lines(facts["portraits"])]
    if pictures:
        lines += ["", "## Contact sheets"]
    for path in pictures:
        link = Path(os.path.relpath(path, beside)).as_posix()
        lines += ["", f"![{path.stem.replace('-', ' ')}]({link})"]
    return "\n".join(lines) + "\n"


def _how(facts: Facts) -> Iterator[str]:
    animator = facts["animator"]
    yield (
        f"Written by `melisma bench avatar`.  Animator {animator['id']} {animator['version']}, steps of the sampler: "
        f"{animator['num_steps']} unless said otherwise; vocals and faces that its training did not have."
    )
    yield (
        "The truth is what rules make of phones, pitch, level and beat, which the network is not told here: it only "
        "hears the vocal.  Where Melisma sang the vocal itself the lips are the rules' own, exactly."
    )
    if "pictures" in facts:
        yield (
            "How heads sway, where eyes go and when they blink is chance, in the rules as in the network: pictures are "
            "compared with a take that is given the same."
        )
    if "speed" in facts:
        yield f"Speed on {facts['speed']['cores']} cores, whole processes from start to finished file."


def _motion(facts: Facts) -> Iterator[Row]:
    for kind, label in KINDS.items():
        if kind not in facts:
            continue
        row = facts[kind]
        aimed = kind == "sung"
        opened = f"{row['open_median']:.2f} (mean {row['open_mean']:.2f})"
        target = f">= {MIN_OPEN:g}" if aimed else ""
        yield Row(f"Mouth follows, {label}", target, opened, row["open_median"] >= MIN_OPEN if aimed else None)
        share = row["within_one_picture"]
        yield Row(f"Lag of at most one picture, {label}", "all", f"{share:.0%}", share == 1)
        if row["closed"] is not None and row["closures"] >= 20:
            target = f">= {MIN_CLOSED:.0%}" if aimed else ""
            measured = f"{row['closed']:.0%} of {row['closures']}"
            passed = row["closed"] >= MIN_CLOSED if aimed else None
            yield Row(f"M, B, P closed (open < {SHUT:g}), {label}", target, measured, passed)
    sung = facts["sung"]
    if sung["silence_open"] is not None:
        still = sung["silence_moves"] < 0.03
        yield Row(
            "Mouth in silence: open, spread", "still", f"{sung['silence_open']:.3f}, {sung['silence_moves']:.3f}", still
        )
    if sung["beats"] is not None:
        yield Row("Beat alignment of the head (the rules')", "", f"{sung['beats']:.2f} ({sung['truth_beats']:.2f})")


def _pictures(facts: Facts) -> Iterator[Row]:
    """Heads are chance: with the truth's own chance pictures can be compared; other takes differ, as the rules' do."""
    row = facts["same"]
    ssim, psnr, landmarks = row["ssim"], row["psnr_db"], row["landmarks"]
    yield Row("SSIM of the whole picture", f">= {MIN_SSIM:g}", f"{ssim:.3f}", ssim >= MIN_SSIM)
    yield Row("PSNR of the whole picture", f">= {MIN_PSNR_DB:g} dB", f"{psnr:.1f} dB", psnr >= MIN_PSNR_DB)
    yield Row("Mouth crop", "", f"SSIM {row['mouth_ssim']:.3f}, PSNR {row['mouth_psnr_db']:.1f} dB")
    measured = f"{landmarks:.1%} (lips {row['lips']:.1%}, lips with the truth's head {row['lips_in_head']:.1%})"
    yield Row("Landmarks off", f"<= {MAX_LANDMARKS:.0%} between the eyes", measured, landmarks <= MAX_LANDMARKS)
    other = facts["other"]
    measured = f"SSIM {other['ssim']:.3f}, PSNR {other['psnr_db']:.1f} dB, lips with the truth's head "
    yield Row("Another take, with another head", "", f"{measured}{other['lips_in_head']:.1%}")


def _takes(facts: Facts) -> Iterator[Row]:
    spread = facts["head_degrees"]
    measured = f"{spread:.1f} degrees (the rules: {facts['truth_head_degrees']:.1f}); mouth {facts['mouth']:.3f}"
    yield Row("Heads differ from seed to seed", "> 0", measured, spread > 0)


def _speed(facts: Facts) -> Iterator[Row]:
    for run in facts["runs"]:
        name = f"{run['figure']}, {run['size']} px, {run['song_s']} s"
        rate, least = run["pictures_per_s"], MIN_RATE[run["size"]]
        yield Row(f"Pictures per second, {name}", f">= {least:g}", f"{rate:.1f}", rate >= least)
        first = run["first_picture_s"]
        yield Row(f"First picture, {name}", f"<= {MAX_FIRST_S:g} s", f"{first:.1f} s", first <= MAX_FIRST_S)
        peak = run["peak_gb"]
        if peak is not None:
            yield Row(f"Memory, {name}", f"<= {MAX_PEAK_GB:g} GB", f"{peak:.2f} GB", peak <= MAX_PEAK_GB)


def _portraits(facts: Facts) -> Iterator[Row]:
    found = facts["summary"]
    share, count = found["found_share"], found["portraits"]
    yield Row("Portraits found", f">= {MIN_FOUND:.0%}", f"{share:.0%} of {count}", share >= MIN_FOUND)
    still, followed = found["worst_background_db"], found["opening_r"]
    yield Row(
        "Outside the face, head still, worst", f">= {MIN_STILL_DB:g} dB", f"{still:.1f} dB", still >= MIN_STILL_DB
    )
    measured = f"{followed:.2f} (worst {found['worst_opening_r']:.2f})"
    yield Row("Mouth seen to follow, median", f">= {MIN_PORTRAIT_OPEN:g}", measured, followed >= MIN_PORTRAIT_OPEN)
    yield Row("M, B, P seen to close", "", f"{found['shut_share']:.0%}")


def _kinds(facts: Facts) -> Iterator[str]:
    yield "Median correlations with the truth; M, B and P as shares; jitter and blinks as multiples of the truth's."
    yield ""
    yield "| Vocals | lines | open | wide | round | closed | silence | jitter | blinks |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for kind, row in facts.items():
        closed = "" if row["closed"] is None else f"{row['closed']:.0%} (truth {row['truly_closed']:.0%})"
        silence = "" if row["silence_open"] is None else f"{row['silence_open']:.3f}"
        blinks = row["blinks"] / max(row["truth_blinks"], 1e-9)
        yield (
            f"| {KINDS[kind]} | {row['lines']} | {row['open_median']:.2f} | {row['wide']:.2f} | {row['round']:.2f} | "
            f"{closed} | {silence} | {row['jitter']:.2f} | {blinks:.2f} |"
        )


def _steps(found: Sequence[Facts]) -> Iterator[str]:
    yield "| Steps | open, sung | open, read | closed, sung | jitter | blinks | seconds per second |"
    yield "|---|---|---|---|---|---|---|"
    for row in found:
        sung, read = row["motion"]["sung"], row["motion"]["read"]
        blinks = sung["blinks"] / max(sung["truth_blinks"], 1e-9)
        yield (
            f"| {row['num_steps']} | {sung['open_median']:.3f} | {read['open_median']:.3f} | {sung['closed']:.0%} | "
            f"{sung['jitter']:.2f} | {blinks:.2f} | {row['factor']:.3f} |"
        )


def _others(found: Mapping[str, Facts]) -> Iterator[str]:
    yield "Networks of the shipped size, trained alike and for less long; correlations of the mouth, one step."
    yield ""
    yield "| Network | open, sung | wide, sung | round, sung | open, read | closed, sung | head, same chance |"
    yield "|---|---|---|---|---|---|---|"
    for name, row in found.items():
        sung, read = row["motion"]["sung"], row["motion"]["read"]
        yield (
            f"| {name} | {sung['open_median']:.3f} | {sung['wide']:.3f} | {sung['round']:.3f} | "
            f"{read['open_median']:.3f} | {sung['closed']:.0%} | {row['head']:.3f} |"
        )


def _portrait_lines(facts: Facts) -> Iterator[str]:
    yield "Seen by judges that the product does not have: landmarks, and the gap between lips in the pictures drawn."
    yield ""
    yield "| Portrait | found | eyes off | mouth off | outside, head still | mouth follows | M, B, P closed |"
    yield "|---|---|---|---|---|---|---|"
    for row in facts["portraits"]:
        if not row["found"]:
            yield f"| {row['name']} | no: {row['why']} | | | | | |"
            continue
        shut = f"{row['shut_seen']} of {row['shut_asked']}"
        yield (
            f"| {row['name']} | yes | {row['eyes_off']:.1%} | {row['mouth_off']:.1%} | {row['background_db']:.1f} dB | "
            f"{row['opening_r']:.2f} | {shut} |"
        )
