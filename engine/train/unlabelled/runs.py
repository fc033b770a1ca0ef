"""The trainings of HiddenSinger-U on a work folder of engine.train.voices."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from engine.errors import InputError, MelismaError
from engine.export.listening import LISTENING, export_listening
from engine.train import checkpoint
from engine.train.config import voices
from engine.train.corpus.singing import SungPhrase, read_phrases
from engine.train.generator import Generator, LatentStats
from engine.train.networks.codec import Codec
from engine.train.unlabelled.ears import Ear, ListenerEar
from engine.train.unlabelled.encoders import UEncoders, begin_like
from engine.train.unlabelled.finish import FinishRun, known_phones
from engine.train.unlabelled.finish import finish as finish_listener
from engine.train.unlabelled.heard import prepare, trained_on
from engine.train.unlabelled.listener import Listener, ListenerConfig
from engine.train.unlabelled.material import Sung, hide_words, with_words, without_words
from engine.train.unlabelled.probe import baselines, labelled, of_layer
from engine.train.unlabelled.probe import probe as probe_features
from engine.train.unlabelled.ssl import SslRun, load_listener, train_listener
from engine.train.unlabelled.training import Material, URun, USinger, judge, train_unlabelled
from engine.train.unlabelled.wav2vec import Wav2VecEar, load_wav2vec
from engine.train.voices.cast import CAST, phone_ids
from engine.train.voices.generator import frozen_codec
from engine.train.voices.sets import HELD_SONGS

JUDGED_EACH = 8
LEARNED, FINISHED = "listener.pt", "finished.pt"
"""The encoder after `ssl`, and after `finish`."""
PROBED = {"kathleen": 150, "kerstin": 100, "yuki": 60}
"""Sentences that the probe learns from."""


def folder(work: Path) -> Path:
    """Where all of it lies."""
    return work / "unlabelled"


def ssl(work: Path, steps: tuple[int, int], minutes: float, batch: int) -> Listener:
    """Train the self-supervised encoder."""
    out = folder(work)
    run = SslRun(out / "listener", steps=steps, minutes=minutes, batch=batch)
    prepare(work, out / "heard")
    sets = trained_on(out / "heard", run.window)
    if not sets:
        raise InputError(f"{work} holds no recordings.", "Run python -m engine.train.voices.prepare first.")
    return train_listener(ListenerConfig(), run, sets)


def finish(work: Path, steps: int, minutes: float, batch: int) -> Listener:
    """Teach the trained encoder phones."""
    out = folder(work)
    listener = load_listener(out / "listener" / LEARNED)
    prepare(work, out / "heard")
    sets = known_phones(work, out / "heard")
    if not sets:
        what = f"{work} holds no aligned recordings and no songs."
        raise InputError(what, "Run python -m engine.train.voices.prepare first.")
    run = FinishRun(out / "listener", steps=steps, minutes=minutes, batch=batch)
    return finish_listener(listener, run, sets, phone_ids())


def probe(work: Path) -> dict[str, dict[str, float]]:
    """Phone probe of every layer beside log-mel and MFCC; also written to `listener/probe.jsonl`."""
    out = folder(work)
    prepare(work, out / "heard")
    listeners = {name: load_listener(out / "listener" / name) for name in (LEARNED, FINISHED) if has(work, name)}
    train = [x for voice, most in PROBED.items() for x in labelled(work, out / "heard", voice, False, most)]
    tests = {voice: labelled(work, out / "heard", voice, True, 10**6) for voice in PROBED}
    if not train or not all(tests.values()):
        what = f"{work / 'aligned'} lacks aligned recordings to learn from or to judge on."
        raise InputError(what, "Run python -m engine.train.voices.prepare first.")
    log = checkpoint.Log(out / "listener" / "probe.jsonl")
    heard_by = baselines()
    for name, listener in listeners.items():
        heard_by |= {f"{name} layer {n}": of_layer(listener, n) for n in range(3, listener.config.layers + 1)}
    figures = {}
    for name, features in heard_by.items():
        figures[name] = probe_features(features, train, tests)
        log.write(features=name, **figures[name])
    return figures


def has(work: Path, name: str) -> bool:
    """Whether there is an encoder of that name."""
    return (folder(work) / "listener" / name).exists()


def kept_listener(work: Path) -> Listener:
    """The encoder that the U encoders of `onto` belong to: the best there was when their training began."""
    kept = folder(work) / "onto" / LEARNED
    if not kept.exists():
        source = folder(work) / "listener" / (FINISHED if has(work, FINISHED) else LEARNED)
        load_listener(source)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, kept)
    return load_listener(kept)


def ear_of(work: Path, form: str, weights: Path | None, without_words: bool = False) -> Ear:
    """The trained listener, or an encoder of torchaudio's with the weights that the user names.

    `without_words`: the listener as it was before it learned any phone, for claims about what needs no words.
    """
    if form == "listener":
        learned = folder(work) / "listener" / LEARNED
        return ListenerEar(load_listener(learned) if without_words else kept_listener(work))
    if weights is None:
        raise InputError(f"The encoder {form} needs its weights.", "Name the file with --weights.")
    return Wav2VecEar(load_wav2vec(weights, form))


def onto(work: Path, ear: Ear, share: float, steps: int, minutes: float, most: int) -> USinger:
    """U encoders for the generator of `work`, which is left as it is."""
    generator, stats, codec = trained(work)
    encoders = UEncoders(generator.config, ear.width)
    begin_like(encoders, generator.condition.state_dict())
    paired, held = _songs(work, codec, most)
    alone = [s for v in CAST for s in without_words(work / "real" / v.name, v.speaker, codec, False, most)]
    held_alone = _recordings(work, codec)
    run = URun(folder(work) / "onto", "onto", steps=steps, minutes=minutes, share=share)
    material = Material(paired, alone, held, held_alone, stats)
    singer = train_unlabelled(generator, encoders, ear, run, material)
    checkpoint.Log(run.out / "judged.jsonl").write(**judge(singer, ear, material, run))
    return singer


def joint(work: Path, ear: Ear, hidden: float, steps: int, minutes: float, most: int) -> USinger:
    """Everything from nothing, while the words of `hidden` of the songs are forgotten."""
    run = URun(folder(work) / f"joint-{100 * hidden:.0f}", "joint", steps=steps, minutes=minutes, share=hidden)
    codec = frozen_codec(work, run.out)
    config = voices()
    generator = Generator(config.generator, config.codec.latent_dim)
    songs, held = _songs(work, codec, most)
    paired, alone = hide_words(songs, hidden)
    material = Material(paired, alone, held, (), _stats(run.out, songs))
    singer = train_unlabelled(generator, UEncoders(config.generator, ear.width), ear, run, material)
    checkpoint.Log(run.out / "judged.jsonl").write(**judge(singer, ear, material, run))
    return singer


def has_encoders(work: Path) -> bool:
    """Whether `onto` has left encoders that can be exported."""
    return (folder(work) / "onto" / "onto.pt").exists()


def export(work: Path, out: Path) -> float:
    """`out/listening.onnx` of the listener, the U encoders that `onto` trained and the generator of `work`."""
    generator, _, _ = trained(work)
    path = folder(work) / "onto" / "onto.pt"
    if not has_encoders(work):
        raise MelismaError(f"There are no U encoders at {path}.", "Train them first: the subcommand onto.")
    listener = kept_listener(work)
    encoders = UEncoders(generator.config, listener.width)
    encoders.load_state_dict(checkpoint.load(path)["average_encoders"])
    out.mkdir(parents=True, exist_ok=True)
    return export_listening(listener, encoders.eval(), generator.condition.eval(), out / LISTENING)


def trained(work: Path) -> tuple[Generator, LatentStats, Codec]:
    """Generator (averaged), its statistics and its codec; `MelismaError` when there is none."""
    out = work / "generator"
    if not (out / "generator.pt").exists() or not (out / "stats.npz").exists():
        raise MelismaError(f"There is no trained generator in {out}.", "Run python -m engine.train.voices.generator.")
    config = voices()
    generator = Generator(config.generator, config.codec.latent_dim)
    generator.load_state_dict(checkpoint.load(out / "generator.pt")["average"])
    return generator.eval(), _stats(out, ()), frozen_codec(work, out)


def _stats(out: Path, songs: Sequence[Sung]) -> LatentStats:
    """Of the songs, or those that the training in `out` began with: songs may have been added since."""
    path = out / "stats.npz"
    if not path.exists():
        everything = np.concatenate([song.latents for song in songs], axis=1)
        np.savez(path, mean=everything.mean(1), std=everything.std(1) + 1e-4)
    with np.load(path, allow_pickle=False) as kept:
        return LatentStats(kept["mean"], kept["std"])


def _songs(work: Path, codec: Codec, most: int) -> tuple[list[Sung], list[Sung]]:
    """Songs of the teachers, and some that no training saw."""
    learned = [s for v in CAST for s in with_words(_first(work / "sung" / v.name, most), codec, phone_ids())]
    held = [s for v in CAST for s in with_words(_first(work / HELD_SONGS / v.name, JUDGED_EACH), codec, phone_ids())]
    if not learned:
        raise InputError(f"{work} holds no songs.", "Run python -m engine.train.voices.sing first.")
    return learned, held


def _recordings(work: Path, codec: Codec) -> list[Sung]:
    """Real recordings of the voices that were put aside."""
    return [s for v in CAST for s in without_words(work / "real" / v.name, v.speaker, codec, True, JUDGED_EACH)]


def _first(path: Path, most: int) -> Iterator[SungPhrase]:
    return itertools.islice(read_phrases(path), most)
