"""A home folder in which Ardour starts without asking anything, with our scripts added."""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path

from engine.files import write_bytes_whole

_SCRIPTS = Path(__file__).resolve().parent.parent / "scripts" / "ardour"
_CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<Ardour>
 <Config><Option name="try-autostart-engine" value="1"/><Option name="hide-dummy-backend" value="0"/></Config>
 <Extra><AudioMIDISetup><EngineStates>
  <State backend="None (Dummy)" driver="Normal Speed" device="Silence" input-device="Silence" output-device="Silence"
   sample-rate="{rate}" buffer-size="1024" n-periods="0" input-latency="0" output-latency="0" lm-input=""
   lm-output="" active="1" use-buffered-io="0" midi-option="1 in, 1 out, Silence" lru="1700000000"/>
 </EngineStates></AudioMIDISetup></Extra>
</Ardour>
"""
# In the order in which Ardour 7 numbers them.
_SIGNALS = """
ConfigChanged EngineRunning EngineStopped EngineHalted EngineDeviceListChanged BufferSizeChanged SampleRateChanged
FeedbackDetected SuccessfulGraphSort StartTimeChanged EndTimeChanged Exported Change SessionConfigChanged
TransportStateChange DirtyChanged StateSaved Xrun TransportLooped SoloActive SoloChanged IsolatedChanged MonitorChanged
RecordStateChanged RecordArmStateChanged AudioLoopLocationChanged AudioPunchLocationChanged LocationsModified
AuditionActive BundleAddedOrRemoved PositionChanged Located RoutesReconnected RouteAdded RouteGroupPropertyChanged
RouteAddedToRouteGroup RouteRemovedFromRouteGroup StepEditStatusChange RouteGroupAdded RouteGroupRemoved
RouteGroupsReordered PluginListChanged PluginStatusChanged DiskOverrun DiskUnderrun RegionsPropertyChanged LuaTimerS
LuaTimerDS SetSession
"""
_WANTED = ("TransportStateChange", "PositionChanged", "Located", "LuaTimerDS")
ACTIONS = ("melisma_sing", "melisma_lyrics", "melisma_isolate")
"""The scripts bound to LuaAction/script-1, script-2 and script-3."""


def make_home(home: Path, sample_rate: int) -> None:
    """Write Ardour's settings and our scripts into `home`, as if a user had added them in the Script Manager.

    Only for a home made for this: what was there of Ardour's settings is lost.
    """
    config = home / ".config" / "ardour7"
    config.mkdir(parents=True, exist_ok=True)
    (config / ".a7").touch()  # not a new user: no questions
    write_bytes_whole(config / "config", _CONFIG.format(rate=sample_rate).encode())
    shutil.copytree(_SCRIPTS, config / "scripts", dirs_exist_ok=True)
    write_bytes_whole(config / "ui_scripts", _ui_scripts().encode())


def _ui_scripts() -> str:
    """What Ardour's Script Manager would have written."""
    actions = ["scripts = {}"]
    for number, name in enumerate(ACTIONS, start=1):
        actions.append(f"scripts[{number}] = {{}} " + _entry(f"scripts[{number}]", name))
    hook = "s = {} " + _entry("s", "melisma_bridge")
    bits = "".join("1" if signal in _WANTED else "0" for signal in reversed(_SIGNALS.split()))  # highest bit first
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<UIScripts>\n'
        f'<ActionScript lua="Lua 5.3">{_encoded(" ".join(actions))}</ActionScript>\n'
        f'<ActionHooks>\n<LuaCallback lua="Lua 5.3" id="999001" name="Melisma bridge" signals="{bits}">'
        f"{_encoded(hook)}</LuaCallback>\n</ActionHooks>\n</UIScripts>\n"
    )


def _entry(variable: str, name: str) -> str:
    """Ardour keeps the factory alone, so only its text may be used here."""
    source = (_SCRIPTS / f"{name}.lua").read_text(encoding="utf-8")
    shown = re.search(r'^ *name = "(.*)",$', source, re.MULTILINE)
    factory = source[source.index("function factory") :] + "\nreturn factory (...)"
    parts = {"n": shown[1] if shown else name, "s": source, "f": factory}
    return (
        " ".join(f'{variable}["{key}"] = {_quoted(text)}' for key, text in parts.items()) + f' {variable}["a"] = {{}}'
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
