"""Words to put on melodies, as phones of one syllable after the other, without end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from engine.phonemize import phonemizer
from engine.train.corpus.aligned import transcripts

Syllables = Iterator[tuple[str, ...]]
MADE_UP = 0.35
"""Share of Japanese words made of chance moras, so that every mora follows every other."""

_WORD_LIST = """
はな そら うみ やま かわ ゆめ こころ あい ひかり かぜ ほし つき よる あさ
ゆき あめ くも にじ はる なつ あき ふゆ みち まち いえ ともだち かぞく はは
ちち こども なみだ えがお て め みみ くち こえ うた おと ことば なまえ とき
いま きのう あした きょう みらい むかし せかい ちきゅう たいよう ひと きみ ぼく
わたし あなた だれ なに どこ いつ ここ そこ あそこ とおい ちかい あかい あおい
しろい くろい きいろ みどり ながい みじかい おおきい ちいさい あたらしい ふるい
うつくしい やさしい つよい よわい さびしい かなしい うれしい たのしい あるく
はしる とぶ およぐ ねむる おきる みる きく はなす うたう おどる わらう なく
まつ あう わかれる かえる いく くる さがす みつける わすれる おもいだす しんじる
ねがう いのる だきしめる てをつなぐ ありがとう さようなら こんにちは おはよう
おやすみ ごめんね だいすき きっと ずっと もっと そっと やっと ひとりぼっち
がっこう せんせい しんぶん でんしゃ えんぴつ おんがく ぎんが さんぽ たんぽぽ
とんぼ にんぎょう りんご みかん ぶどう いちご さくら ひまわり きんぎょ ちょうちょ
しゃぼんだま じゅうごや きょうと とうきょう にほん ふるさと ふじさん りゅうぐう
びょうき ひゃくえん みゃく ぎゅうにゅう じゃがいも しゅうまつ ちゃわん にゃんこ
ぴかぴか ぱらぱら ぽつぽつ ぶらんこ べんとう ぼうし ばら びん ゆうやけ こやけ
あかとんぼ おもちゃ おにぎり おべんとう てがみ でんわ どようび つばさ つみき
つめたい ずるい ぜんぶ ざわめき よろこび くるしみ かがやき ときめき いのち
たましい ほのお しずく みずうみ もり き は くさ とり いぬ ねこ うま うさぎ
さかな
"""
_WORDS = _WORD_LIST.split()
_PLAIN_MORAS = (
    "あいうえおかきくけこがぎぐげごさしすせそざじずぜぞたちつてとだでどなにぬねのはひ"
    "ふへほばびぶべぼぱぴぷぺぽまみむめもやゆよらりるれろわ"
)
_MORAS = [a + b for a in "きぎしじちにひびぴみり" for b in "ゃゅょ"] + list(_PLAIN_MORAS)


def japanese(seed: int) -> Syllables:
    """Words in kana, a mora a note; the humming n stays with the mora before it half of the time."""
    rng = np.random.default_rng(seed)
    speak = phonemizer("ja")
    while True:
        word = str(rng.choice(_WORDS))
        if rng.random() < MADE_UP:
            word = "".join(rng.choice(_MORAS) + ("ん" if rng.random() < 0.1 else "") for _ in range(rng.integers(1, 5)))
        yield from speak.phonemize_word(
            word, _divided(word, rng.random() < 0.5) if rng.random() < 0.6 else ()
        ).syllables


def _divided(word: str, apart: bool) -> tuple[str, ...]:
    """The word's moras as written parts; n and held consonants apart, or with the mora before."""
    parts: list[str] = []
    for char in word:
        if char in "ゃゅょぁぃぅぇぉっ" or (char == "ん" and not apart):
            parts[-1:] = ["".join([*parts[-1:], char])]
        else:
            parts.append(char)
    return tuple(parts)


def sentences(folder: Path, language: str, seed: int) -> Syllables:
    """Sentences of a folder of recordings in `language`, in random order."""
    rng = np.random.default_rng(seed)
    speak = phonemizer(language)
    texts: Sequence[str] = list(transcripts(folder).values())
    while True:
        for word in str(rng.choice(texts)).split():
            yield from speak.phonemize_word(word).syllables
