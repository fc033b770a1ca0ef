"""Sound as values and as streams: read, write with a time stamp, resample, measure, join."""

from engine.audio.bext import Bext, read_bext
from engine.audio.loudness import integrated_loudness
from engine.audio.overlap_add import crossfade_join, fade_edges
from engine.audio.reading import read_audio
from engine.audio.resampling import StreamResampler, resample, resampled_length
from engine.audio.sample_queue import SampleQueue
from engine.audio.signal import Audio, FloatArray
from engine.audio.stream_reading import AudioStream, open_audio
from engine.audio.stream_writing import WavWriter
from engine.audio.true_peak import true_peak_db
from engine.audio.wav import BITS, full_scale, quantize
from engine.audio.writing import SUFFIXES, Subtype, check_format, check_suffix, write_audio

__all__ = [
    "BITS",
    "SUFFIXES",
    "Audio",
    "AudioStream",
    "Bext",
    "FloatArray",
    "SampleQueue",
    "StreamResampler",
    "Subtype",
    "WavWriter",
    "check_format",
    "check_suffix",
    "crossfade_join",
    "fade_edges",
    "full_scale",
    "integrated_loudness",
    "open_audio",
    "quantize",
    "read_audio",
    "read_bext",
    "resample",
    "resampled_length",
    "true_peak_db",
    "write_audio",
]
