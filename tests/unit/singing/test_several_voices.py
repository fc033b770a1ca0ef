"""A package of several voices, from export to sound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import InputError
from engine.jobs import JobContext
from engine.models import InstalledModel, load_manifest
from engine.models.hidden_singer import HiddenSinger, build_hidden_singer
from engine.phonemize.phones import EVERY_PHONE
from engine.score import Curve, Note, NoteId, Phrase, TempoMap
from engine.singing.pipeline import network_inputs, plan_phrase, render_phrase
from engine.singing.settings import SingSettings
from engine.train.generator import Generator
from tests import tiny_voice

LANGUAGES = {"en": 0, "de": 1, "ja": 2}
SPEAKERS = {"ann": 0, "bob": 1}


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
        {"voices": {"num_speakers": 2, "languages": LANGUAGES, "speakers": SPEAKERS}},
    )
    return build_hidden_singer(InstalledModel(load_manifest(folder / "manifest.json"), folder), "cpu", 1)


def phrase_of(notes: tuple[Note, ...]) -> Phrase:
    return Phrase(0, notes, TempoMap(((0.0, 120.0),)), 0.0, 0.5 * (notes[-1].start + notes[-1].duration))


def two_notes(lyric: str, languages: tuple[str, str] = ("", "")) -> Phrase:
    return phrase_of(tuple(Note(NoteId(str(k)), 0.5 * k, 0.5, 62 + k, lyric, language=languages[k]) for k in range(2)))


def sung(
    singers: HiddenSinger,
    lyric: str,
    language: str,
    speaker: str | int,
    blend: tuple[tuple[str, float], ...] = (),
) -> np.ndarray:
    phrase = two_notes(lyric)
    settings = SingSettings(num_steps=2, speaker=speaker, blend=blend)
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


def inputs_of(singers: HiddenSinger, phrase: Phrase, settings: SingSettings) -> dict[str, np.ndarray]:
    plan = plan_phrase(phrase, singers, settings, "en")
    assert plan is not None
    return network_inputs(plan, singers, settings.speaker)


def test_speakers_have_names(singers: HiddenSinger) -> None:
    assert np.array_equal(sung(singers, "la", "en", "bob"), sung(singers, "la", "en", 1))


def test_a_blend_is_neither(singers: HiddenSinger) -> None:
    both = sung(singers, "la", "en", 0, (("bob", 0.5),))
    for speaker in (0, 1):
        assert not np.allclose(both, sung(singers, "la", "en", speaker), atol=1e-3)
    assert np.array_equal(sung(singers, "la", "en", 0, (("bob", 1.0),)), sung(singers, "la", "en", 1))


def test_a_blend_over_time(singers: HiddenSinger) -> None:
    """Half a second at 120 quarters a minute: from ann alone to bob alone."""
    phrase = replace(two_notes("la"), curves={"blend:bob": Curve(((0.25, 0.0), (0.75, 1.0)))})
    shares = inputs_of(singers, phrase, SingSettings())["speaker"]
    assert shares.dtype == np.float32
    assert shares.sum(axis=1) == pytest.approx(1)
    assert shares[0] == pytest.approx([1, 0])
    assert shares[-1] == pytest.approx([0, 1])
    assert (np.diff(shares[:, 1]) >= 0).all()
    plan = plan_phrase(phrase, singers, SingSettings(), "en")
    assert plan is not None
    times = plan.start_s + (np.arange(len(shares)) + 0.5) * 512 / 48_000
    assert shares[:, 1] == pytest.approx(np.clip((times - 0.125) / 0.25, 0, 1), abs=1e-5)


def test_a_blend_that_cannot_be_says_where(singers: HiddenSinger) -> None:
    with pytest.raises(InputError, match="no speaker called carl"):
        sung(singers, "la", "en", 0, (("carl", 0.5),))
    phrase = replace(two_notes("la"), curves={"blend:bob": Curve(((0.0, 0.2), (1.0, 0.9)))})
    with pytest.raises(InputError, match=r"At quarter 1 the blended shares add up to 1\.4"):
        plan_phrase(phrase, singers, SingSettings(blend=(("bob", 0.5),)), "en")


def test_a_voice_of_one_has_nobody_to_blend(tiny_singer: HiddenSinger) -> None:
    with pytest.raises(InputError, match="one voice"):
        plan_phrase(two_notes("la"), tiny_singer, SingSettings(blend=(("bob", 0.5),)), "en")


def test_languages_change_from_note_to_note(singers: HiddenSinger) -> None:
    inputs = inputs_of(singers, two_notes("so", ("", "de")), SingSettings())
    plan = plan_phrase(two_notes("so", ("", "de")), singers, SingSettings(), "en")
    assert plan is not None
    numbers = {(phone.note, int(number)) for phone, number in zip(plan.phones, inputs["languages"], strict=True)}
    assert numbers == {(0, LANGUAGES["en"]), (1, LANGUAGES["de"])}
    assert [phone.label for phone in plan.phones] == ["SP", "S", "OW", "Z", "O", "SP"]
