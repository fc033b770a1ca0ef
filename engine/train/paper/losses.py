"""The autoencoder's auxiliary losses, and the slices that its decoder is trained on."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def tokens_loss(log_probabilities: Tensor, tokens: Tensor, counts: Tensor) -> Tensor:
    """CTC (Graves et al., 2006): nats per token, mean over the rows that have any; 0 when none has.

    log_probabilities [T, B, classes + 1], blank last; tokens int64 [B, L] with counts [B].
    """
    known = counts > 0
    if not bool(known.any()):
        return log_probabilities.sum() * 0.0
    frames, _, classes = log_probabilities.shape
    spoken = log_probabilities[:, known]
    lengths = torch.full((spoken.shape[1],), frames, dtype=torch.long, device=spoken.device)
    # A row with more tokens than frames cannot be said; it counts nothing instead of infinity.
    ctc = nn.CTCLoss(blank=classes - 1, zero_infinity=True)
    loss: Tensor = ctc(spoken, tokens[known], lengths, counts[known])
    return loss


def slices(latents: Tensor, audio: Tensor, frames: int) -> tuple[Tensor, Tensor]:
    """The same random `frames` of latents [B, D, T] and of audio [B, T * hop], another place in each row.

    Drawn by PyTorch's own generator on the CPU.
    """
    batch, _, total = latents.shape
    hop = audio.shape[1] // total
    starts = torch.randint(total - frames + 1, (batch,)).tolist()
    cut = torch.stack([row[:, start : start + frames] for row, start in zip(latents, starts, strict=True)])
    heard = torch.stack(
        [row[start * hop : (start + frames) * hop] for row, start in zip(audio, starts, strict=True)],
    )
    return cut, heard
