"""The figures of `melisma bench resing` as rows for people, and as docs/bench-resing.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.train.measure.table import Row, verdict

MAX_CENTS, MAX_ONSET_MS = 20.0, 30.0
_NAMES = {"codec": "the song's own latents through the codec", "resing": "sung again"}


def rows(facts: Mapping[str, Any]) -> list[Row]:
    """Rows of the parts that `facts` (the benchmark's JSON) has."""
    found: list[Row] = []
    for part, words in _NAMES.items():
        for song in facts.get(part, ()):
            found += _truth(song, words, part == "resing")
    if "words" in facts:
        for name, share in facts["words"].items():
            words = _NAMES.get(name, "the recording itself").replace("song", "sentence")
            found.append(Row(f"Phones that a recogniser misses, {words}", "", f"{100 * share:.0f} %"))
    if "speed" in facts:
        found += _speed(facts["speed"])
    return found


def markdown(facts: Mapping[str, Any]) -> str:
    """The page docs/bench-resing.md."""
    voice = facts["voice"]
    lines = [
        "# How true re-singing is",
        "",
        "Written by `melisma bench resing`: the two real songs of nit-song070, which no training heard, sung again",
        f"by speaker {voice['speaker']} of {voice['id']} {voice['version']} in {facts['steps']} steps.",
        "",
        "Pitch: WORLD Harvest on the recording against WORLD Harvest on the result, in the middle of the labelled",
        "vowels, where both are voiced; re-singing itself tracks with another tracker.  Onsets: the sharpest rise of",
        "the spectrum near each labelled vowel, in both.  *The song's own latents through the codec* is what the",
        "listening network has no share in: tracker, codec, decoder and loudness.  Phones: twelve spoken English",
        "sentences (heard in training), written down by PocketSphinx; only differences mean something.",
        "",
        "| Figure | Target | Measured | Pass |",
        "|---|---|---|---|",
    ]
    lines += [f"| {row.figure} | {row.target} | {row.measured} | {verdict(row)} |" for row in rows(facts)]
    if "resing" not in facts:
        lines += ["", f"{voice['id']} has no listening network: what is sung again was not measured with it."]
    return "\n".join(lines) + "\n"


def _truth(song: Mapping[str, Any], words: str, judged: bool) -> list[Row]:
    name, cents, onset = song["name"], song["median_cents"], song["onset_ms"]
    return [
        Row(
            f"{name}, {words}: pitch, median",
            f"<= {MAX_CENTS:g} cents" if judged else "",
            f"{cents:.1f} cents, {100 * song['off_share']:.1f} % off by 50",
            cents <= MAX_CENTS if judged else None,
        ),
        Row(
            f"{name}, {words}: onsets, median",
            f"<= {MAX_ONSET_MS:g} ms" if judged else "",
            f"{onset:.1f} ms, 90 % within {song['onset_90_ms']:.0f} ms, of {song['onsets']}",
            onset <= MAX_ONSET_MS if judged else None,
        ),
        Row(f"{name}, {words}: voicing alike", "", f"{100 * song['voicing_agrees']:.0f} %"),
        Row(f"{name}, {words}: level, median distance", "", f"{song['level_db']:.1f} dB"),
    ]


def _speed(speed: Mapping[str, Any]) -> list[Row]:
    load = "" if speed["load_before"] is None else f", load {speed['load_before']:.1f} before"
    found = [
        Row(
            f"Whole process, {speed['song_s']:.0f} s of song",
            "",
            f"{speed['seconds']:.1f} s: real-time factor {speed['factor']:.2f} on {speed['cores']} cores{load}",
        )
    ]
    if speed["peak_gb"] is not None:
        found.append(Row("Whole process, memory", "", f"{speed['peak_gb']:.2f} GB"))
    return found
