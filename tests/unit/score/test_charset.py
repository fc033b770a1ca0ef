import mido
import pytest

from engine.errors import InputError
from engine.score import read_score_bytes
from engine.score.charset import decode, detect_charset

SONGS = {
    "cp932": [
        "さくらさくら弥生の空は",
        "夢ならばどれほどよかったでしょう",
        "きみがすき",
        "あの日の悲しみさえ",
        "キミヲアイス",
    ],
    "gbk": ["你问我爱你有多深", "月亮代表我的心", "我爱你", "朋友一生一起走", "但愿人长久千里共婵娟"],
    "cp949": ["사랑해요당신을", "아리랑아리랑아라리요", "보고싶다", "나는너를사랑해", "눈물이나요"],
    "cp1252": ["Füllest wieder Busch und Tal", "Où êtes-vous mon chéri", "corazón mañana", "für", "voilà l’été"],
}


@pytest.mark.parametrize(("charset", "line"), [(c, line) for c, lines in SONGS.items() for line in lines])
def test_found_over_all_bytes(charset, line):
    pieces = line.split() if charset == "cp1252" else list(line)
    assert detect_charset([p.encode(charset) for p in pieces]) == (charset, True)


@pytest.mark.parametrize("line", [line for lines in SONGS.values() for line in lines])
def test_utf8_is_certain(line):
    assert detect_charset([line.encode()]) == ("utf-8", False)


def test_byte_order_mark_and_tags():
    assert detect_charset([b"\xef\xbb\xbfla"])[0] == "utf-8-sig"
    assert detect_charset([b"{@JP}", "ゆ".encode("cp932")]) == ("cp932", False)
    assert detect_charset([b"{@LATIN}h\xe9"]) == ("cp1252", False)
    assert decode(b"{@LATIN}h\xe9", "cp1252") == "hé"
    assert decode("爱".encode("utf-16-le"), "utf-16-le") == "爱"


def test_the_user_can_say_it(build_midi, sung):
    data = build_midi(sung(["ゆ", "め"]), charset="cp932")
    assert [n.lyric for n in read_score_bytes(data).notes] == ["ゆ", "め"]
    assert read_score_bytes(data).problems[0].kind == "charset"
    assert [n.lyric for n in read_score_bytes(data, charset="latin-1").notes] != ["ゆ", "め"]
    with pytest.raises(InputError, match="no charset"):
        read_score_bytes(data, charset="klingon")
    with pytest.raises(InputError, match="no charset"):
        read_score_bytes(data, charset="rot13")


def test_guess_is_told_once(build_midi, sung):
    rows = [*sung(["é", "è"]), (0, mido.MetaMessage("track_name", name="x"))]
    score = read_score_bytes(build_midi(rows, charset="latin-1"))
    assert [(p.kind, p.severity) for p in score.problems] == [("charset", "info")]
