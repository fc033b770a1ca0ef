"""What this machine and this installation are."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from typing import Any

from engine.errors import InputError, MelismaError
from engine.folders import cache_folder, data_folder, log_folder, presets_folder
from engine.host.call import Call
from engine.host.coding import text
from engine.runtime import DEVICES, choose_providers, default_threads, probe, runtime_version
from engine.runtime.providers import by_name
from engine.version import VERSION


def facts(call: Call) -> Mapping[str, Any]:
    """`device` -> what really computes (tried on a tiny network), and why; versions, cores, folders, `devices`.

    A device that cannot be used is told in `problem`, not raised: the window shows it and goes on.
    """
    wanted = text(call.args, "device", "auto")
    found: dict[str, Any] = {"device": "", "provider": "", "reason": "", "problem": "", "hint": ""}
    try:
        used, reason = probe(wanted)
        names = choose_providers(wanted).names
        label = next((by_name(name).label for name in names if by_name(name).device == used), used)
        found |= {"device": used, "provider": label, "reason": reason, "runtime": runtime_version()}
    except MelismaError as error:
        found |= {"problem": error.message, "hint": error.hint}
    return found | {
        "asked": wanted,
        "devices": _devices(),
        "cores": os.cpu_count() or 1,
        "threads": default_threads(),
        "version": VERSION,
        "python": platform.python_version(),
        "system": platform.platform(),
        "folders": {
            "presets": presets_folder(),
            "data": data_folder(),
            "cache": cache_folder(),
            "logs": log_folder(),
        },
    }


def _devices() -> list[dict[str, str]]:
    """Every device that can be asked for: `id`, and what it `lacks` here, "" when it can be used."""
    found = []
    for device in DEVICES:
        lacks = ""
        try:
            choose_providers(device)
        except InputError as error:
            lacks = error.message
        except MelismaError:
            continue  # nothing computes at all, which is told in `problem`
        found.append({"id": device, "lacks": lacks})
    return found
