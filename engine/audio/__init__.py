"""Sound as values: read, write with a time stamp, resample, measure, join."""

from engine.audio.bext import Bext, read_bext
from engine.audio.loudness import integrated_loudness, true_peak_db
from engine.audio.overlap_add import crossfade_join, fade_edges
from engine.audio.reading import read_audio
from engine.audio.resampling import resample, resampled_length
from engine.audio.signal import Audio
from engine.audio.writing import SUFFIXES, Subtype, check_suffix, write_audio

__all__ = [
    "SUFFIXES",
    "Audio",
    "Bext",
    "Subtype",
    "check_suffix",
    "crossfade_join",
    "fade_edges",
    "integrated_loudness",
    "read_audio",
    "read_bext",
    "resample",
    "resampled_length",
    "true_peak_db",
    "write_audio",
]
