"""The card of the package of three voices; its figures are those of docs/bench-voices.md."""

from __future__ import annotations


def trio_card() -> str:
    """Markdown."""
    return _CARD


_CARD = """# Trio: Kathleen, Kerstin, Yuki

Three singing voices in one model, all female, made for Melisma: Kathleen (English), Kerstin (German), Yuki (Japanese).
Each of them sings every language that Melisma reads, with her own accent, and two can be blended.

- **System**: HiddenSinger (neural codec with residual vector quantiser, condition encoder, score-based latent
  generator), told speaker and language.  The decoder shapes a pulse train and noise, so its pitch is the pitch that it
  is asked for.
- **Sound**: 48 kHz, mono.  Keys 53 to 81 (F3 to A5), most at ease from 57 to 76.
- **Licence**: CC0-1.0 for Kathleen's and Kerstin's recordings, public domain for Yuki's; the codec also heard
  recordings under CC BY 4.0 and CC BY 3.0, which ask for the credit below.

## What it was trained on

- *Kathleen*: 1,142 read English sentences by one US speaker, 48 kHz, CC0.
- *Kerstin*: 400 read German sentences, CC0.  Her recordings end near 6 kHz; what lies above was borrowed from Kathleen.
- *Yuki*: a Japanese VCV voicebank sung on F4, dedicated to the public domain.
- Melodies, rhythms and words of the *OpenScore Lieder* corpus, CC0.
- The codec alone also heard slices of *LibriSpeech* (CC BY 4.0), sung vowels of the *Berklee* collection (CC BY 3.0)
  and the voicebank *Erithacus* (CC BY 4.0).

Nobody sang songs for it.  Three diphone singers, built from the recordings, sang three hours of songs by resynthesis
(WORLD), and the networks learned from that and from the recordings themselves.

## What to expect

- In tune and in time, words mostly clear; a studio singer's warmth it does not have.  Fast syllables are its weak side.
- One manner of singing, which the knobs (dynamics, breathiness, tension, gender) bend; no belting, no growl.
- It also listens: any of the three sings a recorded vocal again (`melisma resing`).  The words come out a little less
  clear than the recording's.
- Korean and Chinese are sung with the sounds of the other languages that come nearest.

## Measured

On phrases of songs that no training saw, against each speaker's teacher (docs/bench-voices.md):

| | pitch | frames off by 50 cents | mel-cepstral distortion |
|---|---|---|---|
| Kathleen, English | 0.3 cents | 0.0 % | 4.6 dB |
| Kerstin, German | 0.2 cents | 0.0 % | 3.5 dB |
| Yuki, Japanese | 0.3 cents | 0.0 % | 3.6 dB |
"""
