"""A package of several voices, from export to sound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.jobs import JobContext
from engine.models import InstalledModel, load_manifest
from engine.models.hidden_singer import HiddenSinger, build_hidden_singer
from engine.phonemize.phones import EVERY_PHONE
from engine.score import Note, NoteId, Phrase, TempoMap
from engine.singing.pipeline import plan_phrase, render_phrase
from engine.singing.settings import SingSettings
from engine.train.generator import Generator
from tests import tiny_voice

LANGUAGES = {"en": 0, "de": 1, "ja": 2}


@pytest.fixture(scope="module")
def singers(tmp_path_factory: pytest.TempPathFactory) -> HiddenSinger:
    """Random weights, two speakers, three languages, all phones."""
    folder: Path = tmp_path_factory.mktemp("several") / "several"
    made = tiny_voice.networks()
    ids = {phone: number for number, phone in enumerate(sorted(EVERY_PHONE))}
    config = replace(
        tiny_voice.CONFIG, generator=replace(tiny_voice.CONFIG.generator, num_phones=len(ids), num_languages=3)
    )
    torch.manual_seed(1)
    generator = Generator(config.generator, config.codec.latent_dim)
    torch.nn.init.normal_(generator.denoiser.output.weight, std=0.2)
    tiny_voice.export_voice(
        tiny_voice.VoiceFacts("several", "Several", "1", ("en", "de", "ja"), (55, 76), "CC0-1.0", "# Several\n"),
        config,
        made.codec,
        generator.eval(),
        (made.mean, made.std),
        ids,
        tiny_voice.CONSONANTS,
        folder,
        {"num_steps": 2, "temperature": 0.5, "sampler": "ode", "start": 1.0},
        {"voices": {"num_speakers": 2, "languages": LANGUAGES}},
    )
    return build_hidden_singer(InstalledModel(load_manifest(folder / "manifest.json"), folder), "cpu", 1)


def phrase_of(notes: tuple[Note, ...]) -> Phrase:
    return Phrase(0, notes, TempoMap(((0.0, 120.0),)), 0.0, 0.5 * (notes[-1].start + notes[-1].duration))


def sung(singers: HiddenSinger, lyric: str, language: str, speaker: int) -> np.ndarray:
    notes = tuple(Note(NoteId(str(k)), 0.5 * k, 0.5, 62 + k, lyric) for k in range(2))
    phrase = phrase_of(notes)
    settings = SingSettings(num_steps=2, speaker=speaker)
    plan = plan_phrase(phrase, singers, settings, language)
    assert plan is not None
    return render_phrase(phrase, plan, singers, settings, JobContext()).samples


def test_speaker_and_language_are_heard(singers: HiddenSinger) -> None:
    one = sung(singers, "la", "en", 0)
    assert np.array_equal(one, sung(singers, "la", "en", 0))
    assert not np.allclose(one, sung(singers, "la", "en", 1), atol=1e-3)
    other = sung(singers, "la", "de", 0)
    assert len(other) != len(one) or not np.allclose(one, other, atol=1e-3)


def test_german_sounds_have_their_own_numbers(singers: HiddenSinger) -> None:
    phrase = phrase_of((Note(NoteId("0"), 0.0, 1.0, 64, "fühl"),))
    plan = plan_phrase(phrase, singers, SingSettings(), "de")
    assert plan is not None
    assert [phone.label for phone in plan.phones] == ["SP", "F", "UE", "L", "SP"]


def test_a_voice_without_them_sings_with_its_accent(tiny_singer: HiddenSinger) -> None:
    phrase = phrase_of((Note(NoteId("0"), 0.0, 1.0, 64, "fühl"),))
    plan = plan_phrase(phrase, tiny_singer, SingSettings(), "de")
    assert plan is not None
    assert [phone.label for phone in plan.phones] == ["SP", "F", "UW", "L", "SP"]
