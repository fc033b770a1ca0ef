"""What an animator learns from and becomes: faces, real singing with marks, the ear, the package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from engine.avatar.features import SAMPLE_RATE
from engine.avatar.line import RATE_HZ, SpokenPhone, SungLine, loudness_curve
from engine.errors import InputError
from engine.export import animator as export
from engine.export.animator import AnimatorFacts, export_animator
from engine.models import load_manifest
from engine.models.registry import InstalledModel
from engine.models.singer_motion import build_singer_motion
from engine.train.avatar import ear as ears
from engine.train.avatar.animator_card import animator_facts
from engine.train.avatar.banks import HELD_EVERY, make_banked
from engine.train.avatar.dataset import Corpus, Windows, prepare
from engine.train.avatar.ear import EarRun, train_ear
from engine.train.avatar.faces import learned_portraits, references
from engine.train.avatar.lines import READ_HELD, Line, labelled, load_lines
from engine.train.avatar.networks.audio_encoder import Heard
from engine.train.avatar.networks.config import tiny
from engine.train.avatar.networks.graphs import sample_inputs
from engine.train.avatar.networks.singer import Singer
from engine.train.avatar.training import MotionRun, train_motion
from tests.tiny_animator import tiny_animator, tiny_network


def buzz(seconds: float, loud: np.ndarray | float = 0.3) -> np.ndarray:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(loud * np.sign(np.sin(2 * np.pi * 200 * time)), np.float32)


def test_faces_are_drawn_and_taken_from_portraits(tmp_path: Path) -> None:
    few, more = references(2, None), references(3, tmp_path)
    assert (few.shape, few.dtype, len(more)) == ((2, 3, 64, 64), np.uint8, 3)
    np.testing.assert_array_equal(more[:2], few)  # the same whatever follows
    assert np.abs(few[0].astype(int) - few[1]).mean() > 5
    Image.new("RGB", (200, 200), "teal").save(tmp_path / "0-no-face.png")
    (tmp_path / "2-broken.jpg").write_text("no picture")
    (tmp_path / "notes.txt").write_text("no picture")
    assert len(references(1, tmp_path)) == 1


def test_every_second_portrait_is_for_measuring(tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / f"{number}.jpg").touch()
    assert [path.name for path in learned_portraits(tmp_path)] == ["0.jpg", "2.jpg", "4.jpg", "6.jpg"]


def bank(folder: Path, marks: dict[str, str]) -> None:
    """One bank of recordings of 2 s, sounding from 0.3 to 1.7 s."""
    folder.mkdir(parents=True)
    samples = buzz(2.0)
    samples[: round(0.3 * SAMPLE_RATE)] = samples[round(1.7 * SAMPLE_RATE) :] = 0
    for name in marks:
        soundfile.write(folder / f"{name}.opus", samples, SAMPLE_RATE, format="OGG", subtype="OPUS")
    (folder / "oto.ini").write_text("".join(f"{name}.wav={mark}\n" for name, mark in marks.items()), encoding="utf-8")


def test_marks_of_a_bank_become_phones(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "lines"
    bank(data / "voicebanks" / "yuki", {"_ma": "- ま,250,100,-500,150,50"})
    bank(data / "voicebanks" / "erithacus", {"sha": "sha,300,100,-500,200,50"})
    (data / "singing" / "berklee-vowels").mkdir(parents=True)
    assert list(make_banked(data, out, "train")) == ["banked-train-yuki-000", "banked-train-erithacus-000"]
    assert list(make_banked(data, out, "held")) == []
    romaji, kana = load_lines(out, "train")
    assert [phone.label for phone in kana.sung.phones] == ["M", "AA"]
    assert [phone.label for phone in romaji.sung.phones] == ["SH", "AA"]
    for line, vowel_s in ((kana, 0.4), (romaji, 0.5)):  # offset and what comes before it
        consonant, vowel = line.sung.phones
        assert vowel.start_s == pytest.approx(vowel_s, abs=1e-6)
        assert 0.03 < consonant.end_s - consonant.start_s < 0.2
        assert vowel.end_s == pytest.approx(1.7, abs=0.06)  # where the sound ends
        assert line.sung.f0[round(0.6 * RATE_HZ)] > 0


def test_a_part_of_every_bank_is_put_aside(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "lines"
    bank(data / "voicebanks" / "yuki", {f"{number:02d}": "か,250,100,-500,150,50" for number in range(HELD_EVERY + 1)})
    bank(data / "voicebanks" / "erithacus", {"a": "a,300,100,-500,200,50"})
    (data / "singing" / "berklee-vowels").mkdir(parents=True)
    learned, held = (set(make_banked(data, out, split)) for split in ("train", "held"))
    assert len(held) == 1
    assert len(learned) == HELD_EVERY + 1
    assert not {name.split("-", 2)[2] for name in held} & {name.split("-", 2)[2] for name in learned}
    assert READ_HELD > 0


def test_labels_of_songs_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "singing" / "nit-song070"
    folder.mkdir(parents=True)
    soundfile.write(folder / "a.wav", buzz(1.0), SAMPLE_RATE)
    (folder / "a.lab").write_text(
        "0 2000000 x^x-sil+k=a\n2000000 3000000 x^sil-k+a=x\n3000000 6000000 k^a-a+r=x\n"
        "6000000 7000000 a^r-r+i=x\nnonsense\n7000000 9000000 r^i-i+sil=x\n"
    )
    (line,) = labelled(tmp_path)
    assert [phone.label for phone in line.sung.phones] == ["SP", "K", "AA", "D", "IY"]
    assert line.sung.phones[2] == SpokenPhone("AA", pytest.approx(0.3), pytest.approx(0.6))
    assert line.sung.f0[10] == 0
    assert line.sung.f0[45] > 0


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Two lines of 3.2 s: AA, M and silence in turns, told by their loudness."""
    labels = ("AA", "SP", "M", "AA") * 2
    loud = np.repeat([0.3, 0.0, 0.06, 0.3] * 2, round(0.4 * SAMPLE_RATE))
    samples = buzz(3.2, loud)
    phones = tuple(SpokenPhone(label, 0.4 * i, 0.4 * i + 0.4) for i, label in enumerate(labels))
    sung = SungLine(phones, np.full(320, 220, np.float32), loudness_curve(samples, SAMPLE_RATE))
    lines = [Line("a", samples, sung), Line("b", samples, sung)]
    return prepare(lines, np.full((2, 3, 64, 64), 127, np.uint8), 1, 2, [])


