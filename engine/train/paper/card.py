"""The card of a voice of the paper's size."""

from __future__ import annotations


def paper_card(codec_steps: int, generator_steps: int) -> str:
    """Markdown: what it is, what it was made from, what to expect."""
    return f"""# HiddenSinger at the size of its paper

A singing voice of three speakers, kathleen, kerstin and yuki, made for Melisma as Hwang et al. describe it
(HiddenSinger, arXiv 2306.06814).

- **System**: WaveNet encoder, 30 codebooks of 1024, HiFi-GAN V1; condition encoders of four FFT blocks; a denoiser
  of 20 layers.  Where it departs from the paper, docs/paper-singing.md says so.
- **Sound**: 24 kHz, mono.  Keys 53 to 81 (F3 to A5).
- **Training**: autoencoder {codec_steps:,} steps, generator {generator_steps:,}; the paper's are 1,000,000 and
  2,000,000.
- **Licence**: CC-BY-4.0.

## What it was trained on

- *Kathleen*, English, CC0; *Kerstin*, German, CC0; *Yuki*, a Japanese voicebank, public domain.
- *Berklee* sung vowels, CC BY 3.0; *Erithacus*, a voicebank, CC BY 4.0; *LibriSpeech*, slices, CC BY 4.0: their sound
  alone, for the autoencoder.
- Melodies and words of the *OpenScore Lieder* corpus, CC0.

Nobody sang for it: diphone singers built from the recordings of the three voices sang the songs.

## What to expect

Pitch is what the networks make of the notes, not exact by construction as with the shipped voices.  It was not
listened to before it was packed: measure it with `melisma bench sing` first.
"""
