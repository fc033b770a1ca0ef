"""Flow matching on the same network: trajectories are straightened, so that one long step follows them.

The path of flow matching from noise to data, mu + (1 - s)(z_0 - mu) + s e, is the paper's process at another scale:
with s / (1 - s) = sqrt(lambda) / a both have the same signal-to-noise, and Euler's step along the straight path is the
exponential Euler step of the probability-flow ODE (`sample_ode`).  So nothing has to change in network or sampler; what
straightens is the coupling (rectified flow, Liu et al., 2022): not any noise with any latents, but each noise with the
end to which the teacher carries it.  Then the end is known from the noise, and the network learns to state it at any t.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import torch
from torch import Tensor

from engine.diffusion import timesteps
from engine.train.consistency import Distillation, heated, masked_square, move, noised

FULL_NOISE_SHARE = 0.5
"""Of the batch; the first step, and the only one of one, begins there."""


class Rectification(Distillation):
    """As `Distillation`, but ends are computed by the teacher in `run.teacher_steps` evaluations."""

    def loss(self, batch: Mapping[str, Tensor], h_cond: Tensor, mu: Tensor) -> Tensor:
        """Mean squared distance of the stated end to the teacher's."""
        mask = batch["frame_mask"][:, None]
        noise = heated(torch.randn_like(mu))
        end = self.end_of(noise, mu, h_cond)
        t = torch.where(
            torch.rand(len(mu), device=mu.device) < FULL_NOISE_SHARE, 1.0, 0.05 + 0.95 * torch.rand(len(mu)).to(mu)
        )
        return masked_square(self.student(noised(end, mu, noise, t, self.schedule), mu, h_cond, t) - end, mask)

    @torch.no_grad()
    def end_of(self, noise: Tensor, mu: Tensor, h_cond: Tensor) -> Tensor:
        """Where the teacher's ODE carries mu + noise: DPM-Solver++ 2M as `sample_second_order`."""
        times = [float(t) for t in timesteps(self.schedule, self.run.teacher_steps)]
        z, last, last_gain = noised(mu, mu, noise, noise.new_full((len(mu),), 1.0), self.schedule), None, 1.0
        for t, after in pairwise(times):
            now, then = noise.new_full((len(mu),), t), noise.new_full((len(mu),), after)
            denoised = self.teacher.denoiser(z, mu, h_cond, now)
            gain = self.schedule.log_snr(after) - self.schedule.log_snr(t)
            estimate = denoised
            if last is not None and after > 0:
                estimate = denoised + 0.5 * gain / last_gain * (denoised - last)
            z, last, last_gain = move(z, estimate, mu, now, then, self.schedule), denoised, gain
        return z
