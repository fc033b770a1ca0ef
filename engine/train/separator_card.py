"""The model card that travels with a separator: what it is, what it was made from, what it can and cannot do."""

from __future__ import annotations


def separator_card() -> str:
    """Markdown of the shipped separator's card; the measured figures are those of docs/bench-isolate.md."""
    return _CARD


_CARD = """# Lumen

Takes the vocals out of a mix: 44.1 kHz, stereo; other rates and channels are converted on the way and back.

- **System**: latent diffusion after Plaja-Roglans et al. 2025 (arXiv 2511.20470), small: an EnCodec-shaped autoencoder,
  a 1-D U-Net with the velocity objective that is shown the mixture's latents at every level, DDIM; then a band-split
  refiner that takes the vocals out of the mixture's own spectrum, with the generated vocal beside it.
- **Licence**: CC-BY-4.0.

## What it was trained on

Remixed for every step: levels, tone, rooms, places and speeds are new each time.

- *Everything is Free* by Software-Entwicklungskit, CC0: francium, potassium and rubidium.  Hydrogen and lithium were
  put aside.
- About 65 minutes made for this: accompaniments of OpenScore Lieder (CC0) and of random chords and patterns, played by
  fluidsynth with the FluidR3 soundfont (MIT) and Sonic Pi's samples (CC0); sung by Kathleen (the included voice, CC0)
  and by readers put on melodies with WORLD: LibriSpeech (CC BY 4.0, www.openslr.org/12), Kathleen and Kerstin (CC0),
  the voice banks of Yuki (public domain) and Erithacus (CC BY 4.0), and the sung songs of NIT-SONG070 (CC BY 3.0).

## What to expect

- Two files that sum to the mix.  Spoken and dry vocals come out best, then sung ones in a dense band; choirs, chopped
  and drowned vocals worst.
- It was trained for hours on two processor cores, not for days on many: larger models that you bring will do better.

Figures, and how to measure them again: docs/bench-isolate.md.
"""
