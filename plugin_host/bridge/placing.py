"""Results are put on tracks of a DAW; when that fails they are kept, and the user is told where."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import InputError, MelismaError
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.job import Target
from plugin_host.bridge.sounds import session_bar
from plugin_host.bridge.task import Outcome, Task
from plugin_host.ports import Capability, DawAdapter, Placement

_IN_TURN_S = 2.5
"""Two of one DAW that are open at once tell of themselves in turn, every second."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """All of `placements` in one step of undo called `label`; `remarks` by their weight, told to the user besides."""

    placements: tuple[Placement, ...]
    label: str
    facts: Mapping[str, Any]
    remarks: tuple[str, ...] = ()


def deliver(task: Task, daws: Daws, delivery: Delivery) -> Outcome:
    """Put the sounds where the job's errand says.  Raises `Cancelled` until something may have been placed."""
    errand = task.job.errand
    if errand is None or errand.target is None:
        raise ValueError("a job without a place to deliver to")
    name = errand.daw
    paths = " and ".join(str(placement.path) for placement in delivery.placements)
    try:
        name = daws.name(errand.daw)
        with daws.using(errand.daw) as adapter:
            if Capability.PLACE_AUDIO not in adapter.capabilities:
                sentence = f"{name} takes no sound from outside: drag it to its place yourself. It is {paths}."
                return _outcome(delivery, (), sentence)
            task.context.step(f"Placing in {name}", 0, 1)
            _check_session(adapter, errand.target, task)
            task.about_to_place(paths)
            placed = adapter.place_audio(delivery.placements, delivery.label)
    except MelismaError as error:
        return _kept(delivery, f"{name} could not be given the sound: {error.message}", error.hint, paths)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        _log.exception("placing in %s failed", name)
        return _kept(delivery, f"{name} could not be given the sound ({type(error).__name__}).", "", paths)
    return _outcome(delivery, placed, _done(delivery, placed, errand.target))


def _check_session(adapter: DawAdapter, target: Target, task: Task) -> None:
    """The user may have opened another session while we worked."""
    deadline = time.monotonic() + _IN_TURN_S
    while (session := adapter.session()).key != target.session_key and time.monotonic() < deadline:
        if task.context.token.wait(0.05):
            task.context.token.raise_if_cancelled()
    if session.key != target.session_key:
        what = f"the session {target.session_name} is no longer open."
        raise InputError(what, "Open it again and ask once more, or drag the file to its place.")
    if session.sample_rate != target.sample_rate:
        what = f"the session now has {session.sample_rate} Hz."
        raise InputError(what, "Ask once more.")


def _done(delivery: Delivery, placed: Sequence[Placement], target: Target) -> str:
    if not {placement.path for placement in placed} & {placement.path for placement in delivery.placements}:
        paths = " and ".join(str(placement.path) for placement in placed)  # in a folder, under names of their own
        return f"{target.name} has become {paths}."
    tracks = " and ".join(f"“{placement.track}”" for placement in delivery.placements)
    place = ""
    if target.tempo_map is not None and target.start_quarters is not None:
        bar, beat = session_bar(target.tempo_map, target.start_quarters)
        place = f" at bar {bar}" + (f", beat {round(beat, 3):g}" if round(beat, 3) != 1 else "")
    return f"{target.name} is now on {tracks}{place}."


def _kept(delivery: Delivery, what: str, hint: str, paths: str) -> Outcome:
    sentence = f"{what} {hint}".strip()
    return _outcome(delivery, (), f"{sentence} The sound is kept: {paths}.", failed=True)


def _outcome(delivery: Delivery, placed: Sequence[Placement], sentence: str, failed: bool = False) -> Outcome:
    remarks = list(dict.fromkeys(delivery.remarks))
    facts = dict(delivery.facts) | {
        "kept": [str(placement.path) for placement in delivery.placements],
        "placed": [asdict(placement) for placement in placed],
        "remarks": remarks,
    }
    return Outcome(facts, "\n".join([sentence, *remarks]), failed)
