"""The self-supervised encoder: local attention, masked prediction, going on after a stop, the probe."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import MelismaError
from engine.singing.timing import SungNote, TimedPhone
from engine.train.corpus.align import Segment
from engine.train.corpus.aligned import write_segments
from engine.train.corpus.shards import make_shard, write_shard
from engine.train.corpus.singing import SungPhrase, write_phrase
from engine.train.networks.condition import RelativeAttention, Stack
from engine.train.unlabelled import finish as finish_module
from engine.train.unlabelled import ssl as module
from engine.train.unlabelled.finish import UNKNOWN, FinishRun, draw_named, finish, known_phones
from engine.train.unlabelled.heard import KEPT_BANDS, Clip, prepare
from engine.train.unlabelled.listener import Listener, ListenerConfig
from engine.train.unlabelled.local import LocalAttention, with_local_attention
from engine.train.unlabelled.probe import Labelled, baselines, of_layer, phones_of_frames, probe, purity
from engine.train.unlabelled.ssl import SslRun, load_listener, masked, train_listener
from tests.tiny_voice import CONFIG

TINY = ListenerConfig(hidden=16, layers=2, heads=2, reach=6, kernel=3, expansion=2, told=2)


def clip(name: str, seed: int, frames: int = 120) -> Clip:
    """Two sounds in turn, ten frames each, at a wandering pitch: something to find clusters in."""
    rng = np.random.default_rng(seed)
    turn = (np.arange(frames) // 10) % 2
    bands = np.arange(KEPT_BANDS)
    shapes = np.stack([-3 - 0.04 * bands, -7 + 0.04 * bands])[turn]
    gains = np.stack([shapes, shapes - 3], axis=1) + 0.1 * rng.standard_normal((frames, 2, 1))
    mel = np.stack([np.linspace(-1, -6, 80), np.linspace(-6, -1, 80)], axis=1)[:, turn]
    f0 = np.full(frames, 180 + 10 * seed, np.float32)
    return Clip(name, mel.astype(np.float16), f0, np.ones(frames, bool), gains.astype(np.float16), 1.0)


SETS = {"real/yuki": [clip("a", 1), clip("b", 2)], "real/librispeech": [clip("c", 3)]}


@pytest.fixture(autouse=True)
def few_clusters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLUSTERS", (6, 8))
    monkeypatch.setattr(module, "MIDDLE", 1)


class TestLocalAttention:
    @pytest.mark.parametrize("frames", [1, 5, 6, 7, 40])
    def test_blocks_answer_as_the_whole_matrix_does(self, frames: int) -> None:
        torch.manual_seed(0)
        dense = RelativeAttention(8, 2, 6, local=True)
        torch.nn.init.normal_(dense.bias)
        blocks = LocalAttention(8, 2, 6)
        blocks.load_state_dict(dense.state_dict())
        x, mask = torch.randn(2, 8, frames), torch.ones(2, frames)
        mask[1, frames // 2 + 1 :] = 0
        real = mask[:, None] > 0
        torch.testing.assert_close(blocks(x, mask) * real, dense(x, mask) * real, atol=1e-5, rtol=1e-4)

    def test_nothing_beyond_reach_is_heard(self) -> None:
        attention = LocalAttention(8, 2, 6)
        x, other = torch.randn(1, 8, 60), torch.randn(1, 8, 60)
        other[:, :, 20:] = x[:, :, 20:]
        mask = torch.ones(1, 60)
        torch.testing.assert_close(attention(x, mask)[:, :, 26:], attention(other, mask)[:, :, 26:])

    def test_a_copy_of_a_network_works_in_blocks_and_answers_alike(self) -> None:
        stack = Stack(CONFIG.generator, 1, 48, local=True).eval()
        blocks = with_local_attention(stack)
        assert not any(isinstance(m, LocalAttention) for m in stack.modules())
        assert any(isinstance(m, LocalAttention) for m in blocks.modules())
        x, mask = torch.randn(1, CONFIG.generator.hidden, 130), torch.ones(1, 130)
        torch.testing.assert_close(blocks(x, mask), stack(x, mask), atol=1e-5, rtol=1e-4)


class TestListener:
    @pytest.mark.parametrize("frames", [1, 2, 7, 40])
    def test_features_stand_at_the_frames_of_the_mel(self, frames: int) -> None:
        assert Listener(TINY).eval()(torch.randn(1, 80, frames)).shape == (1, 16, frames)

    def test_hidden_frames_are_not_seen(self) -> None:
        torch.manual_seed(0)
        listener = Listener(TINY).eval()
        a, b = torch.randn(1, 80, 40), torch.randn(1, 80, 40)
        hidden = torch.ones(1, 20, dtype=torch.bool)
        torch.testing.assert_close(listener.logits(a, hidden), listener.logits(b, hidden))

    def test_a_level_or_a_pause_does_not_change_the_scale_of_the_features(self) -> None:
        features = Listener(TINY).eval()(torch.randn(1, 80, 40) * 3 - 5)
        torch.testing.assert_close(features.square().mean(1), torch.ones(1, 40), atol=1e-2, rtol=0)


class TestMask:
    def test_half_of_the_frames_in_stretches(self) -> None:
        hidden = masked((200, 128), np.random.default_rng(0)).numpy()
        assert 0.4 < hidden.mean() < 0.65
        assert hidden.any(axis=1).all()
        inside = hidden[:, 20:-20].astype(int)
        assert (inside[:, 1:-1] > inside[:, :-2] + inside[:, 2:]).sum() == 0

    def test_a_short_row_has_a_hidden_frame_too(self) -> None:
        assert masked((5, 3), np.random.default_rng(0)).any(dim=1).all()


def run(out: Path, steps: tuple[int, int] = (30, 20), minutes: float = 1e9) -> SslRun:
    return SslRun(out, steps=steps, minutes=minutes, batch=6, window=40, learning_rate=5e-3, half=False)


class TestTraining:
    def test_it_learns_what_the_next_sound_is(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "WARM_UP", 5)
        monkeypatch.setattr(module, "REPORT_EVERY", 20)
        train_listener(TINY, run(tmp_path, (60, 20)), SETS)
        lines = [json.loads(line) for line in (tmp_path / "ssl.jsonl").read_text().splitlines()]
        assert [line["round"] for line in lines] == [1, 1, 1, 2]
        assert lines[2]["guessed"] < 0.95 * lines[0]["guessed"]

    def test_goes_on_where_it_stopped(self, tmp_path: Path) -> None:
        train_listener(TINY, run(tmp_path, (4, 3)), SETS)
        before = load_listener(tmp_path / "listener.pt")
        again = train_listener(TINY, run(tmp_path, (4, 3)), SETS)
        for a, b in zip(before.parameters(), again.parameters(), strict=True):
            torch.testing.assert_close(a, b)

    def test_no_time_leaves_a_checkpoint_to_go_on_from(self, tmp_path: Path) -> None:
        train_listener(TINY, run(tmp_path, minutes=0.0), SETS)
        state = torch.load(tmp_path / "listener.pt", weights_only=True)
        assert (state["round"], state["step"]) == (0, 0)
        train_listener(TINY, run(tmp_path, (2, 2)), SETS)
        state = torch.load(tmp_path / "listener.pt", weights_only=True)
        assert (state["round"], state["step"]) == (1, 2)

    def test_more_steps_can_be_asked_for_later(self, tmp_path: Path) -> None:
        first = train_listener(TINY, run(tmp_path, (2, 2)), SETS)
        longer = train_listener(TINY, run(tmp_path, (2, 4)), SETS)
        assert any(not torch.equal(a, b) for a, b in zip(first.parameters(), longer.parameters(), strict=True))

    def test_other_recordings_than_the_targets_know_are_refused(self, tmp_path: Path) -> None:
        train_listener(TINY, run(tmp_path, minutes=0.0), SETS)
        with pytest.raises(MelismaError, match="other recordings"):
            train_listener(TINY, run(tmp_path), SETS | {"real/kerstin": [clip("d", 4)]})

    def test_without_a_training_there_is_nothing_to_load(self, tmp_path: Path) -> None:
        with pytest.raises(MelismaError, match="no trained listener"):
            load_listener(tmp_path / "listener.pt")


class TestFinishing:
    def items(self) -> dict[str, list[Labelled]]:
        turn = np.where((np.arange(60) // 5) % 2 == 0, "AA", "S").astype("U8")
        turn[:3] = ""
        return {"real/yuki": [Labelled(clip("a", 1), turn)], "sung/yuki": [Labelled(clip("b", 2), turn)]}

    def test_it_learns_the_phones_and_goes_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(finish_module, "REPORT_EVERY", 10)
        monkeypatch.setattr(module, "WARM_UP", 5)
        plan = FinishRun(tmp_path, steps=30, batch=4, window=40, learning_rate=1e-2, half=False)
        named = finish(Listener(TINY), plan, self.items(), {"SP": 0, "AA": 1, "S": 2})
        lines = [json.loads(line) for line in (tmp_path / "finish.jsonl").read_text().splitlines()]
        assert lines[-1]["right"] > max(0.6, lines[0]["right"])
        again = finish(Listener(TINY), plan, self.items(), {"SP": 0, "AA": 1, "S": 2})
        loaded = load_listener(plan.path)
        for a, b, c in zip(named.parameters(), again.parameters(), loaded.parameters(), strict=True):
            assert torch.equal(a, b)
            assert torch.equal(a, c)

    def test_frames_without_a_phone_are_not_asked_for(self) -> None:
        plan = FinishRun(Path(), batch=40, window=40)
        mel, numbers = draw_named(self.items(), {"AA": 1, "S": 2}, plan, np.random.default_rng(0))
        assert mel.shape == (40, 80, 40)
        assert numbers.shape == (40, 20)
        assert set(numbers.unique().tolist()) == {UNKNOWN, 1, 2}

    def test_songs_and_sentences_bring_their_phones(self, tmp_path: Path) -> None:
        shard = make_shard("one", np.zeros(60 * 512), np.full(120, 220.0), np.zeros((120, 2, 128), np.float16), 256)
        write_shard(shard, tmp_path / "real" / "yuki")
        write_segments([Segment("AA", 0.0, 0.3), Segment("S", 0.3, 0.6)], tmp_path / "aligned/yuki/one.npz")
        phones, notes = (TimedPhone("M", -0.1, 0.5, 0),), (SungNote(0, 0.5, 60),)
        phrase = SungPhrase("two", 2, 120.0, shard.audio, shard.f0, shard.gains, phones, notes)
        (tmp_path / "sung/yuki").mkdir(parents=True)
        write_phrase(phrase, tmp_path / "sung/yuki/two.npz")
        prepare(tmp_path, tmp_path / "heard")
        known = known_phones(tmp_path, tmp_path / "heard")
        assert list(known["real/yuki"][0].phones[[0, 10, 20]]) == ["AA", "AA", "S"]
        assert (known["sung/yuki"][0].phones[:28] == "M").all()


class TestProbe:
    def test_labels_stand_at_the_middles_of_frames(self) -> None:
        labels = phones_of_frames([Segment("AA", 0.0, 0.05), Segment("S", 0.05, 0.1)], 6)
        assert list(labels) == ["AA", "AA", "S", "S", "S", ""] or list(labels) == ["AA", "AA", "S", "S", "", ""]

    def test_what_can_be_told_apart_is_told_apart(self) -> None:
        def of(seed: int) -> Labelled:
            made = clip("x", seed)
            turn = (np.arange(60) // 5) % 2
            return Labelled(made, np.where(turn == 0, "AA", "S"))

        for features in (*baselines().values(), of_layer(Listener(TINY).eval(), 1)):
            figures = probe(features, [of(n) for n in range(20)], {"test": [of(50)]})
            assert figures["test"] > 0.8

    def test_purity_counts_the_most_frequent_phone(self) -> None:
        clusters, phones = [np.array([0, 0, 0, 1, 1])], [np.array(["AA", "AA", "S", "S", "SP"])]
        assert purity(clusters, phones) == pytest.approx(0.75)
