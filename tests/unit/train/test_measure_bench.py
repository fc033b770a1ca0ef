"""The benchmark around its measures: the 30-second clip, the table, the command line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from engine.score import Note, NoteId, Score
from engine.train import bench_sing
from engine.train.measure.speed import stretched
from engine.train.measure.table import markdown, plain_table, rows

_SPEED = {
    "cold_s": [4.0, 13.0, 5.0],
    "cold_median_s": 5.0,
    "peak_gb": 1.6,
    "warm_factor": 0.05,
    "edit_heard_s": 0.1,
    "edit_s": 0.5,
    "clip_s": 30.0,
    "cores": 2,
    "load_before": 0.5,
    "provider": "the CPU",
}
_FACTS = {
    "voice": {"id": "tiny", "version": "1"},
    "sampling": {"num_steps": 8, "temperature": 0.5, "sampler": "ode", "start": 1.0},
    "speed": _SPEED,
    "determinism": {"same_seed_identical": True, "other_seed_differs": True},
}


def test_a_clip_is_repeated_and_cut_to_its_length():
    score = Score(tuple(Note(NoteId(str(i)), i * 1.5, 1.5, 60 + i, "la") for i in range(3)))

    long = stretched(score, 28.9)

    assert long.duration_s == pytest.approx(28.9)
    assert long.notes[3].start == 5.0
    assert long.notes[4].key == 61
    assert len({note.id for note in long.notes}) == len(long.notes)
    assert all(a.end <= b.start for a, b in zip(long.notes, long.notes[1:], strict=False))


def test_rows_say_what_passed_and_what_missed():
    verdicts = {row.figure: row.passed for row in rows(_FACTS)}

    assert verdicts["Whole process, 30 s of song, time"] is True
    assert verdicts["Whole process, 30 s of song, memory"] is False
    assert verdicts["One edited note, heard"] is True
    assert verdicts["One edited note, its whole phrase anew"] is None
    assert verdicts["Same seed twice"] is True
    assert "4.0 s (median 5.0 s)" in "\n".join(plain_table(rows(_FACTS)))


def test_the_page_has_a_table_and_links_to_its_pictures(tmp_path):
    page = markdown(_FACTS, [tmp_path / "docs" / "pictures" / "one.png"], tmp_path / "docs")

    assert "| Warm, seconds per second of song | <= 0.08 | 0.050 | yes |" in page
    assert "(pictures/one.png)" in page


def test_missing_data_is_one_sentence(tmp_path, capsys):
    pytest.importorskip("pyworld")

    code = bench_sing.main(["--data", str(tmp_path), "--only", "codec", "--json"])

    said = json.loads(capsys.readouterr().out)["error"]
    assert code == 2
    assert said["kind"] == "input"
    assert str(tmp_path) in said["message"]


def test_an_unknown_part_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        bench_sing.main(["--only", "taste"])

    assert stopped.value.code == 2
    assert "taste is none of" in capsys.readouterr().err


def test_speed_needs_neither_world_nor_torch():
    program = (
        "import sys, engine.train.bench_sing, engine.train.measure.speed\n"
        "assert not {'torch', 'pyworld', 'pocketsphinx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": ":".join(filter(None, sys.path))})
