"""wav2vec 2.0 with weights from the user's file: whole ones load and hear, wrong ones are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import torchaudio
from safetensors.torch import save_file
from torch import nn

from engine.errors import InputError
from engine.train.unlabelled.heard import KEPT_BANDS, Clip
from engine.train.unlabelled.wav2vec import FORMS, Wav2VecEar, load_wav2vec

FRAMES = 40


def tiny() -> nn.Module:
    """The architecture of wav2vec 2.0 at a thousandth of its size."""
    return torchaudio.models.wav2vec2_model(
        extractor_mode="group_norm",
        extractor_conv_layer_config=[(16, 10, 5), (16, 8, 8), (16, 4, 4), (16, 2, 2)],
        extractor_conv_bias=False,
        encoder_embed_dim=24,
        encoder_projection_dropout=0.0,
        encoder_pos_conv_kernel=16,
        encoder_pos_conv_groups=4,
        encoder_num_layers=3,
        encoder_num_heads=2,
        encoder_attention_dropout=0.0,
        encoder_ff_interm_features=32,
        encoder_ff_interm_dropout=0.0,
        encoder_dropout=0.0,
        encoder_layer_norm_first=False,
        encoder_layer_drop=0.0,
        aux_num_out=None,
    )


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    path = tmp_path / "weights.pt"
    torch.save(tiny().state_dict(), path)
    return path


def clip() -> Clip:
    gains = np.full((FRAMES, 2, KEPT_BANDS), -4, np.float16)
    f0 = np.full(FRAMES, 220.0, np.float32)
    return Clip("a", np.zeros((80, FRAMES), np.float16), f0, np.ones(FRAMES, bool), gains, 1.0)


def test_it_hears_at_our_frames(weights: Path) -> None:
    ear = Wav2VecEar(load_wav2vec(weights, "tiny", tiny), layer=2)
    assert ear.width == 24
    features = ear.hear([(clip(), 0), (clip(), 30)], FRAMES, None)
    assert features.shape == (2, 24, FRAMES)
    assert torch.isfinite(features).all()
    torch.testing.assert_close(features, ear.hear([(clip(), 0), (clip(), 30)], FRAMES, None))
    moved = ear.hear([(clip(), 0)], FRAMES, np.random.default_rng(0))
    assert (moved - features[:1]).abs().mean() > 1e-3


def test_the_layer_that_is_asked_for_is_heard(weights: Path) -> None:
    model = load_wav2vec(weights, "tiny", tiny)
    sound = torch.from_numpy(Wav2VecEar(model)._sound(clip(), 0, FRAMES, None))[None]
    layers, _ = model.extract_features(sound)  # type: ignore[operator]
    wanted = nn.functional.interpolate(layers[1].transpose(1, 2), size=FRAMES, mode="linear")
    torch.testing.assert_close(Wav2VecEar(model, layer=2).hear([(clip(), 0)], FRAMES, None), wanted)


@pytest.mark.parametrize("wrapped", ["model", "state_dict"])
def test_wrapped_weights_and_a_head_for_letters_do_no_harm(weights: Path, tmp_path: Path, wrapped: str) -> None:
    state = torch.load(weights, weights_only=True) | {"aux.weight": torch.zeros(4, 24)}
    torch.save({wrapped: state}, tmp_path / "other.pt")
    loaded = load_wav2vec(tmp_path / "other.pt", "tiny", tiny).state_dict()
    assert all(torch.equal(loaded[name], value) for name, value in state.items() if name in loaded)


def test_safetensors_load_as_well(weights: Path, tmp_path: Path) -> None:
    state = {name: value.contiguous().clone() for name, value in torch.load(weights, weights_only=True).items()}
    save_file(state, tmp_path / "weights.safetensors")
    loaded = load_wav2vec(tmp_path / "weights.safetensors", "tiny", tiny).state_dict()
    assert all(torch.equal(loaded[name], value) for name, value in state.items())


def test_published_forms_are_torchaudios() -> None:
    assert set(FORMS) == {"wav2vec2-base", "xls-r-300m"}


class TestWrongFiles:
    def test_unknown_form(self, weights: Path) -> None:
        with pytest.raises(InputError, match="no encoder called 'hubert'"):
            load_wav2vec(weights, "hubert")

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no file of weights"):
            load_wav2vec(tmp_path / "missing.pt", "tiny", tiny)

    @pytest.mark.parametrize("name", ["text.pt", "text.safetensors"])
    def test_no_weights_at_all(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_text("hello")
        with pytest.raises(InputError, match="could not be read as weights"):
            load_wav2vec(tmp_path / name, "tiny", tiny)

    def test_pickled_code_is_not_run(self, tmp_path: Path) -> None:
        torch.save(nn.Linear(2, 2), tmp_path / "module.pt")
        with pytest.raises(InputError, match="could not be read as weights"):
            load_wav2vec(tmp_path / "module.pt", "tiny", tiny)

    def test_weights_of_something_else(self, tmp_path: Path) -> None:
        torch.save(nn.Linear(2, 2).state_dict(), tmp_path / "linear.pt")
        with pytest.raises(InputError, match="does not hold the weights of torchaudio's tiny"):
            load_wav2vec(tmp_path / "linear.pt", "tiny", tiny)
