"""`python -m plugin_host.rendergraph.child FOLDER`: renders the graph in FOLDER and says on stdout how it goes.

One JSON object a line: `{"doing": what, "limit_s": seconds}` before everything that may hang, `{"result": {...}}` or
`{"error": {kind, message, hint}}` at the end.  When its stdin closes nobody is left to ask: it takes FOLDER away and
ends, with whatever a plugin started.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn, TextIO

from engine.errors import InputError, MelismaError

ORDER, RESULT = "order.json", "result.npy"
"""What the folder holds before and after."""


def main() -> NoReturn:
    """The entry point.  Plugins print what they like: what was stdout is kept for us, theirs goes to stderr."""
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    folder = Path(sys.argv[1])
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    code = 0
    try:
        _say(told, {"result": run(folder, json.loads((folder / ORDER).read_text(encoding="utf-8")), told)})
    except MelismaError as error:
        kind = "input" if isinstance(error, InputError) else "fault"
        _say(told, {"error": {"kind": kind, "message": error.message, "hint": error.hint}})
        code = error.exit_code
    except MemoryError:
        _say(
            told, {"error": {"kind": "fault", "message": "There is not enough memory.", "hint": "Bounce less at once."}}
        )
        code = 1
    # Without their destructors: some plugins abort in them, with everything written.
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def run(folder: Path, order: dict[str, Any], told: TextIO) -> dict[str, Any]:
    """Do what `order` says: `render` a graph, or `describe` a plugin."""
    from plugin_host.rendergraph.graph import graph_from_json
    from plugin_host.rendergraph.host import Host, describe

    def doing(what: str, limit_s: float) -> None:
        _say(told, {"doing": what, "limit_s": limit_s})

    if order["do"] == "describe":
        return describe(order["path"], order["title"], doing)
    audio = Host(graph_from_json(order["graph"]), folder, doing).render()
    import numpy as np

    doing("handing over", 60.0)
    try:
        np.save(folder / RESULT, audio, allow_pickle=False)
    except OSError as error:
        from plugin_host.rendergraph.space import no_room

        raise no_room(folder.parent, error) from error
    return {"channels": audio.shape[0], "samples": audio.shape[1]}


def _say(told: TextIO, fact: dict[str, Any]) -> None:
    print(json.dumps(fact, ensure_ascii=False), file=told, flush=True)


def _end_with_parent(folder: Path) -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    if os.name == "posix" and os.getpgrp() == os.getpid():  # never the group of whoever started it by hand
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
