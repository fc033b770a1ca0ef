"""From what a phrase is to be, to the codec's latents: the latent generator's own part, in numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.diffusion import SAMPLERS, timesteps
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.singing.settings import SingSettings

Floats = NDArray[np.float32]


def sample_latents(
    h_cond: Floats,
    mu: Floats,
    noise: Floats,
    voice: HiddenSinger,
    settings: SingSettings,
    rng: np.random.Generator,
    context: JobContext,
) -> Floats:
    """Latents [D, T] from h_cond [H, T], the prior's mean mu [D, T] and standard normal noise [D, T].

    Begins with the prior around mu at the settings' temperature (the paper's N(mu, 1/tau)); `rng` is for samplers that
    draw on their way.  Raises `Cancelled` at the next step after a cancel.
    """
    schedule = voice.schedule
    times = timesteps(schedule, settings.num_steps, settings.start)
    spread = np.sqrt(schedule.variance(settings.start) * settings.temperature)
    z = mu + np.float32(spread) * noise

    def denoise(z: Floats, t: float) -> Floats:
        context.token.raise_if_cancelled()
        return voice.denoise(z, mu, h_cond, t, context.token)

    return SAMPLERS[settings.sampler](denoise, z, mu, schedule, times, rng)
