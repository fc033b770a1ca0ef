"""Kanji come from a dictionary that not everybody has."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine.phonemize import kanji, phonemize_line, phonemizer
from engine.phonemize.kanji import in_kana

READINGS = {
    "東京": "トウキョウ", "空": "ソラ", "今日": "キョウ", "食べる": "タベル", "世界": "セカイ", "天気": "テンキ",
    "人々": "ヒトビト", "学校": "ガッコウ", "桜": "サ’クラ", "花": "ハナ",
}  # fmt: skip


def run_frontend(line: str) -> list[dict[str, str]]:
    """What the dictionary says of the words above; one character at a time of all others."""
    found = []
    while line:
        word = next((word for word in READINGS if line.startswith(word)), line[0])
        particle = word in "はがのへを"
        said = {"は": "ワ", "へ": "エ"}.get(word, word)
        pos = "助詞" if particle else "名詞"
        found.append({"string": word, "read": READINGS.get(word, word), "pron": said, "pos": pos})
        line = line[len(word) :]
    return found


@pytest.fixture
def dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kanji, "optional", lambda name: SimpleNamespace(run_frontend=run_frontend))


def kana(text: str) -> list[str]:
    """One note a character."""
    return [word for word, _ in in_kana([(char, (char,)) for char in text])]


@pytest.mark.usefixtures("dictionary")
@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("東京の空", "とう きょう の そら"),
        ("今日は", "きょ お わ"),
        ("世界へ", "せ かい え"),
        ("天気", "てん き"),
        ("学校", "がっ こう"),
        ("人々", "ひと びと"),
        ("食べる", "た べ る"),
        ("はな", "は な"),
    ],
)
def test_a_word_is_divided_over_its_notes(text: str, notes: str) -> None:
    assert kana(text) == notes.split()


@pytest.mark.usefixtures("dictionary")
def test_a_word_on_continued_notes_has_all_its_moras() -> None:
    answer = phonemizer("ja").phonemize_word("桜", ("桜", "", ""))
    assert answer.syllables == (("S", "A"), ("K", "U"), ("DX", "A"))
    assert answer.known


@pytest.mark.usefixtures("dictionary")
def test_words_of_a_line_keep_their_places() -> None:
    answers = phonemize_line(phonemizer("ja"), [("花", ()), ("は", ()), ("love", ()), ("桜", ())])
    assert [" ".join(answer.phones) for answer in answers] == ["HH A N A", "W A", "L AH V", "S A K U DX A"]


@pytest.mark.usefixtures("dictionary")
def test_kana_alone_stay_as_they_are_typed() -> None:
    assert kana("はなは") == ["は", "な", "は"]


def test_without_the_extra_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kanji, "optional", lambda name: None)
    answer = phonemizer("ja").phonemize_word("さく桜")
    assert answer.syllables == (("S", "A"), ("K", "U"))
    assert not answer.known
    assert "桜" in answer.message
    assert "kana" in answer.remedy
    assert "melisma[japanese]" in answer.remedy


def test_with_the_real_dictionary() -> None:
    pytest.importorskip("pyopenjtalk")
    assert kana("東京の空は青い") == ["とう", "きょう", "の", "そら", "わ", "あお", "い"]
    assert kana("私は世界へ") == ["わたし", "わ", "せ", "かい", "え"]
