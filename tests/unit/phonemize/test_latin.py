"""Latin as choirs sing it: (word, how the score divides it, syllables)."""

from __future__ import annotations

import pytest

from engine.phonemize import phonemizer

CASES = [
    ("Dona", "", "D AO | N AA"),
    ("nobis", "", "N AO | B IY S"),
    ("pacem", "", "P AA | CH EH M"),
    ("Ave", "", "AA | V EH"),
    ("verum", "", "V EH | R UW M"),
    ("corpus", "", "K AO R | P UW S"),
    ("natum", "", "N AA | T UW M"),
    ("virgine", "", "V IY R | JH IY | N EH"),
    ("Agnus", "", "AA | N Y UW S"),
    ("Dei", "", "D EH | IY"),
    ("qui", "", "K W IY"),
    ("tollis", "", "T AO L | L IY S"),
    ("peccata", "", "P EH K | K AA | T AA"),
    ("miserere", "", "M IY | S EH | R EH | R EH"),
    ("Sanctus", "", "S AA NG K | T UW S"),
    ("excelsis", "", "EH K | SH EH L | S IY S"),
    ("exaudi", "", "EH G | Z AW | D IY"),
    ("gratia", "", "G R AA | T S IY | AA"),
    ("hostia", "", "AO | S T IY | AA"),
    ("caelum", "", "CH EH | L UW M"),
    ("cœlum", "", "CH EH | L UW M"),
    ("ǽterna", "", "EH | T EH R | N AA"),
    ("poëta", "", "P AO | EH | T AA"),
    ("Israel", "", "IY S | R AA | EH L"),
    ("Kyrie", "", "K IY | R IY | EH"),
    ("Kyrie", "Ky rie", "K IY | R Y EH"),
    ("eleison", "", "EH | L EH | IY | S AO N"),
    ("eleison", "e lei son", "EH | L EY | S AO N"),
    ("alleluia", "", "AA L | L EH | L UW | Y AA"),
    ("Jesu", "", "Y EH | S UW"),
    ("Iesu", "", "Y EH | S UW"),
    ("adiuva", "", "AA D | Y UW | V AA"),
    ("mihi", "", "M IY | K IY"),
    ("nihil", "", "N IY | K IY L"),
    ("sanguine", "", "S AA NG | G W IY | N EH"),
    ("suavis", "", "S W AA | V IY S"),
    ("ecce", "", "EH T | CH EH"),
    ("ascendit", "", "AA | SH EH N | D IY T"),
    ("hosanna", "", "AO | S AA N | N AA"),
    ("laudamus", "", "L AW | D AA | M UW S"),
    ("Zacharia", "", "D Z AA | K AA | R IY | AA"),
    ("cáritas,", "", "K AA | R IY | T AA S"),
]


@pytest.mark.parametrize(("word", "written", "expected"), CASES)
def test_word_is_sung_in_the_roman_way(word: str, written: str, expected: str) -> None:
    answer = phonemizer("la").phonemize_word(word, tuple(written.split()))
    assert " | ".join(" ".join(syllable) for syllable in answer.syllables) == expected
    assert answer.known


def test_letters_of_other_scripts_are_named() -> None:
    answer = phonemizer("la").phonemize_word("Домине")
    assert not answer.known
    assert "'д'" in answer.message
