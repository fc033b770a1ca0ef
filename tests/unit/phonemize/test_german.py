"""German as sung: (word, syllables)."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from engine.errors import MelismaError
from engine.phonemize import phonemizer
from engine.phonemize.german import GermanPhonemizer
from engine.phonemize.german_numbers import spell_german_numbers
from engine.score import read_score
from engine.singing.words import _words

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data"
DATA = Path(os.environ.get("MELISMA_SHARED_DATA", BESIDE))
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not beside the checkout")

CASES = [
    # ich, ach, and the k of ch
    ("ich", "IH HY"), ("Bach", "B A KH"), ("Buch", "B UW KH"), ("Bücher", "B UE | HY AXR"), ("auch", "AW KH"),
    ("Milch", "M IH L HY"), ("Mädchen", "M EH T | HY AX N"), ("rauschen", "RR AW | SH AX N"), ("Chor", "K O RV"),
    ("Christus", "K RR IH | S T UH S"), ("sechs", "Z EH K S"), ("Wachs", "V A K S"), ("nächste", "N EH HY | S T AX"),
    # hard at the end
    ("Tag", "T AA K"), ("Tage", "T AA | G AX"), ("lieb", "L IY P"), ("lieblich", "L IY | P L IH HY"),
    ("Abend", "AA | B AX N T"), ("Landschaft", "L A N T | SH A F T"), ("Weib", "V AY P"), ("los", "L O S"),
    ("König", "K OE | N IH HY"), ("Könige", "K OE | N IH | G AX"),
    # st, sp, s, ß
    ("stehen", "SH T E | AX N"), ("verstehen", "F EH RV | SH T E | AX N"), ("Fenster", "F EH N | S T AXR"),
    ("Spiel", "SH P IY L"), ("Rose", "RR O | Z AX"), ("Wasser", "V A | S AXR"), ("Straße", "SH T RR AA | S AX"),
    ("also", "A L | Z O"), ("Mondnacht", "M O N T | N A KH T"),
    # long and short
    ("Rosen", "RR O | Z AX N"), ("Sonne", "Z AO | N AX"), ("Himmel", "HH IH | M AX L"), ("ihm", "IY M"), ("im", "IH M"),
    ("See", "Z E"), ("Meer", "M E RV"), ("Erde", "E RV | D AX"), ("Herz", "HH EH RV TS"), ("fühlen", "F UE | L AX N"),
    ("füllen", "F UEH | L AX N"), ("Höhle", "HH OE | L AX"), ("Hölle", "HH OEH | L AX"), ("mit", "M IH T"),
    ("das", "D A S"), ("hat", "HH A T"), ("der", "D E RV"), ("nach", "N AA KH"), ("Nacht", "N A KH T"),
    ("lebt", "L E P T"), ("gibt", "G IY P T"), ("Jagd", "Y AA K T"), ("Trost", "T RR O S T"), ("hoch", "HH O KH"),
    # weak e
    ("Liebe", "L IY | B AX"), ("Vater", "F AA | T AXR"), ("gegangen", "G AX | G A NG | AX N"), ("gehn", "G E N"),
    ("gegen", "G E | G AX N"), ("gestern", "G EH | S T AXR N"), ("besser", "B EH | S AXR"),
    ("anderer", "A N | D AX | RR AXR"), ("Bäume", "B OY | M AX"),
    # parts
    ("Frühlingsabend", "F RR UE | L IH NG | S AA | B AX N T"), ("angenehm", "A N | G AX | N E M"),
    ("daran", "D AA | RR A N"), ("heraus", "HH E | RR AW S"), ("Krankenhaus", "K RR A NG | K AX N | HH AW S"),
    # letters
    ("Qual", "K V AA L"), ("Zeit", "TS AY T"), ("Katze", "K A | TS AX"), ("Pferd", "P F E RV T"),
    ("Deutsch", "D OY CH"),
    ("Philosophie", "F IY | L O | Z O | F IY"), ("Vogel", "F O | G AX L"), ("Thal", "T AA L"), ("jetzt", "Y EH TS T"),
    ("Nation", "N AA | TS IY | O N"), ("singen", "Z IH NG | AX N"), ("Engel", "EH NG | AX L"),
    ("danke", "D A NG | K AX"),
    ("42", "TS V AY | UH N T | F IY RV | TS IH HY"), ("1. Ich", "IH HY"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "expected"), CASES)
def test_word_is_read_by_rule(word: str, expected: str) -> None:
    answer = phonemizer("de").phonemize_word(word)
    assert " | ".join(" ".join(syllable) for syllable in answer.syllables) == expected
    assert answer.known


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("gehn", "G E N"),
        ("ge hn", "G E | AX N"),
        ("Fa mi lie", "F AA | M IY | L Y AX"),
        ("Fa mi li e", "F AA | M IY | L IY | AX"),
        ("sel' ge", "Z EH L | G AX"),
        ("Fens ter", "F EH N S | T AXR"),
        ("blü hen", "B L UE | AX N"),
        ("blühen", "B L UE N"),
    ],
)
def test_the_score_says_how_many_syllables(written: str, expected: str) -> None:
    parts = tuple(written.split())
    answer = phonemizer("de").phonemize_word("".join(parts), parts)
    assert " | ".join(" ".join(syllable) for syllable in answer.syllables) == expected


def test_letters_that_german_lacks_are_named() -> None:
    answer = phonemizer("de").phonemize_word("Чай")
    assert not answer.known
    assert "ча" in answer.message


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("0", "null"), ("1", "eins"), ("21", "ein und zwanzig"), ("99", "neun und neunzig"), ("100", "ein hundert"),
        ("117", "ein hundert siebzehn"), ("1001", "ein tausend eins"), ("21000", "ein und zwanzig tausend"),
        ("101000", "ein hundert ein tausend"), ("007", "null null sieben"),
    ],
)  # fmt: skip
def test_numbers_are_spelled(digits: str, words: str) -> None:
    assert " ".join(spell_german_numbers(digits).split()) == words


@with_data
def test_sentences_of_recordings_are_all_read() -> None:
    speak = GermanPhonemizer()
    with (DATA / "speech" / "kerstin" / "transcripts.csv").open(encoding="utf-8") as file:
        words = {word for row in csv.DictReader(file) for word in row["text"].split() if any(map(str.isalpha, word))}
    answers = [speak.phonemize_word(word) for word in words]
    assert all(answer.phones for answer in answers)
    assert sum(answer.known for answer in answers) >= 0.99 * len(answers)


@with_data
def test_syllables_of_songs_are_those_that_the_score_writes() -> None:
    folder = DATA / "scores" / "openscore-lieder"
    speak = GermanPhonemizer()
    with (folder / "index.csv").open(encoding="utf-8") as file:
        songs = [row["file"] for row in csv.DictReader(file) if row["lang_guess"] == "de"]
    alike = alone = total = 0
    for song in songs:
        try:
            score = read_score(folder / song)
        except MelismaError:
            continue
        for word in _words(score.notes):
            written = tuple(score.notes[index].lyric for index in word)
            if any(map(str.isalpha, "".join(written))):
                alike += len(speak.phonemize_word("".join(written), written).syllables) == len(written)
                alone += len(speak.phonemize_word("".join(written)).syllables) == len(written)
                total += 1
    assert total > 1500
    assert alike >= 0.99 * total
    assert alone >= 0.95 * total
