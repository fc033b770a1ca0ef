"""The benchmark of separation around its measures: songs, table, command line, with a stand-in for the separator."""

from __future__ import annotations

import json
import os
import sys

import numpy as np
import pytest
import soundfile

from engine.models.manifest import MANIFEST_NAME, ModelId, SeparatorManifest, dump_manifest
from engine.train import bench_isolate
from engine.train.measure import isolate_quality, isolate_speed, isolating, whole_process
from engine.train.measure.hold import held_songs, most_sung
from engine.train.measure.isolate_table import markdown, rows
from engine.train.measure.separation import lag, null_db, sdr

RATE = 44_100


def _write_song(folder, name, seed=0, seconds=6):
    """Three seconds of voice, then none; the band always."""
    rng = np.random.default_rng(seed)
    vocals = 0.1 * rng.standard_normal((seconds * RATE, 2))
    vocals[3 * RATE :] = 0
    place = folder / name
    place.mkdir(parents=True)
    soundfile.write(place / "vocals.wav", vocals, RATE, subtype="FLOAT")
    soundfile.write(place / "mixture.wav", vocals + 0.2 * rng.standard_normal(vocals.shape), RATE, subtype="FLOAT")


@pytest.fixture
def songs(tmp_path):
    folder = tmp_path / "songs"
    for number, name in enumerate(("hydrogen", "lithium", "held-band-000")):
        _write_song(folder, name, number)
    return folder


@pytest.fixture
def separator(tmp_path):
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "a.onnx").write_bytes(b"")
    settings = {"num_steps": 5, "refine": "mask", "eta": 0.0}
    manifest = SeparatorManifest(
        ModelId("tiny"), "Tiny", "latent-diffusion", "1", "vocals", RATE, 512, "CC0-1.0", {"a.onnx": "0" * 64}, settings
    )
    dump_manifest(manifest, folder / MANIFEST_NAME)
    return folder


def _isolate(calls):
    """Gives the truth with an error 20 dB below the mixture with the mask, the mixture without."""

    def isolate(mix, out, num_steps, refine):
        calls.append((num_steps, refine))
        mixture, rate = soundfile.read(mix, dtype="float32")
        truth = mix.parent / "vocals.wav"
        vocals = soundfile.read(truth, dtype="float32")[0] + 0.1 * mixture if truth.exists() else mixture
        vocals = mixture if refine == "none" else vocals
        paths = out / "v.wav", out / "i.wav"
        for path, sound in zip(paths, (vocals, mixture - vocals), strict=True):
            soundfile.write(path, sound, rate, subtype="FLOAT")
        return paths

    return isolate


def test_a_whole_run_answers_in_json_and_writes_its_page(songs, separator, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(isolate_quality, "STEPS", (1, 2))
    calls: list[tuple] = []
    page, pictures = tmp_path / "docs" / "bench.md", tmp_path / "docs" / "pictures"
    page.parent.mkdir()
    arguments = ["--songs", str(songs), "--separator", str(separator), "--only", "quality,steps", "--excerpt", "2"]
    arguments += ["--json", "--markdown", str(page), "--pictures", str(pictures)]

    code = bench_isolate.main(arguments, isolate=_isolate(calls))

    facts = json.loads(capsys.readouterr().out)
    assert code == 0
    assert facts["separator"]["id"] == "tiny"
    assert set(calls) == {(steps, refine) for steps in (None, 1, 2) for refine in ("mask", "none")} | {(None, "alone")}
    systems = facts["quality"]
    assert systems["silence"]["sets"]["real"]["sdr_db"] == 0
    assert systems["mixture"]["sets"]["all"]["sdr_db"] == pytest.approx(-6, abs=0.1)
    assert systems["separator-mask"]["songs"]["lithium"]["sdr_db"] == pytest.approx(13, abs=0.2)
    assert systems["separator-mask"]["sets"]["all"]["null_db"] < -120
    assert [entry["num_steps"] for entry in facts["steps"]] == [1, 1, 2, 2]
    assert "Bleed where nobody sings, worst song" in facts["missed"]
    text = page.read_text()
    assert "| SDR of the vocals, lithium | >= 4 dB | 13.0" in text
    assert "**Melisma, `--refine mask` (default)**" in text
    assert "(pictures/isolate-hydrogen.png)" in text
    assert (pictures / "isolate-held-band-000.png").stat().st_size > 10_000


def test_a_separator_in_a_folder_is_measured_through_the_engines_door(songs, tmp_path, monkeypatch):
    """Its refined vocals are half of the middle, its own are all of it; both null, and neither is late."""
    tiny_separator = pytest.importorskip("tests.tiny_separator")
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))
    (song,) = held_songs(songs, ["hydrogen"])
    truth, mixture = song.read()
    with isolating.installed(str(tiny_separator.make(tmp_path / "tiny-separator"))) as model:
        isolate = isolating.isolate_with(model.manifest.id, 0)
        assert isolating.modes(model) == ("alone", "mask", "none")
        found = {mode: isolate_quality.by_files(isolate, mode)(song, truth, mixture) for mode in ("mask", "none")}

    assert os.environ["MELISMA_DATA"] == str(tmp_path / "user")
    for mode, share in (("mask", tiny_separator.REFINED), ("none", 1.0)):
        vocals, instrumental = found[mode]
        middle = np.repeat(mixture.mean(axis=0, keepdims=True), 2, axis=0)
        assert sdr(share * middle, vocals) > 40
        assert null_db(mixture, vocals, instrumental) < -120
        assert lag(middle, vocals) == 0


