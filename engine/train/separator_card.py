"""The model card that travels with a separator: what it is, what it was made from, what it can and cannot do."""

from __future__ import annotations

from pathlib import Path

from engine.export.separator import SeparatorFacts
from engine.models.fields import as_id

SHIPPED_ID = "lumen"


def separator_facts(out: Path) -> SeparatorFacts:
    """Of a separator that goes to the folder `out`, whose name is its id; the shipped one has a card of its own.

    Of two models with one id only the first is ever used, so what users train must not be called as the shipped one.
    """
    name = out.resolve().name
    model_id = as_id(name, "my-separator")
    if model_id == SHIPPED_ID:
        return SeparatorFacts(SHIPPED_ID, "Lumen", "0.2.0", "CC-BY-4.0", _CARD)
    return SeparatorFacts(model_id, name or model_id, "1", "LicenseRef-unknown", _OWN_CARD.format(name=name))


_OWN_CARD = """# {name}

Takes the vocals out of a mix.  Trained with `melisma train separator`; which songs it learned from, and so under which
licence it may be handed on, only who trained it knows.
"""
_CARD = """# Lumen

Takes the vocals out of a mix: 44.1 kHz, stereo; other rates and channels are converted on the way and back.

- **System**: latent diffusion after Plaja-Roglans et al. 2025 (arXiv 2511.20470), small: an EnCodec-shaped autoencoder,
  a 1-D U-Net with the velocity objective that is shown the mixture's latents at every level, DDIM; then a refiner that
  takes the vocals out of the mixture's own spectrum with a mask, the generated vocal beside it.
- **Licence**: CC-BY-4.0.

## What it was trained on

Remixed for every step: levels, tone, rooms, places and speeds are new each time.

- *Everything is Free* by Software-Entwicklungskit, CC0: francium, potassium and rubidium.  Hydrogen and lithium were
  put aside.
- About two hours made for this: accompaniments of OpenScore Lieder (CC0) and of random chords and patterns, played by
  fluidsynth with the FluidR3 soundfont (MIT) and Sonic Pi's samples (CC0); sung by Kathleen (the included voice, CC0)
  and by readers put on melodies with WORLD: LibriSpeech (CC BY 4.0, www.openslr.org/12), Kathleen and Kerstin (CC0),
  the voice banks of Yuki (public domain) and Erithacus (CC BY 4.0), and the sung songs of NIT-SONG070 (CC BY 3.0).

## What to expect

- Two files that sum to the mix.  A lead voice over a band or a piano comes out best; quiet, chopped and drowned vocals
  and choirs worst.  What is taken off is rarely clean: expect the band to be heard in the vocals.
- It was trained for hours on two processor cores, not for days on many: larger models that you bring will do better.

## Figures

SDR of the vocals where somebody sings, on whole songs that no training saw: 4.6 dB (hydrogen) and 4.4 dB (lithium),
3.8 dB on six made ones (1.4 to 5.5); what is heard of the band where nobody sings lies at -30 to -68 dBFS.  An ideal
ratio mask has 13 and 11 dB on them, a mask network of Open-Unmix's size on the same songs 2.7 and 2.5.  It works
in less than a tenth of a song's length on two cores.  All figures, and how they are measured: docs/bench-isolate.md.
"""
