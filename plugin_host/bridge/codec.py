"""Jobs as the JSON that is kept in their folders and told to clients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.jobs import JobState
from engine.score import TempoMap
from plugin_host.bridge.job import Errand, Job, Target
from plugin_host.bridge.job_file import Anywhere, dump_request, parse_request
from plugin_host.bridge.strict import StrictObject, parse_object
from plugin_host.ports import Action

_HINT = "It was set aside."
_MANY = 1_000_000
_LATEST = 2**53


def job_facts(job: Job) -> dict[str, Any]:
    """What never changes once the job is queued."""
    return {
        "id": job.id,
        "kind": job.kind.value,
        "name": job.name,
        "client": job.client,
        "order": job.order,
        "submitted_at": job.submitted_at,
        "request": None if job.request is None else dump_request(job.request),
        "errand": None if job.errand is None else _errand_facts(job.errand),
    }


def state_facts(job: Job) -> dict[str, Any]:
    """What changes, and outlives us."""
    return {
        "state": job.state.value,
        "sentence": job.sentence,
        "ended_at": job.ended_at,
        "result": None if job.result is None else str(job.result),
        "begun": job.begun,
        "placing": job.placing,
    }


def told_facts(job: Job) -> dict[str, Any]:
    """What clients see in the list of jobs."""
    progress = job.progress
    return {
        "id": job.id,
        "kind": job.kind.value,
        "name": job.name,
        "client": job.client,
        "daw": "" if job.errand is None else job.errand.daw,
        "submitted_at": job.submitted_at,
        "state": job.state.value,
        "sentence": job.sentence,
        "ended_at": job.ended_at or None,
        "result": None if job.result is None else str(job.result),
        "progress": progress and {"stage": progress.stage, "done": progress.done, "total": progress.total},
    }


def parse_kept(job_data: bytes, state_data: bytes, own_folder: Path) -> Job:
    """The job that was kept as `job_facts` and `state_facts`.  Raises `InputError` when either is damaged."""
    job = parse_object(job_data, "The kept job", _HINT)
    state = parse_object(state_data, "The kept state", _HINT)
    return Job(
        id=job.text("id"),
        kind=Action(job.text("kind", tuple(Action))),
        name=job.text("name"),
        client=job.text("client"),
        order=job.integer("order", 0, _LATEST),
        submitted_at=job.number("submitted_at", 0, _LATEST),
        request=parse_request(job.inner("request"), Anywhere(), own_folder) if job.has("request") else None,
        errand=_errand(job.inner("errand")) if job.has("errand") else None,
        state=JobState(state.text("state", [each.value for each in JobState])),
        sentence=state.text("sentence"),
        ended_at=state.number("ended_at", 0, _LATEST),
        result=Path(state.text("result")) if state.has("result") else None,
        begun=state.integer("begun", 0, _MANY),
        placing=state.text("placing"),
    )


def _errand_facts(errand: Errand) -> dict[str, Any]:
    facts = {"daw": errand.daw, "ask": errand.ask, "group": errand.group, "remarks": list(errand.remarks)}
    return facts | {"target": None if errand.target is None else _target_facts(errand.target)}


def _errand(fields: StrictObject) -> Errand:
    return Errand(
        daw=fields.text("daw"),
        ask=fields.text("ask"),
        group=fields.text("group"),
        target=_target(fields.inner("target")) if fields.has("target") else None,
        remarks=tuple(map(str, fields.items("remarks", _MANY))),
    )


def _target_facts(target: Target) -> dict[str, Any]:
    tempo = target.tempo_map
    return {
        "session_key": target.session_key,
        "session_name": target.session_name,
        "folder": None if target.folder is None else str(target.folder),
        "sample_rate": target.sample_rate,
        "name": target.name,
        "track": target.track,
        "start_samples": target.start_samples,
        "tempi": None if tempo is None else [list(row) for row in tempo.tempi],
        "meters": [] if tempo is None else [list(row) for row in tempo.meters],
        "pickup": 0.0 if tempo is None else tempo.pickup,
        "start_quarters": target.start_quarters,
    }


def _target(fields: StrictObject) -> Target:
    return Target(
        session_key=fields.text("session_key"),
        session_name=fields.text("session_name"),
        folder=Path(fields.text("folder")) if fields.has("folder") else None,
        sample_rate=fields.integer("sample_rate", 1, _MANY),
        name=fields.text("name"),
        track=fields.text("track"),
        start_samples=fields.integer("start_samples", -_LATEST, _LATEST),
        tempo_map=_tempo_map(fields) if fields.has("tempi") else None,
        start_quarters=fields.number("start_quarters", -_LATEST, _LATEST) if fields.has("start_quarters") else None,
    )


def _tempo_map(fields: StrictObject) -> TempoMap:
    tempi = fields.items("tempi", _MANY)
    meters = fields.items("meters", _MANY)
    pickup = fields.number("pickup", 0, _MANY)
    try:
        return TempoMap(
            tuple((float(quarter), float(bpm)) for quarter, bpm in tempi),
            tuple((float(quarter), int(beats), int(unit)) for quarter, beats, unit in meters),
            pickup,
        )
    except (TypeError, ValueError):
        fields.refuse("has a tempo map that is none")
