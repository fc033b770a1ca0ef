"""Diffusion in numpy: schedules and samplers; knows no music and no network runtime."""

from engine.diffusion.ddim import angles, ddim_sigmas, sample_ddim
from engine.diffusion.sampling import (
    SAMPLERS,
    Denoise,
    Sampler,
    sample_consistency,
    sample_ode,
    sample_sde,
    sample_second_order,
    sample_third_order,
)
from engine.diffusion.schedules import BetaSchedule, timesteps

__all__ = [
    "SAMPLERS",
    "BetaSchedule",
    "Denoise",
    "Sampler",
    "angles",
    "ddim_sigmas",
    "sample_consistency",
    "sample_ddim",
    "sample_ode",
    "sample_sde",
    "sample_second_order",
    "sample_third_order",
    "timesteps",
]