def test_the_ear_learns_goes_on_and_is_built_in(tmp_path: Path, corpus: Corpus) -> None:
    config = tiny()
    windows = Windows(corpus, ears.FRAMES, config.margin, 0)
    run = EarRun(tmp_path, steps=30, batch=8, half=False, report_every=5, warm_up=5)
    train_ear(config, run, windows)
    losses = [
        float(line.split('"lips": ')[1].split(",")[0]) for line in (tmp_path / "ear.jsonl").read_text().splitlines()
    ]
    assert losses[-1] < 0.8 * losses[0]
    before = torch.load(tmp_path / "ear.pt", weights_only=True)["network"]
    ear = train_ear(config, EarRun(tmp_path, steps=30, batch=8, half=False), windows)  # nothing is left to do
    for name, tensor in ear.state_dict().items():
        torch.testing.assert_close(tensor, before[f"encoder.{name}"])
    run = MotionRun(tmp_path, steps=0, batch=1, half=False)
    singer = train_motion(config, run, Windows(corpus, config.frames, config.margin, 0), ear)
    for name, tensor in singer.audio_encoder.state_dict().items():
        torch.testing.assert_close(tensor, ear.state_dict()[name])


def test_what_users_train_is_called_as_its_folder(tmp_path: Path) -> None:
    own, shipped = animator_facts(tmp_path / "My Face"), animator_facts(tmp_path / "mime")
    assert (own.id, own.name, own.licence) == ("my-face", "My Face", "LicenseRef-unknown")
    assert own.card.startswith("# My Face")
    assert (shipped.id, shipped.name, shipped.licence) == ("mime", "Mime", "CC-BY-4.0")


