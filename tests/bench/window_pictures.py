"""Takes the pictures of the window in docs/pictures anew: `python -m tests.bench.window_pictures [folder]`.

Each is what `melisma gui --screenshot` writes, for a user who has just installed Ardour; nothing of whoever runs this
is in them.  Takes a minute or two.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
PANELS = ("sing", "isolate", "avatar", "queue", "connection", "models")
_SIZE, _THEME = "1360x860", "dark"
_DAW = Path(".config") / "ardour8"
_LONGEST_S = 300


def take(panel: str, out: Path, environment: dict[str, str]) -> None:
    """Raises `CalledProcessError` when no picture came."""
    words = ["gui", "--screenshot", str(out), "--quit", "--panel", panel, "--theme", _THEME, "--size", _SIZE]
    command = [sys.executable, "-m", "gui.cli.main", *words]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=_LONGEST_S, capture_output=True)


def environment_in(folder: Path) -> dict[str, str]:
    """Of a user whose own folder is `folder`; without a screen."""
    (folder / _DAW).mkdir(parents=True)
    own = ("DISPLAY", "WAYLAND_DISPLAY")
    kept = {name: value for name, value in os.environ.items() if name not in own and not name.startswith("XDG_")}
    data = {"HOME": str(folder), "MELISMA_DATA": str(folder / "melisma")}
    return kept | data | {"QT_QPA_PLATFORM": "offscreen"}


def main() -> None:
    """All of them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    with TemporaryDirectory(prefix="melisma-pictures-") as home:
        environment = environment_in(Path(home))
        for panel in PANELS:
            out = folder.absolute() / f"window-{panel}.png"
            take(panel, out, environment)
            print(out)


if __name__ == "__main__":
    main()
