"""Ardour with its window on a screen that nobody sees."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from engine.errors import MelismaError
from plugin_host.headless.home import make_home
from plugin_host.headless.osc import osc_port, send
from plugin_host.headless.processes import environment_of, members, signal_all
from plugin_host.headless.tools import check_tools, environment
from plugin_host.spool import Spool

READY_S = 90.0
_SAVE_S = 30.0
_OSC_S = 15.0
_POLL_S = 0.05
_LIFE_S = 3600
"""A forgotten one ends by itself."""


class HeadlessArdour:
    """Ardour with `session` open and our scripts running; a context manager.

    `home` is a folder made for this, which becomes Ardour's home.  Only processes that were started here are ended.
    """

    def __init__(self, session: Path, home: Path, sample_rate: int = 48000, size: str = "1600x900") -> None:
        self.session, self.home = session, home
        self._rate, self._size = sample_rate, size
        self._process: subprocess.Popen[bytes] | None = None
        self._log = home / "ardour.log"

    @property
    def spool_folder(self) -> Path:
        """Where its script and an adapter meet."""
        return self.home / "melisma" / "runtime" / "spool" / "ardour"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> HeadlessArdour:
        self.start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()

    def start(self, ready_s: float = READY_S) -> None:
        """Come back when its script has said that it is alive.

        Raises `InputError` when programs are missing, `MelismaError` with the end of its log when it does not come up
        within `ready_s`.
        """
        check_tools()
        make_home(self.home, self._rate)
        self.spool_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.spool_folder / "alive").unlink(missing_ok=True)
        screen = ["xvfb-run", "-a", "-s", f"-screen 0 {self._size}x24", "dbus-run-session", "--"]
        ardour = ["timeout", str(_LIFE_S), "ardour", "--no-announcements", "--no-splash", str(self.session)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*screen, *ardour],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(self.home),
                start_new_session=True,
            )
        try:
            self._wait_until_ready(ready_s)
        except BaseException:
            self.stop()
            raise

    def kill(self) -> None:
        """As a crash would: at once, with nothing saved."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it; what is not saved is lost."""
        self._end(signal.SIGTERM)

    def osc(self, address: str, *arguments: int | float | str) -> None:
        """Send a message to Ardour's own OSC surface, such as `/undo`.  Raises `MelismaError` when it has none."""
        port = self._osc_port()
        if port is None:
            raise MelismaError("Ardour does not listen to OSC.", "Switch it on in the session.")
        send(port, address, *arguments)

    def save(self) -> None:
        """Save the session; comes back when the file is written.  Raises `MelismaError` when that takes too long."""
        file = self.session / f"{self.session.name}.ardour"
        before = file.stat().st_mtime_ns
        self.osc("/save_state")
        deadline = time.monotonic() + _SAVE_S
        # Ardour writes beside and renames, so a new time means a whole file.
        while file.stat().st_mtime_ns == before:
            if time.monotonic() > deadline:
                raise MelismaError(f"Ardour did not save within {_SAVE_S:g} s: {self.log_tail()}", "Try again.")
            time.sleep(_POLL_S)

    def _osc_port(self) -> int | None:
        deadline = time.monotonic() + _OSC_S
        while self.running and self._process is not None:
            port = osc_port(self._process.pid)
            if port is not None or time.monotonic() > deadline:
                return port
            time.sleep(_POLL_S)
        return None

    def log_tail(self) -> str:
        """The last of what it said."""
        with suppress(OSError):
            return self._log.read_text(encoding="utf-8", errors="replace")[-1500:].strip()
        return ""

    def screen(self) -> dict[str, str]:
        """The environment of its window (`DISPLAY`, `XAUTHORITY`), for programs that look at it."""
        for number in members(self._process.pid) if self._process is not None else ():
            found = environment_of(number)
            if "DISPLAY" in found:
                return {name: found[name] for name in ("DISPLAY", "XAUTHORITY") if name in found}
        return {}

    def _wait_until_ready(self, ready_s: float) -> None:
        spool = Spool(self.spool_folder, "Ardour")
        deadline = time.monotonic() + ready_s
        while spool.alive() is None:
            if not self.running:
                raise MelismaError(f"Ardour ended while it started. It said: {self.log_tail()}", "Try again.")
            if time.monotonic() > deadline:
                raise MelismaError(f"Ardour did not start within {ready_s:g} s: {self.log_tail()}", "Try again.")
            time.sleep(_POLL_S)

    def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        for number, patience_s in ((how, 10.0), (signal.SIGKILL, 10.0)):
            signal_all(process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(patience_s)
                break
        self._process = None
