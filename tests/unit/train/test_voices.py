"""Several voices in one model: the codec's beginning, speakers and languages, words on melodies."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.export.graphs import export_codec
from engine.phonemize.phones import EVERY_PHONE, is_vowel
from engine.train.config import GeneratorConfig, VoiceConfig, small, voices
from engine.train.corpus.shards import make_shard, write_shard
from engine.train.networks.codec import Codec
from engine.train.networks.condition import ConditionEncoder
from engine.train.voices.begin import begin_codebooks, begin_codec
from engine.train.voices.cast import CAST, LANGUAGE_IDS, phone_ids
from engine.train.voices.sets import SharedCrops, is_held_out
from engine.train.voices.texts import japanese


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Encoder and decoder of a voice of the first size, as `melisma train first-voice` leaves them."""
    folder = tmp_path_factory.mktemp("first")
    torch.manual_seed(1)
    codec = Codec(small().codec).eval()
    export_codec(codec, np.zeros(48, np.float32), np.ones(48, np.float32), folder)
    return folder


def begun(config: VoiceConfig, package: Path) -> Codec:
    torch.manual_seed(0)
    codec = Codec(config.codec).eval()
    assert begin_codec(codec, package) > 60
    return codec


def test_a_larger_codec_begins_with_what_the_smaller_knew(package: Path) -> None:
    old, new = begun(small(), package), begun(voices(), package)
    spectrogram = torch.randn(1, 1025, 40) * 2 - 6
    latents, f0 = torch.randn(1, 48, 40), torch.full((1, 40), 300.0)
    with torch.no_grad():
        assert torch.allclose(new.encoder(spectrogram)[:, :48], old.encoder(spectrogram), atol=1e-4)
        wider = torch.cat([latents, torch.zeros(1, 16, 40)], dim=1)
        for ours, theirs in zip(new.decoder(wider, f0), old.decoder(latents, f0), strict=True):
            assert (ours - theirs).abs().mean() < 0.05


def test_codebooks_begin_with_the_data() -> None:
    torch.manual_seed(0)
    codec = Codec(voices().codec)
    centres = torch.randn(40, 64) * 3
    latents = (centres[torch.randint(40, (4000,))] + 0.1 * torch.randn(4000, 64)).T[None]
    begin_codebooks(codec, latents[0].T)
    codec.eval()
    left = [float(((codec.quantizer(latents, n)[0] - latents) ** 2).mean()) for n in (1, 4, 12)]
    assert left[0] > left[1] > left[2]
    assert left[0] < 0.05 * float(latents.var())


@pytest.fixture(scope="module")
def told() -> ConditionEncoder:
    torch.manual_seed(0)
    config = GeneratorConfig(num_phones=60, num_speakers=3, num_languages=3, hidden=32, filter=48, dropout=0.0)
    return ConditionEncoder(config, 8).eval()


def answer(told: ConditionEncoder, speaker: torch.Tensor, language: int) -> torch.Tensor:
    tokens = [torch.arange(5)[None] + k for k in (1, 60, 20, 9)]
    place, features = torch.arange(20)[None] // 4, torch.zeros(1, 20, 6)
    with torch.no_grad():
        return told(*tokens, torch.ones(1, 5), place, features, speaker, torch.full((1, 5), language))[1]


def test_blends_of_speakers_lie_on_the_way_from_one_to_the_other(told: ConditionEncoder) -> None:
    alone = answer(told, torch.tensor([1]), 0)
    sure = torch.zeros(1, 20, 3)
    sure[:, :, 1] = 1
    assert torch.allclose(answer(told, sure, 0), alone, atol=1e-5)
    other = answer(told, torch.tensor([2]), 0)
    half = torch.zeros(1, 20, 3)
    half[:, :, 1:] = 0.5
    blended = answer(told, half, 0)
    assert (blended - alone).norm() < (other - alone).norm()
    assert (blended - other).norm() < (other - alone).norm()


def test_the_language_is_heard(told: ConditionEncoder) -> None:
    assert not torch.allclose(answer(told, torch.tensor([0]), 0), answer(told, torch.tensor([0]), 1), atol=1e-3)


def test_phones_of_all_languages_have_numbers_that_fit() -> None:
    ids = phone_ids()
    assert set(ids) == EVERY_PHONE
    assert sorted(ids.values()) == list(range(len(ids)))
    config = voices().generator
    assert len(ids) <= config.num_phones
    assert max(LANGUAGE_IDS.values()) < config.num_languages
    assert max(voice.speaker for voice in CAST) < config.num_speakers


def test_japanese_words_never_end_and_can_be_sung() -> None:
    syllables = list(islice(japanese(3), 400))
    assert syllables == list(islice(japanese(3), 400))
    assert len({phone for syllable in syllables for phone in syllable}) > 22
    assert all(syllable and sum(map(is_vowel, syllable)) <= 1 for syllable in syllables)


def shard_in(folder: Path, name: str, level: float) -> None:
    count = 300
    samples = level * np.random.default_rng(0).standard_normal(count * 256)
    write_shard(make_shard(name, samples, np.full(count, 220.0), np.zeros((count, 2, 8), np.float16), 256), folder)


def test_sets_have_their_shares_and_new_recordings_are_heard(tmp_path: Path) -> None:
    names = [f"r{k}" for k in range(60)]
    trained = next(name for name in names if not is_held_out(name))
    held = next(name for name in names if is_held_out(name))
    shard_in(tmp_path / "real" / "kathleen", trained, 0.1)
    shard_in(tmp_path / "real" / "kathleen", held, 0.1)
    crops = SharedCrops(tmp_path, 32, seed=1)
    assert crops.sets == ["real/kathleen"]
    assert crops.batch(5)["audio"].shape == (5, 32 * 256)
    shard_in(tmp_path / "real" / "yuki", trained, 0.001)
    crops.refresh()
    assert crops.sets == ["real/kathleen", "real/yuki"]
    loud = np.abs(crops.batch(200)["audio"]).mean(axis=1) > 0.01
    assert 0.3 < loud.mean() < 0.65
    assert SharedCrops(tmp_path, 32, seed=1, held_out=True).sets == ["real/kathleen"]
