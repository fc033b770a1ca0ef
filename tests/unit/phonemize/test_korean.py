"""Korean as sung.  The pronunciations are those of the standard (표준 발음법) and its examples."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.phonemize import phonemize_line, phonemizer
from engine.phonemize.hangul import CODAS, ONSETS, VOWELS, blocks, normalize
from engine.phonemize.korean_numbers import spell_korean_numbers
from engine.phonemize.korean_rules import sounds
from engine.phonemize.phones import is_vowel

STANDARD = """
8-11 codas: 닦다 닥따, 키읔 키윽, 옷 옫, 웃다 욷따, 있다 읻따, 젖 젇, 꽃 꼳, 쫓다 쫃따, 솥 솓, 앞 압, 덮다 덥따, 넋 넉
8-11 codas: 앉다 안따
8-11 codas: 여덟 여덜, 넓다 널따, 외곬 외골, 핥다 할따, 값 갑, 없다 업따, 닭 닥, 흙과 흑꽈, 맑다 막따, 늙지 늑찌, 삶 삼
8-11 codas: 젊다 점따
8-11 codas: 읊고 읍꼬, 읊다 읍따, 밟다 밥따, 밟지 밥찌, 밟는 밤는, 맑게 말께, 묽고 물꼬, 얽거나 얼꺼나, 읽고 일꼬
8-11 codas: 닭과 닥꽈
12 h: 놓고 노코, 좋던 조턴, 쌓지 싸치, 많고 만코, 않던 안턴, 닳지 달치, 각하 가카, 먹히다 머키다, 밝히다 발키다
12 h: 맏형 마텽
12 h: 좁히다 조피다, 넓히다 널피다, 꽂히다 꼬치다, 앉히다 안치다, 못하다 모타다, 닿소 다쏘, 많소 만쏘, 싫소 실쏘
12 h: 놓는 논는
12 h: 쌓네 싼네, 않네 안네, 뚫네 뚤레, 뚫는 뚤른, 낳은 나은, 놓아 노아, 쌓이다 싸이다, 많아 마나, 않은 아는, 닳아 다라
12 h: 싫어도 시러도
12 h: 좋다 조타, 좋아해 조아해, 깨끗하다 깨끄타다, 꽃향기 꼬턍기, 괜찮아 괜차나, 어떻게 어떠케, 그렇지 그러치
12 h: 이렇게 이러케
13-15 liaison: 깎아 까까, 옷이 오시, 있어 이써, 낮이 나지, 꽂아 꼬자, 꽃을 꼬츨, 쫓아 쪼차, 밭에 바테, 앞으로 아프로
13-15 liaison: 덮이다 더피다
13-15 liaison: 넋이 넉씨, 앉아 안자, 닭을 달글, 젊어 절머, 곬이 골씨, 핥아 할타, 읊어 을퍼, 값을 갑쓸, 없어 업써
13-15 liaison: 값이 갑씨
13-15 liaison: 맛없다 마덥따, 겉옷 거돋, 헛웃음 허두슴, 맛있다 마싣따, 멋있다 머싣따, 값어치 가버치, 끝없이 끄덥씨
13-15 liaison: 사랑아 사랑아
17 palatal: 곧이듣다 고지듣따, 굳이 구지, 미닫이 미다지, 땀받이 땀바지, 밭이 바치, 벼훑이 벼훌치, 굳히다 구치다
17 palatal: 닫히다 다치다
17 palatal: 묻히다 무치다, 같이 가치, 해돋이 해도지, 붙여 부처, 끝이 끄치, 닫혀 다처, 햇볕이 핻뼈치
18 nasal: 먹는 멍는, 국물 궁물, 깎는 깡는, 키읔만 키응만, 몫몫이 몽목씨, 긁는 긍는, 흙만 흥만, 닫는 단는, 짓는 진는
18 nasal: 옷맵시 온맵씨
18 nasal: 있는 인는, 맞는 만는, 젖멍울 전멍울, 쫓는 쫀는, 꽃망울 꼰망울, 붙는 분는, 잡는 잠는, 밥물 밤물, 앞마당 암마당
18 nasal: 없는 엄는
18 nasal: 읽는 잉는, 읊는 음는, 값매다 감매다, 겉모습 건모습, 십만 심만
19 l after m ng: 담력 담녁, 침략 침냑, 강릉 강능, 항로 항노, 대통령 대통녕, 막론 망논, 협력 혐녁, 십리 심니, 독립 동닙
19 l after m ng: 백리 뱅니
20 lateral: 난로 날로, 신라 실라, 천리 철리, 광한루 광할루, 대관령 대괄령, 칼날 칼랄, 물난리 물랄리, 줄넘기 줄럼끼
20 lateral: 할는지 할른지
20 lateral: 닳는 달른, 핥네 할레, 의견란 의견난, 생산량 생산냥, 결단력 결딴녁, 공권력 공꿘녁, 동원령 동원녕
20 lateral: 이원론 이원논, 입원료 이붠뇨
23 tense: 국밥 국빱, 깎다 깍따, 넋받이 넉빠지, 삯돈 삭똔, 닭장 닥짱, 칡범 칙뻠, 뻗대다 뻗때다, 옷고름 옫꼬름, 있던 읻떤
23 tense: 꽂고 꼳꼬
23 tense: 꽃다발 꼳따발, 낯설다 낟썰다, 밭갈이 받까리, 솥전 솓쩐, 곱돌 곱똘, 덮개 덥깨, 옆집 엽찝, 넓죽하다 넙쭈카다
23 tense: 넓둥글다 넙뚱글다, 읊조리다 읍쪼리다
24-25 verbs: 앉고 안꼬, 얹다 언따, 감고 감꼬, 남고 남꼬, 닮고 담꼬, 젊지 점찌, 굶다 굼따, 넓게 널께, 떫지 떨찌
24-25 verbs: 안고 안꼬
24-25 nouns: 감기다 감기다, 남기다 남기다, 안기다 안기다, 신고 신고, 삶과 삼과, 여덟도 여덜도, 남자 남자, 남다른 남다른
26 loans: 갈등 갈뜽, 발동 발똥, 절도 절또, 말살 말쌀, 물질 물찔, 발전 발쩐, 열정 열쩡, 결정 결쩡, 일생 일쌩, 실수 실쑤
27 adnominal: 할게 할께, 할걸 할껄, 할거야 할꺼야, 할수록 할쑤록, 할지라도 할찌라도, 있을지도 이쓸찌도, 길게 길게
27 adnominal: 알지 알지
28 compounds: 눈동자 눈똥자, 산새 산쌔, 문고리 문꼬리, 손등 손뜽, 술잔 술짠, 바람결 바람껼, 그믐달 그믐딸, 아침밥 아침빱
28 compounds: 강가 강까, 초승달 초승딸
28 compounds: 눈빛 눈삗, 달빛 달삗, 발소리 발쏘리, 꿈속 꿈쏙, 손길 손낄, 봄비 봄삐, 촛불 촏뿔, 햇살 핻쌀, 빗소리 빋쏘리
29 n: 솜이불 솜니불, 홑이불 혼니불, 막일 망닐, 맨입 맨닙, 꽃잎 꼰닙, 내복약 내봉냑, 한여름 한녀름, 색연필 생년필
29 n: 콩엿 콩녇
29 n: 담요 담뇨, 물약 물략, 설익다 설릭따, 서울역 서울력, 물엿 물렫, 휘발유 휘발류, 나뭇잎 나문닙, 깻잎 깬닙
29 n: 꽃잎이 꼰니피
5 vowels: 가져 가저, 쪄 쩌, 다쳐 다처, 시계 시게, 지혜 지헤, 은혜 은헤, 예의 예이, 차례 차례, 늴리리 닐리리, 무늬 무니
5 vowels: 희망 히망
5 vowels: 의사 의사, 주의 주이, 우리의 우리에, 강의의 강이에, 나의 나에, 회의실 회이실
"""
CASES = [
    (written.split()[0], written.split()[1], row.split(":")[0])
    for row in STANDARD.strip().splitlines()
    for written in row.split(": ")[1].split(", ")
]
LINES = [
    ("옷 입고", "온 닙꼬"), ("못 잊어", "몬 니저"), ("옷 한 벌", "오 탄 벌"), ("밭 아래", "바 다래"),
    ("꽃 위에", "꼬 뒤에"), ("늪 앞", "느 밥"), ("할 수 있는", "할 쑤 인는"), ("갈 데가", "갈 떼가"),
    ("할 것을", "할 꺼슬"), ("만날 사람", "만날 싸람"), ("오늘 사람", "오늘 사람"), ("밥 먹는다", "밤 멍는다"),
    ("책 넣는다", "챙 넌는다"), ("값 매기다", "감 매기다"), ("닭 한 마리", "다 칸 마리"), ("낮 한때", "나 탄때"),
    ("넋 없다", "너 겁따"), ("잘 나가", "잘 라가"), ("내 맘이", "내 마미"), ("빛 속에", "빋 쏘게"),
    ("너와 나의", "너와 나에"),
]  # fmt: skip
PHONES = [
    ("사랑", "S A | DX A NG"), ("몰라", "M O L | L A"), ("말", "M A L"), ("시간", "SH IY | G A N"),
    ("샤워", "SH A | W EO"), ("씨앗", "SH IY | A TQ"), ("쉬어", "SH W IY | EO"), ("힘", "HY IY M"), ("혀", "HY EO"),
    ("휘", "HH W IY"), ("꽃잎", "KK O N | N IY PQ"), ("빵", "PP A NG"), ("따뜻", "TT A | TT EU TQ"),
    ("쓰다", "SS EU | D A"), ("짜", "JJ A"), ("차", "CH A"), ("의자", "WX IY | JH A"), ("왜", "W EH"),
    ("외로워", "W EH | DX O | W EO"), ("개", "G EH"), ("게", "G EH"), ("국", "G UW KQ"), ("여유", "Y EO | Y UW"),
    ("별", "B Y EO L"), ("ㅋㅋ", "K EU | K EU"), ("ㅠ", "Y UW"), ("ㅇ", "EU NG"), ("love해", "L AH V | HH EH"),
    ("baby", "B EY | B IY"), ("24", "IY | SH IY PQ | SS A"), ("사랑해!", "S A | DX A NG | HH EH"),
    ("\u1112\u1161\u11ab", "HH A N"), ("ﾡﾢ", "G EU | KK EU"), ("사 랑", "S A | DX A NG"),
]  # fmt: skip
DIGITS = [
    ("0", "영"), ("7", "칠"), ("10", "십"), ("24", "이십사"), ("100", "백"), ("365", "삼백육십오"),
    ("1994", "천구백구십사"), ("10000", "만"), ("25000", "이만오천"), ("007", "영영칠"), ("3번", "세번"),
    ("20살", "스무살"), ("24시간", "스물네시간"), ("3시", "세시"), ("2년", "이년"),
    ("123456789", "일이삼사오육칠팔구"),
]  # fmt: skip
HANGUL = st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=8)


@pytest.mark.parametrize(("written", "heard", "article"), CASES)
def test_standard_pronunciation(written: str, heard: str, article: str) -> None:
    assert "".join(block.text for block in sounds([written])[0]) == heard


@pytest.mark.parametrize(("written", "heard"), LINES)
def test_words_change_beside_each_other(written: str, heard: str) -> None:
    said = sounds(written.split())
    assert " ".join("".join(block.text for block in word) for word in said) == heard


@pytest.mark.parametrize(("written", "expected"), PHONES)
def test_letters_become_phones(written: str, expected: str) -> None:
    answer = phonemizer("ko").phonemize_word(written)
    assert " | ".join(" ".join(syllable) for syllable in answer.syllables) == expected
    assert answer.known


def line(text: str) -> str:
    answers = phonemize_line(phonemizer("ko"), [(word, ()) for word in text.split()])
    return " / ".join(" ".join(answer.phones) for answer in answers)


def test_a_comma_keeps_words_apart() -> None:
    assert line("못 잊어") == "M O N / N IY JH EO"
    assert line("못, 잊어") == "M O TQ / IY JH EO"


def test_a_syllable_a_note_is_a_song_without_word_ends() -> None:
    assert line("꽃 이 피 는 봄") == "KK O / CH IY / P IY / N EU N / B O M"
    assert line("꽃 아래 서서") == "KK O / D A DX EH / S EO S EO"


def test_english_between_korean_is_english() -> None:
    assert line("사랑 my love") == "S A DX A NG / M AY / L AH V"


def test_what_cannot_be_read_is_named() -> None:
    answer = phonemizer("ko").phonemize_word("사랑愛")
    assert len(answer.syllables) == 2
    assert not answer.known
    assert "愛" in answer.message


@pytest.mark.parametrize(("digits", "words"), DIGITS)
def test_digits_are_read(digits: str, words: str) -> None:
    assert spell_korean_numbers(digits) == words


def test_every_block_is_its_letters() -> None:
    everything = "".join(map(chr, range(0xAC00, 0xD7A4)))
    found = blocks(everything)
    assert "".join(block.text for block in found) == everything
    assert len({(block.onset, block.vowel, block.coda) for block in found}) == len(ONSETS) * len(VOWELS) * len(CODAS)


@given(words=st.lists(HANGUL, min_size=1, max_size=4))
@settings(max_examples=40)
def test_any_hangul_keeps_its_syllables_and_ends_them_in_seven_ways(words: list[str]) -> None:
    said = sounds(words)
    assert [len(word) for word in said] == [len(word) for word in words]
    assert {block.coda for word in said for block in word} <= {"", *"ㄱㄴㄷㄹㅁㅂㅇ"}
    for word in phonemize_line(phonemizer("ko"), [(word, ()) for word in words]):
        assert all(sum(map(is_vowel, syllable)) == 1 for syllable in word.syllables)


@given(text=HANGUL)
@settings(max_examples=50)
def test_what_is_pronounced_is_pronounced_so(text: str) -> None:
    """Obstruents never meet a nasal, and ㄴ never meets ㄹ."""
    (word,) = sounds([text])
    for before, after in pairwise(word):
        assert not (before.coda in tuple("ㄱㄷㅂ") and after.onset in "ㄴㅁㄹ")
        assert (before.coda, after.onset) not in {("ㄴ", "ㄹ"), ("ㄹ", "ㄴ")} or "란" in text or "론" in text


def test_all_ways_to_write_a_block_are_one() -> None:
    assert normalize("\u1112\u1161\u11ab") == normalize("한") == "한"
    assert normalize("\u3147") == normalize("\u110b") == "ㅇ"
