"""Korean words whose sounds their letters do not tell: compounds, Chinese loans, endings.

Written as `꽃+잎`, a + stands where the rule of its table is at work.  What is built upon them (꽃잎이) is found too.
"""

from __future__ import annotations

import re

_N_INSERTED = """
꽃+잎 깻+잎 나뭇+잎 풀+잎 솔+잎 댓+잎 연+잎 홑+이불 솜+이불 색+연필 한+여름 첫+여름 담+요 물+약 알+약 서울+역 부산+역
맨+입 베갯+잇 콩+엿 막+일 밭+일 앞+일 뒷+일 옛+이야기 옛+일 별+일 설+익 내복+약 식용+유 늑막+염 직행+열차 영업+용
남존+여비 신+여성 눈+요기 솔+이끼 물+엿 휘발+유 못+잊 꽃+이파리
"""
_APART = """
맛+없 멋+없 끝+없 값+없 뜻+없 빛+없 넋+없 겉+옷 헛+웃음 첫+인상 첫+아이 첫+아침 웃+어른 값+어치 젖+어미 꽃+위 밭+아래
늪+앞 숲+안 속+옷 윗+옷 옷+안
"""
_TENSE = """
눈+동자 문+고리 신+바람 산+새 손+재주 물+동이 굴+속 창+살 강+줄기 눈+빛 달+빛 별+빛 불+빛 물+빛 살+빛 산+빛 금+빛
은+빛 봄+빛 하늘+빛 보랏+빛 강+빛 눈+길 발+길 손+길 물+길 산+길 밤+길 갈림+길 들+길 꿈+길 하늘+길 물+결 숨+결 꿈+결
바람+결 살+결 길+가 강+가 눈+가 창+가 물+가 봄+비 가을+비 밤+비 봄+바람 강+바람 산+바람 겨울+바람 가을+바람 밤+바람
달+밤 봄+밤 여름+밤 가을+밤 겨울+밤 손+등 발+등 손+바닥 발+바닥 가슴+속 꿈+속 물+속 맘+속 마음+속 산+속 품+속 머릿+속
눈+속 발+소리 숨+소리 물+소리 말+소리 울음+소리 웃음+소리 바람+소리 종+소리 총+소리 술+잔 눈+사람 보름+달 초승+달
그믐+달 아침+밥 비빔+밥 김+밥 등+불 들+불 산+불 글+자 문+자 글+귀 말+버릇 잠+결 물+방울 이슬+방울 솔+방울 빗+방울
줄넘+기 공+권력 결+단 발+동 절+도 불+소 갈+증 몰+상식 불+세출 열+정 결+정 절+정 일+상 절+대 갈+등 발+전 발+달 발+생
실+수 물+질 일+생 출+신 열+심 결+심 별+세 말+살 몰+두 설+득 철+도 활+동 율+동 출+동 일+등 칠+십 팔+십 일+시 실+시
절+실 결+실 현실+성 활+주 필+수 필+승 실+제 철+저 인+기 사+건 조+건 성+격 문+법 여+권 만+점 초+점 장+점 단+점 헌+법
한밤+중 용+건
"""
_NOT_LATERAL = """
의견+란 임진+란 생산+량 결단+력 공권+력 동원+령 상견+례 횡단+로 이원+론 입원+료 판단+력 음운+론 신문+로 온+라인 원+룸
"""

_UI_WORDS = """
주의 회의 정의 동의 합의 논의 예의 강의 거의 항의 호의 창의 성의 의의 편의 유의 고의 모의 심의 결의 문의 협의 건의
상의 하의 악의 선의 적의 경의 명의 사의 열의 무의 신의 진의 본의 민주주의
"""

VERBS_IN_M = re.compile(
    r"(?:(?:감|남|참|숨|품|심|넘|검|머금|다듬|더듬|서슴)(?=고(?![향개운통민백])|다(?![른운])|던|든|도록|게$|거나|거든|지[^는])"
    r"|안(?=고(?!만)|던|든))"
)
"""Verbs whose nasal makes the ending after it tense (감고, 안고); their nouns and passives do not (감기다)."""
ENDINGS_AFTER_L = re.compile(
    r"거$|거[야예에니지다라든]|것|겁니|걸$|걸요$|게$|게요$|수록|지라도|세라|수[가는도]?[있없]|줄[은도]?[모알]"
)
"""After an adnominal ㄹ these begin tense: 할게 is 할께."""
CLEAR_L = frozenset("길알멀달글들늘울날슬절걸물")
"""Stems in ㄹ: their 게 stays (길게)."""
PERHAPS = re.compile(r"[을할갈올될일볼]지도")
LEANING = re.compile(
    r"것|겁|거$|거[야예에니지다라든요]|걸$|걸요|게$|게요|건$|건데|건가|수[가는도]?$|수밖에|데[가는도로에]?$|데서|줄[은을도]?$"
    r"|바[가는를에도]?$|듯|적[이은도에]?$|곳|사람|시간|자신|정도"
)
"""Words that lean on an adnominal ㄹ before them: 할 수, 갈 데."""
NOUNS_IN_L = re.compile(
    r"(?:오늘|가을|겨울|하늘|마을|서울|얼굴|눈물|이슬|구슬|사슬|노을|[별달길말술글발팔돌]|^[물불일날])$"
)
"""Nouns that end in ㄹ: not adnominal."""
CLEAR_VERBS = "맑밝읽늙굵긁묽붉얽갉낡"
"""Of their ㄺ the ㄹ is heard before ㄱ."""
UI_WORDS = frozenset(_UI_WORDS.split())
"""Here a last 의 is part of the word; elsewhere it is the particle and sung 에."""


def _places(table: str) -> tuple[tuple[str, int], ...]:
    """(letters, number of the syllable after the +)."""
    words = (word for word in table.split() if not word.endswith("!"))
    return tuple((word.replace("+", ""), word.index("+")) for word in words)


N_INSERTED = _places(_N_INSERTED)
"""ㄴ comes between: 꽃잎 is 꼰닙."""
APART = _places(_APART)
"""The first part ends as a word does: 맛없다 is 마덥따."""
TENSE = _places(_TENSE)
"""The second part begins tense: 눈빛 is 눈삗."""
NOT_LATERAL = _places(_NOT_LATERAL)
"""ㄴ and ㄹ become ㄴㄴ: 의견란 is 의견난."""


def places(table: tuple[tuple[str, int], ...], word: str) -> frozenset[int]:
    """Numbers of the syllables of `word` before which a rule of `table` is at work."""
    found: set[int] = set()
    for letters, inside in table:
        at = word.find(letters)
        while at >= 0:
            found.add(at + inside)
            at = word.find(letters, at + 1)
    return frozenset(found)
