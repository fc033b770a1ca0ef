"""Loaded voices that wait for the next edit; loaded aside, so that a newer edit need not wait for an older one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from engine.api.sing import Load
from engine.jobs import CancelToken
from engine.models import InstalledVoice
from engine.models.builders import build
from engine.models.hidden_singer import HiddenSinger

_POLL_S = 0.02
MOST_VOICES = 2
"""Each holds its networks in memory."""


class LiveVoices:
    """Keeps the voices that sang last.  A package whose files changed is loaded again."""

    def __init__(self, load: Callable[[InstalledVoice, str], HiddenSinger] = build) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loading: OrderedDict[Hashable, _Loading] = OrderedDict()

    def get(self, model: InstalledVoice, device: str, token: CancelToken) -> HiddenSinger:
        """The voice, loaded now if it is not.

        Raises what loading raises, and `Cancelled` at once: the loading goes on, for whoever asks next.
        """
        key = _key(model, device)
        with self._lock:
            loading = self._loading.get(key)
            if loading is None or loading.failed:
                loading = self._loading[key] = _Loading(lambda: self._load(model, device))
            self._loading.move_to_end(key)
            while len(self._loading) > MOST_VOICES:
                self._loading.popitem(last=False)
        return loading.result(token)

    def loader(self, token: CancelToken) -> Load:
        """Loads for one job, which `token` cancels."""
        return lambda model, device: self.get(model, device, token)


class _Loading:
    """One voice on its way, on a thread of its own."""

    def __init__(self, load: Callable[[], HiddenSinger]) -> None:
        self._voice: HiddenSinger | None = None
        self._error: BaseException | None = None
        self._over = threading.Event()
        self._load = load
        threading.Thread(target=self._run, name="melisma-voice", daemon=True).start()

    @property
    def failed(self) -> bool:
        """Worth another try: the package may have been mended."""
        return self._error is not None

    def result(self, token: CancelToken) -> HiddenSinger:
        """Raises what loading raised, `Cancelled`."""
        while not self._over.wait(_POLL_S):
            token.raise_if_cancelled()
        token.raise_if_cancelled()
        if self._error is not None:
            raise self._error
        assert self._voice is not None
        return self._voice

    def _run(self) -> None:
        try:
            self._voice = self._load()
        except BaseException as error:  # belongs to whoever asks for the voice
            self._error = error
        self._over.set()


def _key(model: InstalledVoice, device: str) -> Hashable:
    """Another for another state of the package's files."""
    facts = []
    for name in (*model.manifest.files, "manifest.json"):
        path = model.folder / name
        try:
            stat = path.stat()
            facts.append((name, stat.st_size, stat.st_mtime_ns))
        except OSError:
            facts.append((name, -1, -1))
    return str(model.folder), device, tuple(facts)
