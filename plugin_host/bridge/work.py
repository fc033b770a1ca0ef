"""What is done for a job: sing or isolate, and bring the result to where it belongs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from engine.score import Problem, read_score
from plugin_host.bridge.clip_project import PROJECTS
from plugin_host.bridge.clip_score import in_session
from plugin_host.bridge.daws import Daws
from plugin_host.bridge.job import Target
from plugin_host.bridge.job_file import Places, check_paths
from plugin_host.bridge.placing import Delivery, deliver
from plugin_host.bridge.sounds import choose_shelf, keep_stem, keep_sung
from plugin_host.bridge.task import Later, Outcome, Task, Work
from plugin_host.ports import Placement

if TYPE_CHECKING:
    from engine.api import IsolateRequest, IsolateResult, SingRequest, SingResult


def make_work(daws: Daws, places: Places | None = None) -> Work:
    """The work of a bridge that reaches `daws`; `places`: where files of clients may lie, None: anywhere."""

    def work(task: Task) -> Outcome | Later:
        from engine.api import IsolateRequest

        request = task.job.request
        assert request is not None  # a job is queued with one
        if places is not None and task.job.client and task.job.errand is None:
            check_paths(request, places, task.sounds)
        return _isolate(task, request, daws) if isinstance(request, IsolateRequest) else _sing(task, request, daws)

    return work


def _sing(task: Task, request: SingRequest, daws: Daws) -> Outcome | Later:
    from engine.api import render_clip

    result = render_clip(request, task.context)
    errand = task.job.errand
    if errand is None or errand.target is None:
        return Outcome(asdict(result), f"{result.out} was sung by {result.voice}, {result.duration_s:.1f} s.")
    target = errand.target
    shelf = choose_shelf(target, task.sounds)
    sound = keep_sung(result.out, target, result.offset_s, shelf.folder)
    with suppress(OSError):
        result.out.unlink()
    problems = _problems(result, request, target)
    facts = asdict(result) | {"out": sound.path, "problems": [asdict(problem) for problem in problems]}
    remarks = [shelf.remark] if shelf.remark else []
    if sound.cut_samples:
        early_s = sound.cut_samples / target.sample_rate
        remarks.append(f"The first {early_s:.3f} s would lie before the session's start and were cut off.")
    remarks += [*errand.remarks, *(problem.message for problem in problems if problem.severity != "info")]
    track = target.track or target.name
    placement = Placement(sound.path, f"{track} (sung)", sound.start_samples, beside=target.track)
    return _later(errand.daw, daws, Delivery((placement,), f"Sing {target.name}", facts, tuple(remarks)))


def _isolate(task: Task, request: IsolateRequest, daws: Daws) -> Outcome | Later:
    from engine.api import isolate_vocals

    result = isolate_vocals(request, task.context)
    errand = task.job.errand
    if errand is None or errand.target is None:
        return Outcome(asdict(result), _isolated(result), failed=bool(result.failed))
    target, mix = errand.target, result.files[0]
    shelf = choose_shelf(target, task.sounds)
    vocals = keep_stem(mix.vocals, "vocals", target, shelf.folder)
    instrumental = keep_stem(mix.instrumental, "instrumental", target, shelf.folder)
    with suppress(OSError):
        mix.input.unlink()
    file = asdict(mix) | {"vocals": vocals.path, "instrumental": instrumental.path}
    facts = asdict(result) | {"files": [file]}
    track = target.track or target.name
    names = f"{track} vocals", f"{track} instrumental"
    placements = (
        Placement(vocals.path, names[0], vocals.start_samples, beside=target.track),
        Placement(instrumental.path, names[1], instrumental.start_samples, beside=names[0]),
    )
    remarks = (*([shelf.remark] if shelf.remark else ()), *errand.remarks)
    return _later(errand.daw, daws, Delivery(placements, f"Isolate {target.name}", facts, remarks))


def _later(daw: str, daws: Daws, delivery: Delivery) -> Later:
    return Later(daw, lambda task: deliver(task, daws, delivery))


def _isolated(result: IsolateResult) -> str:
    done = [f"{mix.vocals} and {mix.instrumental.name} were isolated." for mix in result.files]
    failed = [f"{mix.message} {mix.hint}".strip() for mix in result.failed]
    return " ".join([*failed, *done, *result.remarks])


def _problems(result: SingResult, request: SingRequest, target: Target) -> list[Problem]:
    if target.tempo_map is None or target.start_quarters is None or request.clip.suffix.lower() in PROJECTS:
        return list(result.problems)
    sung = read_score(request.clip)
    return list(in_session(result.problems, sung, target.tempo_map, target.start_quarters))
