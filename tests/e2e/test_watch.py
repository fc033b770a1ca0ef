"""Files put into a folder, with the tiny voice and the tiny separator: results beside them, once."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api import check_singer
from engine.audio import read_bext
from engine.jobs import JobContext
from engine.score import TempoMap
from plugin_host.adapters.files_drop import DropSettings, work_on_file
from plugin_host.lyrics import LyricsBook
from plugin_host.ports import DawClip, DawNote, Session
from tests import tiny_separator
from tests.e2e.conftest import Command, Outcome
from tests.midi import midi, row
from tests.separators import music, peak_db

RATE = 44_100
POSITION = r"_b001_q000\.000_48k_[0-9a-f]{8}\.wav"
DEADLINE_S = 90.0


@pytest.fixture(autouse=True)
def _separator(user_folder: Path) -> None:
    tiny_separator.make(user_folder / "data" / "models" / tiny_separator.SEPARATOR_ID)


@pytest.fixture
def folder(tmp_path: Path, user_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MELISMA_DATA", str(user_folder))
    folder = tmp_path / "my clips"
    folder.mkdir()
    return folder


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def named(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.iterdir() if re.fullmatch(pattern, path.name))


@pytest.fixture
def serve(folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    words = ["serve", "--watch", str(folder), "--daw", "files", "--voice", "tiny", "--device", "cpu"]
    command = [sys.executable, "-m", "gui.cli.main", *words, "--separator", tiny_separator.SEPARATOR_ID]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline().rstrip().endswith(f"; watches {folder}.")
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            _, complaints = process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert "Traceback" not in complaints


def test_a_served_folder(folder: Path, serve: subprocess.Popen[str], command: Command) -> None:
    mix = music(2, RATE, RATE)
    (folder / "verse.mid").write_bytes(midi(row(5), words=None))
    (folder / "verse.lyrics.txt").write_text("la shine twin-kle star and more")
    soundfile.write(folder / "mix.wav", mix.T, RATE, subtype="FLOAT")
    note = folder / "verse.problems.txt"
    wait_for(lambda: note.exists() and len(named(folder, r"mix_.*\.wav")) == 2)
    (sung,) = named(folder, f"verse{POSITION}")
    assert note.read_text().splitlines() == [
        'Bar 2, beat 1: no note is left for "and more" (2 syllables); they are not sung.'
    ]
    samples, rate = soundfile.read(sung)
    assert rate == 48_000
    assert np.abs(samples).max() > 1e-3
    instrumental, vocals = (soundfile.read(path, dtype="float32") for path in named(folder, r"mix_.*\.wav"))
    assert vocals[1] == RATE
    assert peak_db(mix.T - vocals[0] - instrumental[0]) < -90

    # The words are mended: sung again, and nothing is left to say.
    (folder / "verse.lyrics.txt").write_text("la la twin-kle star")
    wait_for(lambda: not note.exists() and len(named(folder, f"verse{POSITION}")) == 2)
    # Words of the command line are taken up as well.
    words = "star star star star star"
    (folder / "words").write_text(words)
    said = command("lyrics", "set", "verse", folder / "words").err
    assert str(folder / "verse.lyrics.txt") in said
    wait_for(lambda: len(named(folder, f"verse{POSITION}")) == 3)
    assert command("lyrics", "show", "verse").out == f"{words}\n"
    (folder / "words").unlink()
    assert sung.exists()
    assert len(named(folder, r"mix_.*\.wav")) == 2
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_what_cannot_be_sung_is_said_beside_it(folder: Path, serve: subprocess.Popen[str]) -> None:
    (folder / "empty.mid").write_bytes(midi([]))
    wait_for((folder / "empty.problems.txt").exists)
    (line,) = (folder / "empty.problems.txt").read_text().splitlines()
    assert "no notes" in line
    serve.send_signal(signal.SIGINT)
    assert serve.stderr is not None
    assert f"Watched folders: empty.mid was not taken. {line}" in serve.stderr.readlines()[0]


def test_who_sings_is_asked_before_anything_is_served(folder: Path, command: Command) -> None:
    outcome = command("serve", "--watch", folder, "--daw", "files", "--voice", "nobody")
    assert (outcome.code, outcome.out) == (2, "")
    assert "There is no voice called nobody" in outcome.err
    for name in (None, "tiny", "trio", "kathleen", "trio/yuki"):
        check_singer(name)


SETTINGS = DropSettings(voice="tiny", separator=tiny_separator.SEPARATOR_ID, device="cpu")


def test_a_dropped_clip_is_in_time(folder: Path) -> None:
    """Its first note is at the very start: one file begins there, another begins a beat before and has it whole."""
    clip = folder / "Sträße №1.mid"
    clip.write_bytes(midi(row(5)))
    made = work_on_file(clip, JobContext(), SETTINGS)
    main, early = made.files
    assert re.fullmatch(f"Sträße №1{POSITION}", main.name)
    assert re.fullmatch(r"Sträße №1_starts-1-beat-before_b000_q-01\.000_48k_[0-9a-f]{8}\.wav", early.name)
    samples, _ = soundfile.read(main)
    whole, _ = soundfile.read(early)
    beat = 24_000
    assert len(whole) == len(samples) + beat
    np.testing.assert_array_equal(whole[beat + 480 :], samples[480:])
    assert np.abs(whole[:beat]).max() > 1e-3
    for path in made.files:
        stamp = read_bext(path)
        assert stamp is not None
        assert stamp.time_reference_samples == 0


def test_a_dropped_clip_with_room_before_it_is_one_file(folder: Path) -> None:
    clip = folder / "later.mid"
    clip.write_bytes(midi([(start + 1920, end + 1920, key) for start, end, key in row(5)]))
    (path,) = work_on_file(clip, JobContext(), SETTINGS).files
    samples, rate = soundfile.read(path)
    assert np.abs(samples[: rate // 2]).max() == 0
    assert np.abs(samples[2 * rate :]).max() > 1e-3


def test_a_dropped_project_is_sung_whole(folder: Path, command: Command, work: Path) -> None:
    """With its tracks, pans and takes; words beside it are not its own."""
    (work / "clip.mid").write_bytes(midi(row(3)))
    song = folder / "song.melisma"
    assert command("project", "new", "clip.mid", "--voice", "tiny", "--out", song).code == 0
    assert command("project", "add", song, "clip.mid", "--voice", "tiny", "--name", "Back").code == 0
    assert command("project", "set", song, "--track", "Back", "pan=1", "transpose=4", "seed=5").code == 0
    (folder / "song.lyrics.txt").write_text("no no no")
    assert command("sing", song, "--voice", "tiny", "--out", "sung.wav", "--bits", "32f", "--json").code == 0
    wanted, _ = soundfile.read(work / "sung.wav")
    made = work_on_file(song, JobContext(), replace(SETTINGS, voice="nobody"))
    assert re.fullmatch(f"song{POSITION}", made.files[0].name)
    whole, _ = soundfile.read(made.files[-1])
    assert whole.shape[1] == 2
    late = len(whole) - len(wanted)
    np.testing.assert_allclose(whole[late + 480 :], wanted[480:], atol=1e-4)


def test_a_dropped_mix_keeps_its_rate_and_its_place(folder: Path) -> None:
    from engine.audio import Audio, write_audio

    mix = music(2, 2 * RATE, RATE)
    path = folder / "mix.wav"
    write_audio(Audio(mix, RATE), path, subtype="FLOAT", time_reference_samples=3 * RATE)
    # Another program made it.
    path.write_bytes(path.read_bytes().replace(b"melisma\0", b"daw\0\0\0\0\0", 1))
    made = work_on_file(path, JobContext(), SETTINGS)
    assert [re.sub(r"[0-9a-f]{8}\.wav$", "", file.name) for file in made.files] == [
        "mix_vocals_00m03.000s_44k1_",
        "mix_instrumental_00m03.000s_44k1_",
    ]
    vocals, rest = (soundfile.read(file, dtype="float32")[0].T for file in made.files)
    assert peak_db(mix - vocals - rest) < -120
    for file in made.files:
        stamp = read_bext(file)
        assert stamp is not None
        assert stamp.time_reference_samples == 3 * RATE


def test_words_follow_an_edited_file(folder: Path, command: Command) -> None:
    """What a producer does: sing, delete a note in the DAW, export again over the old file."""
    clip = folder / "verse.mid"
    notes = row(5)
    clip.write_bytes(midi(notes, words=None))
    (folder / "verse.lyrics.txt").write_text("one two three four five")
    assert work_on_file(clip, JobContext(), SETTINGS).remarks == ()
    clip.write_bytes(midi(notes[:1] + notes[2:], words=None))
    (remark,) = work_on_file(clip, JobContext(), SETTINGS).remarks
    assert '"two"' in remark
    (known,) = command("lyrics", "list", "--json").facts["clips"]
    assert (known["name"], known["waiting"]) == ("verse", 1)


def test_words_on_the_command_line(folder: Path, work: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command("lyrics", "list").out.startswith("No clip of a DAW is known yet")
    clip = folder / "verse.mid"
    clip.write_bytes(midi(row(5), words=None))
    assert work_on_file(clip, JobContext(), SETTINGS).remarks == ('No note has a lyric; every note is sung as "la".',)
    (work / "words.txt").write_text("one two three four")
    outcome = command("lyrics", "set", "Verse", "words.txt", "--language", "en", "--json")
    assert (outcome.code, outcome.facts["has_text"], outcome.facts["language"]) == (0, True, "en")
    assert command("lyrics", "show", "verse").out == "one two three four\n"
    (remark,) = work_on_file(clip, JobContext(), SETTINGS).remarks
    assert "this note has no syllable" in remark
    known = outcome.facts["id"]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"five four three two one")))
    assert command("lyrics", "set", known).code == 0
    assert work_on_file(clip, JobContext(), SETTINGS).remarks == ()
    assert "five four three two one" in command("lyrics", "list").out
    assert command("lyrics", "forget", known).code == 0
    for words in (("show", "verse"), ("set", "verse", "words.txt"), ("forget", known)):
        outcome = command("lyrics", *words)
        assert outcome.code == 2
        assert "No clip is known as" in outcome.err


def test_a_clip_with_words_of_its_own(folder: Path, work: Path, command: Command) -> None:
    clip = folder / "verse.mid"
    clip.write_bytes(midi(row(5)))
    work_on_file(clip, JobContext(), SETTINGS)
    (known,) = command("lyrics", "list", "--json").facts["clips"]
    assert (known["name"], known["session"], known["own"]) == ("verse", "Watched folders", True)
    assert command("lyrics", "show", "verse").out == "la shine twin-kle star\n"
    assert command("lyrics", "show", "verse", "--session", "watched folders").code == 0
    (work / "words.txt").write_text("one two three four five")
    said = command("lyrics", "set", "verse", "words.txt").err
    assert "sung again where its folder is watched" in said
    assert (folder / "verse.lyrics.txt").read_text() == "one two three four five"
    assert command("lyrics", "show", "verse").out == "one two three four five\n"
    assert work_on_file(clip, JobContext(), SETTINGS).remarks == ()
    assert command("lyrics", "show", "verse").out == "one two three four five\n"
    assert "verse.lyrics.txt" in command("lyrics", "forget", "verse").err


def test_a_clip_of_a_daw_with_words_of_its_own(work: Path, command: Command) -> None:
    notes = tuple(DawNote(float(n), 1.0, 60 + n, lyric=word) for n, word in enumerate(("do", "re", "mi")))
    session = Session("/music/Song", "Song", 48_000)
    clip = DawClip(session, "", "Verse", "Lead", 0.0, 4.0, 0, TempoMap(), notes)  # its key is no path
    LyricsBook().attach(clip)
    (work / "words.txt").write_text("one two three")
    said = command("lyrics", "set", "verse", "words.txt").err
    assert "its own" in said
    assert "sing it again" not in said
    LyricsBook().attach(replace(clip, key="other", name="Chorus", notes=tuple(replace(n, lyric="") for n in notes)))
    assert "sing it again in the DAW" in command("lyrics", "set", "chorus", "words.txt").err
    assert command("lyrics", "show", "verse").out == "do re mi\n"
    assert command("lyrics", "forget", "verse") == Outcome(0, "Forgot Verse.\n", "")


def test_clips_of_one_name_are_told_apart(folder: Path, command: Command) -> None:
    for place in ("a", "b"):
        (folder / place).mkdir()
        clip = folder / place / "verse.mid"
        clip.write_bytes(midi(row(3 + len(place)), words=None))
        work_on_file(clip, JobContext(), SETTINGS)
    outcome = command("lyrics", "show", "verse")
    assert outcome.code == 2
    first, second = (clip["id"] for clip in command("lyrics", "list", "--json").facts["clips"])
    assert first in outcome.err
    assert second in outcome.err
    assert command("lyrics", "show", first).code == 0
    assert command("lyrics", "set", first, "no such file.txt").code == 2
