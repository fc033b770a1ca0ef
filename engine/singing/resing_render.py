"""One piece of a recording, sung by a voice, in numbered steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.codec.base import Codec
from engine.codec.log_mel import FLOOR, band_amplitudes
from engine.jobs import JobContext
from engine.models.hidden_singer import HiddenSinger
from engine.singing.latents import sample_latents
from engine.singing.resing_f0 import PiecePitch
from engine.singing.resing_level import following_gain, gate_gain, limited, loudness_power, with_gain
from engine.singing.resing_pieces import Piece
from engine.singing.resing_settings import ResingSettings
from engine.singing.resing_survey import Survey
from engine.singing.speakers import speaker_shares

Floats = NDArray[np.float32]
NOISE_FRAMES = 64


@dataclass(frozen=True, slots=True)
class HeardPiece:
    """`samples` float32 [T * hop] at the codec's rate, of the frames that the piece hears."""

    piece: Piece
    samples: Floats
    pitch: PiecePitch


def render_piece(
    heard: HeardPiece, voice: HiddenSinger, settings: ResingSettings, survey: Survey, context: JobContext
) -> Floats:
    """Samples [T * hop] of all that the piece hears.  The same arguments give the same samples."""
    codec, piece, seed = voice.codec, heard.piece, settings.sing.seed
    # 1. What is sung, as the network hears it
    bands = band_amplitudes(heard.samples, codec.sample_rate, codec.hop_length)
    mel = np.log(np.maximum(bands / np.float32(max(survey.clip_level, 1e-7)), np.float32(FLOOR)))
    shares = who_sings(voice, settings, len(heard.pitch.told))
    h_cond, mu = voice.listen(mel, heard.pitch.told, shares, context.token)
    # 2. From noise around the prior's mean to latents
    noise = placed_noise(len(mu), piece.heard_start - piece.phrase_start, mu.shape[1], seed)
    latents = sample_latents(h_cond, mu, noise, voice, settings.sing, np.random.default_rng(seed), context)
    # 3. From latents to samples, on the recording's pitch
    sung = codec.decode(latents, heard.pitch.sung, seed, context.token, settings.shaping(heard.pitch.voicing))
    # 4. As loud as the recording, and silent where it is
    return levelled(sung, heard, codec, survey, settings.follow)


def who_sings(voice: HiddenSinger, settings: ResingSettings, frames: int) -> Floats:
    """Shares of the speakers [T, speakers].  Raises `InputError` for a speaker that the voice does not have."""
    asked = settings.sing
    shares = speaker_shares({}, np.zeros(frames), asked.blend, voice.settings, asked.speaker)
    # A voice of one singer may keep rows for others in its networks.
    width = voice.listening().input_shapes["speaker"][2]
    return np.pad(shares, ((0, 0), (0, width - shares.shape[1]))) if isinstance(width, int) else shares


def placed_noise(channels: int, first: int, frames: int, seed: int) -> Floats:
    """Normal noise [channels, frames] from frame `first` of a phrase on: the same at the same place, however cut."""
    blocks = range(first // NOISE_FRAMES, (first + frames - 1) // NOISE_FRAMES + 1)
    drawn = [np.random.default_rng((seed, n)).standard_normal((channels, NOISE_FRAMES), np.float32) for n in blocks]
    skipped = first - blocks[0] * NOISE_FRAMES
    return np.concatenate(drawn, axis=1)[:, skipped : skipped + frames]


def levelled(sung: Floats, heard: HeardPiece, codec: Codec, survey: Survey, follow: bool) -> Floats:
    """What is sung [T * hop], silent where the piece is; with `follow` as loud as it."""
    piece = heard.piece
    frame_rate = codec.sample_rate / codec.hop_length
    levels = survey.levels[piece.heard_start : piece.heard_end]
    gain = gate_gain(levels, survey.gate, frame_rate, codec.subframes)
    hop = codec.hop_length // codec.subframes
    if follow:
        wanted, own = (loudness_power(x, codec.sample_rate, hop) for x in (heard.samples, sung))
        gain = gain * following_gain(wanted, own, survey.loud)
    return limited(with_gain(sung, gain), codec.sample_rate, hop)
