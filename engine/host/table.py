"""Every op: in which lane it waits, and where its function is.  That is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from engine.host.call import Call

Answer = Callable[[Call], Mapping[str, Any]]

LANES: Mapping[str, int] = {"io": 4, "engine": 1, "live": 32, "shows": 1, "pictures": 1}
"""`engine`: long work, one after the other; who edits or looks does not wait behind an hour of it.  Tracks that are
`live` take turns among themselves (`engine.api.live_turns`), so each has a thread of its own."""


@dataclass(frozen=True, slots=True)
class Op:
    """`place`: module below `package`, and function in it, as `module:function`."""

    lane: str
    place: str
    package: str = "engine.host.ops"

    def function(self) -> Answer:
        """What answers: arguments in, the fields of the result out."""
        module, _, name = self.place.partition(":")
        found: Answer = getattr(import_module(f"{self.package}.{module}"), name)
        return found


OPS: Mapping[str, Op] = {
    "facts": Op("io", "machine:facts"),
    "models": Op("io", "models:models"),
    "models.add": Op("io", "models:add"),
    "models.remove": Op("io", "models:remove"),
    "models.verify": Op("io", "models:verify"),
    "live": Op("live", "live:live"),
    "sing": Op("engine", "jobs:sing"),
    "isolate": Op("engine", "jobs:isolate"),
    "resing": Op("engine", "jobs:resing"),
    "avatar": Op("engine", "jobs:avatar"),
    "avatar.open": Op("shows", "figures:open_show"),
    "avatar.picture": Op("pictures", "figures:picture"),
    "avatars": Op("io", "figures:avatars"),
    "face": Op("io", "figures:face"),
    "project.new": Op("io", "projects:new"),
    "project.read": Op("io", "projects:read"),
    "peaks": Op("io", "sounds:peaks"),
    "spectrogram": Op("io", "sounds:spectrogram"),
    "sound": Op("io", "sounds:sound"),
}
