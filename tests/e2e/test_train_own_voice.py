"""`melisma train voice DIR --name NAME`: from recordings to a voice that sings, on from a stop, and what it refuses."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import Cancelled
from engine.jobs import JobContext, Progress
from engine.models import find_model, list_models, load_manifest, verify
from engine.models.hidden_singer import build_hidden_singer
from engine.models.manifest import dump_manifest
from engine.train.own import hearing
from engine.train.own.__main__ import _parser, _plan, main
from engine.train.own.train import train_own
from gui.cli.main import run
from tests import tiny_base
from tests.conftest import ROOT
from tests.midi import midi, row

CONSENT = ("--singer", "Ann", "--consent", "I am the singer", "--licence", "CC-BY-4.0")
QUICK = ("--base", tiny_base.BASE_ID, "--steps", "6", "--batch", "2")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder with the tiny base installed, and recordings beside it."""
    folder = tmp_path_factory.mktemp("studio")
    tiny_base.make(folder / "user" / "data" / "models" / tiny_base.BASE_ID)
    tiny_base.record(folder / "recordings")
    return folder


@pytest.fixture(autouse=True)
def quiet(studio: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(studio / "user"))
    monkeypatch.setattr(hearing, "LEAST_S", 4.0)


def words(studio: Path, *more: object) -> list[str]:
    return [str(w) for w in (studio / "recordings", "--name", "Ann's voice", *QUICK, *CONSENT, *more)]


def stopped_at(studio: Path, stage: str) -> None:
    """Begin, and be stopped in the middle of `stage`."""
    plan = _plan(_parser().parse_args(words(studio)))
    context = JobContext()

    def stop(progress: Progress) -> None:
        if progress.stage == stage and progress.done > 0:
            context.token.cancel()

    context = JobContext(stop)
    with pytest.raises(Cancelled):
        train_own(plan, context, lambda _: None, None)


