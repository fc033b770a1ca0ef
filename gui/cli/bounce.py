"""`melisma bounce`: voices, their effects and the backing become one file."""

from __future__ import annotations

import enum
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gui.cli.output import JsonOption, Output, QuietOption
from gui.cli.sing import SUBTYPES, Bits, Device

if TYPE_CHECKING:
    from engine.score import TempoMap
    from plugin_host.rendergraph import BounceRequest, BounceResult, PluginUse, Stem, Voice


class Safety(enum.StrEnum):
    GAIN = "gain"
    LIMIT = "limit"
    OFF = "off"


def bounce(
    songs: Annotated[
        list[str],
        typer.Argument(
            metavar="song",
            help="Sung file, or clip (MIDI, MusicXML) or project to sing first; more for a double or a choir. "
            '"double.wav:-6" has a fader at -6 dB.',
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(help="File to write: .wav, .flac, .ogg or .mp3.", show_default=False)],
    chain: Annotated[
        list[str] | None,
        typer.Option(
            help="Id of an effect chain (`melisma chains`), or a .toml; again for each song its own, or none."
        ),
    ] = None,
    backing: Annotated[
        list[str] | None,
        typer.Option(
            help='Sound file to mix the voice into; again for more stems. "bass.wav:-3" has a fader at -3 dB.'
        ),
    ] = None,
    plugin: Annotated[
        list[str] | None,
        typer.Option(help="VST3 by path or LV2 by URI, on the first song before its chain; again for more."),
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help='"Threshold=-20", or "reverb:level_db=-9" to say whose.')
    ] = None,
    automate: Annotated[
        list[str] | None,
        typer.Option(help='"voice:gain_db=0:-12,4:0" in quarters, "...=0s:-12,2s:0" in seconds.'),
    ] = None,
    state: Annotated[Path | None, typer.Option(help="Folder with plugin states that --save-state wrote.")] = None,
    save_state: Annotated[Path | None, typer.Option(help="Folder to write the plugins' states to.")] = None,
    gain_db: Annotated[float, typer.Option(min=-60, max=24, help="Of every voice, behind its effects.")] = 0.0,
    backing_gain_db: Annotated[float, typer.Option(min=-60, max=24, help="Of every backing.")] = 0.0,
    at: Annotated[
        float | None, typer.Option(help="Where the voice begins, in s from the backing's start [its time stamp].")
    ] = None,
    tail: Annotated[float | None, typer.Option(min=0, max=60, help="Seconds to ring on [as long as heard].")] = None,
    tempo: Annotated[
        str | None, typer.Option(help="Of a sung file: quarters a minute, or a MIDI file [120; a clip has its own].")
    ] = None,
    stretch_to: Annotated[
        str | None, typer.Option(help="Another tempo (as --tempo) by moving time instead of singing again.")
    ] = None,
    rate: Annotated[int | None, typer.Option(min=8000, max=192000, help="Sample rate in Hz [the backing's].")] = None,
    bits: Annotated[Bits, typer.Option(help="Bits per sample of WAV and FLAC.")] = Bits.INT24,
    safety: Annotated[
        Safety, typer.Option(help="Above the ceiling: turn all down (gain), a limiter, or let it be (off).")
    ] = Safety.GAIN,
    ceiling: Annotated[float, typer.Option(min=-20, max=0, help="Highest true peak in dBTP.")] = -1.0,
    voice: Annotated[
        str | None, typer.Option(help="Who sings a clip, or every track of a project; see `melisma models list`.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Another seed gives another take of a clip [0, or the project's own].")
    ] = None,
    device: Annotated[Device, typer.Option(help="What computes what is sung.")] = Device.AUTO,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Put voices through effects, mix them with a backing and write the result."""
    from plugin_host.rendergraph import BounceRequest, parse_automation, parse_setting

    lead, *others = _voices(songs, chain or [], gain_db)
    request = BounceRequest(
        song=lead.path,
        out=out,
        chain=lead.chain,
        others=tuple(others),
        backings=_stems(backing or [], backing_gain_db),
        plugins=_plugins(plugin or [], state, save_state),
        settings=tuple(map(parse_setting, settings or [])),
        automation=tuple(map(parse_automation, automate or [])),
        gain_db=lead.gain_db,
        sample_rate=rate,
        subtype=SUBTYPES[bits],
        at_s=at,
        tail_s=tail,
        tempo=_tempo(tempo),
        stretch_to=_tempo(stretch_to),
        safety=safety.value,
        ceiling_db=ceiling,
        voice=voice,
        seed=seed,
        device=str(device),
    )
    _bounce(request, Output(as_json, quiet))


def _bounce(request: BounceRequest, output: Output) -> None:
    from gui.cli.cancellable import run_cancellable
    from gui.cli.progress import ProgressDisplay
    from plugin_host.rendergraph import bounce as run

    with ProgressDisplay(shown=not output.quiet) as display:
        result = run_cancellable(str(request.song), lambda context: run(request, context), display)
    for line in result.remarks:
        output.remark(line)
    if output.as_json:
        output.answer(result.facts(), ())
    else:
        output.remark(_summary(result))


def _stems(texts: list[str], gain_db: float) -> tuple[Stem, ...]:
    """`gain_db` comes to what each of them asks for."""
    from plugin_host.rendergraph import Stem, parse_stem

    asked = map(parse_stem, texts)
    return tuple(Stem(stem.path, stem.gain_db + gain_db) for stem in asked)


def _voices(songs: list[str], chains: list[str], gain_db: float) -> list[Voice]:
    """Each with its chain; one for all where only one is named, and `none` is no chain."""
    from engine.errors import InputError
    from plugin_host.rendergraph import Voice

    if len(chains) > 1 and len(chains) != len(songs):
        raise InputError(
            f"There are {len(chains)} chains for {len(songs)} song{'s' if len(songs) > 1 else ''}.",
            "Name one chain for all, or one for each song in their order (none: without).",
        )
    each = (chains if len(chains) > 1 else chains * len(songs)) or ["none"] * len(songs)
    return [
        Voice(stem.path, None if chain == "none" else chain, stem.gain_db)
        for stem, chain in zip(_stems(songs, gain_db), each, strict=True)
    ]


def _plugins(paths: list[str], state: Path | None, save_state: Path | None) -> tuple[PluginUse, ...]:
    """With their states' files: `1-ZamComp.state`, by place and name."""
    from engine.errors import InputError
    from engine.files import make_folder
    from plugin_host.rendergraph import PluginUse, plugin_title

    if not paths and (state or save_state):
        raise InputError("There is no plugin whose state could be meant.", "Name one with --plugin.")
    if save_state is not None:
        make_folder(save_state)
    names = [f"{number}-{plugin_title(path)}.state" for number, path in enumerate(paths, start=1)]
    return tuple(
        PluginUse(path, state / name if state else None, save_state / name if save_state else None)
        for path, name in zip(paths, names, strict=True)
    )


def _tempo(text: str | None) -> TempoMap | None:
    """Quarters a minute, or the tempo map of a score file."""
    from engine.errors import InputError
    from engine.score import TempoMap, read_score

    if text is None:
        return None
    try:
        bpm = float(text)
    except ValueError:
        return read_score(Path(text)).tempo_map
    if not 10 <= bpm <= 999:
        raise InputError(f"{text} quarters a minute is no tempo.", "It may be 10 to 999.")
    return TempoMap(((0.0, bpm),))


def _summary(result: BounceResult) -> str:
    loudness = f"{result.loudness_lufs:.1f} LUFS" if math.isfinite(result.loudness_lufs) else "no loudness to speak of"
    peak = f"{result.true_peak_db:.1f} dBTP" if math.isfinite(result.true_peak_db) else "silent"
    return (
        f"{result.out}: {result.duration_s:.1f} s at {result.sample_rate} Hz, {loudness}, {peak}, "
        f"bounced in {result.elapsed_s:.1f} s."
    )
