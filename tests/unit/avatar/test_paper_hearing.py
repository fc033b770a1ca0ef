"""wav2vec 2.0 for the paper's networks: both layouts of published weights, and what is heard at which picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

pytest.importorskip("torchaudio")

from safetensors.torch import save_file

from engine.errors import InputError
from engine.train.avatar.networks import paper_hearing
from engine.train.avatar.networks.paper_hearing import (
    PICTURE_SAMPLES,
    HearingConfig,
    build_hearing,
    hear_pictures,
    load_hearing,
    windows_of,
)

TINY = HearingConfig(8, 8, 2, 2, 16, 16, 2)


def model_of(seed: int) -> Any:
    torch.manual_seed(seed)
    return build_hearing(TINY)


def as_transformers(state: dict[str, Tensor], prefix: str, old_norm: bool) -> dict[str, Tensor]:
    """The names of transformers' Wav2Vec2 models, written out by hand for the layers of one block and counted on."""
    names = {
        "encoder.feature_projection.": "feature_projection.",
        "encoder.transformer.": "encoder.",
    }
    renamed = {}
    for name, value in state.items():
        for ours, theirs in names.items():
            if name.startswith(ours):
                name = theirs + name.removeprefix(ours)
        if old_norm:
            name = name.replace("parametrizations.weight.original0", "weight_g")
            name = name.replace("parametrizations.weight.original1", "weight_v")
        renamed[prefix + name] = value.clone()
    return renamed


def test_base_has_the_published_number_of_weights_and_the_published_names() -> None:
    with torch.device("meta"):
        state = build_hearing(HearingConfig()).state_dict()
    assert sum(value.numel() for value in state.values()) == pytest.approx(94.4e6, abs=0.1e6)
    theirs = {name: tuple(value.shape) for name, value in as_transformers(state, "wav2vec2.", old_norm=True).items()}
    expected = {
        "wav2vec2.feature_extractor.conv_layers.0.conv.weight": (512, 1, 10),
        "wav2vec2.feature_extractor.conv_layers.0.layer_norm.weight": (512,),
        "wav2vec2.feature_extractor.conv_layers.6.conv.weight": (512, 512, 2),
        "wav2vec2.feature_projection.projection.weight": (768, 512),
        "wav2vec2.encoder.pos_conv_embed.conv.weight_g": (1, 1, 128),
        "wav2vec2.encoder.pos_conv_embed.conv.weight_v": (768, 48, 128),
        "wav2vec2.encoder.layer_norm.bias": (768,),
        "wav2vec2.encoder.layers.11.attention.out_proj.weight": (768, 768),
        "wav2vec2.encoder.layers.11.feed_forward.intermediate_dense.weight": (3072, 768),
        "wav2vec2.encoder.layers.11.final_layer_norm.bias": (768,),
    }
    assert {name: theirs.get(name) for name in expected} == expected


@pytest.mark.parametrize("layout", ["torchaudio", "transformers old", "transformers", "transformers bare"])
@pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
def test_published_layouts_go_in_whole(layout: str, suffix: str, tmp_path: Path) -> None:
    published, fresh = model_of(1), model_of(2)
    state = {name: value.clone() for name, value in published.state_dict().items()}
    if layout != "torchaudio":
        prefix = "" if layout.endswith("bare") else "wav2vec2."
        state = as_transformers(state, prefix, old_norm=layout.endswith("old"))
        state |= {f"{prefix}masked_spec_embed": torch.zeros(8), "lm_head.weight": torch.zeros(3, 8)}
    path = tmp_path / f"wav2vec{suffix}"
    if suffix == ".pt":
        torch.save(state, path)
    else:
        save_file(state, path)
    load_hearing(path, fresh)
    for name, value in published.state_dict().items():
        assert torch.equal(value, fresh.state_dict()[name])


def test_other_files_are_refused(tmp_path: Path) -> None:
    state = {name: value.clone() for name, value in model_of(1).state_dict().items()}
    partial = dict(list(state.items())[:-1])
    save_file(partial, tmp_path / "partial.safetensors")
    with pytest.raises(InputError, match="1 weights are missing"):
        load_hearing(tmp_path / "partial.safetensors", model_of(2))
    torch.manual_seed(0)
    save_file(build_hearing(HearingConfig(8, 16, 2, 2, 16, 16, 2)).state_dict(), tmp_path / "larger.safetensors")
    with pytest.raises(InputError, match="other sizes"):
        load_hearing(tmp_path / "larger.safetensors", model_of(2))


def heard(samples: np.ndarray, count: int) -> np.ndarray:
    return np.concatenate(list(hear_pictures(model_of(1), samples, count))).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.3, 2.0])
def test_every_picture_hears_all_layers_however_short_the_sound(seconds: float) -> None:
    samples = np.random.default_rng(0).standard_normal(round(seconds * 16_000)).astype(np.float32)
    for count in (1, 7):
        found = heard(samples, count)
        assert found.shape == (count, TINY.layers, TINY.width)
        assert np.isfinite(found).all()


def test_how_loud_it_was_recorded_does_not_matter() -> None:
    samples = np.random.default_rng(0).standard_normal(20 * PICTURE_SAMPLES).astype(np.float32)
    np.testing.assert_allclose(heard(0.05 * samples + 0.2, 20), heard(samples, 20), atol=0.02)


def test_a_sound_is_heard_at_its_picture() -> None:
    """The convolutions' own features, before anything is attended over, follow the sound."""
    model = model_of(1)
    samples = 1e-3 * np.random.default_rng(0).standard_normal(50 * PICTURE_SAMPLES).astype(np.float32)
    samples[30 * PICTURE_SAMPLES : 32 * PICTURE_SAMPLES] *= 1000
    seen: list[Tensor] = []
    model.encoder.feature_projection.register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
    list(hear_pictures(model, samples, 50))
    features = seen[0][0]
    assert features.shape == (50, TINY.conv_channels)
    away = (features - features.median(dim=0).values).square().sum(dim=1)
    assert int(away.argmax()) in (30, 31, 32)


def test_long_sounds_are_heard_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = np.random.default_rng(0).standard_normal(33 * PICTURE_SAMPLES).astype(np.float32)
    whole = heard(samples, 33)
    monkeypatch.setattr(paper_hearing, "PIECE_PICTURES", 10)
    monkeypatch.setattr(paper_hearing, "SHARED_PICTURES", 20)
    pieces = [len(piece) for piece in hear_pictures(model_of(1), samples, 33)]
    assert pieces == [10, 10, 10, 3]
    near = heard(samples, 33)
    # Not equal: attention sees less, and a normalisation is over the piece.  But the same sound at the same picture.
    away = np.abs(near[:, None] - whole[None]).mean(axis=(2, 3))
    assert (np.abs(away.argmin(axis=1) - np.arange(33)) <= 1).mean() > 0.8


def test_windows_repeat_the_ends() -> None:
    layers = np.arange(6, dtype=np.float16)[:, None, None]
    assert windows_of(layers, 0, 2, 5)[..., 0, 0].tolist() == [[0, 0, 0, 1, 2], [0, 0, 1, 2, 3]]
    assert windows_of(layers, 4, 4, 3)[..., 0, 0].tolist() == [[3, 4, 5], [4, 5, 5], [5, 5, 5], [5, 5, 5]]
