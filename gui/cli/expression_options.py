"""The options of `melisma sing` that say how: knobs for the whole clip, curves, blends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from engine.api import ExpressionRequest

_PANEL = "Expression"
NOBODY = "none"
"""Instead of shares: what a project blends in is left out."""


def _knob(option: str, help_text: str) -> Any:
    return typer.Option(option, help=help_text, rich_help_panel=_PANEL, show_default=False)


Dynamics = Annotated[float | None, _knob("--dynamics", "Louder or softer, and brighter with it: -24 to 12 dB.")]
Breathiness = Annotated[float | None, _knob("--breathiness", "More breath in the voice, or less: -1 to 1.")]
Tension = Annotated[float | None, _knob("--tension", "Pressed and bright, or relaxed and dull: -1 to 1.")]
Gender = Annotated[float | None, _knob("--gender", "Smaller or larger head: formants by -6 to 6 semitones.")]
Vibrato = Annotated[float | None, _knob("--vibrato", "Depth of every note's vibrato: 0 to 200 cents.")]
VibratoRate = Annotated[float | None, _knob("--vibrato-rate", "Its rate: 3 to 9 Hz.")]
VibratoOnset = Annotated[float | None, _knob("--vibrato-onset", "How long after a note it begins: 0 to 4 s.")]
Portamento = Annotated[float | None, _knob("--portamento", "How long the way from note to note takes: 0 to 0.5 s.")]
Consonants = Annotated[float | None, _knob("--consonants", "Length of consonants: 0.25 to 4 times.")]
Curves = Annotated[
    list[str] | None,
    _knob("--curve", "NAME=quarter:value,... or NAME=FILE.csv; `pitch` draws over the pitch. Repeatable."),
]
Blends = Annotated[
    list[str] | None, _knob("--blend", "NAME=SHARE: mix in another speaker of the voice; none: nobody. Repeatable.")
]
PitchSeed = Annotated[
    int | None, typer.Option("--pitch-seed", min=0, help="Another take of the pitch alone.", rich_help_panel=_PANEL)
]


def expression_request(
    values: Mapping[str, float | None],
    curves: Sequence[str] | None,
    blends: Sequence[str] | None,
    pitch_seed: int | None,
) -> ExpressionRequest:
    """What the options ask for; `values` by knob.  Raises `InputError` for what cannot be used."""
    from engine.api import ExpressionRequest, read_curves, read_share
    from engine.score import check_value

    asked = {name: value for name, value in values.items() if value is not None}
    for name, value in asked.items():
        check_value(name, value)
    by_name, drawn = read_curves(curves or ())
    shares = () if blends == [NOBODY] else tuple(map(read_share, blends or ()))
    return ExpressionRequest(asked, by_name, drawn, shares if blends else None, pitch_seed)
