"""The new voice as a package: that speaker alone, with a card that says whose voice it is and how near it comes.

The shipped speakers are not in it: without their recordings they would drift while the new one is learned.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.export.voice import VoiceFacts, export_voice
from engine.models.registry import InstalledVoice
from engine.singing.consonants import consonants_of
from engine.singing.timing import ConsonantTable
from engine.train.config import VoiceConfig
from engine.train.generator import Generator
from engine.train.networks.codec import Codec
from engine.train.own.consent import Consent
from engine.train.own.figures import Figures
from engine.train.own.listening import GRAPH, relearned

BASE_CARD = "CARD-base.md"
HEARD_OFTEN = 8
"""Times that a consonant must be heard before its measured length counts."""


@dataclass(frozen=True, slots=True)
class Made:
    """What the card says.  `minutes` of voice, of which `worded` with words; `before`, `after`: figures of the base
    voice told to be this singer, and of the new voice, on held-out pieces (None: there were none)."""

    id: str
    name: str
    language: str
    consent: Consent
    base: InstalledVoice
    nearest: str
    minutes: float
    worded: float
    pieces: int
    held_out: int
    steps: int
    train_minutes: float
    decoder_steps: int
    key_range: tuple[int, int]
    before: Figures | None
    after: Figures | None
    remarks: Sequence[str]


def write_voice(
    made: Made,
    config: VoiceConfig,
    codec: Codec,
    generator: Generator,
    stats: tuple[np.ndarray, np.ndarray],
    consonants: ConsonantTable,
    folder: Path,
) -> dict[str, float]:
    """Write the package to `folder`, whole or not at all; the parity of each graph."""
    manifest = made.base.manifest
    facts = VoiceFacts(made.id, made.name, "1.0.0", _languages(made), made.key_range, made.consent.licence, card(made))
    return export_voice(
        facts,
        config,
        codec,
        generator,
        stats,
        dict(manifest.settings["phones"]),
        consonants,
        folder,
        dict(manifest.settings["sampling"]),
        _settings(made),
        lambda beside: _more_files(made, generator, beside),
    )


def base_consonants(base: InstalledVoice, nearest: str) -> ConsonantTable:
    """The base's table, or that of its speaker `nearest` (any name it does not know: its first)."""
    return consonants_of(base.manifest.settings, nearest)


def with_measured(table: ConsonantTable, measured: ConsonantTable, counts: Mapping[str, int]) -> ConsonantTable:
    """`table` with the lengths measured in the recordings, of phones that were heard often enough."""

    def chosen(kind: str) -> dict[str, float]:
        own = {phone: s for phone, s in getattr(measured, kind).items() if counts.get(phone, 0) >= HEARD_OFTEN}
        return {**getattr(table, kind), **own}

    return ConsonantTable(chosen("onset"), chosen("cluster"), chosen("coda"))


def _settings(made: Made) -> dict[str, Any]:
    base = made.base.manifest
    settings: dict[str, Any] = {
        "codec": dict(base.settings["codec"]),
        "origin": {
            "singer": made.consent.singer,
            "consent": made.consent.consent,
            "consent_date": made.consent.date,
            "licence": made.consent.licence,
            "minutes": round(made.minutes, 2),
            "base": f"{base.id} {base.version}",
        },
    }
    if several := base.settings.get("voices"):
        kept = {name: value for name, value in several.items() if name != "native"}  # of speakers who are gone
        settings["voices"] = {**kept, "num_speakers": 1, "speakers": {made.id: 0}}
    return settings


def _more_files(made: Made, generator: Generator, folder: Path) -> list[str]:
    shutil.copyfile(made.base.path("CARD.md"), folder / BASE_CARD)
    if GRAPH not in made.base.manifest.files:
        return [BASE_CARD]
    state = {name: tensor.numpy() for name, tensor in generator.condition.state_dict().items()}
    relearned(made.base.path(GRAPH), state, folder / GRAPH)
    return [BASE_CARD, GRAPH]


def _languages(made: Made) -> tuple[str, ...]:
    others = (language for language in made.base.manifest.languages if language != made.language)
    return (made.language, *others)


def card(made: Made) -> str:
    """Markdown."""
    base, consent = made.base.manifest, made.consent
    low, high = made.key_range
    how = "none with words: what is sung was heard by the base voice's listening networks"
    if made.worded > 0:
        how = f"{made.worded:.0%} of it with words"
    lines = [
        f"# {made.name}",
        "",
        f"A singing voice made with `melisma train voice` on {consent.date}.",
        "",
        f"- **Singer**: {consent.singer}",
        f"- **Consent**: {consent.consent} (stated {consent.date})",
        f"- **Licence**: {consent.licence}",
        f"- **Recordings**: {made.minutes:.1f} minutes of voice in {made.pieces} pieces, {how}.",
        f"- **Made from**: {base.name} {base.version} ({base.id}, {base.licence}), whose card is `{BASE_CARD}`:",
        "  its credits hold for this voice too.",
        f"- **Training**: {made.steps} steps in {made.train_minutes:.1f} minutes, beginning with {made.nearest}"
        + (f"; decoder {made.decoder_steps} steps." if made.decoder_steps else "; the codec is the base's."),
        f"- **Keys**: {low} to {high}, from the pitch of the recordings.",
        "",
        *_measured(made),
    ]
    if made.remarks:
        lines += ["", "## Said of the recordings", "", *(f"- {remark}" for remark in made.remarks)]
    return "\n".join(lines) + "\n"


def _measured(made: Made) -> list[str]:
    if made.after is None or made.before is None:
        return ["Nothing was measured: no piece could be put aside."]
    rows = (
        ("mel-cepstral distortion, codec alone", "codec_db", "{:.1f} dB"),
        ("mel-cepstral distortion, sung on the same words and pitch", "voice_db", "{:.1f} dB"),
        ("distance of the mean spectra (timbre)", "timbre_db", "{:.1f} dB"),
        ("pitch against the recording, median", "cents", "{:.1f} cents"),
        ("frames off by 50 cents", "off", "{:.1%}"),
        ("prior's error", "prior", "{:.3f}"),
        ("diffusion's error", "diffusion", "{:.3f}"),
    )
    table = [f"## Measured on what was put aside ({made.held_out} of the pieces)", ""]
    table += ["| | base voice | this voice |", "|---|---|---|"]
    for label, name, form in rows:
        before, after = (form.format(getattr(figures, name)) for figures in (made.before, made.after))
        table.append(f"| {label} | {before} | {after} |")
    return table
