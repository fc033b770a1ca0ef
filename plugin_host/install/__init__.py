"""Puts our scripts where DAWs look for them, shows what it writes, takes exactly that away again."""

from plugin_host.install.change import Installation, Removal, plan_installation, plan_removal
from plugin_host.install.places import DAWS, Daw, Target, find_targets
from plugin_host.install.state import State, elsewhere, state_of

__all__ = [
    "DAWS",
    "Daw",
    "Installation",
    "Removal",
    "State",
    "Target",
    "elsewhere",
    "find_targets",
    "plan_installation",
    "plan_removal",
    "state_of",
]
