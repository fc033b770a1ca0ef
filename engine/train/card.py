"""The model card that travels with a voice: what it is, what it was made from, what it can and cannot do."""

from __future__ import annotations


def voice_card() -> str:
    """Markdown of the shipped voice's card; the measured figures are those of docs/bench-sing.md."""
    return _CARD


_CARD = """# Kathleen

An English singing voice, female, made for Melisma.  It also sings Latin and Japanese, with her accent:
their sounds are mapped onto hers.

- **System**: a small HiddenSinger (neural codec with residual vector quantiser, condition encoder, score-based
  latent generator).  The decoder shapes a pulse train and noise, so its pitch is the pitch that it is asked for.
- **Sound**: 48 kHz, mono.  Keys 53 to 81 (F3 to A5), most at ease from 57 to 76.
- **Licence**: CC0-1.0.

## What it was trained on

- *Kathleen*, 1,142 read English sentences by one US speaker, 48 kHz, CC0.  Aligned with PocketSphinx, analysed
  with WORLD.
- Melodies, rhythms and words of the *OpenScore Lieder* corpus, CC0; twenty songs were put aside for measuring.

Nobody sang for it.  A diphone singer, built from her recordings, sang some eighty minutes of those songs by
resynthesis (WORLD), and the networks learned from that and from the recordings themselves.

## What to expect

- In tune and in time, words mostly clear; a studio singer's warmth it does not have.  Fast syllables are its weak side.
- One manner of singing: no belting, no whisper, no growl.

## Measured

On 38 phrases (5.3 minutes) of 15 songs that no training saw, two CPU cores:

| | |
|---|---|
| pitch against what was asked for | 0.4 cents (median), no frame off by 50 cents, all voiced |
| mel-cepstral distortion to the teacher | 4.5 dB; codec alone 4.3 dB |
| phone errors (PocketSphinx) | 66.5 %; teacher 59.7 %, her plain speech 49.0 % |
| real sung songs through the codec | 2 cents, DNSMOS 2.65 to 2.67 and 2.84 to 2.77 |
| speed | 0.14 s per second of song, 0.4 GB |

Every figure, and how to measure it again: docs/bench-sing.md.
"""
