"""The model card that travels with an animator: what it is, what it was made from, what it can and cannot do."""

from __future__ import annotations

from pathlib import Path

from engine.export.animator import AnimatorFacts
from engine.models.fields import as_id

SHIPPED_ID = "mime"


def animator_facts(out: Path) -> AnimatorFacts:
    """Of an animator that goes to the folder `out`, whose name is its id; the shipped one has a card of its own."""
    name = out.resolve().name
    model_id = as_id(name, "my-animator")
    if model_id == SHIPPED_ID:
        return AnimatorFacts(SHIPPED_ID, "Mime", "1.1.0", "CC-BY-4.0", _CARD)
    return AnimatorFacts(model_id, name or model_id, "1", "LicenseRef-unknown", _OWN_CARD.format(name=name))


_OWN_CARD = """# {name}

Moves a face to a vocal.  Trained with `melisma train animator`.
"""
_CARD = """# Mime

Moves a face to a vocal, 25 pictures a second: lips, jaw, tongue, brows, lids, gaze, head and breath.

- **System**: SINGER (Li et al. 2024), small: reference network, denoising network with spatial, face, audio and
  temporal attention, Multi-scale Spectral Module, Self-adaptive Filter Module, trained by rectified flow.  It diffuses
  **motion latents** of 16 x 16, not pixels; 14 face parameters are read out of them and move a drawn character or a
  portrait.
- **Licence**: CC-BY-4.0.

## What it was trained on

Vocals whose phones are known, and faces that the project draws itself; no video, nobody's recorded face in motion.

- Songs of the *OpenScore Lieder* corpus (CC0), sung by the included voices Kathleen, Kerstin (CC0) and Yuki (public
  domain), in their own languages and in English; sentences that Kathleen read (CC0); the voice banks of Yuki (public
  domain) and Erithacus (CC BY 4.0); sung vowels of Berklee (CC BY 3.0).  Each through other throats, rooms and
  microphones, some with what a separation leaves of a band (*Everything is Free* by Software-Entwicklungskit, CC0).
- How a face moves to them was made by rule from phones, pitch, level and beat: the network can be no better than these
  rules.  500 drawn heads, and thirteen portraits (CC0), as faces at rest.

## What to expect

- Vowels and how far the mouth opens: good, with voices near those above.  M, B and P close.  Of other consonants, fast
  words and growled or belted singing, less.  It knows English, German and Japanese mouths.
- Heads sway, nod and blink modestly and differently with each seed; they know the beat only where the score is known.
- Where Melisma sang the vocal itself, the lips are not this network's but exact.

All figures, and how they are measured: docs/bench-avatar.md.
"""