def test_songs_are_those_named_or_put_aside_or_all(songs):
    assert [song.name for song in held_songs(songs, ())] == ["held-band-000", "hydrogen", "lithium"]
    assert [song.name for song in held_songs(songs, ["lithium"])] == ["lithium"]
    rows_ = ["name,kind,split,seconds,origin", "held-band-000,band,held,6,x", "hydrogen,stems,held,6,x"]
    (songs / "songs.csv").write_text("\n".join([*rows_, "lithium,stems,train,6,x"]) + "\n")
    found = held_songs(songs, ())
    assert [(song.name, song.real) for song in found] == [("hydrogen", True), ("held-band-000", False)]


def test_a_song_that_is_not_there_is_one_sentence(songs, separator, capsys):
    arguments = ["--songs", str(songs), "--separator", str(separator), "--held-out", "neon", "--json"]

    code = bench_isolate.main(arguments, isolate=_isolate([]))

    said = json.loads(capsys.readouterr().out)["error"]
    assert code == 2
    assert "neon" in said["message"]


def test_an_unknown_part_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        bench_isolate.main(["--only", "taste"])

    assert stopped.value.code == 2
    assert "taste is none of" in capsys.readouterr().err


def test_an_excerpt_has_the_most_singing():
    vocals = np.zeros((2, 20 * RATE), np.float32)
    vocals[:, 8 * RATE : 13 * RATE] = 0.1
    assert most_sung(vocals, 5) == slice(8 * RATE, 13 * RATE)
    assert most_sung(vocals, 30) == slice(0, 20 * RATE)


def test_a_process_is_watched(tmp_path, monkeypatch):
    """The stand-in says something, then hears of progress, then works a little."""
    fake = tmp_path / "fake" / "gui" / "cli"
    fake.mkdir(parents=True)
    program = "import sys, time\nsay = lambda s: print(s, file=sys.stderr, flush=True)\n"
    program += "say('warning'); time.sleep(0.2); say('Isolating: 0 of 5'); x = bytearray(80_000_000); time.sleep(0.3)\n"
    (fake / "main.py").write_text(program)
    for place in (fake, fake.parent):
        (place / "__init__.py").touch()
    monkeypatch.setattr(whole_process, "_ROOT", tmp_path / "fake")
    monkeypatch.setattr(isolate_speed, "LENGTHS_S", (2, 3))
    material = np.zeros((2, RATE), np.float32)

    facts = isolate_speed.measure_isolation("tiny", material, False, str(tmp_path / "python"), lambda *_: None)

    run = facts["runs"][1]
    assert run["song_s"] == 3
    assert 0.2 < run["first_progress_s"] < run["wall_s"] - 0.25
    assert run["factor"] == pytest.approx(run["wall_s"] / 3)
    assert sys.platform == "win32" or 0.08 < run["peak_gb"] < 0.5
    assert "cannot be started" in facts["htdemucs"]["skipped"]


def test_an_hour_is_tiled_from_what_there_is(tmp_path):
    material = np.linspace(-0.5, 0.5, RATE * 3 // 2, dtype=np.float32)[None].repeat(2, axis=0)

    tiled, rate = soundfile.read(isolate_speed._tiled(material, 4, tmp_path), dtype="float32")

    assert tiled.shape == (4 * rate, 2)
    assert np.abs(tiled[: material.shape[1]] - tiled[material.shape[1] : 2 * material.shape[1]]).max() < 1e-4


def test_speed_rows_pass_and_miss():
    run = {"song_s": 30, "wall_s": 6.0, "factor": 0.2, "peak_gb": 1.6, "first_progress_s": 1.0}
    facts = {"speed": {"runs": [run], "htdemucs": {"factor": 0.6}, "cores": 2, "load_before": 0.1}}

    verdicts = {row.figure.split(" (")[0]: row.passed for row in rows(facts)}

    assert verdicts["30 s, time over length"] is True
    assert verdicts["30 s, memory"] is False
    assert verdicts["Times as fast as HTDemucs' network"] is True
    separator = {"id": "tiny", "version": "1", "num_steps": None, "refine": None}
    assert "| 30 s, memory | <= 1.5 GB | 1.60 GB | no |" in markdown(facts | {"separator": separator}, [], None)
