"""HiddenSinger-U: the U encoders learn what the score says, a frozen generator stays, no score leaks."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.export.listening import LISTENING, ListeningGraph, export_listening, sample_listening_inputs
from engine.runtime import load_session
from engine.singing.conditions import FRAME_FEATURES, Conditions
from engine.train.generator import Example, Generator, LatentStats
from engine.train.networks.condition import ConditionEncoder
from engine.train.unlabelled.contrast import contrast, found, moments
from engine.train.unlabelled.ears import Cut, ListenerEar
from engine.train.unlabelled.encoders import F0_BINS, UEncoders, begin_like, f0_bins
from engine.train.unlabelled.heard import KEPT_BANDS, Clip
from engine.train.unlabelled.listener import Listener, ListenerConfig
from engine.train.unlabelled.material import Sung, draw, heard_batch, hide_words, read_batch
from engine.train.unlabelled.means import Means
from engine.train.unlabelled.training import Material, URun, UTrainer, draw_batch, judge, sung_by, train_unlabelled
from tests.tiny_voice import CONFIG

EAR = ListenerConfig(hidden=16, layers=1, heads=2, reach=6, kernel=3, expansion=2, told=1)
GENERATOR = replace(CONFIG.generator, num_languages=2)
DIM, FRAMES, WINDOW = CONFIG.codec.latent_dim, 60, 24


def song(name: str, seed: int, words: bool = True) -> Sung:
    """Two phones and two keys in turn; latents, log-mel and f0 follow them."""
    turn = (np.arange(FRAMES) // 6) % 2
    tokens = FRAMES // 6
    rng = np.random.default_rng(seed)
    mel = np.stack([np.linspace(-1, -6, 80), np.linspace(-6, -1, 80)], axis=1)[:, turn]
    gains = np.full((FRAMES, 2, KEPT_BANDS), -4, np.float16)
    f0 = np.where(turn == 0, 220.0, 330.0).astype(np.float32)
    clip = Clip(name, mel.astype(np.float16), f0, np.ones(FRAMES, bool), gains, 1.0)
    latents = (np.where(turn == 0, 1.0, -1.0) + 0.1 * rng.standard_normal((DIM, FRAMES))).astype(np.float32)
    told = Conditions(
        phones=1 + (np.arange(tokens) % 2),
        keys=57 + 7 * (np.arange(tokens) % 2),
        durations=np.full(tokens, 20),
        tempi=np.full(tokens, 10),
        phone_of_frame=np.arange(FRAMES) // 6,
        features=rng.standard_normal((FRAMES, FRAME_FEATURES)).astype(np.float32),
        f0=f0,
    )
    return Sung(clip, latents, 0, Example(name, 0, told, latents) if words else None)


SONGS = [song(f"s{n}", n) for n in range(6)]
STATS = LatentStats(np.zeros(DIM, np.float32), np.ones(DIM, np.float32))
MATERIAL = Material(SONGS, [song("u", 9, words=False)], SONGS[:2], [song("v", 10, words=False)], STATS)


class Undisturbed(ListenerEar):
    """Hears every window as it is: a network this small learns nothing through the perturbation."""

    def hear(self, cuts: Sequence[Cut], frames: int, rng: np.random.Generator | None) -> torch.Tensor:
        return super().hear(cuts, frames, None)


def parts(seed: int = 0) -> tuple[Generator, UEncoders, ListenerEar]:
    torch.manual_seed(seed)
    ear = Undisturbed(Listener(EAR))
    return Generator(GENERATOR, DIM), UEncoders(GENERATOR, ear.width), ear


def run(out: Path, mode: str = "onto", **changes: object) -> URun:
    base = URun(out, "joint" if mode == "joint" else "onto", 6, batch=4, window_frames=WINDOW, half=False)
    return replace(base, **changes)  # type: ignore[arg-type]


class TestF0Bins:
    def test_unvoiced_is_a_bin_of_its_own(self) -> None:
        assert f0_bins(torch.tensor([0.0, 40.0, 65.0, 1320.0, 3000.0])).tolist() == [0, 1, 1, F0_BINS, F0_BINS]

    def test_bins_are_equal_steps_of_pitch(self) -> None:
        keys = torch.linspace(0, 48, 400)
        steps = f0_bins(65.0 * torch.exp2(keys / 12)).diff()
        assert set(steps.tolist()) <= {0, 1}
        assert len(f0_bins(65.0 * torch.exp2(keys / 12)).unique()) == pytest.approx(48 / 0.41, abs=2)


class TestContrast:
    def moments_of(self, rows: int = 60) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        torch.manual_seed(0)
        return torch.randn(1, 8, rows), torch.arange(rows)[None], torch.arange(rows)

    def test_the_right_partner_costs_less_than_another(self) -> None:
        heard, sung, chosen = self.moments_of()
        right = contrast(heard, heard, sung, chosen)
        wrong = contrast(heard, heard.roll(1, dims=2), sung, chosen)
        assert right < 0.5 < wrong
        assert found(heard, heard, sung, chosen) == 1.0

    def test_both_directions_count(self) -> None:
        heard, sung, chosen = self.moments_of()
        read = torch.randn_like(heard)
        torch.testing.assert_close(contrast(heard, read, sung, chosen), contrast(read, heard, sung, chosen))

    def test_length_does_not_matter(self) -> None:
        heard, sung, chosen = self.moments_of()
        torch.testing.assert_close(contrast(3 * heard, heard, sung, chosen), contrast(heard, heard, sung, chosen))

    def test_the_same_phone_elsewhere_is_no_negative(self) -> None:
        heard = torch.ones(1, 8, 60)
        assert contrast(heard, heard, torch.zeros(1, 60, dtype=torch.long), torch.arange(60)) == 0.0

    def test_moments_are_real_frames_and_many(self) -> None:
        mask = torch.ones(8, 128)
        mask[:, 100:] = 0
        chosen = moments(mask)
        assert len(chosen) == len(set(chosen.tolist())) > 100
        assert (mask.flatten()[chosen] == 1).all()

    def test_a_batch_of_real_words_leaves_fifty_negatives(self) -> None:
        rng = np.random.default_rng(0)
        sung = torch.from_numpy(np.repeat(rng.integers(40, size=(8, 16)), 8, axis=1))
        same = sung.flatten()[moments(torch.ones(8, 128))]
        negatives = (same[:, None] != same[None]).sum(dim=1)
        assert int(negatives.min()) >= 50


class TestBatches:
    def test_reading_and_hearing_see_the_same_frames(self) -> None:
        cuts = draw(SONGS, 4, WINDOW, np.random.default_rng(0))
        read, heard = read_batch(cuts, STATS, WINDOW), heard_batch(cuts, STATS, WINDOW)
        torch.testing.assert_close(read["latents"], heard["latents"])
        assert ((heard["f0"] < 300) == (sung_by(read)["lyrics"] == 1)).all()

    def test_nothing_of_the_score_is_in_a_window_without_words(self, tmp_path: Path) -> None:
        _, _, ear = parts()
        batch = draw_batch(MATERIAL, ear, run(tmp_path, share=0.999, batch=3), np.random.default_rng(0))
        assert set(batch["alone"]) == {"f0", "latents", "frame_mask", "speaker", "features"}

    def test_unvoiced_frames_have_no_pitch(self) -> None:
        clip = replace(SONGS[0].clip, voiced=np.arange(FRAMES) >= 10)
        batch = heard_batch([(replace(SONGS[0], clip=clip), 0)], STATS, WINDOW)
        assert (batch["f0"][0, :10] == 0).all()
        assert (batch["f0"][0, 10:] > 0).all()

    def test_a_window_longer_than_its_song_is_padded_and_masked(self) -> None:
        _, _, ear = parts()
        cuts = draw(SONGS, 2, FRAMES + 20, np.random.default_rng(0))
        batch = heard_batch(cuts, STATS, FRAMES + 20)
        assert batch["frame_mask"].sum() == 2 * FRAMES
        assert ear.hear([(s.clip, i) for s, i in cuts], FRAMES + 20, None).shape[2] == FRAMES + 20

    def test_hidden_songs_are_about_the_share_and_keep_no_score(self) -> None:
        many = [song(f"song-{n}", n) for n in range(60)]
        kept, hidden = hide_words(many, 0.5)
        assert len(kept) + len(hidden) == 60
        assert 18 <= len(hidden) <= 42
        assert all(s.told is None for s in hidden)
        assert hide_words(many, 0.0) == (many, [])

    def test_songs_without_words_cannot_be_read(self) -> None:
        with pytest.raises(ValueError, match="has no words"):
            read_batch([(song("u", 1, words=False), 0)], STATS, WINDOW)

    def test_a_share_without_recordings_is_refused(self, tmp_path: Path) -> None:
        _, _, ear = parts()
        with pytest.raises(ValueError, match="without words"):
            draw_batch(replace(MATERIAL, alone=()), ear, run(tmp_path, share=0.99), np.random.default_rng(0))


class TestTraining:
    def test_onto_leaves_the_generator_alone_and_learns(self, tmp_path: Path) -> None:
        generator, encoders, ear = parts()
        before = copy.deepcopy(generator.state_dict())
        trainer = UTrainer(generator, encoders, run(tmp_path, steps=1000, learning_rate=2e-2))
        rng = np.random.default_rng(0)
        figures = [trainer.step(draw_batch(MATERIAL, ear, trainer.run, rng)) for _ in range(40)]
        assert all(torch.equal(before[name], value) for name, value in generator.state_dict().items())

        def mean(name: str, part: slice) -> float:
            return float(np.mean([f[name] for f in figures[part] if name in f]))

        for name in ("like", "contrast_lyrics", "contrast_melody"):
            assert mean(name, slice(-6, None)) < 0.93 * mean(name, slice(6))

    def test_joint_trains_both_paths(self, tmp_path: Path) -> None:
        generator, encoders, ear = parts()
        trainer = UTrainer(generator, encoders, run(tmp_path, "joint", steps=1000, share=0.5, learning_rate=2e-2))
        rng = np.random.default_rng(0)
        figures = [trainer.step(draw_batch(MATERIAL, ear, trainer.run, rng)) for _ in range(40)]
        for name in ("prior", "alone_prior"):
            values = [f[name] for f in figures if name in f]
            assert np.mean(values[-5:]) < 0.9 * np.mean(values[:5])

    def test_windows_without_words_do_not_move_the_paired_encoders(self, tmp_path: Path) -> None:
        generator, encoders, ear = parts()
        trainer = UTrainer(generator, encoders, run(tmp_path, "joint", share=0.999))
        batch = draw_batch(MATERIAL, ear, trainer.run, np.random.default_rng(0))
        trainer.step({"alone": batch["alone"]})
        condition = generator.condition
        assert all(p.grad is None for p in condition.lyrics_encoder.parameters())
        assert all(p.grad is None for p in condition.features.parameters())
        assert all(p.grad is not None for p in condition.prior.parameters())

    @pytest.mark.parametrize("mode", ["onto", "joint"])
    def test_goes_on_where_it_stopped(self, tmp_path: Path, mode: str) -> None:
        generator, encoders, ear = parts()
        first = train_unlabelled(generator, encoders, ear, run(tmp_path, mode, steps=3), MATERIAL)
        again = train_unlabelled(*parts(), run(tmp_path, mode, steps=3), MATERIAL)
        for (name, a), b in zip(first.named_parameters(), again.parameters(), strict=True):
            torch.testing.assert_close(a, b, msg=name)
        longer = train_unlabelled(*parts(), run(tmp_path, mode, steps=5), MATERIAL)
        assert any(not torch.equal(a, b) for a, b in zip(again.parameters(), longer.parameters(), strict=True))

    def test_judging_draws_the_same_each_time(self, tmp_path: Path) -> None:
        generator, encoders, ear = parts()
        singer = UTrainer(generator, encoders, run(tmp_path)).average
        figures = [judge(singer, ear, MATERIAL, run(tmp_path)) for _ in range(2)]
        assert figures[0] == figures[1]
        assert {"paired_unseen_prior", "u_unseen_prior", "alone_unseen_prior"} <= set(figures[0])


class TestEncoders:
    def test_they_begin_as_their_paired_twins(self) -> None:
        generator, encoders, _ = parts()
        state = generator.condition.state_dict()
        begin_like(encoders, state)
        own = encoders.state_dict()
        same = [name for name in own if name in state and torch.equal(own[name], state[name])]
        assert any(name.startswith("lyrics_encoder") and name.endswith("qkv.weight") for name in same)
        assert any(name.startswith("melody_encoder") for name in same)

    def test_two_steps_of_the_condition_are_the_whole(self) -> None:
        torch.manual_seed(0)
        condition = ConditionEncoder(GENERATOR, DIM).eval()
        batch = read_batch(draw(SONGS, 3, WINDOW, np.random.default_rng(0)), STATS, WINDOW)
        tokens = [batch[k] for k in ("phones", "keys", "durations", "tempi", "token_mask", "phone_of_frame")]
        whole = condition(*tokens, batch["features"], batch["speaker"], batch["languages"])
        lyrics, melody = condition.tokens_to_frames(*tokens, batch["languages"])
        frames = lyrics + melody + condition.features(batch["features"].transpose(1, 2))
        for a, b in zip(whole, condition.from_frames(frames, batch["speaker"]), strict=True):
            torch.testing.assert_close(a, b)


class TestListeningGraph:
    def test_onnx_answers_as_pytorch_at_any_length(self, tmp_path: Path) -> None:
        generator, encoders, ear = parts()
        for module in (ear.listener, encoders, generator):
            for parameter in module.parameters():
                if parameter.ndim == 2 and parameter.shape[0] == GENERATOR.heads:  # biases by distance begin at zero
                    torch.nn.init.normal_(parameter)
        condition = generator.condition.eval()
        path = tmp_path / LISTENING
        assert export_listening(ear.listener, encoders.eval(), condition, path) < 5e-3
        session = load_session(path, ("CPUExecutionProvider",))
        for frames in (1, 50, 97, 700):
            inputs = sample_listening_inputs(GENERATOR.num_speakers, 700)
            inputs = {name: value[..., :frames] for name, value in inputs.items() if name != "speaker"} | {
                "speaker": inputs["speaker"][:, :frames]
            }
            found_here = session.run({name: value.numpy() for name, value in inputs.items()})
            with torch.no_grad():
                heard = encoders(ear.listener(inputs["mel"]), inputs["f0"])
                h_cond, mu = condition.from_frames(heard.frames(), inputs["speaker"])
            np.testing.assert_allclose(found_here["h_cond"], h_cond.numpy(), atol=0.02)
            np.testing.assert_allclose(found_here["mu"], mu.numpy(), atol=0.02)

    def test_far_frames_do_not_hear_each_other(self) -> None:
        generator, encoders, ear = parts()
        graph = ListeningGraph(ear.listener, encoders, generator.condition).eval()
        inputs = sample_listening_inputs(GENERATOR.num_speakers, 900)
        with torch.no_grad():
            whole = graph(*inputs.values())[1]
            start = graph(inputs["mel"][..., :500], inputs["f0"][:, :500], inputs["speaker"][:, :500])[1]
        torch.testing.assert_close(whole[..., :250], start[..., :250], atol=1e-4, rtol=1e-3)


def test_means_count_a_figure_only_where_it_was_given() -> None:
    means = Means()
    means.add({"a": 1.0, "b": 4.0})
    means.add({"a": 3.0})
    assert means.take() == {"a": 2.0, "b": 4.0}
    assert means.take() == {}
