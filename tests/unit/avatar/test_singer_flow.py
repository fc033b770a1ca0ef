"""The objective: what it draws, what it weighs, and that a network learns from it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.avatar.latents import gesture_directions
from engine.diffusion.rectified_flow import KNOT_FRAMES, SLOW_SHARE, steered, window_noise
from engine.train.avatar.networks.audio_encoder import Heard
from engine.train.avatar.networks.config import SENSES, STREAM_COLUMNS
from engine.train.avatar.networks.flow import (
    FlowSettings,
    closure_weights,
    draw_noise,
    draw_times,
    drop_senses,
    flow_loss,
    lip_weights,
    noised,
)
from engine.train.avatar.networks.singer import Singer
from tests.tiny_singer import TINY_SINGER as TINY


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_times_lean_to_noise() -> None:
    times = draw_times(20_000, FlowSettings(), generator())
    assert float(times.min()) >= 0.02
    assert float((times == 1).float().mean()) == pytest.approx(0.25, abs=0.02)
    below = times[times < 1]
    assert float((below > 0.755).float().mean()) == pytest.approx(0.5, abs=0.02)  # u = 1/2


def test_noise_is_as_sampling_begins_from() -> None:
    """Half of it wanders from knot to knot, from anywhere in between; nothing is shared between clips."""
    noise = draw_noise((40, 2, 16, 32, 32), generator())
    assert float(noise.std()) == pytest.approx(1, abs=0.01)
    frames = noise.transpose(1, 2).flatten(2)
    together = torch.stack([torch.corrcoef(clip) for clip in frames]).mean(dim=0)
    apart = torch.arange(16)
    expected = SLOW_SHARE * torch.cos(torch.pi / 2 * apart / KNOT_FRAMES)  # within one knot; about so across two
    torch.testing.assert_close(together[0, 1:], expected[1:], atol=0.04, rtol=0)
    assert torch.corrcoef(frames[:, 0])[0, 1:].abs().max() < 0.1
    known = torch.from_numpy(window_noise(0, 7, 16, (2, 32, 32))).flatten(1)
    torch.testing.assert_close(torch.corrcoef(known)[0, 1:], expected[1:], atol=0.08, rtol=0)


def test_what_was_chance_in_a_take_is_its_noise() -> None:
    chances = torch.randn(3, 5, 9, generator=generator(4))
    plain, told = (draw_noise((3, 6, 5, 16, 16), generator(), given) for given in (None, chances))
    along = torch.from_numpy(gesture_directions())
    flat, before = (noise.transpose(1, 2).flatten(2) for noise in (told, plain))
    torch.testing.assert_close(flat @ along.T, chances, atol=1e-4, rtol=0)
    off, off_before = (rows - (rows @ along.T) @ along for rows in (flat, before))
    torch.testing.assert_close(off, off_before, atol=1e-4, rtol=0)
    # The sampler steers its noise in the same way.
    sampled = steered(before[0].reshape(5, 6, 16, 16).numpy(), chances[0].numpy(), gesture_directions())
    torch.testing.assert_close(torch.from_numpy(sampled).flatten(1), flat[0], atol=1e-4, rtol=0)


def test_closed_mouths_weigh_more_and_the_mean_stays() -> None:
    opened = torch.tensor([[0.0, 0.5, 0.9], [0.01, 0.3, 0.02]])
    weights = closure_weights(opened)
    assert float(weights.mean()) == pytest.approx(1)
    assert float(weights[0, 0]) == pytest.approx(4 * float(weights[0, 1]))
    assert len(set(weights[opened < 0.04].tolist())) == 1


def test_an_error_at_a_closed_mouth_costs_more() -> None:
    clean = torch.randn(1, 2, 4, 8, 8)
    wrong = clean.clone()
    wrong[:, :, 1] += 1
    losses = [
        float(
            flow_loss(
                Knowing(wrong),  # type: ignore[arg-type]
                clean,
                torch.zeros(1, 3, 16, 16),
                heard_by(1),
                FlowSettings(),
                generator(),
                opened=torch.tensor([[0.5, opened, 0.5, 0.5]]),
            )
        )
        for opened in (0.5, 0.0)
    ]
    assert losses[0] == pytest.approx(0.25)
    assert losses[1] == pytest.approx(4 / 7)


def test_noising_is_a_straight_line() -> None:
    clean, noise = torch.randn(3, 2, 2), torch.randn(3, 2, 2)
    found = noised(clean, noise, torch.tensor([0.0, 1.0, 0.25]))
    torch.testing.assert_close(found[0], clean[0])
    torch.testing.assert_close(found[1], noise[1])
    torch.testing.assert_close(found[2], 0.75 * clean[2] + 0.25 * noise[2])


def test_lips_weigh_more_and_the_mean_stays() -> None:
    weights = lip_weights(16, 6.0)
    assert float(weights.mean()) == pytest.approx(1)
    assert float(weights.max() / weights.min()) == pytest.approx(6)
    assert weights.argmax() // 16 > 8  # below the middle


def heard_by(batch: int) -> Heard:
    return Heard(
        torch.rand((batch, *TINY.bands_shape), generator=generator(1)),
        torch.randn(batch, TINY.heard_frames, STREAM_COLUMNS, generator=generator(2)),
        torch.ones(batch, len(SENSES)),
    )


def test_senses_are_dropped_singly_and_all_at_once() -> None:
    settings = FlowSettings(audio_dropout=0.1, sense_dropout=0.3, sound_alone=0.0)
    count = 4000
    heard = Heard(torch.zeros(count, 1, 1, 1), torch.zeros(count, 1, 1), torch.ones(count, len(SENSES)))
    heard.present[:, 1] = 0
    left = drop_senses(heard, settings, generator()).present
    assert not left[:, 1].any()  # what was not known stays unknown
    nothing = left.sum(dim=1) == 0
    assert float(nothing.float().mean()) == pytest.approx(0.1, abs=0.02)
    assert float(left[~nothing][:, 0].mean()) == pytest.approx(0.7, abs=0.03)


def test_often_there_is_only_the_sound() -> None:
    count = 4000
    heard = Heard(torch.zeros(count, 1, 1, 1), torch.zeros(count, 1, 1), torch.ones(count, len(SENSES)))
    left = drop_senses(heard, FlowSettings(audio_dropout=0, sense_dropout=0, sound_alone=0.4), generator()).present
    alone = left[:, 1:].sum(dim=1) == 0
    assert float(alone.float().mean()) == pytest.approx(0.4, abs=0.03)
    assert left[:, 0].all()
    assert left[~alone].all()


def test_only_some_of_a_vocal_known_stays_some() -> None:
    only_bands = Heard(torch.zeros(500, 1, 1, 1), torch.zeros(500, 1, 1), torch.zeros(500, len(SENSES)))
    only_bands.present[:, 0] = 1
    left = drop_senses(only_bands, FlowSettings(audio_dropout=0), generator()).present
    assert torch.equal(left, only_bands.present)


class Knowing(torch.nn.Module):
    """States the same latents whatever it is given."""

    def __init__(self, clean: Tensor) -> None:
        super().__init__()
        self.clean = clean

    def forward(self, *_: object) -> Tensor:
        return self.clean


def test_who_knows_the_clean_latents_has_no_loss() -> None:
    clean = torch.randn(2, 2, 4, 8, 8)
    told = clean, torch.zeros(2, 3, 16, 16), heard_by(2), FlowSettings(), generator()
    opened = torch.tensor([[0.0, 0.5, 0.5, 0.0]] * 2)
    assert float(flow_loss(Knowing(clean), *told)) == 0  # type: ignore[arg-type]
    assert float(flow_loss(Knowing(clean), *told, opened=opened)) == 0  # type: ignore[arg-type]
    assert float(flow_loss(Knowing(clean + 1), *told)) == pytest.approx(1)  # type: ignore[arg-type]


def test_a_network_learns_a_mouth_that_follows_the_sound() -> None:
    torch.manual_seed(0)
    singer, settings = Singer(TINY), FlowSettings(audio_dropout=0, sense_dropout=0, sound_alone=0)
    heard, reference = heard_by(8), torch.zeros(8, 3, 16, 16)
    level = (torch.arange(32).reshape(8, 4) * 7 % 5 / 2 - 1).float()
    bands = torch.zeros_like(heard.bands)
    bands[:, 1:-1] = level[:, :, None, None]
    heard = heard._replace(bands=bands, streams=torch.zeros_like(heard.streams))
    clean = level[:, None, :, None, None].expand(8, 2, 4, 8, 8)
    optimizer = torch.optim.Adam(singer.parameters(), 4e-3)
    draws, losses = generator(3), []
    for _ in range(40):
        loss = flow_loss(singer, clean, reference, heard, settings, draws)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert sum(losses[-5:]) < 0.4 * sum(losses[:5])
    noise = torch.ones(8)
    with torch.no_grad():
        stated = singer(draw_noise((8, 2, 4, 8, 8), draws), noise, reference, heard).mean(dim=(1, 3, 4))
    assert float(torch.corrcoef(torch.stack((stated.flatten(), level.flatten())))[0, 1]) > 0.8
