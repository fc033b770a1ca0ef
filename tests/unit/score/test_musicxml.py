import io
import zipfile

import pytest

from engine.errors import InputError
from engine.score import read_score_bytes


def note(step="C", duration=2, lyric="", octave=4, extra="", after="", voice=1, key=None):
    return (
        f"<note>{extra}<pitch><step>{step}</step><octave>{octave}</octave></pitch><duration>{duration}</duration>"
        f"<voice>{voice}</voice>{after}{lyric}</note>"
    )


def rest(duration):
    return f"<note><rest/><duration>{duration}</duration><voice>1</voice></note>"


def lyric(text, syllabic="single", number=1, more=""):
    return f'<lyric number="{number}"><syllabic>{syllabic}</syllabic><text>{text}</text>{more}</lyric>'


def measure(content, number=1, head=False, implicit=False):
    attributes = (
        "<attributes><divisions>2</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>"
        if head
        else ""
    )
    kind = ' implicit="yes"' if implicit else ""
    return f'<measure number="{number}"{kind}>{attributes}{content}</measure>'


def score_xml(*parts, head="", prolog=""):
    names = "".join(f'<score-part id="P{i}"><part-name>Part {i}</part-name></score-part>' for i in range(len(parts)))
    bodies = "".join(f'<part id="P{i}">{body}</part>' for i, body in enumerate(parts))
    content = f"{head}<part-list>{names}</part-list>{bodies}"
    return f'<?xml version="1.0"?>{prolog}<score-partwise version="4.0">{content}</score-partwise>'.encode()


def read_measure(content, **options):
    return read_score_bytes(score_xml(measure(content, head=True)), **options)


def facts(score):
    return [(n.lyric, n.ends_word, n.holds) for n in score.notes]


def test_syllabic_melisma_and_rest():
    score = read_measure(
        note(lyric=lyric("A", "begin")) + note("D", lyric=lyric("men", "end", more="<extend/>"))
        + note("E", 1) + rest(1) + note("F", 2, lyric=lyric("oh"))
    )  # fmt: skip
    assert facts(score) == [("A", False, False), ("men", True, False), ("", True, True), ("oh", True, False)]
    assert [n.key for n in score.notes] == [60, 62, 64, 65]
    assert [(n.start, n.duration) for n in score.notes] == [(0, 1), (1, 1), (2, 0.5), (3, 1)]
    assert not score.problems


def test_slur_over_a_rest_holds_and_other_gaps_are_reported():
    slur = '<notations><slur type="{}" number="1"/></notations>'
    score = read_measure(
        note(lyric=lyric("oh"), after=slur.format("start")) + rest(1) + note("D", 1, after=slur.format("stop"))
        + rest(2) + note("E")
    )  # fmt: skip
    assert [n.holds for n in score.notes] == [False, True, False]
    assert [(p.kind, p.bar, p.beat) for p in score.problems] == [("no_lyric", 1, 4.0)]


def test_ties_chords_grace_notes_and_cues():
    tie = '<tie type="{}"/>'
    score = read_measure(
        "<note><grace/><pitch><step>B</step><octave>4</octave></pitch><voice>1</voice></note>"
        + note(after=tie.format("start"), lyric=lyric("long"))
        + note(after=tie.format("stop"))
        + note("E", lyric=lyric("two"))
        + note("G", extra="<chord/>")
        + note("A", extra="<cue/>")
    )
    assert [(n.lyric, n.key, n.duration) for n in score.notes] == [("long", 60, 2.0), ("two", 67, 1.0)]
    assert [p.kind for p in score.problems] == ["chord"]


def test_elision_is_two_syllables_on_a_note():
    elided = (
        "<lyric><syllabic>end</syllabic><text>ria</text><elision>_</elision>"
        "<syllabic>begin</syllabic><text>ex</text></lyric>"
    )
    score = read_measure(note(lyric=lyric("glo", "begin")) + note(lyric=elided) + note(lyric=lyric("cel", "end")))
    assert facts(score) == [("glo", False, False), ("ria ex", False, False), ("cel", True, False)]


def test_verses_and_refrains():
    verses = lyric("one") + lyric("two", number=2)
    data = score_xml(measure(note(lyric=verses), head=True) + measure(note(lyric=lyric("all")), 2))
    assert [n.lyric for n in read_score_bytes(data).notes] == ["one", "all"]
    assert [n.lyric for n in read_score_bytes(data, verse=2).notes] == ["two", "all"]
    with pytest.raises(InputError, match="no verse 3"):
        read_score_bytes(data, verse=3)


def test_voices_backup_and_the_part_with_lyrics():
    piano = measure(note("C", 8, octave=3), head=True)
    voice = measure(
        note("C", 4, lyric=lyric("la")) + rest(4) + "<backup><duration>8</duration></backup>"
        + note("E", 4, voice=2, octave=3) + note("F", 4, voice=2, lyric=lyric("too")),
        head=True,
    )  # fmt: skip
    score = read_score_bytes(score_xml(piano, voice))
    assert [(n.lyric, n.key, n.start) for n in score.notes] == [("la", 60, 0), ("too", 65, 2)]
    assert read_score_bytes(score_xml(piano, voice), track="part 0").notes[0].key == 48
    assert read_score_bytes(score_xml(piano, voice), track=0).notes[0].key == 48
    with pytest.raises(InputError, match="no part"):
        read_score_bytes(score_xml(piano, voice), track="Tuba")


