"""The published EnCodec models, with random weights in files of the published layout.

Most tests take networks an eighth as wide: on a busy machine the real ones cost minutes.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from encodec import EncodecModel
from encodec.modules import SEANetDecoder, SEANetEncoder
from encodec.quantization import ResidualVectorQuantizer
from encodec.utils import _linear_overlap_add

from engine.errors import InputError
from engine.export.encodec import export_encodec
from engine.runtime import load_session
from engine.train import encodec_package, official_encodec
from engine.train.latent_stats import LatentStats, measure_latents
from engine.train.official_encodec import PUBLISHED, OfficialEncodec, load_official

Build = Callable[..., EncodecModel]


def narrow(number: int, pretrained: bool) -> EncodecModel:
    """As `PUBLISHED[number].build`, with 4 filters for 32 and 4 codebooks."""
    assert not pretrained
    stereo = number == 1
    shape = {"channels": 1 + stereo, "n_filters": 4, "norm": "time_group_norm" if stereo else "weight_norm"}
    return EncodecModel(
        SEANetEncoder(**shape, causal=not stereo),
        SEANetDecoder(**shape, causal=not stereo),
        ResidualVectorQuantizer(128, 4, 1024),
        [3.0],
        48_000 if stereo else 24_000,
        1 + stereo,
        normalize=stereo,
        segment=1.0 if stereo else None,
    )


def publish(folder: Path, number: int, patch: pytest.MonkeyPatch, build: Build | None = None) -> Path:
    """A file of the layout of `PUBLISHED[number]`, whose hash is expected from now on."""
    build = build or partial(narrow, number)
    torch.manual_seed(number)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.save(build(pretrained=False).state_dict(), folder / "checkpoint.th")
    expect(folder / "checkpoint.th", number, patch, build)
    return folder / "checkpoint.th"


def expect(path: Path, number: int, patch: pytest.MonkeyPatch, build: Build) -> None:
    begins = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    entries = list(PUBLISHED)
    entries[number] = replace(entries[number], sha256=begins, build=build)
    patch.setattr(official_encodec, "PUBLISHED", tuple(entries))


def load(factory: pytest.TempPathFactory, number: int) -> OfficialEncodec:
    with pytest.MonkeyPatch.context() as patch:
        return load_official(publish(factory.mktemp("encodec"), number, patch))


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small networks wait for their threads longer than they compute."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def mono(tmp_path_factory: pytest.TempPathFactory) -> OfficialEncodec:
    return load(tmp_path_factory, 0)


@pytest.fixture(scope="module")
def stereo(tmp_path_factory: pytest.TempPathFactory) -> OfficialEncodec:
    return load(tmp_path_factory, 1)


def noise(channels: int, length: int, seed: int = 0) -> torch.Tensor:
    return 0.1 * torch.randn(channels, length, generator=torch.Generator().manual_seed(seed))


def test_the_published_names() -> None:
    assert [entry.file for entry in PUBLISHED] == ["encodec_24khz-d7cc33bc.th", "encodec_48khz-7e698e3e.th"]


@pytest.mark.parametrize("number", [0, 1])
def test_a_file_of_the_published_layout_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    path = publish(tmp_path, number, monkeypatch, PUBLISHED[number].build)
    state = torch.load(path, weights_only=True)
    assert ("encoder.model.0.conv.conv.weight_g" in state) == (number == 0)
    codec = load_official(path)
    assert codec.name == PUBLISHED[number].name
    assert codec.model.quantizer.n_q == (32, 16)[number]
    folded = codec.model.state_dict()
    assert not any(name.endswith("weight_g") for name in folded)
    bias = "encoder.model.15.conv.conv.bias"
    assert torch.equal(folded[bias], state[bias])
    with torch.no_grad():
        wanted = PUBLISHED[number].build(pretrained=False)
        wanted.load_state_dict(state)
        audio = noise(codec.channels, 3200)[None]
        torch.testing.assert_close(codec.model.encoder(audio), wanted.encoder(audio), rtol=1e-3, atol=1e-5)


def test_geometry(mono: OfficialEncodec, stereo: OfficialEncodec) -> None:
    assert (mono.sample_rate, mono.channels, mono.hop_length, mono.segment_samples) == (24_000, 1, 320, None)
    assert (stereo.sample_rate, stereo.channels, stereo.hop_length) == (48_000, 2, 320)
    assert (stereo.segment_samples, stereo.stride_samples) == (48_000, 47_520)


def test_the_latents_are_what_the_quantiser_gets(mono: OfficialEncodec, stereo: OfficialEncodec) -> None:
    for codec, length in ((mono, 9600), (stereo, 48_000)):
        audio = noise(codec.channels, length)
        latents = codec.encode(audio, codec.scale(audio))
        assert (latents.shape, latents.dtype) == ((1, 128, length // 320), torch.float32)
        codec.model.set_target_bandwidth(3.0)
        with torch.no_grad():
            (codes, scale), *_ = codec.model.encode(audio[None])
        assert torch.equal(codec.model.quantizer.encode(latents, codec.model.frame_rate, 3.0).transpose(0, 1), codes)
        if scale is not None:
            torch.testing.assert_close(scale[0], codec.scale(audio)[:1])


def test_one_scale_for_mixture_and_vocals(stereo: OfficialEncodec) -> None:
    """Half as loud as the mixture stays half as loud, whatever the codec makes of it."""
    mixture = noise(2, 60_000)
    scale = stereo.scale(mixture)
    assert scale.shape == (2,)
    vocals = 0.5 * mixture
    assert not torch.allclose(stereo.encode(vocals, scale), stereo.encode(mixture, scale), rtol=1e-3)
    own = stereo.encode(vocals, stereo.scale(vocals))
    torch.testing.assert_close(own, stereo.encode(mixture, scale), rtol=1e-3, atol=1e-4)
    with pytest.raises(ValueError, match="takes"):
        stereo.encode(noise(1, 48_000), scale)


def test_silence_is_no_number_trouble(stereo: OfficialEncodec) -> None:
    silence = torch.zeros(2, 1000)
    latents = stereo.encode(silence, stereo.scale(silence))
    assert torch.isfinite(latents).all()
    assert stereo.decode(latents, stereo.scale(silence), 1000).abs().max() < 1e-6


@pytest.mark.parametrize("length", [1, 48_000, 48_001, 95_520, 100_000])
def test_every_segment_is_a_second_long(stereo: OfficialEncodec, length: int) -> None:
    audio = noise(2, length)
    scale = stereo.scale(audio)
    latents = stereo.encode(audio, scale)
    assert latents.shape == (len(scale), 128, 150)
    assert len(scale) == max(1, -(-(length - 480) // 47_520))
    found = stereo.decode(latents, scale, length)
    assert found.shape == (2, length)
    with torch.no_grad():
        parts = [stereo.model.decoder(part[None])[0] * level for part, level in zip(latents, scale, strict=True)]
    torch.testing.assert_close(found, _linear_overlap_add(parts, 47_520)[:, :length], rtol=1e-4, atol=1e-6)


def test_any_length_at_24_khz(mono: OfficialEncodec) -> None:
    audio = noise(1, 5000)
    latents = mono.encode(audio, mono.scale(audio))
    assert latents.shape == (1, 128, 16)
    assert mono.decode(latents, mono.scale(audio), 5000).shape == (1, 5000)
    longer = mono.encode(noise(1, 9000), torch.ones(1))  # causal: the end changes nothing before it
    torch.testing.assert_close(longer[..., :15], mono.encode(noise(1, 9000)[:, :4800], torch.ones(1)))


def test_files_that_are_no_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="could not be opened"):
        load_official(tmp_path / "none.th")
    path = tmp_path / "encodec_24khz-d7cc33bc.th"
    path.write_bytes(b"the right name alone does not help")
    with pytest.raises(InputError, match="no published EnCodec") as caught:
        load_official(path)
    assert "encodec_48khz-7e698e3e.th" in caught.value.hint
    for content in (path.read_bytes(), b""):
        path.write_bytes(content)
        expect(path, 0, monkeypatch, partial(narrow, 0))
        with pytest.raises(InputError, match="does not hold the weights of encodec_24khz"):
            load_official(path)
    for state in ({"encoder.model.0.conv.conv.bias": torch.zeros(32)}, [1, 2], {"run": print}):
        torch.save(state, path)
        expect(path, 0, monkeypatch, partial(narrow, 0))
        with pytest.raises(InputError, match="does not hold the weights"):
            load_official(path)


def test_stats_over_a_folder(mono: OfficialEncodec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="no sound file"):
        measure_latents(mono, tmp_path)
    monkeypatch.setattr("engine.train.latent_stats._PIECE_S", 0.2)
    for number, channels in enumerate((1, 2, 3)):
        soundfile.write(tmp_path / f"{number}.wav", noise(channels, 9600, number).T.numpy(), 24_000, "FLOAT")
    stats = measure_latents(mono, tmp_path)
    pieces = []
    for number, channels in enumerate((1, 2, 3)):
        whole = noise(channels, 9600, number).mean(dim=0, keepdim=True)
        pieces += [mono.encode(part, torch.ones(1))[0] for part in whole.split(4800, dim=1)]
    latents = torch.cat(pieces, dim=1)
    torch.testing.assert_close(stats.mean, latents.mean(dim=1), rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(stats.std, latents.std(dim=1, correction=0), rtol=1e-3, atol=1e-5)
    normal = stats.normalize(latents)
    assert normal.mean(dim=1).abs().max() < 1e-2
    torch.testing.assert_close(stats.restore(normal), latents)


def test_vocals_are_measured_at_the_mixtures_scale(stereo: OfficialEncodec, tmp_path: Path) -> None:
    mixture = noise(2, 48_000)
    (tmp_path / "song").mkdir()
    for name, audio in (("mixture", mixture), ("vocals", 0.1 * mixture)):
        soundfile.write(tmp_path / "song" / f"{name}.wav", audio.T.numpy(), 48_000, "FLOAT")
    found = measure_latents(stereo, tmp_path)
    scale = stereo.scale(mixture)
    both = torch.cat([stereo.encode(audio, scale)[0] for audio in (mixture, 0.1 * mixture)], dim=1)
    torch.testing.assert_close(found.mean, both.mean(dim=1), rtol=1e-3, atol=1e-4)


def test_export_24_khz_at_any_length(mono: OfficialEncodec, tmp_path: Path) -> None:
    stats = LatentStats(torch.linspace(-0.1, 0.1, 128), torch.linspace(0.5, 2, 128))
    parity = export_encodec(mono, stats, tmp_path)
    assert max(parity.values()) < 0.01
    audio = noise(1, 320 * 31)
    wanted = stats.normalize(mono.encode(audio, torch.ones(1)))
    compare(tmp_path, audio, wanted, mono.decode(stats.restore(wanted), torch.ones(1), audio.shape[1]))


def test_export_48_khz_for_one_second(stereo: OfficialEncodec, tmp_path: Path) -> None:
    stats = LatentStats(torch.linspace(-0.1, 0.1, 128), torch.linspace(0.5, 2, 128))
    parity = export_encodec(stereo, stats, tmp_path)
    assert max(parity.values()) < 0.01
    assert load_session(tmp_path / "encoder.onnx").input_shapes == {"audio": (1, 2, 48_000)}
    audio = noise(2, 48_000, 1)
    wanted = stats.normalize(stereo.encode(audio, torch.ones(1)))
    compare(tmp_path, audio, wanted, stereo.decode(stats.restore(wanted), torch.ones(1), 48_000))


def compare(folder: Path, audio: torch.Tensor, latents: torch.Tensor, decoded: torch.Tensor) -> None:
    found = load_session(folder / "encoder.onnx").run({"audio": audio[None].numpy()})["latents"]
    again = load_session(folder / "decoder.onnx").run({"latents": latents.numpy()})["audio"]
    for ours, theirs in ((found, latents.numpy()), (again[0], decoded.numpy())):
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max() < 0.02 * theirs.std()


def test_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint = publish(tmp_path, 0, monkeypatch)
    (tmp_path / "songs").mkdir()
    soundfile.write(tmp_path / "songs" / "a.wav", noise(1, 24_000).T.numpy(), 24_000, "FLOAT")
    words = [str(checkpoint), "--songs", str(tmp_path / "songs"), "--out", str(tmp_path / "out")]
    assert encodec_package.main(words) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["codec"], facts["sample_rate"], facts["hop_length"]) == ("encodec_24khz", 24_000, 320)
    assert max(facts["parity"].values()) < 0.02
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"encoder.onnx", "decoder.onnx", "encodec.json"}
    assert encodec_package.main(words) == 2
    assert "no model" in capsys.readouterr().err
