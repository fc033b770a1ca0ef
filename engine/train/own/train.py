"""From a folder of recordings to a voice package.  Stages keep their results: the same command goes on from there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from engine.errors import InputError
from engine.files import check_space, make_folder
from engine.jobs import JobContext
from engine.models.registry import InstalledVoice
from engine.singing.timing import ConsonantTable
from engine.train import checkpoint
from engine.train.corpus.recordings import read_analysis
from engine.train.corpus.shards import Shard, read_shard
from engine.train.corpus.speech import Sentence
from engine.train.corpus.units import measure_consonants
from engine.train.networks.codec import Codec
from engine.train.own.begun import alone_in, forget_wish, note_wish
from engine.train.own.codec_fit import GOOD_ENOUGH_DB, can_learn, codec_distortion, fit_decoder
from engine.train.own.consent import ask_consent
from engine.train.own.figures import Figures, measure
from engine.train.own.fitting import FitRun, alone, fit, nearest_row
from engine.train.own.listening import GRAPH, Listening
from engine.train.own.looking import Looked, forecast, look
from engine.train.own.material import Told, told_by_listening, told_by_words
from engine.train.own.package import Made, base_consonants, with_measured, write_voice
from engine.train.own.phrases import phrase_of
from engine.train.own.pieces import PieceFiles, Studio, analyse_pieces, put_aside
from engine.train.own.plan import DECODER_STEPS, STEPS, OwnPlan, begin_or_go_on
from engine.train.own.recordings import Take, find_takes
from engine.train.own.words import WordFinder
from engine.train.restore_voice import RestoredVoice, restore_voice

PACKAGE_BYTES = 120_000_000
KEY_MARGIN = 3
DECODER_TIME = 0.35
"""Of `minutes`, at most."""
BETTER_DB = 0.1
"""What a taught decoder must win to be taken."""

Say = Callable[[str], None]
Ask = Callable[[str], str] | None


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """`told`, `shards`: of every piece, in order; `held`: names of those put aside."""

    voice_s: float
    doubts: list[str]
    pieces: list[PieceFiles]
    shards: list[Shard]
    told: list[Told]
    held: frozenset[str]

    @property
    def learned(self) -> list[Told]:
        return [piece for piece in self.told if piece.name not in self.held]

    @property
    def aside(self) -> list[tuple[Told, Shard]]:
        return [(t, s) for t, s in zip(self.told, self.shards, strict=True) if t.name in self.held]


def train_own(plan: OwnPlan, context: JobContext, say: Say, ask: Ask) -> Path | None:
    """All stages; the package's folder, or None when only the recordings were to be checked.

    `say` is given sentences for people, `ask` questions (None: nobody is there to answer).
    Raises `InputError`, `MelismaError`, `Cancelled`.
    """
    takes = find_takes(plan.recordings)
    make_folder(plan.work)
    with alone_in(plan.work):
        if plan.check_only:
            _tell(*check_own(plan, context), say)
            return None
        plan = replace(plan, consent=ask_consent(plan.consent, plan.work, ask))
        make_folder(plan.out.parent)
        check_space(plan.out.parent, PACKAGE_BYTES)
        begin_or_go_on(plan)
        note_wish(plan)
        folder = _trained(plan, takes, context, say)
        forget_wish(plan)
        return folder


def check_own(plan: OwnPlan, context: JobContext) -> tuple[Looked, FitRun]:
    """Only look at the recordings; who calls it is alone in the work folder.  Raises as `train_own`."""
    takes = find_takes(plan.recordings)
    begin_or_go_on(plan)
    restored, run = _restored(plan), _run(plan)
    return look(plan, takes, restored.generator, run, context), run


def _trained(plan: OwnPlan, takes: Sequence[Take], context: JobContext, say: Say) -> Path:
    restored, run = _restored(plan), _run(plan)
    # 1. What the recordings are, and where their words lie
    looked = look(plan, takes, restored.generator, run, context)
    _tell(looked, run, say)
    prepared = _prepare(plan, takes, looked, restored, context, say)
    return _make(plan, prepared, restored, run, context, say)


def _tell(looked: Looked, run: FitRun, say: Say) -> None:
    for line in (*looked.doubts, forecast(looked, run)):
        say(line)


def _prepare(
    plan: OwnPlan, takes: Sequence[Take], looked: Looked, restored: RestoredVoice, context: JobContext, say: Say
) -> _Prepared:
    # 2. Pitch, spectra, phones
    studio = Studio(plan.work)
    pieces = analyse_pieces(takes, studio, WordFinder(plan.language), context)
    pieces = _usable(pieces, plan.base, say)
    held = put_aside([piece.name for piece in pieces], studio)
    shards = [read_shard(piece.shard) for piece in pieces]
    # 3. What the generator is told of them
    told = _told(plan, restored, pieces, shards, context)
    prepared = _Prepared(looked.voice_s, looked.doubts, pieces, shards, told, held)
    if not prepared.learned:
        raise InputError("No piece of the recordings can be learned from.", "Record longer stretches without pauses.")
    return prepared


def _make(
    plan: OwnPlan, prepared: _Prepared, restored: RestoredVoice, run: FitRun, context: JobContext, say: Say
) -> Path:
    # 4. The codec
    codec, codec_db, decoder_steps = _codec(plan, restored, prepared, context, say)
    # 5. The new speaker
    nearest, row = nearest_row(restored.generator, _speakers(plan.base), prepared.learned)
    before = alone(restored.generator, row).eval()
    generator = fit(alone(restored.generator, row), run, prepared.learned, context)
    # 6. How near it came
    stats = restored.mean, restored.std
    figures: list[Figures | None] = [None, None]
    if aside := prepared.aside:
        base_db = codec_distortion(restored.codec, [shard for _, shard in aside], context)
        figures = [
            measure(before, restored.codec, aside, stats, base_db, context),
            measure(generator, codec, aside, stats, codec_db, context),
        ]
    # 7. The package
    state = checkpoint.load(run.out / "fit.pt")
    made = Made(
        id=plan.id,
        name=plan.name,
        language=plan.language,
        consent=plan.consent,
        base=plan.base,
        nearest=nearest,
        minutes=prepared.voice_s / 60,
        worded=_worded_share(prepared),
        pieces=len(prepared.pieces),
        held_out=len(aside),
        steps=int(state["done"]),
        train_minutes=float(state["spent_s"]) / 60,
        decoder_steps=decoder_steps,
        key_range=key_range(prepared.pieces),
        before=figures[0],
        after=figures[1],
        remarks=prepared.doubts,
    )
    config = replace(restored.config, generator=generator.config)
    context.step("Writing the voice", 0, 1)
    write_voice(made, config, codec, generator, stats, _consonants(plan, nearest, prepared.pieces), plan.out)
    return plan.out


def _usable(pieces: Sequence[PieceFiles], base: InstalledVoice, say: Say) -> list[PieceFiles]:
    """All pieces where the base can listen; else those with words.  Raises `InputError` when there are none."""
    if GRAPH in base.manifest.files:
        return list(pieces)
    worded = [piece for piece in pieces if piece.segments]
    if not worded:
        raise InputError(
            f"The voice {base.manifest.id} cannot learn from recordings without words.",
            "Put the words beside each recording (NAME.txt), or choose a base with a listening.onnx.",
            option="base",
        )
    if len(worded) < len(pieces):
        say(
            f"{len(pieces) - len(worded)} of {len(pieces)} pieces have no words and are left out: this base needs them."
        )
    return worded


def key_range(pieces: Sequence[PieceFiles]) -> tuple[int, int]:
    """MIDI keys that the recordings reach, a little more on both sides."""
    f0 = np.concatenate([read_analysis(piece.analysis).f0 for piece in pieces])
    voiced = f0[f0 > 0]
    if not len(voiced):
        raise InputError("No pitch was found in the recordings.", "Check that somebody sings in them.")
    low, high = 69 + 12 * np.log2(np.percentile(voiced, [2, 98]) / 440)
    return max(0, round(low) - KEY_MARGIN), min(127, round(high) + KEY_MARGIN)


def _restored(plan: OwnPlan) -> RestoredVoice:
    restored = restore_voice(plan.base)
    codec = restored.config.codec
    if codec.sample_rate != 48_000 or codec.hop_length // codec.subframes != 256:
        what = f"The voice {plan.base.manifest.id} works at {codec.sample_rate} Hz; recordings are prepared for 48000."
        raise InputError(what, "Choose another.", option="base")
    return restored


def _run(plan: OwnPlan) -> FitRun:
    half = plan.device != "cpu" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    steps = plan.steps or STEPS[plan.quality]
    return FitRun(
        plan.work / "training", steps=steps, minutes=plan.minutes, batch=plan.batch, device=plan.device, half=half
    )


def _told(
    plan: OwnPlan, restored: RestoredVoice, pieces: Sequence[PieceFiles], shards: Sequence[Shard], context: JobContext
) -> list[Told]:
    settings = plan.base.manifest.settings
    ids, stats = settings["phones"], (restored.mean, restored.std)
    number = int(settings.get("voices", {}).get("languages", {}).get(plan.language.split("-")[0], 0))
    listening = None
    told = []
    for index, (piece, shard) in enumerate(zip(pieces, shards, strict=True)):
        context.step("Listening to the pieces", index, len(pieces))
        if piece.segments:
            phrase = phrase_of(shard, piece.segments, ids, number, restored.config.codec.subframes)
            told.append(told_by_words(phrase, restored.codec, restored.generator, ids, stats))
        else:
            listening = listening or Listening(plan.base.path(GRAPH))
            told.append(told_by_listening(shard, restored.codec, listening, stats, seed=index))
    return told


def _codec(
    plan: OwnPlan, restored: RestoredVoice, prepared: _Prepared, context: JobContext, say: Say
) -> tuple[Codec, float, int]:
    """(codec, its distortion in dB on what was put aside, steps that its decoder was taught)."""
    judged = [shard for _, shard in prepared.aside] or prepared.shards[:1]
    found = codec_distortion(restored.codec, judged, context)
    learned = [shard for shard in prepared.shards if shard.name not in prepared.held]
    if found <= GOOD_ENOUGH_DB or not can_learn(restored.codec, learned):
        return restored.codec, found, 0
    say(f"The base voice's codec misses this voice by {found:.1f} dB; its decoder is taught.")
    steps = min(DECODER_STEPS[plan.quality], plan.steps or 10**9)
    out, minutes = plan.work / "decoder", DECODER_TIME * plan.minutes
    taught = fit_decoder(restored.codec, learned, out, steps, minutes, plan.device, context)
    better = codec_distortion(taught, judged, context)
    return (taught, better, steps) if better < found - BETTER_DB else (restored.codec, found, 0)


def _worded_share(prepared: _Prepared) -> float:
    """Of the pieces' length, with words."""
    pairs = list(zip(prepared.pieces, prepared.shards, strict=True))
    return sum(len(s.f0) for p, s in pairs if p.segments) / max(sum(len(s.f0) for _, s in pairs), 1)


def _speakers(base: InstalledVoice) -> dict[str, int]:
    several = base.manifest.settings.get("voices", {}).get("speakers")
    return dict(several) if several else {base.manifest.name: 0}


def _consonants(plan: OwnPlan, nearest: str, pieces: Sequence[PieceFiles]) -> ConsonantTable:
    table = base_consonants(plan.base, nearest)
    worded = [p for p in pieces if p.segments]
    if not worded:
        return table
    sentences = [Sentence(p.name, p.segments, read_analysis(p.analysis)) for p in worded]
    counts = Counter(segment.label for p in worded for segment in p.segments)
    return with_measured(table, measure_consonants(sentences), counts)
