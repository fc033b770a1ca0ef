"""What a window looks at before a video is made: motion that grows when it is needed, pictures drawn at once."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.api.avatar_faces import bundled_figures, found_face
from engine.api.avatar_kept import MOST_FOLDERS, SONG, SONGS_KEPT_S, Last, kept_folder, vocal_key
from engine.api.avatar_preview import LEAD, GrowingTrack, Preview
from engine.api.avatar_show import LARGEST_SIDE, ShowRequest, Shows
from engine.avatar.drawn.character import load_character
from engine.avatar.drawn.face import DrawnFace
from engine.avatar.faceparams_file import read_faceparams
from engine.avatar.figures import avatar_files
from engine.avatar.params import HIGH, LOW, NUM_PARAMS
from engine.errors import Cancelled, InputError, MelismaError
from engine.folders import cache_folder
from engine.jobs import CancelToken, JobContext
from tests import tiny_animator
from tests.midi import midi, row

FRAMES = 120


def rows_of(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(LOW, HIGH, (count, NUM_PARAMS)).astype(np.float32)


def in_blocks(rows: np.ndarray, size: int) -> Iterator[np.ndarray]:
    yield from (rows[start : start + size] for start in range(0, len(rows), size))


@settings(max_examples=60)
@given(
    size=st.integers(1, 40),
    frames=st.lists(st.integers(-5, FRAMES + 5), max_size=20),
    ahead=st.booleans(),
    made=st.integers(FRAMES - 1, FRAMES + 3),
)
def test_a_known_row_is_the_motions_own_however_it_is_asked_for(size, frames, ahead, made):
    """Also where the motion is a row shorter or longer than the video, as rounding has it."""
    rows = rows_of(made)
    growing = GrowingTrack(in_blocks(rows, size), FRAMES)
    before = 0
    for frame in frames:
        growing.grow(frame, ahead, CancelToken())
        assert growing.known >= before
        before = growing.known
        place = min(max(frame, 0), FRAMES - 1)
        if place < growing.known:
            np.testing.assert_array_equal(growing.row(frame), rows[min(place, made - 1)])


def test_until_it_is_known_a_row_is_what_stands_for_it():
    meanwhile = rows_of(FRAMES, 1)
    growing = GrowingTrack(in_blocks(rows_of(FRAMES), 10), FRAMES, meanwhile)
    np.testing.assert_array_equal(growing.row(50), meanwhile[50])
    resting = GrowingTrack(in_blocks(rows_of(FRAMES), 10), FRAMES)
    assert not resting.row(50).any()


def test_while_it_plays_the_motion_keeps_a_lead_and_takes_no_more():
    taken: list[int] = []

    def counted() -> Iterator[np.ndarray]:
        for block in in_blocks(rows_of(10 * FRAMES), 10):
            taken.append(1)
            yield block

    growing = GrowingTrack(counted(), 10 * FRAMES)
    for frame in range(200):
        growing.grow(frame, False, CancelToken())
        assert growing.known > frame
    assert growing.known >= 199 + LEAD
    assert len(taken) <= (199 + LEAD) // 10 + 2


def test_a_cancelled_question_leaves_the_motion_to_the_next():
    growing = GrowingTrack(in_blocks(rows_of(FRAMES), 10), FRAMES)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        growing.grow(50, False, token)
    growing.grow(50, False, CancelToken())
    assert growing.known > 50


def test_motion_that_failed_is_never_taken_for_whole(tmp_path):
    def failing() -> Iterator[np.ndarray]:
        yield rows_of(10)
        raise MelismaError("The animator failed.")

    growing = GrowingTrack(failing(), FRAMES)
    for _ in range(2):
        with pytest.raises(MelismaError, match="failed"):
            growing.grow(50, False, CancelToken())
    assert (growing.known, growing.whole) == (10, False)


def test_the_motions_file_is_there_once_all_is_known(tmp_path):
    rows = rows_of(FRAMES)
    face = DrawnFace(load_character(avatar_files()["inga"]), 64)
    preview = Preview(face, GrowingTrack(in_blocks(rows, 20), FRAMES), tmp_path / "m.faceparams.json", opaque=False)
    seen = set()
    motion = None
    for _ in range(200):
        picture, known, motion = preview.picture(0, True, CancelToken())
        seen.add(known)
        if motion is not None:
            break
    assert motion is not None
    assert picture.shape == (64, 64, 3)
    np.testing.assert_allclose(read_faceparams(motion).track.values, rows, atol=1e-3)


def test_what_is_transparent_is_seen_before_squares(tmp_path):
    face = DrawnFace(load_character(avatar_files()["inga"]), 64)
    growing = GrowingTrack(in_blocks(rows_of(4), 4), 4)
    picture, _, _ = Preview(face, growing, tmp_path / "m.json", opaque=False).picture(0, False, CancelToken())
    corner = picture[:12, :12]
    assert (corner == corner[0, 0]).all()
    assert picture[0, 12].tolist() != corner[0, 0].tolist()


def test_the_last_is_made_again_only_for_another_key():
    made: list[int] = []
    last: Last[int] = Last()
    for key in (1, 1, 2, 1):
        last.of(key, lambda: made.append(1) or len(made))
    assert len(made) == 3


def test_a_vocal_has_another_name_when_it_or_its_words_change(tmp_path):
    clip = tmp_path / "verse.mid"
    clip.write_bytes(b"MThd")
    names = {vocal_key(clip, "", "")}
    (tmp_path / "verse.lyrics.txt").write_text("la")
    names.add(vocal_key(clip, "", ""))
    clip.write_bytes(b"MThd2")
    names.add(vocal_key(clip, "", ""))
    names |= {vocal_key(None, "a", "t"), vocal_key(None, "a", "u"), vocal_key(None, "b", "t")}
    assert len(names) == 6


def test_only_the_last_vocals_are_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    for number in range(MOST_FOLDERS + 3):
        kept_folder(f"v{number}")
    kept = {path.name for path in (cache_folder() / "avatar").iterdir()}
    assert len(kept) == MOST_FOLDERS
    assert f"v{MOST_FOLDERS + 2}" in kept


def test_songs_stay_for_videos_that_wait_to_be_made(tmp_path, monkeypatch):
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    long_ago = time.time() - SONGS_KEPT_S
    for name, used_at in (("waits", long_ago + 60), ("forgotten", long_ago - 60)):
        folder = kept_folder(name)
        for file in (SONG, "out.wav"):
            (folder / file).write_bytes(b"-")
        os.utime(folder, (used_at, used_at))
    for _ in range(2):
        for number in range(MOST_FOLDERS):
            kept_folder(f"v{number}")
    waits = cache_folder() / "avatar" / "waits"
    assert [path.name for path in waits.iterdir()] == [SONG]
    assert waits.stat().st_mtime == pytest.approx(long_ago + 60, abs=1)
    assert not waits.with_name("forgotten").exists()


def test_every_bundled_figure_has_a_name_and_a_thumbnail():
    figures = bundled_figures()
    assert len(figures) == len({figure.id for figure in figures}) >= 12
    assert all(figure.name and figure.thumbnail.is_file() for figure in figures)


def test_where_no_face_is_found_it_says_so_and_takes_three_points(tmp_path):
    from PIL import Image

    path = tmp_path / "grey.png"
    Image.new("RGB", (200, 160), (120, 120, 120)).save(path)
    nobody = found_face(path)
    assert not nobody.found
    assert nobody.why
    assert (nobody.width, nobody.height) == (200, 160)
    placed = found_face(path, ((80.0, 60.0), (120.0, 60.0), (100.0, 100.0)))
    assert placed.found
    assert len(placed.landmarks) == 68
    np.testing.assert_allclose(placed.points, [(80, 60), (120, 60), (100, 100)], atol=2.0)


@pytest.fixture
def installed(user_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tiny_animator.install(user_folder)
    monkeypatch.setenv("MELISMA_DATA", str(user_folder))
    return user_folder


@pytest.fixture
def vocals(tmp_path: Path) -> Path:
    path = tmp_path / "vocals.wav"
    time = np.arange(44_100) / 44_100
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * 220 * time), 44_100)
    return path


def asked(**fields: object) -> ShowRequest:
    return ShowRequest(avatar="inga", animator=tiny_animator.ANIMATOR_ID, device="cpu", **fields)  # type: ignore[arg-type]


def test_a_show_is_opened_seen_and_named_by_what_it_is_made_of(installed, vocals):
    shows, context = Shows(), JobContext()
    facts = shows.open(asked(vocals=vocals, size=(1920, 1080)), context)
    assert (facts.frames, facts.fps) == (25, 25.0)
    assert max(facts.width, facts.height) == LARGEST_SIDE
    assert facts.video_size == (1920, 1080)
    assert facts.sound == facts.vocals == vocals
    assert facts.words is None
    first = shows.picture(facts.show, 0, False, context)
    assert first.rgb.shape == (facts.height, facts.width, 3)
    beyond = shows.picture(facts.show, 10_000, True, context)
    assert beyond.frame == facts.frames - 1
    again = shows.open(asked(vocals=vocals, size=(1920, 1080)), context)
    np.testing.assert_array_equal(shows.picture(again.show, 0, False, context).rgb, first.rgb)
    shows.open(asked(vocals=vocals, seed=3), context)
    with pytest.raises(InputError):
        shows.picture(facts.show, 0, False, context)  # only the last two are kept


def test_a_song_is_sung_with_exact_lips_and_its_words(installed, tmp_path):
    from engine.api.project import NewProject, new_project, project_bytes

    clip = tmp_path / "clip.mid"
    clip.write_bytes(midi(row(3, ticks=160)))
    project, _ = new_project(NewProject(clip, tmp_path / "song.melisma", voice="tiny"))
    facts = Shows().open(asked(project=project_bytes(project).decode(), track=project.tracks[0].id), JobContext())
    assert facts.exact_lips
    assert facts.words is not None
    assert facts.words.read_text().strip()
    assert soundfile.info(facts.sound).duration == pytest.approx(facts.frames / 25, abs=0.05)
    assert facts.vocals.is_file()
    assert facts.track == project.tracks[0].id
    assert facts.start_s is not None
    assert -1.0 < facts.start_s <= 0.0  # consonants sound before the first beat


def test_what_cannot_be_looked_at_is_told_in_a_sentence(installed, vocals):
    shows = Shows()
    for request in (asked(), asked(vocals=vocals, project="{}"), asked(vocals=vocals.with_name("none.wav"))):
        with pytest.raises(InputError):
            shows.open(request, JobContext())
    with pytest.raises(InputError):
        shows.picture("show-9", 0, False, JobContext())