def test_from_recordings_to_a_voice_that_sings(
    studio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = studio / "user" / "data" / "models"
    stopped_at(studio, "Training the voice")
    assert sorted(p.name for p in models.iterdir()) == [tiny_base.BASE_ID]
    analysed = {p: p.stat().st_mtime_ns for p in (studio / "user" / "data" / "training").rglob("pieces/*.npz")}
    assert len(analysed) >= 3
    assert main(words(studio)) == 0
    told = capsys.readouterr()
    assert "minutes of voice" in told.err or "seconds of voice" in told.err
    assert "This takes about" in told.err
    assert all(path.stat().st_mtime_ns == before for path, before in analysed.items())
    model = find_model("ann-s-voice")
    assert {check.state for check in verify(model)} == {"ok"}
    assert set(model.manifest.files) >= {"listening.onnx", "CARD-base.md"}
    assert model.manifest.settings["voices"]["speakers"] == {"ann-s-voice": 0}
    assert model.manifest.settings["origin"]["consent"] == "I am the singer"
    assert model.manifest.licence == "CC-BY-4.0"
    card = (model.folder / "CARD.md").read_text(encoding="utf-8")
    for fact in ("Ann", "I am the singer", "CC-BY-4.0", "Tiny base 1", "6 steps", "put aside", "with words"):
        assert fact in card, fact
    low, high = model.manifest.key_range
    assert 40 < low < 55 < high < 70
    assert not list(models.glob("*.part"))
    assert model.manifest.id in {m.manifest.id for m in list_models()}
    build_hidden_singer(model, "cpu", 1)
    clip, out = tmp_path / "clip.mid", tmp_path / "a.wav"
    clip.write_bytes(midi(row(3)))
    assert run(["sing", str(clip), "--voice", "ann-s-voice", "--device", "cpu", "--out", str(out)]) == 0
    samples, rate = soundfile.read(out)
    assert rate == 48_000
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() > 1e-3
    # The same name again is refused; with --replace and more steps it goes on from the last ones.
    assert main(words(studio)) == 2
    assert "There is a voice called ann-s-voice already" in capsys.readouterr().err
    assert main(words(studio, "--replace", "--steps", 8)) == 0
    assert "8 steps" in (model.folder / "CARD.md").read_text(encoding="utf-8")


def test_checking_makes_nothing(studio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work = tmp_path / "work"
    before = sorted((studio / "user" / "data" / "models").iterdir())
    arguments = [str(studio / "recordings"), "--name", "x", *QUICK, "--check", "--work", str(work)]
    assert main(arguments) == 0
    assert "This takes about" in capsys.readouterr().err
    assert sorted((studio / "user" / "data" / "models").iterdir()) == before


def test_a_base_that_cannot_listen_needs_words(
    studio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))
    deaf = tmp_path / "user" / "data" / "models" / tiny_base.BASE_ID
    shutil.copytree(studio / "user" / "data" / "models" / tiny_base.BASE_ID, deaf)
    manifest = load_manifest(deaf / "manifest.json")
    kept = {name: digest for name, digest in manifest.files.items() if name != "listening.onnx"}
    dump_manifest(replace(manifest, files=kept), deaf / "manifest.json")
    (deaf / "listening.onnx").unlink()
    (tmp_path / "mute").mkdir()
    soundfile.write(tmp_path / "mute" / "a.wav", tiny_base.voice(6.3, seed=3), 48_000)
    arguments = [str(tmp_path / "mute"), "--name", "x", *QUICK, *CONSENT]
    assert main(arguments) == 2
    assert "cannot learn from recordings without words" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "saying"),
    [
        (("--consent", "no"), "Without the singer's consent no voice is made"),
        (("--licence", "??"), "no licence's name"),
        (("--base", "nobody"), "There is no voice called nobody"),
        (("--name", "!!!"), "holds no letter"),
        (("--name", "trio"), "came along with melisma"),
        (("--name", "kathleen"), "came along with melisma"),
        (("--out", "Ünfit Näme"), "cannot be a voice's id"),
        (("--language", "xx"), "no pronunciation"),
        (("--minutes", "0"), "needs time"),
        (("--steps", "0"), "needs time"),
        (("--work", ROOT / "docs", "--fresh"), "is not the work folder of a voice"),
        (("--device", "cuda"), "no CUDA device"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    studio: Path, tmp_path: Path, more: tuple[object, ...], saying: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if "cuda" in more:
        torch = pytest.importorskip("torch")
        if torch.cuda.is_available():
            pytest.skip("there is one")
    models = studio / "user" / "data" / "models"
    before = sorted(models.iterdir())
    assert main(words(studio, "--work", tmp_path / "w", "--name", "Another", *more)) == 2
    err = capsys.readouterr().err
    assert saying in err
    assert len(err.strip().splitlines()) == 1
    assert sorted(models.iterdir()) == before


def test_too_little_voice_and_no_recordings(
    studio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "LEAST_S", 20.0)
    work = ("--work", tmp_path / "w", "--out", tmp_path / "o")
    assert main(words(studio, *work)) == 2
    assert "seconds of voice; 20 are the least" in capsys.readouterr().err
    (tmp_path / "none").mkdir()
    assert main([str(tmp_path / "none"), *words(studio, *work)[1:]]) == 2
    assert "holds no recordings" in capsys.readouterr().err
    (tmp_path / "none" / "bad.wav").write_bytes(b"this is no sound" * 100)
    assert main([str(tmp_path / "none"), *words(studio, "--work", tmp_path / "v", *work[2:])[1:]]) == 2
    assert "bad.wav" in capsys.readouterr().err


def test_a_work_folder_belongs_to_one_training(studio: Path, tmp_path: Path) -> None:
    plan = _plan(_parser().parse_args(words(studio, "--work", tmp_path / "w", "--check", "--out", tmp_path / "o")))
    train_own(plan, JobContext(), lambda _: None, None)
    told = json.loads((tmp_path / "w" / "plan.json").read_text())
    assert told["language"] == "en"
    with pytest.raises(Exception, match="another language"):
        train_own(replace(plan, language="de"), JobContext(), lambda _: None, None)