def test_the_package_is_the_network() -> None:
    folder = tiny_animator()
    manifest = load_manifest(folder / "manifest.json")
    assert set(manifest.files) == {"reference.onnx", "motion.onnx", "CARD.md"}
    assert {path.name for path in folder.iterdir()} == {*manifest.files, "manifest.json"}
    animator = build_singer_motion(InstalledModel(manifest, folder), "cpu", 1)  # type: ignore[arg-type]
    config = tiny()
    assert (animator.settings.frames, animator.settings.margin) == (config.frames, config.margin)
    assert (animator.settings.latents, animator.settings.num_steps) == ((6, 16, 16), 2)
    inputs = {name: tensor[0].numpy() for name, tensor in sample_inputs(config).items() if name != "scales"}
    looked = animator.look(inputs["reference"])
    heard = inputs["bands"], inputs["streams"], inputs["present"]
    z = inputs["z_t"].transpose(1, 0, 2, 3)
    stated = animator.denoise(z, 0.7, heard, np.ones(3, np.float32), looked)
    assert (stated.shape, stated.dtype) == (z.shape, np.float32)
    tensors, network = sample_inputs(config), tiny_network()
    with torch.no_grad():
        told = Heard(tensors["bands"], tensors["streams"], tensors["present"])
        expected = network(tensors["z_t"], torch.tensor([0.7]), tensors["reference"], told)[0].numpy()
    assert np.abs(stated - expected.transpose(1, 0, 2, 3)).max() < 0.02 * expected.std()  # weights have 16 bits
    other = animator.denoise(z, 0.7, (1 - heard[0], *heard[1:]), np.ones(3, np.float32), looked)
    assert np.abs(stated - other).max() > 0.01


FACTS = AnimatorFacts("x", "X", "1", "CC0-1.0", "# X\n")


def test_a_package_that_fails_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "x"
    out.mkdir()
    (out / "manifest.json").write_text("the old one")

    def fail(_: Singer, folder: Path) -> float:
        (folder / "reference.onnx").touch()
        raise AssertionError("the graphs differ")

    monkeypatch.setattr(export, "export_singer", fail)
    with pytest.raises(AssertionError):
        export_animator(FACTS, Singer(tiny()), 2, out)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert (out / "manifest.json").read_text() == "the old one"


def test_a_package_takes_the_place_of_an_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "new" / "x"
    out.mkdir(parents=True)
    (out / "old.onnx").touch()

    def export_both(_: Singer, folder: Path) -> float:
        for name in export.GRAPHS:
            (folder / name).write_bytes(b"graph")
        return 0.001

    monkeypatch.setattr(export, "export_singer", export_both)
    assert export_animator(FACTS, Singer(tiny()), 3, out) == 0.001
    assert {path.name for path in out.iterdir()} == {*export.GRAPHS, "CARD.md", "manifest.json"}
    assert [path.name for path in out.parent.iterdir()] == ["x"]
    assert load_manifest(out / "manifest.json").settings["num_steps"] == 3


def test_a_plan_without_singing_is_refused(tmp_path: Path) -> None:
    from engine.train.avatar.animator import AnimatorPlan, train_animator

    for plan in (
        AnimatorPlan(tmp_path, tmp_path, tmp_path / "o"),
        AnimatorPlan(tmp_path, tmp_path, tmp_path / "o", 0, 0),
    ):
        with pytest.raises(InputError):
            train_animator(plan, tiny())
