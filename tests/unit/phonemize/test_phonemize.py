"""What holds in every language: the door, spreading over notes, and the shape of answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.phonemize import (
    LANGUAGES,
    Pronunciation,
    guess_language,
    lexicon,
    phonemize_line,
    phonemizer,
    spread,
    word_language,
)
from engine.phonemize.letters import TABLE, LetterTable
from engine.phonemize.phones import (
    ANY_PHONE,
    ANY_SPEECH,
    BEYOND_ENGLISH,
    CONSONANTS,
    EVERY_PHONE,
    PHONE_CLASS,
    PHONES,
    SPEECH,
    UNTRAINED,
    UNVOICED,
    VOWELS,
    is_voiced,
    is_vowel,
    without_stress,
)
from engine.phonemize.syllables import syllabify

LYRICS = st.one_of(
    st.text(max_size=24),
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzABC'’- éæ0123456789", max_size=24),
    st.text(alphabet="あいうえおかきくけこさしすせそんっゃゅょぁァーヴガｶﾞ〜ゞ桜-n'ky", max_size=12),
    st.text(alphabet="aeioucgstxhqnjvy\u0308\u0301æœ", max_size=12),
    st.text(alphabet="aeiouäöüßschtgnrlbdkpfzvwjyx'", max_size=16),
    st.text(alphabet="값이읽닭핥넓없ㅋㅠㄳㅇㅢ의1 3a.\u1100\u1161\u11a8\uffa1", max_size=12),
    st.text(alphabet="zhcnguaoeirüvU:1234'你好行\u0304\u030c", max_size=14),
)
DIVISIONS = st.lists(st.text(alphabet="abekmnsあんっー'", max_size=5), max_size=5).map(tuple)


def test_phone_table_is_the_39_of_cmudict_and_two_rests() -> None:
    assert len(SPEECH) == 39
    assert SPEECH | {"SP", "AP"} == PHONES
    assert set(PHONE_CLASS) == ANY_PHONE
    assert EVERY_PHONE == PHONES | BEYOND_ENGLISH == ANY_PHONE - UNTRAINED
    assert not SPEECH & BEYOND_ENGLISH
    assert not EVERY_PHONE & UNTRAINED
    assert not VOWELS & CONSONANTS
    assert UNVOICED < CONSONANTS
    assert is_vowel("ER")
    assert is_voiced("M")
    assert "NG" in CONSONANTS
    assert not is_voiced("SP")


def test_languages_open_by_tag() -> None:
    for tag in LANGUAGES:
        assert phonemizer(tag).language == tag
        assert phonemizer(tag).phones <= ANY_SPEECH
    assert phonemizer("en-GB") is phonemizer("EN_us")


def test_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        phonemizer("tlh")
    assert all(f"{tag} " in caught.value.hint for tag in ("en", "ja", "ko", "la", "zh"))


@pytest.mark.parametrize(
    ("lyrics", "language"),
    [
        (["sa", "さ"], "ja"),
        (["ｻｸﾗ"], "ja"),
        (["Dona", "nobis"], "en"),
        ([], "en"),
        (["love"], "en"),
        (["桜"], "zh"),
        (["桜", "が", "咲", "く"], "ja"),
        (["사", "랑", "해"], "ko"),
        (["사랑", "my", "love"], "ko"),
        (["my", "love", "is", "사랑"], "en"),
        (["你", "好"], "zh"),
        (["ni3", "hao3"], "zh"),
        (["nǐ", "hǎo", "ma"], "zh"),
        (["ni", "hao"], "en"),
        (["1", "2", "사"], "ko"),
    ],
)
def test_guess_language(lyrics: list[str], language: str) -> None:
    assert guess_language(lyrics) == language


@pytest.mark.parametrize(
    ("num_notes", "expected"),
    [
        (1, (("AH", "M", "EY", "Z", "IH", "NG"),)),
        (2, (("AH",), ("M", "EY", "Z", "IH", "NG"))),
        (3, (("AH",), ("M", "EY"), ("Z", "IH", "NG"))),
        (5, (("AH",), ("M", "EY"), ("Z", "IH", "NG"), (), ())),
    ],
)
def test_spread(num_notes: int, expected: tuple[tuple[str, ...], ...]) -> None:
    assert spread(Pronunciation((("AH",), ("M", "EY"), ("Z", "IH", "NG")), known=True), num_notes) == expected


def test_spread_needs_a_note() -> None:
    with pytest.raises(ValueError, match="at least one"):
        spread(Pronunciation((), known=False), 0)


@pytest.mark.parametrize("language", list(LANGUAGES))
@given(word=LYRICS, written=DIVISIONS, num_notes=st.integers(1, 6))
@settings(deadline=None)
def test_any_lyric_gives_sound_syllables(language: str, word: str, written: tuple[str, ...], num_notes: int) -> None:
    answer = phonemizer(language).phonemize_word(word, written)
    assert set(answer.phones) <= phonemizer(language).phones
    assert all(answer.syllables)
    assert bool(answer.message) is not answer.known
    nuclei = [sum(map(is_vowel, syllable)) for syllable in answer.syllables]
    assert all(count <= 1 for count in nuclei)
    notes = spread(answer, num_notes)
    assert len(notes) == num_notes
    assert tuple(phone for note in notes for phone in note) == answer.phones


@given(word=st.sampled_from(sorted(lexicon.words())), written=DIVISIONS)
@settings(deadline=None)
def test_syllables_keep_every_phone_and_one_vowel_each(word: str, written: tuple[str, ...]) -> None:
    for variant in lexicon.lookup(word):
        plain = tuple(without_stress(phone) for phone in variant)
        syllables = syllabify(variant, written)
        assert tuple(phone for syllable in syllables for phone in syllable) == plain
        if set(plain) & VOWELS:
            assert all(sum(map(is_vowel, syllable)) == 1 for syllable in syllables)
        else:
            assert len(syllables) == 1


@given(word=st.sampled_from(sorted(w for w in lexicon.words() if w.isalpha() and len(w) > 6)))
@settings(deadline=None)
def test_dictionary_words_come_out_as_the_dictionary_has_them(word: str) -> None:
    answer = phonemizer("en").phonemize_word(word)
    usual = tuple(without_stress(phone) for phone in lexicon.lookup(word)[0])
    assert answer.known
    assert answer.phones == usual


SOUNDS_LIKE = [
    ("사랑", "en", "zh", "ko"), ("love", "ko", "zh", "en"), ("love해", "ko", "zh", "ko"), ("さくら", "en", "zh", "ja"),
    ("桜", "ja", "zh", "ja"), ("桜", "zh", "zh", "zh"), ("桜", "en", "ja", "ja"), ("桜", "en", "zh", "zh"),
    ("ni3hao3", "en", "zh", "zh"), ("ni3hao3", "ja", "zh", "zh"), ("ni3", "ko", "zh", "zh"), ("ni", "ja", "zh", "ja"),
    ("ni3hao3", "de", "zh", "de"), ("für", "de", "zh", "de"), ("amō", "la", "zh", "la"),
    ("", "de", "zh", "de"), ("baby", "zh", "zh", "zh"), ("24", "ko", "zh", "ko"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "clip", "han", "language"), SOUNDS_LIKE)
def test_a_word_is_in_the_language_of_its_letters(word: str, clip: str, han: str, language: str) -> None:
    assert word_language(word, clip, han) == language


@pytest.mark.parametrize("language", list(LANGUAGES))
@given(words=st.lists(LYRICS, max_size=5))
@settings(deadline=None, max_examples=30)
def test_a_line_has_an_answer_for_each_word(language: str, words: list[str]) -> None:
    answers = phonemize_line(phonemizer(language), [(word, ()) for word in words])
    assert len(answers) == len(words)
    for answer in answers:
        assert set(answer.phones) <= phonemizer(language).phones
        assert all(sum(map(is_vowel, syllable)) <= 1 for syllable in answer.syllables)


def test_letter_table_survives_writing_and_reading() -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert LetterTable.load(text).dump() == text
