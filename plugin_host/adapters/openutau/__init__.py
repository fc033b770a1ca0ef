"""Plays our sounds through the OpenUtau Bridge plugin in any DAW: the client half of OpenUtau's DAW Integration API."""

from plugin_host.adapters.openutau.adapter import NO_PLUGIN, NO_PLUGIN_HINT, OpenUtauAdapter
from plugin_host.adapters.openutau.discovery import PluginServer, discovery_folder, find_plugins
from plugin_host.adapters.openutau.plugin import OpenUtauPlugin
from plugin_host.adapters.openutau.takes import LivePart, TakeStore, file_state
from plugin_host.adapters.openutau.talk import PluginState, Timing

__all__ = [
    "NO_PLUGIN",
    "NO_PLUGIN_HINT",
    "LivePart",
    "OpenUtauAdapter",
    "OpenUtauPlugin",
    "PluginServer",
    "PluginState",
    "TakeStore",
    "Timing",
    "discovery_folder",
    "file_state",
    "find_plugins",
]
