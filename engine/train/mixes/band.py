"""Songs without a score: chords, drums, bass, pads, arpeggios and loops drawn at random, electronic or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pedalboard as pb

from engine.train.mixes import patterns
from engine.train.mixes.effects import through
from engine.train.mixes.midi import Event, Track, render_tracks
from engine.train.mixes.patterns import STEPS, Chord, Hit
from engine.train.mixes.samples import draw_kit, loop_track, loops_of, play_kit
from engine.train.mixes.synth import draw_patch, pumped, render_synth
from engine.train.mixes.vocals import active_rms
from engine.train.mixes.writing import SAMPLE_RATE

GROUP = 4
"""Bars after which layers come and go."""
DRUM_KEYS = {"kick": (36, 35), "snare": (38, 40), "hat": (42, 42), "open": (46, 46), "crash": (49, 57)}
Programs = dict[bool, tuple[int, ...]]
"""General MIDI programs of electronic songs and of others."""
DRUM_KITS = (0, 0, 8, 16, 24, 25, 32)


@dataclass(frozen=True, slots=True)
class Style:
    """What may be drawn for a kind of music; `electronic`: synthesisers and one-shots beside the soundfont."""

    bpm: tuple[int, int]
    drums: tuple[str, ...]
    basses: tuple[str, ...]
    electronic: bool


STYLES = {
    "house": Style((116, 130), ("house", "techno"), ("offbeat", "octaves", "syncopated", "rolling"), True),
    "trance": Style((128, 145), ("trance", "house"), ("offbeat", "rolling"), True),
    "techno": Style((122, 140), ("techno",), ("rolling", "eighths", "syncopated"), True),
    "breaks": Style((130, 150), ("breaks", "half"), ("long", "syncopated", "root"), True),
    "trap": Style((70, 90), ("trap", "half"), ("long", "syncopated"), True),
    "synthpop": Style((90, 128), ("pop", "house"), ("eighths", "octaves", "offbeat"), True),
    "hiphop": Style((76, 100), ("hiphop",), ("root", "syncopated"), True),
    "rock": Style((90, 150), ("rock", "pop"), ("eighths", "root"), False),
    "ballad": Style((70, 95), ("half", "none", "pop"), ("root", "long"), False),
}
STYLE_SHARES = (0.16, 0.12, 0.1, 0.1, 0.1, 0.16, 0.08, 0.1, 0.08)
BASS_PROGRAMS: Programs = {True: (38, 39, 38, 87, 36), False: (32, 33, 34, 35, 37)}
PAD_PROGRAMS: Programs = {True: (88, 89, 90, 92, 93, 94, 95, 50, 51), False: (48, 49, 16, 18, 89, 61)}
STAB_PROGRAMS: Programs = {True: (62, 63, 80, 81, 5, 16), False: (0, 1, 4, 5, 25, 26, 27, 29, 30)}
ARPEGGIO_PROGRAMS: Programs = {True: (80, 81, 84, 98, 99, 11, 12), False: (24, 25, 46, 11, 0, 107)}
LEAD_PROGRAMS: Programs = {True: (80, 81, 84, 87), False: (29, 30, 40, 56, 65, 66, 73)}


@dataclass(frozen=True, slots=True)
class Plan:
    """The song before it sounds: `sung_bars` are those with vocals."""

    style: str
    bpm: float
    scale: str
    tonic: int
    chords: tuple[Chord, ...]
    sung_bars: tuple[int, ...]

    @property
    def step_s(self) -> float:
        """Seconds of a sixteenth."""
        return 15.0 / self.bpm

    @property
    def bars(self) -> int:
        """How many."""
        return len(self.chords)

    @property
    def seconds(self) -> float:
        """With a second for the last sounds to die away."""
        return self.bars * STEPS * self.step_s + 1.0


def draw_plan(split: str, seconds: float, rng: np.random.Generator) -> Plan:
    """A song of about `seconds`."""
    style = str(rng.choice(list(STYLES), p=STYLE_SHARES))
    bpm = float(rng.integers(STYLES[style].bpm[0], STYLES[style].bpm[1] + 1))
    bars = max(GROUP * 2, round((seconds - 1) * bpm / 60 / 4))
    tonic = int(rng.integers(12))
    scale, chords = patterns.draw_chords(split, tonic, bars, rng)
    groups = (bars + GROUP - 1) // GROUP
    share = float(rng.uniform(0.45, 0.75))
    sung = rng.random(groups) < share
    if not sung.any():
        sung[groups // 2] = True
    if sung.all():
        sung[int(rng.integers(groups))] = False
    sung_bars = tuple(bar for bar in range(bars) if sung[bar // GROUP])
    return Plan(style, bpm, scale, tonic, tuple(chords), sung_bars)


def play_band(plan: Plan, split: str, instruments: Path, rng: np.random.Generator) -> np.ndarray:
    """The accompaniment, float32 [N, 2]."""
    style = STYLES[plan.style]
    kicks, drums = _drums(plan, style, instruments, rng)
    layers = [(drums, float(rng.normal(0, 2.0)))]
    tonal = _tonal_layers(plan, style, rng)
    if style.electronic and rng.random() < 0.6 and kicks:
        depth, release = float(rng.uniform(0.4, 0.95)), float(rng.uniform(0.08, 0.25))
        tonal = [(pumped(samples, kicks, depth, release), gain) for samples, gain in tonal]
    layers += tonal
    if style.electronic and rng.random() < 0.4:
        layers.append((_risers(plan, rng), float(rng.uniform(-10, -3))))
    if instruments.is_dir() and rng.random() < (0.45 if style.electronic else 0.15):
        name = str(rng.choice(loops_of(split)))
        bars = _active(plan, rng, 0.7)
        layers.append(
            (loop_track(instruments, name, bars, STEPS * plan.step_s, plan.seconds), float(rng.normal(-6, 2)))
        )
    mixed = np.zeros((round(plan.seconds * SAMPLE_RATE), 2), np.float32)
    for samples, gain_db in layers:
        loud = active_rms(samples)
        if loud > 1e-5:
            mixed += samples * (0.1 / loud * 10 ** (gain_db / 20))
    return mixed


def _drums(plan: Plan, style: Style, instruments: Path, rng: np.random.Generator) -> tuple[list[float], np.ndarray]:
    """(times of the kicks in seconds, samples)."""
    bars = _active(plan, rng, 0.85)
    hits = patterns.drum_hits(str(rng.choice(style.drums)), bars, rng)
    kicks = [h.start * plan.step_s for h in hits["kick"] if h.accent > 0.5]
    if style.electronic and instruments.is_dir() and rng.random() < 0.7:
        pieces = play_kit(draw_kit(instruments, rng), hits, plan.step_s, plan.seconds)
        levels = {"kick": 1.0, "snare": 0.8, "hat": 0.35, "open": 0.3, "crash": 0.4}
        drums = sum(
            (levels[p] * float(rng.uniform(0.7, 1.3)) * s for p, s in pieces.items()),
            np.zeros((round(plan.seconds * SAMPLE_RATE), 2), np.float32),
        )
    else:
        keys = {piece: int(rng.choice(choice)) for piece, choice in DRUM_KEYS.items()}
        events = tuple(
            Event(h.start * plan.step_s, h.start * plan.step_s + 0.2, keys[piece], round(127 * h.accent))
            for piece, found in hits.items()
            for h in found
        )
        kit = int(rng.choice(DRUM_KITS))
        drums = render_tracks([Track(kit, events, drums=True)], plan.seconds, bool(rng.random() < 0.5))
    if rng.random() < 0.4:
        room = pb.Reverb(float(rng.uniform(0.1, 0.5)), 0.5, 0.08, 0.95)
        drums = through([pb.Compressor(-20, 4, 5, 80), room], drums)
    return kicks, drums


def _tonal_layers(plan: Plan, style: Style, rng: np.random.Generator) -> list[tuple[np.ndarray, float]]:
    """(samples, gain in dB) of bass, pads, stabs, arpeggios and a lead where nobody sings."""
    electronic, chords = style.electronic, plan.chords
    bars = _active(plan, rng, 0.85)
    parts: list[tuple[str, list[Hit], Programs, float]] = [
        (
            "bass",
            patterns.bass_hits(str(rng.choice(style.basses)), chords, bars),
            BASS_PROGRAMS,
            float(rng.normal(0, 2.5)),
        )
    ]
    if rng.random() < 0.75:
        hits = patterns.pad_hits(chords, _active(plan, rng, 0.8), int(rng.choice([48, 52, 57])))
        parts.append(("pad", hits, PAD_PROGRAMS, float(rng.normal(-5, 2.5))))
    if rng.random() < 0.6:
        hits = patterns.stab_hits(chords, _active(plan, rng, 0.75), rng)
        parts.append(("lead", hits, STAB_PROGRAMS, float(rng.normal(-5, 2.5))))
    if rng.random() < (0.7 if electronic else 0.4):
        hits = patterns.arpeggio_hits(chords, _active(plan, rng, 0.7), rng, int(rng.choice([48, 60, 72])))
        parts.append(("pluck", hits, ARPEGGIO_PROGRAMS, float(rng.normal(-6, 2.5))))
    free = [bar for bar in range(plan.bars) if bar not in plan.sung_bars]
    if rng.random() < 0.55 and len(free) > 1:
        melody = patterns.draw_melody(plan.scale, plan.tonic, chords, free, float(rng.uniform(62, 80)), rng)
        hits = [Hit(n.start, n.steps, n.key, 0.75) for n in melody]
        parts.append(("lead", hits, LEAD_PROGRAMS, float(rng.normal(-3, 2.5))))
    layers, tracks = [], []
    for role, hits, programs, gain in parts:
        events = _events(hits, plan.step_s, 0.0 if electronic else 0.007, rng)
        if electronic and rng.random() < 0.55:
            samples = render_synth(events, draw_patch(role, rng), plan.seconds, int(rng.integers(2**31)))
            layers.append((_wet(samples, role, plan.bpm, rng), gain))
        else:
            tracks.append((Track(int(rng.choice(programs[electronic])), events, pan=_pan(role, rng)), role, gain))
    for track, role, gain in tracks:
        samples = render_tracks([track], plan.seconds, bool(rng.random() < 0.6))
        layers.append((_wet(samples, role, plan.bpm, rng), gain))
    return layers


def _risers(plan: Plan, rng: np.random.Generator) -> np.ndarray:
    """Noise that swells into some groups of bars, brighter and brighter: breath that nobody breathes."""
    frames = round(plan.seconds * SAMPLE_RATE)
    track = np.zeros((frames, 2), np.float32)
    bar = round(STEPS * plan.step_s * SAMPLE_RATE)
    length = int(rng.choice([1, 2, 4])) * bar
    low, high = float(rng.uniform(200, 800)), float(rng.uniform(4000, 14000))
    for group in range(1, plan.bars // GROUP):
        end = min(group * GROUP * bar, frames)
        if rng.random() < 0.5 or end < length:
            continue
        noise = rng.standard_normal((length, 2)).astype(np.float32)
        shut = pb.LadderFilter(pb.LadderFilter.Mode.BPF12, low, 0.3)
        parts = []
        for at in range(0, length, 2048):
            shut.cutoff_hz = low * (high / low) ** (at / length)
            parts.append(shut.process(noise[at : at + 2048].T, SAMPLE_RATE, reset=False))
        swell = np.linspace(0, 1, length, dtype=np.float32)[:, None] ** 2
        track[end - length : end] += np.concatenate(parts, axis=1).T * swell
    return track


def _active(plan: Plan, rng: np.random.Generator, share: float) -> list[int]:
    """Bars where a layer plays: whole groups, most of them."""
    groups = (plan.bars + GROUP - 1) // GROUP
    playing = rng.random(groups) < share
    if not playing.any():
        playing[:] = True
    return [bar for bar in range(plan.bars) if playing[bar // GROUP]]


def _events(hits: Sequence[Hit], step_s: float, loose_s: float, rng: np.random.Generator) -> tuple[Event, ...]:
    events = []
    for hit in hits:
        start = max(0.0, hit.start * step_s + float(rng.normal(0, loose_s)) if loose_s else hit.start * step_s)
        events.append(Event(start, start + max(hit.steps * step_s, 0.04), hit.key, round(127 * hit.accent)))
    return tuple(events)


def _pan(role: str, rng: np.random.Generator) -> int:
    return 64 if role == "bass" else int(np.clip(rng.normal(64, 22), 8, 120))


def _wet(samples: np.ndarray, role: str, bpm: float, rng: np.random.Generator) -> np.ndarray:
    """A few effects on an instrument."""
    chain: list[pb.Plugin] = []
    if role == "bass":
        if rng.random() < 0.35:
            chain.append(pb.Distortion(float(rng.uniform(3, 15))))
    else:
        chain.append(pb.HighpassFilter(float(rng.uniform(60, 300))))
        if rng.random() < 0.3:
            chain.append(pb.Chorus(float(rng.uniform(0.3, 1.2)), 0.25, 9.0, 0.1, 0.4))
        if role in ("pluck", "lead") and rng.random() < 0.45:
            chain.append(pb.Delay(60 / bpm * float(rng.choice([0.5, 0.75])), 0.35, float(rng.uniform(0.1, 0.35))))
        if rng.random() < 0.5:
            wet = float(rng.uniform(0.08, 0.35))
            chain.append(pb.Reverb(float(rng.uniform(0.3, 0.9)), 0.5, wet, 1 - 0.5 * wet, 1.0))
    if not chain:
        return samples
    level = active_rms(samples)
    return through(chain, samples * (0.1 / max(level, 1e-5)))
