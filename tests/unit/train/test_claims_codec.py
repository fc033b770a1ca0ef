"""The codecs of the claims: they begin alike, differ only in what holds their latents, and keep the encoder's body."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.train.claims.codec import KEPT, ClaimCodec
from engine.train.claims.codec_training import CodecTrainer
from engine.train.claims.plan import Plan
from engine.train.claims.systems import REGULARISATIONS, Regularisation
from engine.train.config import CodecConfig
from engine.train.networks.codec import Codec
from tests.tiny_voice import CONFIG

TRAINED = replace(CONFIG.codec, latent_dim=12, num_codebooks=1)


class TinyPlan(Plan):
    """The same plan around small networks."""

    def codec(self) -> CodecConfig:
        return replace(CONFIG.codec, num_codebooks=3, cardinality=8)


PLAN = TinyPlan("nowhere", codec_steps=20, latent_dim=CONFIG.codec.latent_dim)


def trained() -> dict[str, torch.Tensor]:
    torch.manual_seed(5)
    return Codec(TRAINED).state_dict()


def codec(regularisation: Regularisation) -> ClaimCodec:
    made = ClaimCodec(PLAN.codec(), regularisation, seed=1)
    made.begin(trained())
    return made


def audio(frames: int = 12) -> torch.Tensor:
    torch.manual_seed(3)
    return 0.1 * torch.randn(2, frames * 512)


def batch(frames: int = 12) -> dict[str, torch.Tensor]:
    return {
        "audio": audio(frames),
        "f0": torch.full((2, 2 * frames), 220.0),
        "gains": torch.full((2, 2 * frames, 2, CONFIG.codec.bands), -3.0),
    }


def test_all_begin_alike() -> None:
    first = [codec(kind).encode(audio()) for kind in REGULARISATIONS]
    assert all(torch.equal(z, first[0]) for z in first)
    assert first[0].shape == (2, CONFIG.codec.latent_dim, 12)


def test_everything_but_the_neck_is_taken_from_the_trained_codec() -> None:
    wanted, made = trained(), codec("none").state_dict()
    assert all(torch.equal(made[name], wanted[name]) for name in made if name.startswith(KEPT))
    assert made["decoder.input.weight"].shape != wanted["decoder.input.weight"].shape


def test_a_codec_of_another_size_does_not_fit() -> None:
    with pytest.raises(RuntimeError, match="does not fit"):
        ClaimCodec(PLAN.codec(), "rvq", 1).begin(Codec(replace(TRAINED, encoder_channels=20)).state_dict())


def test_nothing_that_holds_costs_nothing() -> None:
    made = codec("none")
    latents, cost = made.held(audio())
    assert torch.equal(latents, made.encode(audio()))
    assert cost.item() == 0
    assert torch.equal(made.as_decoded(latents), latents)


def test_kl_draws_around_the_mean_and_costs_nothing_for_a_standard_normal() -> None:
    made = codec("kl")
    sound = audio()
    one, cost = made.held(sound)
    other, _ = made.held(sound)
    assert not torch.equal(one, other)
    assert cost.item() > 0
    assert torch.equal(made.as_decoded(one), one)
    torch.nn.init.zeros_(made.encoder.output.weight)
    torch.nn.init.zeros_(made.encoder.output.bias)
    assert made.held(audio())[1].item() == pytest.approx(0, abs=1e-6)


def test_rvq_hands_on_what_its_codebooks_can_say() -> None:
    made = codec("rvq").train()
    made.held(audio())
    made.eval()
    latents = made.encode(audio())
    quantized = made.as_decoded(latents)
    assert (quantized - latents).abs().max() > 1e-4
    said = [
        book.entries[book.nearest(quantized.transpose(1, 2).flatten(0, 1))] for book in made.quantizer.codebooks[:1]
    ]
    assert said[0].unique(dim=0).shape[0] <= 8


@pytest.mark.parametrize("kind", REGULARISATIONS)
def test_a_training_moves_the_neck_and_leaves_the_encoders_body(kind: Regularisation) -> None:
    trainer = CodecTrainer(PLAN, kind, trained())
    before = {name: value.clone() for name, value in trainer.codec.state_dict().items()}
    losses = [trainer.step(batch())["gains"] for _ in range(12)]
    after = trainer.codec.state_dict()
    assert min(losses[-3:]) < losses[0]
    assert all(torch.equal(before[n], after[n]) for n in before if n.startswith(("encoder.input.", "encoder.layers.")))
    assert not torch.equal(before["decoder.input.weight"], after["decoder.input.weight"])
    assert not torch.equal(before["encoder.output.weight"], after["encoder.output.weight"])


def test_a_stopped_training_goes_on_as_if_it_had_not_been() -> None:
    torch.manual_seed(0)
    whole = CodecTrainer(PLAN, "none", trained())
    for _ in range(4):
        whole.step(batch())
    begun = CodecTrainer(PLAN, "none", trained())
    for _ in range(2):
        begun.step(batch())
    resumed = CodecTrainer(PLAN, "none", trained())
    resumed.restore(begun.state())
    for _ in range(2):
        resumed.step(batch())
    for ours, theirs in zip(resumed.codec.parameters(), whole.codec.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)
