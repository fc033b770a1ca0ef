"""Everything before the teachers sing: `python -m engine.train.voices.prepare --work DIR --data DATA`.

Recordings of all sets are analysed (`DIR/analysed`, `DIR/real`), those of the three voices aligned (`DIR/aligned`).
Each result is kept; a second call does what is missing.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from engine.phonemize.german import GermanPhonemizer, normalize
from engine.train.corpus.align import Segment
from engine.train.corpus.align_trained import (
    EnglishEar,
    Utterance,
    features,
    train_aligner,
    without_short_pauses,
)
from engine.train.corpus.aligned import align_english, transcripts, write_segments
from engine.train.corpus.recordings import prepare_recordings, read_48k, read_analysis, recordings
from engine.train.corpus.speech import UNIT_HOP_LENGTH
from engine.train.corpus.vcv import first_cut, quiet_from, rows_of_bank, vowel_onsets, with_glottal_stops

HOP_S = UNIT_HOP_LENGTH / 48_000
LEFT_OUT = 12
"""German sentences that the models find least likely: misread, or misheard."""
LONGEST_LAST_S = 0.9
"""Of a voicebank's last mora."""


def align_german(folder: Path, work: Path) -> None:
    """Align the German recordings of `folder` into `work/aligned/kerstin`."""
    out = work / "aligned" / "kerstin"
    texts = transcripts(folder)
    if all((out / f"{name}.npz").exists() for name in texts):
        return
    speak, ear = GermanPhonemizer(), EnglishEar()
    utterances: list[Utterance] = []
    first: dict[str, list[Segment]] = {}
    for name, text in texts.items():
        said = [(word, speak.phonemize_word(word).phones) for word in normalize(text).split()]
        words = tuple((word, phones) for word, phones in said if phones)
        samples = read_48k(folder / f"{name}.opus")
        utterances.append(Utterance(name, features(samples), words))
        first[name] = ear.align(samples, words)
    found, scores = train_aligner(utterances, first)
    poor = sorted(scores, key=lambda name: scores[name])[:LEFT_OUT]
    for name, segments in found.items():
        write_segments([] if name in poor else without_short_pauses(segments), out / f"{name}.npz")


def align_bank(bank: Path, work: Path) -> None:
    """Align the VCV bank `bank`, whose recordings are analysed, into `work/aligned/yuki`."""
    out, analysed = work / "aligned" / "yuki", work / "analysed" / "yuki"
    rows, onsets = rows_of_bank(bank), vowel_onsets(bank)
    if all((out / f"{name}.npz").exists() for name in rows):
        return
    utterances = [_row(bank, name, found) for name, found in rows.items()]
    first = {
        name: first_cut(
            found,
            onsets[name],
            min(quiet_from(read_analysis(analysed / f"{name}.npz").f0, HOP_S), onsets[name][-1] + LONGEST_LAST_S),
        )
        for name, found in rows.items()
    }
    segments, _ = train_aligner(utterances, first, rounds=5)
    for name, cut in segments.items():
        analysis = read_analysis(analysed / f"{name}.npz")
        write_segments(with_glottal_stops(cut, analysis, HOP_S), out / f"{name}.npz")


def _row(bank: Path, name: str, rows: Sequence[tuple[str, ...]]) -> Utterance:
    """One word: a silence inside is a closure, not a pause."""
    phones = tuple(phone for row in rows for phone in row)
    return Utterance(name, features(read_48k(bank / f"{name}.opus")), ((name, phones),))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="sets of recordings")
    options = parser.parse_args()
    found = [r for r in recordings(options.data) if not options.only or r.set_name in options.only]
    prepare_recordings(found, options.work, options.workers)
    align_english(options.data / "speech" / "kathleen", options.work, "kathleen")
    align_german(options.data / "speech" / "kerstin", options.work)
    align_bank(options.data / "voicebanks" / "yuki", options.work)
    for name in ("kathleen", "kerstin", "yuki"):
        print(name, len(list((options.work / "aligned" / name).glob("*.npz"))), "aligned", flush=True)


if __name__ == "__main__":
    main()
