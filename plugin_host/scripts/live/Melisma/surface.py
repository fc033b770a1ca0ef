"""What Live sees: a control surface without controls, whose timer serves the spool."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import Live  # type: ignore[import-not-found]
from _Framework.ControlSurface import ControlSurface  # type: ignore[import-not-found]

from .bridge import Bridge
from .spool import Spool

_EACH_TICK = 1
"""In ticks of Live's timer, about a tenth of a second."""


class MelismaSurface(ControlSurface):  # type: ignore[misc]
    """Lives as long as it is chosen as a control surface."""

    def __init__(self, c_instance: Any) -> None:
        super().__init__(c_instance)
        application = Live.Application.get_application()
        self._bridge = Bridge(
            song=c_instance.song,
            version=".".join(
                str(part)
                for part in (
                    application.get_major_version(),
                    application.get_minor_version(),
                    application.get_bugfix_version(),
                )
            ),
            spool=Spool(Path(__file__).resolve().parent),
            show=self.show_message,
            log=self.log_message,
        )
        self._serving = True
        self.schedule_message(_EACH_TICK, self._serve)

    def _serve(self) -> None:
        if self._serving:
            self._bridge.tick()
            self.schedule_message(_EACH_TICK, self._serve)

    def disconnect(self) -> None:
        """Live takes the script away."""
        self._serving = False
        self._bridge.close()
        super().disconnect()
