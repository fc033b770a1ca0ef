"""Texts of the settings."""

from __future__ import annotations

from gui.texts import tr

TITLE = tr("Settings")
COMMAND = tr("Settings …")

THEME = tr("Theme")
THEME_TIP = tr("How the window looks")
THEMES = {
    "system": tr("As the system"),
    "dark": tr("Dark"),
    "light": tr("Light"),
}

DEVICE = tr("Compute on")
DEVICE_TIP = tr("What sings, isolates and animates; counts from the next work that begins")
DEVICES = {
    "auto": tr("Automatic: the best that is there"),
    "cpu": tr("CPU"),
    "cuda": tr("CUDA (NVIDIA)"),
    "directml": tr("DirectML (Windows)"),
    "coreml": tr("CoreML (Apple)"),
}
DEVICE_ASKING = tr("Trying …")
DEVICE_UNUSABLE = tr("{name}, not usable here")
DEVICE_STOPPED = tr("The engine is stopped. Click on it at the lower left of the window to start it again.")

BRIDGE = tr("DAW")
BRIDGE_START = tr("Start the bridge with the window")
BRIDGE_HINT = tr("DAWs reach Melisma through it. It can be started and stopped in Connection at any time.")

SONGS = tr("Songs")
SONGS_KEPT = tr("Autosave is always on")
SONGS_HINT = tr(
    "What you edit is put aside two seconds after each change; "
    "after a crash or a power cut it is offered to you at the next start."
)
