"""What the window asks of trainings: rules and facts as JSON, and the training itself.

Everything but `check` and `train` is quick: PyTorch is loaded when a checkpoint is to be looked at, or work begins.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import InputError, MelismaError
from engine.folders import cache_folder
from engine.host.coding import parse, text
from engine.models.registry import find_model
from engine.train.own.begun import alone_in, begun_in, begun_trainings, forget_work
from engine.train.own.consent import Consent, check_answer
from engine.train.own.plan import (
    STEPS,
    OwnPlan,
    Wish,
    check_out,
    default_base,
    facts_of,
    models_folder,
    plan_of,
    training_folder,
    voice_id,
)

if TYPE_CHECKING:
    from engine.host.call import Call

_POLL_S = 0.1
_NAMELESS = "voice"
_MOMENT_S = 3.0
_LOADING, _WAITING = "Loading the base voice", "Waiting for another check"


def options(call: Call) -> Mapping[str, Any]:
    """The `base` voice with its `languages`, `steps` of each quality, and trainings that have `begun` and can go on."""
    call.context.token.raise_if_cancelled()
    base = find_model(default_base()).manifest
    known = {"id": base.id, "name": base.name, "languages": list(base.languages)}
    return {"base": known, "steps": STEPS, "begun": [asdict(found) for found in begun_trainings()]}


def wish(call: Call) -> Mapping[str, Any]:
    """Fields of `Wish`, as far as they are known -> what speaks against them: `problems` by field, whether the name is
    `taken` by a voice, and what was `begun` under it (`same`: on these recordings, in this language)."""
    name = text(call.args, "name", "")
    problems: list[dict[str, str]] = []
    for field in fields(Consent):
        answer = text(call.args, field.name, "").strip()
        if answer and field.name != "date":
            with _into(problems, field.name):
                check_answer(field.name, answer)
    told: dict[str, Any] = {"id": "", "taken": False, "begun": None, "problems": problems}
    if name.strip():
        with _into(problems, "name"):
            told["id"] = own_id = voice_id(name)
            out = models_folder() / own_id
            check_out(out, replace=True)
            told["taken"] = out.exists()
            told["begun"] = _begun(call, own_id)
    return told


def check(call: Call) -> Mapping[str, Any]:
    """`Wish` (its name may be missing) -> what the recordings are, `remarks` on them, and how long a training takes:
    `analysis_s` of the whole, `step_s` of a step, `overhead_s` besides."""
    plan = _plan(call, check=True)
    with _place_to_look(plan, call) as work:
        call.context.step(_LOADING, 0, 1)
        from engine.train.own.estimate import OVERHEAD_S
        from engine.train.own.machine import let_others_first, settle
        from engine.train.own.train import check_own

        let_others_first()
        settle()
        looked, _ = check_own(replace(plan, work=work), call.context)
    return {
        "recordings": len(looked.heard),
        "seconds": sum(heard.seconds for heard in looked.heard),
        "voice_s": looked.voice_s,
        "worded": looked.worded,
        "lost": looked.lost,
        "remarks": looked.doubts,
        "analysis_s": looked.analysis_s,
        "step_s": looked.step_s,
        "overhead_s": OVERHEAD_S,
    }


def train(call: Call) -> Mapping[str, Any]:
    """`Wish` -> the new `voice` (its id), its `name` and `folder`.  Asked once more it goes on where it stopped."""
    plan = _plan(call)
    for name in ("singer", "consent", "licence"):
        check_answer(name, getattr(plan.consent, name).strip())  # also where an earlier training knows an answer
    _take_over_check(plan)
    call.context.step(_LOADING, 0, 1)
    from engine.train.own.machine import let_others_first, settle
    from engine.train.own.train import train_own

    let_others_first()
    settle()
    folder = train_own(plan, call.context, lambda _sentence: None, None)
    return {"voice": plan.id, "name": plan.name, "folder": folder}


def forget(call: Call) -> Mapping[str, Any]:
    """`id` of a training, which begins anew the next time."""
    own_id = text(call.args, "id")
    if voice_id(own_id) != own_id:
        raise MelismaError(f"{own_id} is no id of a training.", "Please report this.")
    forget_work(training_folder() / own_id, _moment(call))
    return {"id": own_id}


def _plan(call: Call, check: bool = False) -> OwnPlan:
    """The window's device is one for all: what PyTorch has not is no reason to refuse."""
    args = dict(call.args)
    if check:
        args["name"] = _sensible(text(args, "name", ""))
    device = args.pop("device", "cpu")
    if device == "cuda":
        from engine.train.own.machine import has_cuda

        device = "cuda" if has_cuda() else "cpu"
    return plan_of(parse(Wish, args | {"device": "cuda" if device == "cuda" else "cpu", "check": check}))


def _sensible(name: str) -> str:
    """What is wrong with a name is no reason not to look at the recordings."""
    with suppress(InputError):
        return voice_id(name) and name
    return _NAMELESS


def _begun(call: Call, own_id: str) -> Mapping[str, Any] | None:
    found = begun_in(training_folder() / own_id)
    if found is None:
        return None
    recordings, language = text(call.args, "recordings", ""), text(call.args, "language", "")
    same = bool(recordings) and str(Path(recordings).resolve()) == found.recordings and language == found.language
    return asdict(found) | {"same": same}


@contextmanager
def _place_to_look(plan: OwnPlan, call: Call) -> Iterator[Path]:
    """The training's own folder where it has begun and does not go on now, else one that is kept until other recordings
    are looked at."""
    with ExitStack() as held:
        if _holds(plan.work, plan) and _is_free(plan.work, held, call):
            yield plan.work
            return
        work = _check_folder()
        held.enter_context(alone_in(work, partial(_wait, call)))
        if not _holds(work, plan):
            shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        yield work


def _is_free(work: Path, held: ExitStack, call: Call) -> bool:
    """Whether `work` is ours from now on, until `held` is closed: a training may be at work in it for hours."""
    try:
        held.enter_context(alone_in(work, _moment(call)))
    except InputError:
        return False
    return True


def _wait(call: Call) -> None:
    call.context.step(_WAITING, 0, 1)
    call.context.token.wait(_POLL_S)
    call.context.token.raise_if_cancelled()


def _moment(call: Call) -> Callable[[], None]:
    """Waits for a check that was just cancelled, not for a training: then it raises `InputError`."""
    until_s = time.monotonic() + _MOMENT_S

    def wait() -> None:
        if time.monotonic() >= until_s:
            raise InputError("This voice is being trained already.", "Wait until that is done, or stop it.")
        _wait(call)

    return wait


def _take_over_check(plan: OwnPlan) -> None:
    """What was found when the recordings were looked at need not be found again."""
    work = _check_folder()
    with suppress(OSError, InputError), alone_in(work), alone_in(plan.work):
        if _holds(work, plan) and not plan.work.exists():
            work.rename(plan.work)


def _check_folder() -> Path:
    return cache_folder() / "voice-check"


def _holds(work: Path, plan: OwnPlan) -> bool:
    """Whether what `plan` asks for was begun in `work`."""
    try:
        found = json.loads((work / "plan.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(found == facts_of(plan))


@contextmanager
def _into(problems: list[dict[str, str]], field: str) -> Iterator[None]:
    """What the user must mend goes into the list."""
    try:
        yield
    except InputError as error:
        problems.append({"field": field, "message": error.message, "hint": error.hint})