def test_pickup_tempo_meter_and_transposition():
    sound = '<direction><sound tempo="60"/></direction>'
    metronome = (
        "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>"
        "<per-minute>c. 80</per-minute></metronome></direction-type></direction>"
    )
    transpose = "<attributes><transpose><chromatic>-2</chromatic></transpose></attributes>"
    body = (
        measure(sound + transpose + note(lyric=lyric("the")), 0, head=True, implicit=True)
        + measure(note(duration=8, lyric=lyric("moon")), 1)
        + measure(metronome + note(duration=8, lyric=lyric("rose")), 2)
    )
    score = read_score_bytes(score_xml(body))
    assert [score.tempo_map.bar_beat(n.start) for n in score.notes] == [(0, 4.0), (1, 1.0), (2, 1.0)]
    assert score.tempo_map.tempi == ((0.0, 60.0), (5.0, 120.0))
    assert score.notes[0].key == 58


def test_a_bar_split_in_two_is_counted_once_and_a_short_bar_as_one():
    halves = (
        measure(note(duration=8), 1, head=True)
        + measure(note(duration=6), 2)
        + measure(note(duration=2), "X1", implicit=True)
        + measure(note(duration=8), 3)
        + measure(note(duration=4), 4)
        + measure(note(duration=8), 5)
    )
    score = read_score_bytes(score_xml(halves))
    assert [score.tempo_map.bar_beat(n.start)[0] for n in score.notes] == [1, 2, 2, 3, 4, 5]


def test_an_overlong_bar_is_one_bar():
    lengths = [8, 16, 10, 8, 8]
    body = "".join(measure(note(duration=n), i + 1, head=i == 0) for i, n in enumerate(lengths))
    score = read_score_bytes(score_xml(body))
    assert [score.tempo_map.bar_beat(n.start) for n in score.notes] == [(i + 1, 1.0) for i in range(5)]


def test_title_language_and_repeats():
    head = "<work><work-title>Lied</work-title></work><defaults><lyric-language xml:lang='de-AT'/></defaults>"
    repeat = '<barline location="right"><repeat direction="backward"/></barline>'
    score = read_score_bytes(score_xml(measure(note(lyric=lyric("O")) + repeat, head=True), head=head))
    assert (score.title, score.language) == ("Lied", "de")
    assert [p.kind for p in score.problems] == ["repeats"]


def test_timewise_scores_read_the_same():
    inner = measure(note(lyric=lyric("O")), head=True)
    content = inner[inner.index(">") + 1 : inner.rindex("<")]
    text = (
        '<score-timewise><part-list><score-part id="P0"><part-name/></score-part></part-list>'
        f'<measure number="1"><part id="P0">{content}</part></measure></score-timewise>'
    )
    assert read_score_bytes(text.encode()).notes == read_score_bytes(score_xml(inner)).notes


def zipped(members, container=True):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if container:
            archive.writestr(
                "META-INF/container.xml",
                '<container><rootfiles><rootfile full-path="score.xml"/></rootfiles></container>',
            )
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize("container", [True, False])
def test_mxl(container):
    data = score_xml(measure(note(lyric=lyric("O")), head=True))
    assert read_score_bytes(zipped({"score.xml": data}, container)).notes[0].lyric == "O"


def test_doctype_is_fine_but_entities_are_not():
    body = measure(note(lyric=lyric("O")), head=True)
    plain = '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://x/partwise.dtd">'
    assert read_score_bytes(score_xml(body, prolog=plain)).notes
    for entity in ('<!ENTITY a "aaaa">', '<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY % a "b">'):
        with pytest.raises(InputError, match="entities"):
            read_score_bytes(score_xml(body, prolog=f"<!DOCTYPE score-partwise [{entity}]>"))


def test_bombs_and_other_zips_are_refused():
    with pytest.raises(InputError, match="too large"):
        read_score_bytes(zipped({"score.xml": b" " * (65 * 1024 * 1024)}))
    with pytest.raises(InputError, match="no MusicXML"):
        read_score_bytes(zipped({"hello.txt": b"x"}, container=False))
    with pytest.raises(InputError, match="damaged"):
        read_score_bytes(zipped({"score.xml": b"<score-partwise/>"})[:-30])


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<html><body/></html>", "not a MusicXML"),
        (b"<score-partwise>", "damaged"),
        (b"<score-partwise/>", "no parts"),
        (b'<?xml version="1.0" encoding="nonsense"?><score-partwise/>', "damaged"),
    ],
)
def test_refused_xml(data, what):
    with pytest.raises(InputError, match=what):
        read_score_bytes(data)


def test_utf16_is_read():
    text = score_xml(measure(note(lyric=lyric("ö")), head=True)).decode().replace("?>", ' encoding="UTF-16"?>', 1)
    assert read_score_bytes(text.encode("utf-16")).notes[0].lyric == "ö"
