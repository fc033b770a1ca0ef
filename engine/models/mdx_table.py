"""What the makers of published MDX-Net models say of them, as their files do not: n_fft, stem and compensation.

Keyed as Ultimate Vocal Remover keys them, by the MD5 of a file's last 10,240,000 bytes.  The facts are those of
its `models/MDX_Net_Models/model_data/model_data.json` (github.com/Anjok07/ultimatevocalremovergui, MIT), without
the one compensation (1.75, of 398580b6d5d973af3120df54cee6759d) that no vocals need.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from engine.models.manifest import Stem

HASHED_BYTES = 10_240_000
COMPENSATE = 1.035
"""For a model that the table does not know: what Ultimate Vocal Remover takes then, and most of the table has."""


@dataclass(frozen=True, slots=True)
class MdxFacts:
    """`n_fft` in samples; `stem` that the network gives; `compensate`, by which the stem is multiplied."""

    n_fft: int
    stem: Stem
    compensate: float


def tail_md5(path: Path) -> str:
    """MD5 of the last 10,240,000 bytes (of the whole file if it is smaller), in hexadecimal.  Raises `OSError`."""
    with path.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - HASHED_BYTES))
        return hashlib.md5(file.read(), usedforsecurity=False).hexdigest()


def look_up(tail: str) -> MdxFacts | None:
    """The facts of a published model by `tail_md5`, if it is one."""
    return _TABLE.get(tail)


def other_stem(tail: str) -> str | None:
    """What a published model gives that is neither the vocals nor the accompaniment."""
    return _OTHER_STEMS.get(tail)


def _row(line: str) -> tuple[str, MdxFacts]:
    tail, n_fft, stem, compensate = line.split()
    return tail, MdxFacts(int(n_fft), cast(Stem, stem), float(compensate))


_TABLE = dict(
    map(
        _row,
        """
        0ddfc0eb5792638ad5dc27850236c246 6144 vocals       1.035
        2cdd429caac38f0194b133884160f2c6 7680 instrumental 1.045
        2f5501189a2f6db6349916fabe8c90de 6144 vocals       1.035
        488b3e6f8bd3717d9d7c428476be2d75 7680 instrumental 1.035
        53c4baf4d12c3e6c3831bb8f5b532b93 7680 vocals       1.043
        5d343409ef0df48c7d78cce9f0106781 7680 vocals       1.075
        5f6483271e1efb9bfb59e4a3e6d4d098 6144 vocals       1.035
        6b31de20e84392859a3d09d43f089515 6144 vocals       1.035
        867595e9de46f6ab699008295df62798 7680 vocals       1.03
        a3cd63058945e777505c01d2507daf37 6144 vocals       1.03
        b33d9b3950b6cbf5fe90a32608924700 7680 vocals       1.03
        ceed671467c1f64ebdfac8a2490d0d52 7680 instrumental 1.035
        d2a1376f310e4f7fa37fb9b5774eb701 7680 instrumental 1.035
        d7bff498db9324db933d913388cba6be 6144 vocals       1.035
        d94058f8c7f1fae4164868ae8ae66b20 6144 vocals       1.035
        e5572e58abf111f80d8241d2e44e7fa4 7680 instrumental 1.028
        e7324c873b1f615c35c1967f912db92a 7680 vocals       1.03
        1c56ec0224f1d559c42fd6fd2a67b154 5120 instrumental 1.025
        f2df6d6863d8f435436d8b561594ff49 7680 instrumental 1.035
        b06327a00d5e5fbc7d96e1781bbdb596 6144 instrumental 1.035
        94ff780b977d3ca07c7a343dab2e25dd 6144 instrumental 1.039
        73492b58195c3b52d34590d5474452f6 7680 vocals       1.043
        970b3f9492014d18fefeedfe4773cb42 7680 vocals       1.009
        1d64a6d2c30f709b8c9b4ce1366d96ee 5120 instrumental 1.065
        203f2a3955221b64df85a41af87cf8f0 6144 instrumental 1.035
        291c2049608edb52648b96e27eb80e95 6144 instrumental 1.035
        ead8d05dab12ec571d67549b3aab03fc 6144 instrumental 1.035
        cc63408db3d80b4d85b0287d1d7c9632 6144 instrumental 1.033
        55657dd70583b0fedfba5f67df11d711 6144 instrumental 1.022
        b6bccda408a436db8500083ef3491e8b 7680 instrumental 1.02
        8a88db95c7fb5dbe6a095ff2ffb428b1 5120 instrumental 1.026
        b78da4afc6512f98e4756f5977f5c6b9 7680 instrumental 1.021
        77d07b2667ddf05b9e3175941b4454a0 7680 vocals       1.021
        0f2a6bc5b49d87d64728ee40e23bceb1 5120 instrumental 1.019
        cb790d0c913647ced70fc6b38f5bea1a 5120 instrumental 1.01
        """.strip().splitlines(),
    )
)
_OTHER_STEMS = {
    "26d308f91f3423a67dc69a6d12a8793d": "other instruments",
    "4910e7827f335048bdac11fa967772f9": "drums",
    "65ab5919372a128e4167f5e01a8fda85": "other instruments",
    "6703e39f36f18aa7855ee1047765621d": "bass",
    "b02be2d198d4968a121030cf8950b492": "music without the crowd",
    "c3b29bdce8c4fa17ec609e16220330ab": "bass",
    "cd5b2989ad863f116c855db1dfe24e39": "reverberation",
    "dc41ede5961d50f277eb846db17f5319": "drums",
}
