"""The paper's networks: their sizes, what they see, and that their losses pull the right way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from engine.codec.waveform_codec import CONTEXT_FRAMES
from engine.train.generator import Generator
from engine.train.paper.config import DecoderConfig, paper
from engine.train.paper.losses import slices, tokens_loss
from engine.train.paper.networks import (
    HifiGan,
    PaperCodec,
    Predictors,
    count_parameters,
    folded,
    judge,
)
from tests.tiny_paper import CONFIG

pytestmark = pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")


def wavenet(channels: int, kernel: int, layers: int, conditioning: int = 0) -> int:
    """Numbers in gated layers: a convolution, its conditioning, and one to residual and skip."""
    conditioned = (conditioning + 1) * 2 * channels if conditioning else 0
    one = (kernel * channels + 1) * 2 * channels + conditioned + (channels + 1) * 2 * channels
    return layers * one


def blocks(hidden: int, filters: int, kernel: int, heads: int, reach: int, layers: int) -> int:
    """Numbers in FFT blocks: attention with a bias by distance, two norms, two convolutions, and a last norm."""
    attention = (hidden + 1) * 3 * hidden + (hidden + 1) * hidden + heads * (2 * reach + 1)
    convolutions = (kernel * hidden + 1) * filters + (filters + 1) * hidden
    return layers * (attention + 4 * hidden + convolutions) + 2 * hidden


class TestSizes:
    """Counted here from the paper's table of sizes, not read off the networks."""

    def test_the_encoder(self) -> None:
        config = paper()
        ends = (1025 + 1) * 192 + (192 + 1) * 128
        with torch.device("meta"):
            codec = PaperCodec(config.codec, config.decoder)
        assert count_parameters(codec.encoder) == wavenet(192, 5, 16) + ends
        assert len(codec.quantizer.codebooks) == 30
        assert {tuple(book.get_buffer("entries").shape) for book in codec.quantizer.codebooks} == {(1024, 128)}
        assert config.codec.frame_rate == 93.75

    def test_the_decoder_is_hifi_gan_v1(self) -> None:
        with torch.device("meta"):
            decoder = HifiGan(DecoderConfig(), 128)
            of_80_bands = HifiGan(DecoderConfig(), 80)
        widening = [(512 >> i, 512 >> (i + 1), kernel) for i, kernel in enumerate((16, 16, 4, 4))]
        expected = (7 * 128 + 1) * 512 + 7 * 32 + 1
        expected += sum(wide * narrow * kernel + narrow for wide, narrow, kernel in widening)
        expected += sum(6 * (kernel * narrow + 1) * narrow for _, narrow, _ in widening for kernel in (3, 7, 11))
        assert count_parameters(decoder) == expected
        assert count_parameters(of_80_bands) == pytest.approx(13.92e6, rel=2e-3)  # as published

    def test_the_generator(self) -> None:
        config = paper().generator
        with torch.device("meta"):
            generator = Generator(config, 128)
        condition = generator.condition
        assert count_parameters(condition.lyrics_encoder) == blocks(192, 768, 9, 2, 16, 4)
        assert count_parameters(condition.melody_encoder) == blocks(192, 768, 9, 2, 16, 4)
        assert count_parameters(condition.enhanced_encoder) == blocks(192, 768, 9, 2, 48, 4)
        assert count_parameters(condition.prior) == (192 + 1) * 128
        step = (128 + 1) * 512 + (512 + 1) * 256
        ends = (2 * 128 + 1) * 256 + (256 + 1) * 256 + (256 + 1) * 128
        assert count_parameters(generator.denoiser) == wavenet(256, 3, 20, 192) + step + ends
        assert (config.beta_0, config.beta_1, config.tau, config.dropout) == (0.05, 20.0, 1.5, 0.1)

    def test_the_discriminator_is_encodecs(self) -> None:
        with torch.device("meta"):
            network = judge(paper().judge)
        one = 2 * 32 * 27 + 3 * 32 * 32 * 27 + 32 * 32 * 9 + 32 * 9 + 5 * 32 + 1
        assert count_parameters(network) == 5 * one

    def test_all_of_it(self) -> None:
        config = paper()
        with torch.device("meta"):
            codec, generator = PaperCodec(config.codec, config.decoder), Generator(config.generator, 128)
            helpers = count_parameters(Predictors(config))
        sung = count_parameters(codec) + count_parameters(generator)
        assert sung == pytest.approx(53.9e6, rel=0.01)
        assert helpers < 0.02 * sung


