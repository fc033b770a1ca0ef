"""A track that is sung while it is edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.api.live import LivePlan, LiveRequest, LiveSound
from engine.api.project import parse_project
from engine.host.call import Call
from engine.host.coding import number, text, texts
from engine.host.ops.projects import told


def live(call: Call) -> Mapping[str, Any]:
    """`project` (text), `track` (id), `known` (keys), `near_s`, `device` -> `sung`, `cached`; parts on the way."""
    scratch = call.kept.scratch

    def plan(planned: LivePlan) -> None:
        call.part({"plan": _plan(planned)})

    def sound(sung: LiveSound) -> None:
        channels, samples = sung.samples.shape
        # A draft may still be read while the phrase's own sound is written.
        name = f"{sung.key}-draft.f32" if sung.draft else f"{sung.key}.f32"
        path = scratch.write(name, np.ascontiguousarray(sung.samples.T, "<f4").data)
        facts = {"path": path, "start_s": sung.start_s, "samples": samples, "channels": channels, "draft": sung.draft}
        call.part({"phrase": sung.key, **facts})

    request = LiveRequest(
        project=parse_project(text(call.args, "project").encode("utf-8", "replace"), "The song"),
        track=text(call.args, "track"),
        known=frozenset(texts(call.args, "known")),
        near_s=number(call.args, "near_s", 0.0),
        device=text(call.args, "device", "auto"),
    )
    result = call.kept.singer.sing(request, call.context, plan, sound)
    return {"sung": result.sung, "cached": result.cached}


def _plan(plan: LivePlan) -> dict[str, Any]:
    phrases = [
        {
            "key": phrase.key,
            "number": phrase.number,
            "first": phrase.first,
            "notes": phrase.notes,
            "start_s": phrase.start_s,
            "end_s": phrase.end_s,
            "phones": [
                {"label": phone.label, "start_s": phone.start_s, "end_s": phone.end_s, "note": phone.note}
                for phone in phrase.phones
            ],
            "f0_start_s": phrase.f0_start_s,
            "f0": phrase.f0,
        }
        for phrase in plan.phrases
    ]
    return {
        "voice": plan.voice,
        "speaker": plan.speaker,
        "language": plan.language,
        "sample_rate": plan.sample_rate,
        "duration_s": plan.duration_s,
        "problems": told(plan.problems),
        "phrases": phrases,
    }
