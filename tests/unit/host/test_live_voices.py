"""Voices that stay loaded, and tracks that take turns."""

from __future__ import annotations

import threading

import pytest

from engine.api.live_turns import Turns
from engine.api.live_voices import LiveVoices
from engine.errors import Cancelled, InputError
from engine.jobs import CancelToken
from engine.models.hidden_singer import HiddenSinger
from tests.conftest import TinyVoice


def test_a_loading_outlives_who_gave_it_up(tiny_voice: TinyVoice, tiny_singer: HiddenSinger) -> None:
    go, loads = threading.Event(), []

    def load(model: object, device: str) -> HiddenSinger:
        loads.append(device)
        go.wait(30)
        return tiny_singer

    voices = LiveVoices(load)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        voices.get(tiny_voice.model, "cpu", token)
    go.set()
    assert voices.get(tiny_voice.model, "cpu", CancelToken()) is tiny_singer
    assert loads == ["cpu"]


def test_a_loading_that_failed_is_tried_again(tiny_voice: TinyVoice, tiny_singer: HiddenSinger) -> None:
    answers: list[object] = [InputError("broken", ""), tiny_singer]

    def load(model: object, device: str) -> HiddenSinger:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return tiny_singer

    voices = LiveVoices(load)
    with pytest.raises(InputError):
        voices.get(tiny_voice.model, "cpu", CancelToken())
    assert voices.get(tiny_voice.model, "cpu", CancelToken()) is tiny_singer


def test_turns_go_to_the_newest_and_then_back() -> None:
    turns, token = Turns(), CancelToken()
    reached = threading.Event()
    with turns.taking_part() as older:
        turns.wait(older, token)
        waiting = threading.Thread(target=lambda: (turns.wait(older, token), reached.set()))
        with turns.taking_part() as newer:
            waiting.start()
            turns.wait(newer, token)
            assert not reached.is_set()
        assert reached.wait(30)
        waiting.join()


def test_a_cancel_wakes_who_waits_for_a_turn() -> None:
    turns, token, told = Turns(), CancelToken(), threading.Event()

    def wait(number: int) -> None:
        with pytest.raises(Cancelled):
            turns.wait(number, token)
        told.set()

    with turns.taking_part() as older, turns.taking_part():
        waiting = threading.Thread(target=wait, args=(older,))
        waiting.start()
        token.cancel()
        assert told.wait(30)
        waiting.join()
