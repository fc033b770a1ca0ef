"""What plugins remember.  VST3: the plugin's own bytes.  LV2: the places of all knobs, as JSON.

DawDreamer 0.9 writes the state of an LV2 plugin and crashes when it reads one, so those are kept by us.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.files import write_bytes_whole

_FORMAT = "melisma-plugin-state"


def save_state(processor: Any, title: str, path: Path, places: Mapping[str, float] | None) -> None:
    """Write the state of a loaded plugin; `places` (parameter to 0..1) for those that cannot do it themselves.

    Raises `InputError` when the plugin does not.
    """
    if places is not None:
        facts = {"format": _FORMAT, "version": 1, "plugin": title, "parameters": dict(places)}
        write_bytes_whole(path, json.dumps(facts, indent=1, ensure_ascii=False).encode("utf-8"))
        return
    processor.save_state(str(path))
    if not path.is_file():
        raise InputError(f"The plugin {title} did not save its state.", "Leave --save-state out.")


def read_places(path: Path, title: str) -> dict[str, float]:
    """What `save_state` wrote with `places`.  Raises `InputError`."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        if facts["format"] != _FORMAT:
            raise ValueError
        places = {str(name): float(place) for name, place in facts["parameters"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} holds no state of {title}.", "Save it again with --save-state.") from error
    if not all(0 <= place <= 1 for place in places.values()):
        raise InputError(f"{path} holds no state of {title}.", "Save it again with --save-state.")
    return places
