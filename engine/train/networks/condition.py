"""The condition encoder (HiddenSinger 3.2): what to sing, said frame by frame.

Lyrics encoder and melody encoder read the phones' tokens; both are spread over the frames and summed;
the enhanced condition encoder reads that sum.  One linear layer estimates the prior's mean from it.
Beyond the paper, frames are told f0 and their place inside their phone (see engine.singing.conditions).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.singing.conditions import DURATION_BINS, FRAME_FEATURES, TEMPO_BINS
from engine.train.config import GeneratorConfig
from engine.train.networks.blocks import ChannelNorm

NUM_KEYS = 128
TOKEN_REACH = 16
FRAME_REACH = 48
"""Frames (0.5 s) that attention sees to either side: the same in a 2 s training window and a 20 s phrase."""
MASKED = -1e4


class RelativeAttention(nn.Module):
    """Self-attention with a learned bias by distance; nothing beyond `reach` is seen if `local`."""

    def __init__(self, channels: int, heads: int, reach: int, local: bool) -> None:
        super().__init__()
        self.heads, self.reach, self.local = heads, reach, local
        self.qkv = nn.Conv1d(channels, 3 * channels, 1)
        self.output = nn.Conv1d(channels, channels, 1)
        self.bias = nn.Parameter(torch.zeros(heads, 2 * reach + 1))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x [B, C, T], mask [B, T] (1: real)."""
        batch, channels, length = x.shape
        width = channels // self.heads
        q, k, v = self.qkv(x).view(batch, 3, self.heads, width, length).unbind(1)
        scores = torch.matmul(q.transpose(2, 3), k) * width**-0.5
        place = torch.arange(length, device=x.device)
        distance = place[None, :] - place[:, None]
        scores = scores + self.bias[:, distance.clamp(-self.reach, self.reach) + self.reach]
        if self.local:
            scores = scores + MASKED * (distance.abs() > self.reach).to(x.dtype)
        scores = scores + MASKED * (1 - mask)[:, None, None, :]
        mixed = torch.matmul(v, torch.softmax(scores, dim=-1).transpose(2, 3))
        return self.output(mixed.reshape(batch, channels, length))


class FFTBlock(nn.Module):
    """Feed-forward transformer block (FastSpeech): attention, then convolution, each with norm and residual."""

    def __init__(self, config: GeneratorConfig, reach: int, local: bool) -> None:
        super().__init__()
        hidden = config.hidden
        self.attention = RelativeAttention(hidden, config.heads, reach, local)
        self.norm_1, self.norm_2 = ChannelNorm(hidden), ChannelNorm(hidden)
        self.widen = nn.Conv1d(hidden, config.filter, config.kernel, padding=config.kernel // 2)
        self.narrow = nn.Conv1d(config.filter, hidden, 1)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = x + self.dropout(self.attention(self.norm_1(x), mask))
        y = self.widen(self.norm_2(x) * mask[:, None])
        return x + self.dropout(self.narrow(nn.functional.gelu(y, approximate="tanh")))


class Stack(nn.Module):
    """Several FFT blocks."""

    def __init__(self, config: GeneratorConfig, layers: int, reach: int, local: bool) -> None:
        super().__init__()
        self.layers = nn.ModuleList(FFTBlock(config, reach, local) for _ in range(layers))
        self.norm = ChannelNorm(config.hidden)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x, mask)
        return self.norm(x)


class ConditionEncoder(nn.Module):
    """Tokens and frame features -> h_cond [B, H, T] and the prior's mean mu [B, D, T]."""

    def __init__(self, config: GeneratorConfig, latent_dim: int) -> None:
        super().__init__()
        hidden = config.hidden
        self.phones = nn.Embedding(config.num_phones, hidden)
        self.keys = nn.Embedding(NUM_KEYS, hidden // 2)
        self.durations = nn.Embedding(DURATION_BINS, hidden // 4)
        self.tempi = nn.Embedding(TEMPO_BINS, hidden // 4)
        self.melody_input = nn.Conv1d(hidden, hidden, 1)
        self.speakers = nn.Embedding(config.num_speakers, hidden)
        self.languages = nn.Embedding(config.num_languages, hidden) if config.num_languages else None
        self.lyrics_encoder = Stack(config, config.token_layers, TOKEN_REACH, local=False)
        self.melody_encoder = Stack(config, config.token_layers, TOKEN_REACH, local=False)
        self.features = nn.Sequential(
            nn.Conv1d(FRAME_FEATURES, hidden, 1), nn.GELU(approximate="tanh"), nn.Conv1d(hidden, hidden, 1)
        )
        self.enhanced_encoder = Stack(config, config.frame_layers, FRAME_REACH, local=True)
        self.prior = nn.Conv1d(hidden, latent_dim, 1)

    def forward(
        self,
        phones: Tensor,
        keys: Tensor,
        durations: Tensor,
        tempi: Tensor,
        token_mask: Tensor,
        phone_of_frame: Tensor,
        features: Tensor,
        speaker: Tensor,
        languages: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Tokens int64 [B, P] with mask float [B, P]; phone_of_frame [B, T]; features [B, T, F].

        speaker: numbers int64 [B], or how much of each speaker, float [B, T, speakers]; languages int64 [B, P].
        """
        tokens = (phones, keys, durations, tempi, token_mask)
        lyrics, melody = self.tokens_to_frames(*tokens, phone_of_frame, languages)
        return self.from_frames(lyrics + melody + self.features(features.transpose(1, 2)), speaker)

    def tokens_to_frames(
        self,
        phones: Tensor,
        keys: Tensor,
        durations: Tensor,
        tempi: Tensor,
        token_mask: Tensor,
        phone_of_frame: Tensor,
        languages: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """What lyrics encoder and melody encoder say of the tokens, spread over the frames: [B, H, T] each."""
        said = self.phones(phones)
        if self.languages is not None and languages is not None:
            said = said + self.languages(languages)
        lyrics = self.lyrics_encoder(said.transpose(1, 2), token_mask)
        melody = torch.cat([self.keys(keys), self.durations(durations), self.tempi(tempi)], dim=-1)
        melody = self.melody_encoder(self.melody_input(melody.transpose(1, 2)), token_mask)
        spread = phone_of_frame[:, None, :].expand(-1, lyrics.shape[1], -1)
        return torch.gather(lyrics, 2, spread), torch.gather(melody, 2, spread)

    def from_frames(self, frames: Tensor, speaker: Tensor) -> tuple[Tensor, Tensor]:
        """h_cond and mu of what every frame is told [B, H, T], the speaker apart (as in `forward`)."""
        frames = frames + self._who(speaker)
        h_cond = self.enhanced_encoder(frames, torch.ones_like(frames[:, 0]))
        return h_cond, self.prior(h_cond)

    def _who(self, speaker: Tensor) -> Tensor:
        """Speaker embeddings [B, H, 1], or a blend for each frame [B, H, T]."""
        if speaker.is_floating_point():
            return torch.matmul(speaker, self.speakers.weight).transpose(1, 2)
        return self.speakers(speaker)[:, :, None]
