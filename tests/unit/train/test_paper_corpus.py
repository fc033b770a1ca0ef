"""What the paper's autoencoder is given: windows of sound, with the phones and notes that lie in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.train.paper.corpus import Take, Tokens, Windows, at_rate, paired_take, read_takes
from engine.train.voices.cast import phone_ids
from tests import tiny_paper
from tests.tiny_paper import CONFIG


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Windows:
    work = tmp_path_factory.mktemp("paper")
    tiny_paper.write_corpus(work)
    return Windows(read_takes(work, CONFIG.codec), CONFIG.codec, CONFIG.window_frames, seed=1)


def test_frames_are_those_of_the_corpus() -> None:
    phrase = tiny_paper.phrase(0)
    moved = at_rate(phrase, CONFIG.codec)
    assert len(moved.f0) * 2 == len(phrase.f0)
    assert len(moved.audio) == 256 * len(moved.f0)
    assert np.allclose(moved.f0, phrase.f0.reshape(-1, 2).mean(1))
    energy = [np.mean((x / 32767.0) ** 2) for x in (moved.audio, phrase.audio)]
    assert 0.3 < energy[0] / energy[1] < 0.7  # half of the equal harmonics lie above 12 kHz
    with pytest.raises(ValueError, match="does not fit"):
        at_rate(phrase, replace(CONFIG.codec, hop_length=512))


def test_phones_and_notes_lie_where_they_sound() -> None:
    phrase = tiny_paper.phrase(0)
    take = paired_take(at_rate(phrase, CONFIG.codec), CONFIG.codec, phone_ids())
    assert take.phones is not None
    assert take.notes is not None
    frames = len(take.audio) // 256
    ids = phone_ids()
    assert take.phones.within(0, frames).tolist() == [ids[p.label] for p in phrase.phones]
    assert take.notes.within(0, frames).tolist() == [n.key for n in phrase.notes]
    for phone, value in zip(phrase.phones, take.phones.values, strict=True):
        middle = int(((phone.start_s + phone.end_s) / 2 - phrase.phones[0].start_s) * CONFIG.codec.frame_rate)
        assert take.phones.within(middle, middle + 1).tolist() == [value]


def test_the_same_phone_twice_is_two_tokens() -> None:
    tokens = Tokens(np.array([7, 7, 3]), np.array([0, 0, 1, 1, 2]))
    assert tokens.within(0, 5).tolist() == [7, 7, 3]
    assert tokens.within(1, 2).tolist() == [7]
    assert tokens.within(3, 5).tolist() == [7, 3]


def test_a_step_draws_the_same_and_another_others(windows: Windows) -> None:
    first, again, other = windows.draw(3, 4), windows.draw(3, 4), windows.draw(4, 4)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["audio"], other["audio"])


def test_words_are_known_of_songs_alone(windows: Windows) -> None:
    drawn = [windows.draw(step, 6) for step in range(6)]
    counts = np.concatenate([batch["phone_counts"] for batch in drawn])
    notes = np.concatenate([batch["note_counts"] for batch in drawn])
    assert (counts == 0).any()
    assert (counts > 0).any()
    assert ((counts > 0) == (notes > 0)).all()
    assert all(np.abs(batch["audio"]).max(1).min() > 0 for batch in drawn)


def test_too_short_and_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="longer than one window"):
        Windows([Take("short", np.zeros(256, np.int16))], CONFIG.codec, 2, seed=1)
    with pytest.raises(InputError, match="holds no songs"):
        read_takes(tmp_path, CONFIG.codec)
