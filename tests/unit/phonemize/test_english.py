"""English as sung: (word, how the score divides it, syllables)."""

from __future__ import annotations

import subprocess
import sys
import zlib

import pytest

from engine.phonemize import lexicon, phonemizer
from engine.phonemize.english import normalize
from engine.phonemize.letters import letters_to_sounds
from engine.phonemize.morphology import edit_distance
from engine.phonemize.phones import without_stress

CASES = [
    # plain words and where they divide
    ("amazing", "a ma zing", "AH | M EY | Z IH NG"),
    ("amazing", "a maz ing", "AH | M EY | Z IH NG"),
    ("amazing", "", "AH | M EY | Z IH NG"),
    ("mister", "mis ter", "M IH S | T ER"),
    ("mister", "mi ster", "M IH | S T ER"),
    ("mister", "", "M IH | S T ER"),
    ("extra", "ex tra", "EH K S | T R AH"),
    ("singing", "sing ing", "S IH NG | IH NG"),
    ("banana", "", "B AH | N AE | N AH"),
    ("something", "some thing", "S AH M | TH IH NG"),
    ("world", "world", "W ER L D"),
    ("music", "mu sic", "M Y UW | Z IH K"),
    ("wonder", "won der", "W AH N | D ER"),
    ("hallelujah", "hal le lu jah", "HH AE | L AH | L UW | Y AH"),
    ("Londonderry", "", "L AH N | D AH N | D EH | R IY"),
    ("and", "", "AE N D"),
    ("the", "", "DH AH"),
    ("a", "", "AH"),
    ("I", "", "AY"),
    # as many syllables as notes
    ("every", "ev ry", "EH V | R IY"),
    ("every", "ev er y", "EH | V ER | IY"),
    ("heaven", "heav en", "HH EH | V AH N"),
    ("heaven", "heaven", "HH EH V N"),
    ("fire", "fire", "F AY R"),
    ("fire", "fi re", "F AY | ER"),
    ("hour", "hour", "AW R"),
    ("power", "power", "P AW R"),
    ("flower", "flow er", "F L AW | ER"),
    ("memory", "mem 'ry", "M EH M | R IY"),
    ("memory", "mem o ry", "M EH | M ER | IY"),
    ("family", "fam 'ly", "F AE M | L IY"),
    ("wandering", "wand ring", "W AA N D | R IH NG"),
    ("glorious", "glo rious", "G L AO R | Y AH S"),
    ("glorious", "glo ri ous", "G L AO | R IY | AH S"),
    ("poem", "poem", "P OW M"),
    ("real", "re al", "R IY | AH L"),
    ("real", "real", "R IY L"),
    ("jewel", "jew el", "JH UW | AH L"),
    ("blessed", "blessed", "B L EH S T"),
    ("blessed", "bless ed", "B L EH | S IH D"),
    ("beloved", "be lov ed", "B IH | L AH | V AH D"),
    ("beloved", "be loved", "B IH | L AH V D"),
    ("different", "dif f'rent", "D IH | F R AH N T"),
    # old and poetic spellings
    ("'tis", "", "T IH Z"),
    ("o'er", "", "AO R"),
    ("e'er", "", "EH R"),
    ("ne'er", "", "N EH R"),
    ("ev'ry", "", "EH V | R IY"),
    ("ev'rything", "", "EH V | R IY | TH IH NG"),
    ("heav'n", "", "HH EH V N"),
    ("heav'nly", "", "HH EH V N | L IY"),
    ("pow'r", "", "P AW R"),
    ("flow'rs", "", "F L AW R Z"),
    ("th'", "", "DH AH"),
    ("thro'", "", "TH R UW"),
    ("tho'", "", "DH OW"),
    ("wand'ring", "", "W AA N | D R IH NG"),
    ("wond'rous", "", "W AH N | D R AH S"),
    ("lov'd", "", "L AH V D"),
    ("mark'd", "", "M AA R K T"),
    ("pray'd", "", "P R EY D"),
    ("thee", "", "DH IY"),
    ("thou", "", "DH AW"),
    ("thy", "", "DH AY"),
    ("goeth", "", "G OW | IH TH"),
    ("maketh", "", "M EY | K IH TH"),
    ("knowest", "", "N OW | IH S T"),
    ("know'st", "", "N OW S T"),
    ("canst", "", "K AE N S T"),
    # colloquial spellings
    ("goin'", "", "G OW | IH N"),
    ("lovin'", "", "L AH | V IH N"),
    ("wanderin'", "", "W AA N | D ER | IH N"),
    ("nothin", "", "N AH | TH IH N"),
    ("gonna", "", "G AA | N AH"),
    ("don't", "", "D OW N T"),
    ("don’t", "", "D OW N T"),
    ("I'll", "", "AY L"),
    ("'em", "", "AH M"),
    ("'cause", "", "K AH Z"),
    ("it'd", "", "IH | T AH D"),
    # inflection, compounds, punctuation
    ("angels'", "", "EY N | JH AH L Z"),
    ("dog's", "", "D AO G Z"),
    ("moonbeams", "", "M UW N | B IY M Z"),
    ("unforgotten", "", "AH N | F ER | G AA | T AH N"),
    ("a-wandering", "", "AH | W AA N | D ER | IH NG"),
    ("a-ma-zing", "", "AH | M EY | Z IH NG"),
    ("X-ray", "", "EH K S | R EY"),
    ("“Hello,”", "", "HH AH | L OW"),
    ("WORLD!", "", "W ER L D"),
    ("café", "", "K AH | F EY"),
    # sung sounds
    ("oh oh oh", "", "OW | OW | OW"),
    ("ohohoh", "", "OW | OW | OW"),
    ("oh-oh-oh", "", "OW | OW | OW"),
    ("ohhh", "", "OW"),
    ("ooh", "", "UW"),
    ("ooooh", "", "UW"),
    ("aaah", "", "AA"),
    ("la", "", "L AA"),
    ("la-la-la", "", "L AA | L AA | L AA"),
    ("sha-la-la", "", "SH AA | L AA | L AA"),
    ("tra-la-la", "", "T R AA | L AA | L AA"),
    ("mmm-hmm", "", "M HH M"),
    ("uh-oh", "", "AH | OW"),
    ("hey-ey", "", "HH EY | EY"),
    ("nanana", "", "N AA | N AA | N AA"),
    ("hey", "", "HH EY"),
    ("heyyy", "", "HH EY"),
    ("mm", "", "M"),
    ("mmmm", "", "M"),
    ("hmm", "", "HH M"),
    ("shh", "", "SH"),
    ("yeahhh", "", "Y AE"),
    ("whoa", "", "W OW"),
    ("looove", "", "L AH V"),
    ("sooooo", "", "S OW"),
    # digits and letters
    ("7", "", "S EH | V AH N"),
    ("24", "", "T W EH N | T IY | F AO R"),
    ("2nd", "", "S EH | K AH N D"),
    ("100", "", "W AH N | HH AH N | D R AH D"),
    ("B", "", "B IY"),
    ("M", "", "EH M"),
    ("St.", "", "S EY N T"),
    ("&", "", "AE N D"),
]