@pytest.fixture(scope="module")
def decoder() -> HifiGan:
    torch.manual_seed(0)
    return HifiGan(DecoderConfig(channels=32), 8).eval()


class TestDecoder:
    @pytest.mark.parametrize("frames", [1, 2, 7, 40])
    def test_a_hop_of_samples_for_every_frame(self, decoder: HifiGan, frames: int) -> None:
        audio = decoder(torch.randn(2, 8, frames))
        assert audio.shape == (2, frames * 256)
        assert float(audio.detach().abs().max()) <= 1

    def test_it_sees_less_than_the_context_at_run_time(self, decoder: HifiGan) -> None:
        latents = torch.randn(1, 8, 80)
        moved = latents.clone()
        moved[:, :, 40] += 3
        changed = (decoder(latents) != decoder(moved))[0].nonzero()[:, 0] // 256
        assert 40 - CONTEXT_FRAMES < int(changed.min()) < 40 < int(changed.max()) < 40 + CONTEXT_FRAMES

    def test_folding_weight_norm_changes_nothing(self, decoder: HifiGan) -> None:
        latents = torch.randn(1, 8, 20)
        expected = decoder(latents)
        copied = folded(decoder)
        assert count_parameters(copied) == count_parameters(decoder)
        assert sum(p.numel() for p in copied.parameters()) < sum(p.numel() for p in decoder.parameters())
        assert torch.allclose(copied(latents), expected, atol=1e-6)
        assert torch.equal(decoder(latents), expected)  # the original goes on

    def test_rates_must_make_the_hop(self) -> None:
        with pytest.raises(ValueError, match="256"):
            PaperCodec(CONFIG.codec, DecoderConfig(channels=32, rates=(8, 8, 2), rate_kernels=(16, 16, 4)))


def said(classes: int, path: list[int]) -> torch.Tensor:
    """Log probabilities [T, 1, classes + 1] of one who is nearly sure of `path`."""
    sure = torch.full((len(path), 1, classes + 1), -12.0)
    sure[torch.arange(len(path)), 0, torch.tensor(path)] = 0.0
    return torch.log_softmax(sure, dim=2)


class TestTokens:
    BLANK = 5

    def test_what_was_said_costs_least(self) -> None:
        tokens = torch.tensor([[2, 4, 4]])
        count = torch.tensor([3])
        right = tokens_loss(said(5, [2, 2, self.BLANK, 4, self.BLANK, 4]), tokens, count)
        missed = tokens_loss(said(5, [2, 2, self.BLANK, 4, 4, 4]), tokens, count)
        other = tokens_loss(said(5, [2, 2, self.BLANK, 3, self.BLANK, 4]), tokens, count)
        assert float(right) < 0.01
        assert min(float(missed), float(other)) > 1

    def test_rows_without_words_teach_nothing(self) -> None:
        guess = torch.randn(8, 2, 6, requires_grad=True)
        loss = tokens_loss(torch.log_softmax(guess, 2), torch.tensor([[2, 4], [0, 0]]), torch.tensor([2, 0]))
        loss.backward()
        assert guess.grad is not None
        assert float(guess.grad[:, 0].abs().sum()) > 0 == float(guess.grad[:, 1].abs().sum())

    def test_a_batch_without_words_costs_nothing_but_has_a_gradient(self) -> None:
        guess = torch.randn(8, 2, 6, requires_grad=True)
        loss = tokens_loss(torch.log_softmax(guess, 2), torch.zeros(2, 1, dtype=torch.long), torch.zeros(2).long())
        loss.backward()
        assert loss.item() == 0
        assert guess.grad is not None
        assert float(guess.grad.abs().sum()) == 0

    def test_too_many_tokens_are_not_infinite(self) -> None:
        loss = tokens_loss(said(5, [1, 2]), torch.tensor([[1, 2, 3, 4]]), torch.tensor([4]))
        assert loss.item() == 0


def test_slices_of_latents_and_sound_are_of_the_same_place() -> None:
    frames = torch.arange(20.0).repeat(6, 1)
    cut, heard = slices(frames[:, None], frames.repeat_interleave(4, dim=1), 5)
    assert cut.shape == (6, 1, 5)
    assert torch.equal(cut[:, 0].repeat_interleave(4, dim=1), heard)
    firsts = cut[:, 0, 0].tolist()
    assert len(set(firsts)) > 1
    assert all(after - before == 1 for row in cut[:, 0].tolist() for before, after in pairwise(row))
    assert np.ptp(firsts) <= 15
