"""Substitutes are chosen by what a package has, and its speakers say those in their own accents: two steps.

Blends change over time within a note, so phones cannot be chosen for one speaker.  It hardly matters: both steps
together say what one step from the speaker's own sounds would.
"""

from __future__ import annotations

import pytest

from engine.phonemize.phones import EVERY_PHONE, RESTS, UNTRAINED, in_own_sounds

RECORDED = {
    "kathleen": "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH",
    "kerstin": "A AA AO AW AX AXR AY B CH D E EH F G HH HY IH IY JH K KH L M N NG O OE OEH OY P Q RR RV S SH T TS UE "
    "UEH UH UW V Y Z",
    "yuki": "A AO B CH D DX EH F G HH HY IY JH K M N NG P Q S SH T TS U V W Y Z",
}
"""Of the shipped speakers: sounds with three places or more in their recordings."""
APART = {("kerstin", "WX"), ("kerstin", "YW")}
"""She has no W: hers is a V, and from her own sounds the glides of Korean ㅢ and Chinese yue would be a Y alone."""


@pytest.mark.parametrize("speaker", RECORDED)
def test_two_steps_say_what_one_would(speaker: str) -> None:
    own = {*RECORDED[speaker].split(), *RESTS}
    for phone in sorted(UNTRAINED):
        of_package = in_own_sounds(phone, EVERY_PHONE)
        assert set(of_package) <= EVERY_PHONE
        said = tuple(sound for step in of_package for sound in in_own_sounds(step, own))
        assert set(said) <= own
        assert (said == in_own_sounds(phone, own)) != ((speaker, phone) in APART), (phone, said)
