"""Training of the paper's audio autoencoder (HiddenSinger 3.1).

L = L_adv + mel L_mel + features L_fm + codebook L_emb + lyrics L_ctc + notes L_ctc.  The encoder sees 128 frames; 32
of them are decoded and compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from engine.train.losses import MelLoss, adversarial_loss, discriminator_loss, feature_matching_loss
from engine.train.paper.config import PaperConfig
from engine.train.paper.corpus import Windows
from engine.train.paper.losses import slices, tokens_loss
from engine.train.paper.networks import PaperCodec, Predictors, as_codec, judge
from engine.train.voices.begin import begin_codebooks

LEARNING_RATE, BETAS, DECAY = 2e-4, (0.8, 0.99), 0.01
"""AdamW's, as in the paper."""
BEGIN_VECTORS = 8
"""For each entry of a codebook, from which it begins by k-means: at least."""
BEGIN_BATCH = 8


class PaperCodecTrainer:
    """Autoencoder, predictors and discriminator, with their optimisers; `step` is one update of each."""

    def __init__(self, config: PaperConfig, device: str = "cpu", rate: float = 1.0, seed: int = 1) -> None:
        torch.manual_seed(seed)
        self.config, self.device = config, device
        self.codec = PaperCodec(config.codec, config.decoder).to(device)
        self.predictors = Predictors(config).to(device)
        self.judge = judge(config.judge).to(device)
        self.mel = MelLoss(config.codec.sample_rate, hop=config.codec.hop_length).to(device)
        singing = [*self.codec.parameters(), *self.predictors.parameters()]
        self.optimizer = torch.optim.AdamW(singing, rate * LEARNING_RATE, BETAS, weight_decay=DECAY)
        self.judge_optimizer = torch.optim.AdamW(
            self.judge.parameters(), rate * LEARNING_RATE, BETAS, weight_decay=DECAY
        )
        self.done = 0

    @torch.no_grad()
    def begin(self, windows: Windows) -> None:
        """Codebooks from what the encoder, still untrained, makes of the corpus (as in SoundStream)."""
        wanted = BEGIN_VECTORS * self.config.codec.cardinality
        found: list[Tensor] = []
        while sum(len(part) for part in found) < wanted:
            batch = windows.draw(len(found), BEGIN_BATCH)
            latents = self.codec.encode(torch.from_numpy(batch["audio"]).to(self.device))
            found.append(latents.transpose(1, 2).flatten(0, 1))
        begin_codebooks(as_codec(self.codec), torch.cat(found))

    def step(self, batch: Mapping[str, Tensor]) -> dict[str, float]:
        """One update on a batch of `Windows`; the losses."""
        audio, config = batch["audio"], self.config
        self.codec.train()
        with self._precision():
            latents = self.codec.encode(audio)
        quantized, _, codebook = self.codec.quantizer(latents.float())
        cut, real = slices(quantized, audio, config.slice_frames)
        with self._precision():
            fake = self.codec.decoder(cut)
        fake = fake.float()
        judged = self._teach_judge(real, fake.detach())
        adversarial, features = self._ask_judge(real, fake)
        with self._precision():
            lyrics, notes = self.predictors.lyrics(quantized), self.predictors.notes(quantized)
        parts = {
            "adversarial": adversarial,
            "mel": self.mel(fake, real)[0],
            "features": features,
            "codebook": codebook,
            "lyrics": tokens_loss(lyrics, batch["phones"], batch["phone_counts"]),
            "notes": tokens_loss(notes, batch["notes"], batch["note_counts"]),
        }
        loss = parts["adversarial"]
        for name in ("mel", "features", "codebook", "lyrics", "notes"):
            loss = loss + getattr(config.losses, name) * parts[name]
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.done += 1
        return {"judge": judged, **{name: part.item() for name, part in parts.items()}}

    def _precision(self) -> torch.autocast:
        """Half precision for networks on a GPU; quantiser, spectra and losses stay in full."""
        kind = torch.device(self.device).type
        return torch.autocast(kind, torch.bfloat16, enabled=kind == "cuda")

    def _teach_judge(self, real: Tensor, fake: Tensor) -> float:
        with self._precision():
            verdicts = self.judge(real[:, None])[0], self.judge(fake[:, None])[0]
        loss = discriminator_loss(*([verdict.float() for verdict in side] for side in verdicts))
        self.judge_optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.judge_optimizer.step()
        return loss.item()

    def _ask_judge(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        self.judge.requires_grad_(False)  # its gradients would be thrown away
        with self._precision():
            with torch.no_grad():
                _, real_features = self.judge(real[:, None])
            verdicts, features = self.judge(fake[:, None])
        self.judge.requires_grad_(True)
        matching = feature_matching_loss(
            [[f.float() for f in scale] for scale in real_features], [[f.float() for f in scale] for scale in features]
        )
        return adversarial_loss([verdict.float() for verdict in verdicts]), matching

    @torch.no_grad()
    def unseen(self, windows: Windows) -> dict[str, float]:
        """The mel loss on windows that no training saw, always the same ones."""
        self.codec.eval()
        audio = torch.from_numpy(windows.draw(0, BEGIN_BATCH)["audio"]).to(self.device)
        with self._precision():
            latents = self.codec.encode(audio)
        quantized, _, _ = self.codec.quantizer(latents.float())
        with self._precision():
            output = self.codec.decoder(quantized)
        return {"unseen_mel": self.mel(output.float(), audio)[0].item()}

    def state(self) -> dict[str, Any]:
        """All that `restore` needs."""
        return {"done": self.done, **{name: part.state_dict() for name, part in self._parts().items()}}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken.  Raises `RuntimeError` for networks of another size."""
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.done = int(state["done"])

    def _parts(self) -> dict[str, Any]:
        return {
            "codec": self.codec,
            "predictors": self.predictors,
            "judge": self.judge,
            "optimizer": self.optimizer,
            "judge_optimizer": self.judge_optimizer,
        }
