"""From a manifest's `kind` to something that separates."""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import InputError
from engine.models import InstalledSeparator
from engine.models.latent_diffusion import KIND as LATENT_DIFFUSION
from engine.models.mdx import KIND as MDX_NET
from engine.separation import latent_diffusion, mdx
from engine.separation.separator import SeparationSettings, Separator

Builder = Callable[[InstalledSeparator, str, int | None, SeparationSettings], Separator]
SEPARATORS: dict[str, Builder] = {
    LATENT_DIFFUSION: latent_diffusion.build_separator,
    MDX_NET: mdx.build_separator,
}


def build_separator(
    model: InstalledSeparator, device: str, threads: int | None, settings: SeparationSettings
) -> Separator:
    """Load a separator; `threads` None: one per core.  Raises `InputError` for a kind that is none."""
    builder = SEPARATORS.get(model.manifest.kind)
    if builder is None:
        what = f"{model.manifest.id} is of the kind {model.manifest.kind!r}, which is no separator."
        raise InputError(what, f"Kinds of separators: {', '.join(SEPARATORS)}.")
    return builder(model, device, threads, settings)
