"""The mailbox of a DAW: what goes in comes out, and a broken script is told in one sentence."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError, MelismaError
from plugin_host.ports import Action, Capability, Placement
from plugin_host.spool import Spool, SpoolAdapter, spool_folder
from plugin_host.spool.clips import parse_read
from plugin_host.spool.records import Record, SpoolError, pack, unpack
from tests.spool_script import ALIVE, SESSION, SpoolScript

TEMPO = [("tempo", "0", "90"), ("tempo", "8", "120.0"), ("meter", "0", "3", "4")]
MIDI = ("region", "r1", "Verse", "Lead", "midi", "256000", "96000", "8.000000000", "4.000000000")
NOTES = [("note", "1.5", "0.5", "62", "80"), ("note", "0", "1", "60.0", "90", "la\tla")]
AUDIO = ("region", "r2", "Mix", "Band", "audio", "1000", "48000", "0.03125", "1.5")
fields = st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=6)


def adapter(folder: Path) -> SpoolAdapter:
    return SpoolAdapter("fake", "Fake", frozenset(Capability), folder)


def answer(*records: Sequence[str]) -> tuple[list[str], list[Sequence[str]]]:
    return ["ok", ""], [SESSION, *TEMPO, *records]


@given(fields, st.lists(fields.filter(lambda record: record != [""])))
def test_any_text_survives(head: list[str], records: list[list[str]]) -> None:
    assert unpack(pack(head, records)) == (tuple(head), [tuple(record) for record in records])


@given(st.binary())
def test_bytes_are_read_or_refused(data: bytes) -> None:
    for whole in (data, b"melisma\t1\t" + data + b"\n"):
        try:
            _, records = unpack(whole)
            parse_read(records)
        except MelismaError:
            pass


def test_a_file_name_of_any_bytes_survives() -> None:
    name = os.fsdecode(b"/m\xfcsic/\xff.wav")
    assert unpack(pack(["x", name]))[0] == ("x", name)


@pytest.mark.parametrize("data", [b"", b"melisma\t1\tok", b"melisma\t2\tok\n", b"hello\n"])
def test_a_file_that_is_cut_short_or_not_ours_is_refused(data: bytes) -> None:
    with pytest.raises(SpoolError):
        unpack(data)


def test_a_clip_is_read_by_selection_and_by_name(tmp_path: Path) -> None:
    with SpoolScript(tmp_path, lambda verb, records: answer(MIDI, *NOTES)) as script:
        clip = adapter(tmp_path).read_clip()
        adapter(tmp_path).read_clip("Verse")
    assert script.commands == [("read", [("selection",)]), ("read", [("name", "Verse")])]
    assert (clip.name, clip.track, clip.start_samples, clip.session.sample_rate) == ("Verse", "Lead", 256000, 48000)
    assert [(note.start, note.key, note.lyric) for note in clip.notes] == [(0, 60, "la\tla"), (1.5, 62, "")]
    assert round(clip.tempo_map.seconds(clip.start_quarters) * 48000) == clip.start_samples
    assert clip.tempo_map.bar_beat(3.0) == (2, 1.0)


def test_a_sound_is_read(tmp_path: Path) -> None:
    with SpoolScript(tmp_path, lambda verb, records: answer(AUDIO, ("source", "/sessions/mix.wav", "12"))):
        sound = adapter(tmp_path).read_sound("Mix")
    assert (sound.path, sound.offset_samples, sound.length_samples) == (Path("/sessions/mix.wav"), 12, 48000)


def test_a_clip_of_the_other_kind_is_the_users_fault(tmp_path: Path) -> None:
    with (
        SpoolScript(tmp_path, lambda verb, records: answer(AUDIO, ("source", "/sessions/mix.wav", "12"))),
        pytest.raises(InputError, match="no MIDI clip"),
    ):
        adapter(tmp_path).read_clip()


def test_sounds_are_placed_as_one_step(tmp_path: Path) -> None:
    placements = [Placement(Path("/a b.wav"), "Lead (sung)", 255000, "Lead"), Placement(Path("/c.wav"), "X", 0)]

    def serve(verb: str, records: list[Record]) -> tuple[list[str], list[tuple[str, ...]]]:
        return ["ok", ""], [("placed", path, track, start, "10") for _, path, track, start, _ in records[1:]]

    with SpoolScript(tmp_path, serve) as script:
        placed = adapter(tmp_path).place_audio(placements, "Sing Verse")
    assert script.commands[0][1][0] == ("label", "Sing Verse")
    assert [(p.path, p.track, p.start_samples) for p in placed] == [
        (p.path, p.track, p.start_samples) for p in placements
    ]


def test_asks_come_once_and_in_order(tmp_path: Path) -> None:
    script = SpoolScript(tmp_path, lambda verb, records: None)
    daw = adapter(tmp_path)
    script.write("ask-b", pack(["sing"], [SESSION, MIDI, *NOTES, ("lyrics", "la la")]))
    os.utime(tmp_path / "ask-b", (time.time() - 5, time.time() - 5))
    script.write("ask-a", pack(["isolate"], [SESSION, AUDIO, ("source", "/mix.wav", "0")]))
    script.write("ask-stale", pack(["sing"], [SESSION]))
    os.utime(tmp_path / "ask-stale", (1, 1))
    script.write("ask-broken", b"melisma\t1\tsing")
    first, second = daw.asks()
    assert (first.id, first.action, first.lyrics, len(first.clips)) == ("b", Action.SING, "la la", 1)
    assert (second.id, second.action, len(second.sounds)) == ("a", Action.ISOLATE, 1)
    assert daw.asks() == ()


def test_an_ask_for_something_unknown_is_answered(tmp_path: Path) -> None:
    script = SpoolScript(tmp_path, lambda verb, records: None)
    script.write("ask-1", pack(["dance"], [SESSION]))
    assert adapter(tmp_path).asks() == ()
    head, _ = unpack((tmp_path / "answer").read_bytes())
    assert head[:2] == ("1", "error")


def test_an_answer_of_many_lines_is_cut_to_fit_a_small_window(tmp_path: Path) -> None:
    daw = adapter(tmp_path)
    for lines in (1, 4, 5, 9):
        daw.answer("1", "\n".join(f"line {n}" for n in range(lines)))
        told = unpack((tmp_path / "answer").read_bytes())[0][2].splitlines()
        assert told[: min(lines, 4)] == [f"line {n}" for n in range(min(lines, 4))]
        assert len(told) == min(lines, 5)
        assert lines < 5 or str(lines - 4) in told[-1]


def test_transport(tmp_path: Path) -> None:
    with SpoolScript(tmp_path, lambda verb, records: (["ok", ""], [("transport", "480000.0", "1", "93.5")])):
        transport = adapter(tmp_path).transport()
    assert (transport.position_samples, transport.speed, transport.bpm) == (480000, 1.0, 93.5)


def test_nobody_there(tmp_path: Path) -> None:
    daw = adapter(tmp_path)
    assert not daw.probe()
    with pytest.raises(InputError, match="not there"):
        daw.read_clip()
    SpoolScript(tmp_path, lambda verb, records: None)
    assert daw.probe()
    os.utime(tmp_path / "alive", (time.time() - 60, time.time() - 60))
    assert not daw.probe()
    with pytest.raises(InputError, match="not there"):
        daw.session()


def test_a_silent_script_is_given_up_and_leaves_no_command(tmp_path: Path) -> None:
    SpoolScript(tmp_path, lambda verb, records: None)
    with pytest.raises(InputError, match="did not answer"):
        Spool(tmp_path, "Fake").command("ping", timeout_s=0.1)
    assert not (tmp_path / "cmd").exists()


def test_a_refusal_is_told_in_the_daws_words(tmp_path: Path) -> None:
    with (
        SpoolScript(tmp_path, lambda verb, records: (["error", "there is no track Lead"], [])),
        pytest.raises(InputError, match="Fake says: there is no track Lead\\."),
    ):
        adapter(tmp_path).read_clip("Lead")


@pytest.mark.parametrize(
    "reply",
    [
        pack(["maybe", ""]),
        pack(["ok", ""], [MIDI]),
        pack(["ok", ""], [SESSION, ("note", "0", "1", "60", "90")]),
        pack(["ok", ""], [SESSION, MIDI, ("note", "0", "1", "nan", "90")]),
        pack(["ok", ""], [SESSION, MIDI, ("note", "0", "1", "200", "90")]),
        pack(["ok", ""], [SESSION, ("region", "r1", "Verse", "Lead", "midi", "0.5", "1", "0", "1")]),
        pack(["ok", ""], [("session", "k", "n", "0", "")]),
        b"\xff\xfe\n",
    ],
)
def test_nonsense_is_our_fault_in_one_sentence(tmp_path: Path, reply: bytes) -> None:
    with SpoolScript(tmp_path, lambda verb, records: reply), pytest.raises(SpoolError):
        adapter(tmp_path).read_clip()


def test_a_sign_of_life_of_another_version_is_no_life(tmp_path: Path) -> None:
    SpoolScript(tmp_path, lambda verb, records: None, alive=[*ALIVE, "more"])
    assert not adapter(tmp_path).probe()


def test_the_bridge_file_is_for_the_user_alone(tmp_path: Path) -> None:
    Spool(tmp_path, "Fake").open(9000, "secret")
    assert unpack((tmp_path / "bridge").read_bytes())[0][:3] == ("bridge", "9000", "secret")
    assert (tmp_path / "bridge").stat().st_mode & 0o077 == 0


def test_the_folder_is_for_the_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    folder = spool_folder("fake")
    assert folder.is_dir()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (folder, tmp_path / "runtime"))


def test_a_closed_connection_says_so(tmp_path: Path) -> None:
    SpoolScript(tmp_path, lambda verb, records: None)
    daw = adapter(tmp_path)
    daw.close()
    daw.close()
    assert not daw.probe()
    assert daw.asks() == ()
    with pytest.raises(InputError):
        daw.read_clip()


def test_two_programs_do_not_write_over_each_others_commands(tmp_path: Path) -> None:
    """As the window and a script of the user's might, both at one DAW."""
    served = SpoolScript(tmp_path, lambda verb, records: (["ok", ""], [("placed", *records[0])]))
    answers: dict[int, list[Record]] = {}

    def ask(number: int) -> None:
        answers[number] = Spool(tmp_path, "Fake").command("read", [("name", str(number))])

    with served:
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {number: records[0][-1] for number, records in answers.items()} == {n: str(n) for n in range(4)}
