"""HiddenSinger in the shape of its paper: trained for a moment, exported, and sung with through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from engine.codec.shaping import Shaping
from engine.codec.waveform_codec import CORE_FRAMES
from engine.errors import MelismaError
from engine.export.paper import export_paper
from engine.export.voice import VoiceFacts
from engine.models import InstalledModel, load_manifest, open_model
from engine.models.hidden_singer import build_hidden_singer
from engine.singing.timing import ConsonantTable
from engine.train.generator import Generator, LatentStats
from engine.train.paper.__main__ import main
from engine.train.paper.config import PaperConfig, paper
from engine.train.paper.networks import PaperCodec
from engine.train.voices.cast import phone_ids
from tests import tiny_paper
from tests.e2e.conftest import Command
from tests.midi import midi, row

pytestmark = pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of a training of a few steps; nobody writes there."""
    folder = tmp_path_factory.mktemp("paper")
    work, out = folder / "work", folder / "paper-voice"
    tiny_paper.write_corpus(work)
    words = ["--work", str(work), "--out", str(out), "--batch", "2", "--report-every", "1"]
    assert main([*words, "--codec-steps", "2", "--generator-steps", "1"], tiny_paper.CONFIG) == 0
    assert main([*words, "--codec-steps", "2", "--generator-steps", "2"], tiny_paper.CONFIG) == 0  # goes on
    return out


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mid"
    path.write_bytes(midi(row(5)))
    return path


def install(package: Path, user_folder: Path) -> None:
    (user_folder / "data" / "models" / "paper-voice").symlink_to(package)


def test_a_clip_is_sung(command: Command, work: Path, clip: Path, trained: Path, user_folder: Path) -> None:
    install(trained, user_folder)
    lengths, takes = set(), []
    for name, seed, more in [("a", 3, ("--no-cache",)), ("b", 3, ("--no-cache",)), ("c", 4, ())]:
        line = ["sing", clip, "--voice", "paper-voice", "--out", f"{name}.wav", "--steps", 2, "--seed", seed]
        outcome = command(*line, "--language", "en", "--json", *more)
        assert outcome.code == 0, outcome
        samples, rate = soundfile.read(work / f"{name}.wav", dtype="float32")
        assert rate == outcome.facts["sample_rate"] == 24_000
        assert len(samples) == round(outcome.facts["duration_s"] * rate)
        assert np.isfinite(samples).all()
        assert samples.std() > 0
        lengths.add(len(samples))
        takes.append((work / f"{name}.wav").read_bytes())
    assert len(lengths) == 1
    assert takes[0] == takes[1] != takes[2]


def test_the_manifest_says_what_the_program_needs(trained: Path) -> None:
    manifest = load_manifest(trained / "manifest.json")
    assert (manifest.id, manifest.sample_rate, manifest.hop_length) == ("paper-voice", 24_000, 256)
    assert manifest.languages == ("en", "de", "ja")  # the first is the default
    assert manifest.settings["sampling"]["temperature"] == pytest.approx(1 / 1.5)
    assert manifest.settings["voices"]["speakers"] == {"kathleen": 0, "kerstin": 1, "yuki": 2}


