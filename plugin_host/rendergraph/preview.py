"""A chain through pedalboard, block by block: what the user hears while turning knobs.

Blocks are exact: however the sound is cut, the outputs, one behind the other, are what one long call gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.audio import Audio, FloatArray
from engine.jobs import CancelToken
from plugin_host.rendergraph import tuning
from plugin_host.rendergraph.chains import Chain
from plugin_host.rendergraph.tuning import Fitted

if TYPE_CHECKING:
    import pedalboard

Stage = Callable[[FloatArray], FloatArray]

# Blocks of a size, and none longer than the first one that pedalboard saw: a longer one would empty its delay lines.
_BLOCK = 4096
# pedalboard takes the longer axis for time, so two channels need three samples.
_SMALLEST = 3


class Preview:
    """`chain` at `sample_rate` Hz; `bpm` (quarters a minute) for delays that count in quarters."""

    def __init__(self, chain: Chain, sample_rate: int, bpm: float = 120.0) -> None:
        self._stages = [_MAKERS[settings.effect](tuning.fit(settings, sample_rate, bpm)) for settings in chain.active]

    def process(self, block: FloatArray, token: CancelToken | None = None) -> FloatArray:
        """float32 [1 or 2, n] -> float32 [2, n], n >= 3; a mono voice goes to both sides unchanged.

        Raises `Cancelled` once `token` is cancelled; nothing more may be processed then."""
        if block.ndim != 2 or block.shape[0] not in (1, 2) or block.shape[1] < _SMALLEST:
            raise ValueError(f"a block must be [1 or 2, n >= {_SMALLEST}], not {block.shape}")
        sound = np.array(np.broadcast_to(block, (2, block.shape[1])), np.float32)
        # Parts of equal length, so that none is too short.
        parts = np.array_split(sound, -(-sound.shape[1] // _BLOCK), axis=1)
        return np.concatenate([self._through(part, token) for part in parts], axis=1)

    def _through(self, part: FloatArray, token: CancelToken | None) -> FloatArray:
        if token is not None:
            token.raise_if_cancelled()
        for stage in self._stages:
            part = stage(part)
        return part


def preview(
    chain: Chain, audio: Audio, bpm: float = 120.0, tail_s: float = 0.0, token: CancelToken | None = None
) -> Audio:
    """`audio` (mono or stereo) through `chain`, stereo, with `tail_s` seconds of what rings on.  Raises `Cancelled`."""
    length = audio.num_samples + round(tail_s * audio.sample_rate)
    sound = np.zeros((audio.channels, max(length, _SMALLEST)), np.float32)
    sound[:, : audio.num_samples] = audio.samples
    processed = Preview(chain, audio.sample_rate, bpm).process(sound, token)
    return Audio(np.ascontiguousarray(processed[:, :length]), audio.sample_rate)


class _Board:
    """Effects of pedalboard in a row, on `channels` channels, whose state lives on from block to block."""

    def __init__(self, effects: Sequence[pedalboard.Plugin], sample_rate: int, channels: int = 2) -> None:
        from pedalboard._pedalboard import Pedalboard  # where type checkers find it

        self._board = Pedalboard(list(effects))
        self._sample_rate, self._channels = sample_rate, channels
        self._board.process(np.zeros((channels, _BLOCK), np.float32), sample_rate, _BLOCK)
        self._board.reset()

    def __call__(self, block: FloatArray) -> FloatArray:
        return np.asarray(self._board.process(block, self._sample_rate, _BLOCK, reset=False), np.float32)


def _filters(s: Fitted) -> Stage:
    import pedalboard

    make = pedalboard.HighpassFilter if s.effect == "highpass" else pedalboard.LowpassFilter
    return _Board([make(hz) for hz in tuning.section_hz(s)], s.sample_rate)


def _equaliser(s: Fitted) -> Stage:
    import pedalboard

    kinds = {
        "low_shelf": pedalboard.LowShelfFilter,
        "high_shelf": pedalboard.HighShelfFilter,
        "peak": pedalboard.PeakFilter,
    }
    v = s.values
    corner = s.corner_hz
    return _Board([kinds[s.effect](corner, v["gain_db"], v["q"])], s.sample_rate)


def _compressor(s: Fitted) -> Stage:
    import pedalboard

    v = s.values
    board = _Board(
        [pedalboard.Compressor(v["threshold_db"], v["ratio"], v["attack_ms"], v["release_ms"])], s.sample_rate
    )
    makeup = np.float32(tuning.gain(v["makeup_db"]))
    return lambda block: board(block) * makeup


def _gate(s: Fitted) -> Stage:
    import pedalboard

    v = s.values
    return _Board([pedalboard.NoiseGate(v["threshold_db"], v["ratio"], v["attack_ms"], v["release_ms"])], s.sample_rate)


def _deesser(s: Fitted) -> Stage:
    import pedalboard

    v = s.values
    corner = s.corner_hz
    low = _Board([pedalboard.LowpassFilter(corner), pedalboard.LowpassFilter(corner)], s.sample_rate)
    squeezed_high = _Board(
        [
            pedalboard.HighpassFilter(corner),
            pedalboard.HighpassFilter(corner),
            pedalboard.Compressor(v["threshold_db"], v["ratio"], v["attack_ms"], v["release_ms"]),
        ],
        s.sample_rate,
    )
    return lambda block: low(block) - squeezed_high(block)


def _limiter(s: Fitted) -> Stage:
    import pedalboard

    v = s.values
    return _Board([pedalboard.Compressor(v["ceiling_db"], tuning.LIMIT_RATIO, 0.0, v["release_ms"])], s.sample_rate)


def _delay(s: Fitted) -> Stage:
    import pedalboard

    v = s.values
    echoes = _pause(s.samples(tuning.echo_ms(v, s.bpm)), s.sample_rate, v["feedback"])
    cuts = [
        pedalboard.HighpassFilter(tuning.corner_hz(v["low_cut_hz"], s.sample_rate)),
        pedalboard.LowpassFilter(tuning.corner_hz(v["high_cut_hz"], s.sample_rate)),
    ]
    return _beside(_Board([echoes, *cuts], s.sample_rate), v["level_db"])


def _reverb(s: Fitted) -> Stage:
    import pedalboard

    v = s.values
    late = s.samples(v["predelay_ms"])
    before = [_pause(late, s.sample_rate, 0.0)] if late else []
    cut = pedalboard.HighpassFilter(tuning.corner_hz(v["low_cut_hz"], s.sample_rate))
    room = pedalboard.Reverb(v["size"], v["damping"], tuning.REVERB_WET, 0.0, v["width"])
    return _beside(_Board([*before, cut, room], s.sample_rate), v["level_db"])


def _chorus(s: Fitted) -> Stage:
    import pedalboard

    v = s.values
    return _Board([pedalboard.Chorus(v["rate_hz"], v["depth"], v["delay_ms"], 0.0, v["mix"])], s.sample_rate)


def _saturation(s: Fitted) -> Stage:
    import pedalboard

    v = s.values
    curve = _Board([pedalboard.Distortion(v["drive_db"])], s.sample_rate)
    wet, dry = np.float32(v["mix"] * tuning.gain(v["level_db"])), np.float32(1 - v["mix"])
    return lambda block: curve(block) * wet + block * dry


def _doubling(s: Fitted) -> Stage:
    import pedalboard

    copies = tuning.copies(s.values)
    boards = [
        _Board([pedalboard.Chorus(copy.rate_hz, copy.depth, copy.delay_ms, 0.0, 1.0)], s.sample_rate, channels=1)
        for copy in copies
    ]
    sides = [np.array([[copy.left], [copy.right]], np.float32) for copy in copies]
    level = np.float32(tuning.gain(s.values["level_db"]))

    def stage(block: FloatArray) -> FloatArray:
        middle = block.mean(axis=0, keepdims=True, dtype=np.float32)
        added = [board(middle) * side for board, side in zip(boards, sides, strict=True)]
        return block + level * np.sum(added, axis=0, dtype=np.float32)

    return stage


def _gain(s: Fitted) -> Stage:
    factor = np.float32(tuning.gain(s.values["gain_db"]))
    return lambda block: block * factor


def _stereo(s: Fitted) -> Stage:
    matrix = np.array(tuning.stereo_matrix(s.values), np.float32)
    return lambda block: matrix @ block


def _pause(length: int, sample_rate: int, feedback: float) -> pedalboard.Plugin:
    """A delay of exactly `length` samples; pedalboard cuts off the fraction of a sample, so half a one is added."""
    import pedalboard

    return pedalboard.Delay((length + 0.5) / sample_rate, feedback, 1.0)


def _beside(wet: Stage, level_db: float) -> Stage:
    """What `wet` makes is added to the dry sound."""
    level = np.float32(tuning.gain(level_db))
    return lambda block: block + level * wet(block)


_MAKERS: dict[str, Callable[[Fitted], Stage]] = {
    "highpass": _filters,
    "lowpass": _filters,
    "low_shelf": _equaliser,
    "high_shelf": _equaliser,
    "peak": _equaliser,
    "compressor": _compressor,
    "gate": _gate,
    "deesser": _deesser,
    "limiter": _limiter,
    "delay": _delay,
    "reverb": _reverb,
    "chorus": _chorus,
    "saturation": _saturation,
    "doubling": _doubling,
    "gain": _gain,
    "stereo": _stereo,
}
