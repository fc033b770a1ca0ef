"""What the teachers can do: `python -m engine.train.voices.judge --work DIR`.

For each voice and language, phrases that no training sees: pitch of the singing against what was asked for, and phones
that an English recogniser hears in it (all phones brought to English first), beside those that it hears in the voice's
own recordings.  The recogniser is a foreigner to two of the voices: only differences mean something.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.phonemize.phones import PHONES, RESTS, accented
from engine.train.corpus.aligned import read_segments
from engine.train.corpus.shards import PCM_PEAK, read_shard
from engine.train.corpus.singing import SungPhrase, read_phrases
from engine.train.measure.pitch import phrase_pitch, pitch_figures
from engine.train.measure.recognition import Recogniser, phone_errors
from engine.train.voices.cast import CAST, LANGUAGE_IDS
from engine.train.voices.sets import HELD_SONGS

SAMPLE_RATE = 48_000
PHRASES, RECORDINGS = 6, 12


def in_english(labels: Sequence[str]) -> list[str]:
    """Phones of any language as an English ear would write them, without rests."""
    return [p for said in accented([label for label in labels if label not in RESTS], PHONES) for p in said]


def sung_figures(phrases: Sequence[SungPhrase], ear: Recogniser) -> str:
    """One line about some phrases of one voice in one language."""
    sounds = [phrase.audio.astype(np.float32) / PCM_PEAK for phrase in phrases]
    pitch = pitch_figures([phrase_pitch(p, s, SAMPLE_RATE) for p, s in zip(phrases, sounds, strict=True)])
    heard = [
        (in_english([phone.label for phone in phrase.phones]), ear.phones(sound, SAMPLE_RATE))
        for phrase, sound in zip(phrases, sounds, strict=True)
    ]
    words = phone_errors(heard)
    peak = max(float(np.abs(sound).max()) for sound in sounds)
    return (
        f"{len(phrases)} phrases: {pitch.median_cents:.1f} cents, {100 * pitch.off_share:.1f} % off by 50, "
        f"{100 * pitch.voiced_share:.1f} % voiced; {100 * words.rate:.0f} % phone errors of {words.phones}; "
        f"peak {peak:.2f}"
    )


def spoken_errors(work: Path, name: str, ear: Recogniser) -> float:
    """Phone errors of the voice's own recordings."""
    pairs = []
    for path in sorted((work / "aligned" / name).glob("*.npz"))[:: max(1, 300 // RECORDINGS)][:RECORDINGS]:
        segments = read_segments(path)
        if segments:
            sound = read_shard(work / "real" / name / path.name).audio.astype(np.float32) / PCM_PEAK
            pairs.append((in_english([s.label for s in segments]), ear.phones(sound, SAMPLE_RATE)))
    return phone_errors(pairs).rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--folder", default=HELD_SONGS, help="of the songs, below the work folder")
    options = parser.parse_args()
    ear = Recogniser()
    tags = {number: tag for tag, number in LANGUAGE_IDS.items()}
    for voice in CAST:
        print(
            f"{voice.name} spoken: {100 * spoken_errors(options.work, voice.name, ear):.0f} % phone errors", flush=True
        )
        by_language: dict[int, list[SungPhrase]] = defaultdict(list)
        for phrase in read_phrases(options.work / options.folder / voice.name):
            by_language[phrase.language].append(phrase)
        for language, phrases in sorted(by_language.items()):
            print(f"{voice.name} {tags[language]} {sung_figures(phrases[:PHRASES], ear)}", flush=True)


if __name__ == "__main__":
    main()