def sung(word: str, written: str = "") -> str:
    answer = phonemizer("en").phonemize_word(word, tuple(written.split()))
    return " | ".join(" ".join(syllable) for syllable in answer.syllables)


@pytest.mark.parametrize(("word", "written", "expected"), CASES)
def test_word_is_sung_as_singers_do(word: str, written: str, expected: str) -> None:
    assert sung(word, written) == expected


@pytest.mark.parametrize(("word", "_written", "_expected"), CASES)
def test_words_of_songs_are_known(word: str, _written: str, _expected: str) -> None:
    answer = phonemizer("en").phonemize_word(word)
    assert answer.known
    assert answer.message == ""


@pytest.mark.parametrize("word", ["every", "heaven", "fire", "different", "memory"])
def test_number_of_notes_alone_chooses_the_variant(word: str) -> None:
    counts = [len(phonemizer("en").phonemize_word(word, ("",) * count).syllables) for count in (1, 2)]
    assert 2 in counts


def test_guessed_word_says_so() -> None:
    answer = phonemizer("en").phonemize_word("blimvorple")
    assert not answer.known
    assert "blimvorple" in answer.message
    assert answer.syllables


@pytest.mark.parametrize("word", ["", "...", "'", "-", "桜", "♪"])
def test_nothing_to_pronounce(word: str) -> None:
    answer = phonemizer("en").phonemize_word(word)
    assert answer.syllables == ()
    assert not answer.known
    assert answer.message


def test_normalize_folds_quotes_accents_and_digits() -> None:
    assert normalize("  “L’Été,” 3 ") == "l'ete three"


def test_letters_err_in_fewer_than_one_phone_of_nine_on_words_not_learned() -> None:
    held = [w for w in lexicon.words() if w.isalpha() and len(w) > 2 and zlib.crc32(w.encode()) % 20 == 0][::8]
    wrong = total = 0
    for word in held:
        said = [without_stress(phone) for phone in lexicon.lookup(word)[0]]
        wrong += edit_distance(letters_to_sounds(word), said)
        total += len(said)
    assert wrong / total < 0.11


def test_first_word_costs_little() -> None:
    """Target 150 ms on an idle machine; the bound leaves room for a busy one."""
    code = (
        "import time; t = time.process_time(); from engine.phonemize import phonemizer; "
        "phonemizer('en').phonemize_word('amazing'); print(time.process_time() - t)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(run.stdout) < 0.5
