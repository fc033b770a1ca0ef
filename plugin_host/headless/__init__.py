"""A real Ardour without a screen, in a home of its own: for tests, and for `melisma demo daw`."""

from plugin_host.headless.ardour import HeadlessArdour
from plugin_host.headless.bounce import bounce_session
from plugin_host.headless.session import NewRegion, NewSession, NewTrack, make_session
from plugin_host.headless.tools import DEBIAN_LINE, missing_tools

__all__ = [
    "DEBIAN_LINE",
    "HeadlessArdour",
    "NewRegion",
    "NewSession",
    "NewTrack",
    "bounce_session",
    "make_session",
    "missing_tools",
]
