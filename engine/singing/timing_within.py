"""When something is sung, counted within a longer sound than its own: a choir's, or a mix of several tracks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.singing.clip import F0_RATE_HZ, SungTiming


def timing_within(timing: SungTiming, offset_s: float, duration_s: float) -> SungTiming:
    """`timing` from the first sample of a sound of `duration_s` that begins `offset_s` after the clip's start.

    `offset_s` is at most the timing's own.
    """
    earlier_s = timing.offset_s - offset_s
    phones = tuple(
        replace(phone, start_s=phone.start_s + earlier_s, end_s=phone.end_s + earlier_s) for phone in timing.phones
    )
    f0 = np.zeros(round(duration_s * F0_RATE_HZ), np.float32)
    at = round(earlier_s * F0_RATE_HZ)
    f0[at : at + len(timing.f0)] = timing.f0[: len(f0) - at]
    return SungTiming(phones, f0, tuple(beat + earlier_s for beat in timing.beats_s), duration_s, offset_s)