def test_a_long_phrase_in_pieces_is_the_same_as_at_once(trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codec = build_hidden_singer(InstalledModel(load_manifest(trained / "manifest.json"), trained), "cpu", 1).codec
    frames = 2 * CORE_FRAMES + 17
    latents = np.random.default_rng(0).standard_normal((codec.latent_dim, frames), dtype=np.float32)
    f0 = np.full(frames, 200.0, np.float32)
    pieces = codec.decode(latents, f0, 0)
    monkeypatch.setattr("engine.codec.waveform_codec.CORE_FRAMES", frames)
    whole = codec.decode(latents, f0, 0)
    assert len(pieces) == frames * codec.hop_length
    assert np.allclose(pieces, whole, atol=1e-5)
    assert codec.encode(pieces[: 100 * 256 + 1]).shape == (codec.latent_dim, 101)
    still = np.zeros(frames, np.float32)
    softer = codec.decode(latents, f0, 0, shaping=Shaping(still - 20, still, still, still))
    assert np.allclose(softer, whole / 10, atol=1e-6)
    with pytest.raises(ValueError, match="do not belong together"):
        codec.decode(latents, f0[:-1], 0)


@pytest.mark.parametrize("change", [{"kind": "other"}, {"latent_dim": None}])
def test_a_package_with_a_wrong_codec_is_one_sentence(trained: Path, tmp_path: Path, change: dict[str, object]) -> None:
    data = json.loads((trained / "manifest.json").read_text(encoding="utf-8"))
    settings = data["settings"]["codec"]
    data["settings"]["codec"] = {k: v for k, v in (settings | change).items() if v is not None}
    for path in trained.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "manifest.json").unlink()
    (tmp_path / "manifest.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(MelismaError, match="lacks a setting"):
        build_hidden_singer(open_model(tmp_path), "cpu", 1)


def test_the_graphs_say_what_the_networks_say(tmp_path: Path) -> None:
    config = tiny_paper.CONFIG
    parity, codec = untrained(config, tmp_path / "voice")
    assert set(parity) == {"condition", "denoiser", "encoder", "decoder"}
    assert max(parity.values()) < 5e-3
    singer = build_hidden_singer(open_model(tmp_path / "voice"), "cpu", 1)
    audio = 0.1 * np.random.default_rng(0).standard_normal(40 * 256).astype(np.float32)
    with torch.no_grad():
        latents = codec.encode(torch.from_numpy(audio)[None])
        expected = codec.decode(latents)[0].numpy()
    found = singer.codec.encode(audio)
    assert np.abs(found - latents[0].numpy()).mean() < 5e-3 * latents.std().item()
    decoded = singer.codec.decode(found, np.full(40, 200.0, np.float32), 0)
    assert np.abs(decoded - expected).mean() < 0.1 * expected.std()


def untrained(config: PaperConfig, folder: Path) -> tuple[dict[str, float], PaperCodec]:
    """A package of new networks whose codebooks say something; the parity of each graph, and the codec."""
    torch.manual_seed(0)
    codec = PaperCodec(config.codec, config.decoder).eval()
    dim = config.codec.latent_dim
    for number, book in enumerate(codec.quantizer.codebooks):
        book.get_buffer("entries").normal_(std=0.3 * 0.8**number)
    generator = Generator(config.generator, dim).eval()
    stats = LatentStats(np.zeros(dim, np.float32), np.ones(dim, np.float32))
    facts = VoiceFacts("paper-voice", "Paper", "1", ("en",), (53, 81), "CC0-1.0", "# Untrained\n")
    voices = {"num_speakers": config.generator.num_speakers, "languages": {"en": 0}}
    parity = export_paper(
        facts,
        config,
        codec,
        generator,
        stats,
        phone_ids(),
        ConsonantTable({}, {}, {}),
        folder,
        {"num_steps": 1, "temperature": 1 / config.generator.tau},
        {"voices": voices},
    )
    return parity, codec


@pytest.mark.slow
def test_the_papers_own_size_sings(command: Command, work: Path, tmp_path: Path, user_folder: Path) -> None:
    parity, _ = untrained(paper(), tmp_path / "voice")
    assert max(parity.values()) < 2e-2
    install(tmp_path / "voice", user_folder)
    clip = tmp_path / "short.mid"
    clip.write_bytes(midi(row(2, ticks=240)))
    line = ["sing", clip, "--voice", "paper-voice", "--out", "a.wav", "--steps", 1, "--no-cache"]
    outcome = command(*line, "--language", "en", "--json")  # that it is the same again, the small one shows
    assert outcome.code == 0, outcome
    samples, rate = soundfile.read(work / "a.wav", dtype="float32")
    assert len(samples) == round(outcome.facts["duration_s"] * rate)
    assert np.isfinite(samples).all()
    assert samples.std() > 0
