"""Words that are typed for clips of DAWs, before they are saved; and what is said of them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from gui.bridge_link import DawSeen
from gui.texts import words as texts
from gui.viewmodels.clip_lines import WATCHED, Again, again, facts_line, fit_line, when
from gui.viewmodels.clip_rows import ClipRow, ClipRows
from gui.viewmodels.clip_words import ClipWords, Words
from plugin_host.adapters.files import SESSION_KEY, FilesAdapter
from plugin_host.lyrics import KnownClip
from plugin_host.lyrics.fit import Fit
from plugin_host.lyrics.record import Record, Sung

NOON = time.mktime((2026, 3, 5, 12, 30, 0, 0, 0, -1))
ARDOUR = DawSeen("ardour", "Ardour", True, frozenset({"read_clip"}), "Night Train", session_key="/music/Night Train")


def clip(name: str = "Verse", text: str | None = "how sweet", key: str = "", sung: bool = True) -> KnownClip:
    last = Sung(NOON, "Ardour") if sung else None
    record = Record("/music/Night Train", "Night Train", key or f"key of {name}", name, "Vocals", sung=last)
    return KnownClip("abcdef", record, text, Path("x"))


def said(text: str, language: str = "") -> Words:
    return Words.typed(text, language)


VERSE, CHORUS = clip(), clip("Chorus", "la la")


@pytest.fixture
def state() -> ClipWords:
    made = ClipWords()
    made.take((VERSE, CHORUS))
    return made


def test_what_was_typed_stays_until_it_is_what_is_kept(state: ClipWords) -> None:
    state.type(VERSE.key, said("how sweet the sound"))
    assert state.words(VERSE.key).text == "how sweet the sound"
    assert state.unsaved == ("Verse",)
    state.take((CHORUS, VERSE))
    assert state.words(VERSE.key).text == "how sweet the sound"
    assert not state.drafts[VERSE.key].elsewhere
    state.take((replace(VERSE, text="how sweet the sound\n"), CHORUS))
    assert state.unsaved == ()


def test_typing_it_back_is_no_change(state: ClipWords) -> None:
    state.type(VERSE.key, said("how"))
    state.type(VERSE.key, said("how sweet\n"))
    assert state.unsaved == ()
    state.type(VERSE.key, said("how sweet", "la"))
    assert state.unsaved == ("Verse",)
    state.drop(VERSE.key)
    assert state.words(VERSE.key) == said("how sweet")


def test_words_from_elsewhere_are_shown_unless_something_is_typed(state: ClipWords) -> None:
    theirs = replace(VERSE, text="their words")
    state.take((theirs, CHORUS))
    assert state.words(VERSE.key).text == "their words"
    state.type(VERSE.key, said("mine"))
    state.take((VERSE, CHORUS))
    draft = state.drafts[VERSE.key]
    assert (draft.elsewhere, draft.words.text, draft.base.text) == (True, "mine", "how sweet")
    state.take((VERSE, CHORUS))
    assert state.drafts[VERSE.key].elsewhere
    state.drop(VERSE.key)
    assert state.words(VERSE.key).text == "how sweet"


def test_singing_it_meanwhile_is_not_other_words(state: ClipWords) -> None:
    state.type(VERSE.key, said("mine"))
    sung = replace(VERSE, record=replace(VERSE.record, sung=Sung(NOON + 60, "Ardour", ("Too many.",))))
    state.take((sung, CHORUS))
    draft = state.drafts[VERSE.key]
    assert (draft.elsewhere, draft.clip) == (False, sung)


def test_what_is_typed_while_it_is_saved_stays(state: ClipWords) -> None:
    state.type(VERSE.key, said("first"))
    state.type(VERSE.key, said("first and second"))
    state.saved(VERSE.key, said("first"))
    state.take((replace(VERSE, text="first"), CHORUS))
    draft = state.drafts[VERSE.key]
    assert (draft.words.text, draft.base.text, draft.elsewhere) == ("first and second", "first", False)


def test_a_clip_that_is_forgotten_elsewhere_keeps_what_was_typed(state: ClipWords) -> None:
    state.type(CHORUS.key, said("la la la"))
    state.take((VERSE,))
    assert [one.record.clip_name for one in state.clips] == ["Verse", "Chorus"]
    assert state.words(CHORUS.key).text == "la la la"
    state.type(CHORUS.key, said("la la"))  # what was kept is not kept any more
    assert state.unsaved == ("Chorus",)
    state.forget(CHORUS.key)
    assert state.clips == (VERSE,)


@pytest.mark.parametrize("text", ["one\n\n", "one\r\n\r\n\n", "one\n\x0c\n", "\n\n", " one\n \n\n"])
def test_words_of_a_field_stay_what_they_are(text: str) -> None:
    once = said(text)
    assert not once.text.endswith("\n")
    assert said(once.text) == once


def test_what_is_typed_for_a_clip_that_gains_its_own_lyrics_waits_until_it_is_kept(state: ClipWords) -> None:
    state.type(VERSE.key, said("mine"))
    own = replace(VERSE, record=replace(VERSE.record, own="la la"))
    state.take((own, CHORUS))
    assert (state.unsaved, state.drafts[VERSE.key].elsewhere) == (("Verse",), False)
    state.take((replace(own, text="mine"), CHORUS))
    assert state.unsaved == ()
    assert state.words(VERSE.key).text == "la la"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("", 2), ("CHOR", 1), ("night train", 2), ("ardour la", 1), ("vocals sweet", 1), ("reaper", 0)],
)
def test_the_filter_finds_names_sessions_daws_and_words(state: ClipWords, wanted: str, found: int) -> None:
    assert len(state.fitting(wanted)) == found


# What is said


def test_times_are_told_as_near_as_they_are() -> None:
    assert when(NOON, NOON + 3600) == "12:30"
    assert when(NOON, NOON + 86_400) == "05 Mar 12:30"
    assert when(NOON, NOON + 400 * 86_400) == "05 Mar 2026"


def test_a_row_says_what_a_clip_is() -> None:
    row = ClipRow(VERSE, said("how sweet the"), NOON)
    assert (row.name, row.when) == ("Verse", "12:30")
    assert row.spoken == "Verse, 3 words  ·  Ardour  ·  Night Train, 12:30, not saved"
    bare = ClipRow(clip(text=None, sung=False))
    assert (bare.when, bare.line) == ("", "no words  ·  Night Train")


def test_only_rows_of_clips_that_changed_are_made_anew(state: ClipWords) -> None:
    rows = ClipRows()
    before = rows.of(state, "")
    state.type(VERSE.key, said("how sweet the sound"))
    after = rows.of(state, "")
    assert (after[0].line, after[0].unsaved) == ("4 words  ·  Ardour  ·  Night Train", True)
    assert after[1] is before[1]
    state.take((replace(VERSE, text="how sweet the sound"), CHORUS))
    assert [row.unsaved for row in rows.of(state, "")] == [False, False]
    assert rows.of(state, "chorus") == before[1:]


def test_the_facts_of_a_clip() -> None:
    assert facts_line(VERSE).startswith("Night Train  ·  track Vocals  ·  asked for in Ardour ")
    unknown = replace(VERSE, record=Record("k", "", "region 7", "region 7", ""))
    assert facts_line(unknown) == texts.NEVER_SUNG
    home = Path.home() / "clips" / "verse.mid"
    file = replace(VERSE, record=Record(WATCHED, "Watched folders", str(home), "verse", str(home)))
    assert "track" not in facts_line(file)
    assert str(Path.home()) not in facts_line(file)


MANY, FEW = "Too many words: no note is left for {}.", "Too few words: 1 note has no syllable."


@pytest.mark.parametrize(
    ("found", "words", "line", "tone"),
    [
        (Fit(0), "one", "1 word. How many notes the clip has is known once it was sung.", "soft"),
        (Fit(6), "", "6 notes, no words. Without words, every note is sung on “la”.", "soft"),
        (Fit(1), "one", "1 note, 1 word. Every note has a syllable.", "good"),
        (Fit(6, bare=4), "a b", "6 notes, 2 words. Too few words: 4 notes have no syllable.", "warn"),
        (Fit(1, 2, "the sound"), "a the sound", f"1 note, 3 words. {MANY.format('“the sound” (2 syllables)')}", "warn"),
        (Fit(1, 1, bare=1), "a", f"1 note, 1 word. {MANY.format('1 syllable')} {FEW}", "warn"),
    ],
)
def test_too_many_and_too_few_words_are_said(found: Fit, words: str, line: str, tone: str) -> None:
    assert fit_line(found, said(words)) == (line, tone)


# Singing once more


def test_a_clip_is_sung_by_its_name_where_its_session_is_open() -> None:
    found = again(VERSE, (VERSE, CHORUS), (ARDOUR,), True)
    assert (found.daw, found.clip, found.why) == ("ardour", "Verse", "")
    assert "Ardour" in found.tip


@pytest.mark.parametrize(
    "daw",
    [
        replace(ARDOUR, present=False),
        replace(ARDOUR, session_key="/music/Another"),
        replace(ARDOUR, capabilities=frozenset()),
    ],
)
def test_a_clip_whose_session_is_closed_says_so(daw: DawSeen) -> None:
    assert again(VERSE, (VERSE,), (daw,), True) == Again(why=texts.SESSION_CLOSED.format(session="Night Train"))


def test_without_a_bridge_nothing_is_sung_from_here() -> None:
    assert again(VERSE, (VERSE,), (ARDOUR,), False) == Again(why=texts.BRIDGE_OFF)


def test_of_several_clips_of_one_name_the_selected_one_is_sung() -> None:
    twin = clip(key="another")
    found = again(VERSE, (VERSE, twin), (ARDOUR,), True)
    assert (found.daw, found.clip) == ("ardour", "")
    assert "select this one in Ardour" in found.why
    elsewhere = replace(twin, record=replace(twin.record, session_key="/music/Another"))
    assert again(VERSE, (VERSE, elsewhere), (ARDOUR,), True).clip == "Verse"


def test_a_clip_without_a_name_has_to_be_selected() -> None:
    nameless = replace(VERSE, record=replace(VERSE.record, clip_name="region 7", clip_key="region 7"))
    found = again(nameless, (nameless,), (ARDOUR,), True)
    assert found.clip == ""
    assert found.why == texts.SELECT_NAMELESS.format(daw="Ardour", button=texts.SING_SELECTED)


def test_a_file_is_sung_by_its_path_while_its_folder_is_watched() -> None:
    assert {SESSION_KEY, FilesAdapter.id} == {WATCHED}
    files = DawSeen("files", "Watched folders", True, frozenset({"read_clip"}), "Watched folders", session_key="files")
    record = Record("files", "Watched folders", "/clips/verse.mid", "verse", "/clips/verse.mid")
    file, twin = (replace(VERSE, record=replace(record, clip_key=key)) for key in ("/clips/verse.mid", "/b/verse.mid"))
    assert again(file, (file, twin), (files,), True).clip == "/clips/verse.mid"
    assert again(file, (file,), (ARDOUR,), True) == Again(why=texts.FOLDER_CLOSED)
