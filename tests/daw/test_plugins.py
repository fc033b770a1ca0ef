"""Real plugins of other people, from Debian: zam-plugins as VST3, dragonfly-reverb as LV2; and two that are broken."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, FloatArray, read_audio, write_audio
from engine.errors import InputError
from engine.jobs import JobContext
from plugin_host.rendergraph import Automation, BounceRequest, PluginUse, Setting, Stem, bounce, describe_plugin
from plugin_host.rendergraph.worker import Task, run_task
from tests.conftest import ROOT
from tests.unit.rendergraph.sounds import RATE, rms_db, voice

VST3 = Path("/usr/lib/vst3")
ROOM = "urn:dragonfly:room"

zam = pytest.mark.skipif(not (VST3 / "ZamComp.vst3").exists(), reason="zam-plugins (Debian) is not installed")
dragonfly = pytest.mark.skipif(
    not Path("/usr/lib/lv2/DragonflyRoomReverb.lv2").exists(), reason="dragonfly-reverb-lv2 (Debian) is not installed"
)
compiler = pytest.mark.skipif(
    shutil.which("cc") is None or sys.platform != "linux", reason="no C compiler to make a broken plugin with"
)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "voice.wav"
    write_audio(Audio(voice(2.0), RATE), path, subtype="FLOAT")
    return path


def through(song: Path, *plugins: str | PluginUse, **more: object) -> FloatArray:
    uses = tuple(plugin if isinstance(plugin, PluginUse) else PluginUse(plugin) for plugin in plugins)
    request = BounceRequest(song, song.with_name("out.wav"), plugins=uses, subtype="FLOAT", safety="off", tail_s=0.0)
    bounce(replace(request, **more), JobContext())
    return read_audio(song.with_name("out.wav")).samples


def zam_plugin(name: str) -> str:
    return str(VST3 / f"{name}.vst3")


@zam
@pytest.mark.parametrize("name", ["ZamComp", "ZamCompX2", "ZaMaximX2", "ZamGate", "ZamEQ2", "ZamTube", "ZamDelay"])
def test_every_kind_keeps_length_and_both_sides(song: Path, name: str) -> None:
    """Mono plugins run on each side; what comes out is stereo and as long as what went in."""
    sound = through(song, zam_plugin(name))
    assert sound.shape == voice(2.0).shape
    assert rms_db(sound) > -60
    assert rms_db(sound[0] - sound[1]) > -40  # the sides were different and still are


@zam
def test_mono_plugins_hear_one_side_each(song: Path) -> None:
    """A compressor that does nothing gives each side back as it was."""
    assert rms_db(through(song, zam_plugin("ZamComp")) - voice(2.0)) < -120


@zam
def test_latency_is_taken_out(song: Path) -> None:
    """ZaMaximX2 looks 10 ms ahead; below its threshold it is nothing but late."""
    sound = through(song, zam_plugin("ZaMaximX2"))
    assert describe_plugin(zam_plugin("ZaMaximX2"), "ZaMaximX2", JobContext())["latency"] > 100
    assert rms_db(sound - voice(2.0)) < -100


@zam
def test_the_backing_waits_for_a_late_plugin(song: Path) -> None:
    backing = song.with_name("backing.wav")
    write_audio(Audio(voice(2.5, seed=7), RATE), backing, subtype="FLOAT")
    mix = through(song, zam_plugin("ZaMaximX2"), backings=(Stem(backing),))
    rest = mix - voice(2.5, seed=7)
    assert rms_db(rest[:, : 2 * RATE] - voice(2.0)) < -100
    assert rms_db(rest[:, 2 * RATE :]) < -120


@zam
def test_parameters_in_the_plugins_own_unit(song: Path) -> None:
    settings = (Setting("threshold", "-40"), Setting("Ratio", "20"), Setting("makeup", "0 dB"))
    squeezed = through(song, zam_plugin("ZamComp"), settings=settings)
    assert rms_db(squeezed) < rms_db(voice(2.0)) - 6


ALL_ALIVE = """
from plugin_host.rendergraph.graph import Graph, Node
from plugin_host.rendergraph.host import Host
settings = {"title": "Zam", "path": %r, "parameters": [["Threshold", "-40"], ["Ratio", "20"]]}
host = Host(Graph(48000, 480, (Node("zam", "plugin", (), settings),)), None, lambda what, limit_s: None)
alive = {id(processor) for part in host.parts for processor, _ in part.processors}
assert len(host._turned) == 4, host._turned
assert {id(plugin) for plugin, _, _ in host._turned} <= alive
"""


@zam
def test_only_plugins_that_are_heard_are_turned() -> None:
    """A mono plugin is opened once to count its channels and given back: touching it then is a crash, now and then."""
    command = [sys.executable, "-c", ALL_ALIVE % zam_plugin("ZamComp")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@zam
def test_makeup_moves_with_its_curve(song: Path) -> None:
    """Later by its own latency too: the limiter behind it must not shift the curve."""
    curve = Automation("Makeup", ((0.0, "0"), (1.0, "0"), (1.5, "20")), "ZamComp", "seconds")
    sound = through(song, zam_plugin("ZamComp"), automation=(curve,))
    assert rms_db(sound[:, :RATE] - voice(2.0)[:, :RATE]) < -60
    risen = rms_db(sound[:, -20000:]) - rms_db(voice(2.0)[:, -20000:])
    assert risen == pytest.approx(20, abs=1.5)


@zam
def test_a_vst3_state_comes_back(song: Path, tmp_path: Path) -> None:
    plugin, file = zam_plugin("ZamCompX2"), tmp_path / "comp.state"
    first = through(song, PluginUse(plugin, save_state=file), settings=(Setting("Threshold", "-35"),))
    again = through(song, PluginUse(plugin, load_state=file))
    assert rms_db(first - through(song, plugin)) > -30
    assert (again == first).all()


@dragonfly
def test_an_lv2_state_comes_back(song: Path, tmp_path: Path) -> None:
    """The room moves by chance, so its tail is compared by how loud it is."""
    file = tmp_path / "room.state"
    settings = (Setting("Late Level", "90"), Setting("Decay", "3"))
    rings = {"tail_s": 1.0}
    first = through(song, PluginUse(ROOM, save_state=file), settings=settings, **rings)
    again = through(song, PluginUse(ROOM, load_state=file), **rings)
    plain = through(song, ROOM, **rings)
    tails = [rms_db(sound[:, -RATE // 2 :]) for sound in (first, again, plain)]
    assert abs(tails[0] - tails[1]) < 2
    assert tails[0] > tails[2] + 10


@dragonfly
def test_an_lv2_reverb_rings_on(song: Path) -> None:
    settings = (Setting("Decay", "4"), Setting("Late Level", "100"))
    sound = through(song, ROOM, settings=settings, tail_s=1.0)
    assert sound.shape[1] == 3 * RATE
    assert rms_db(sound[:, -RATE // 2 :]) > -60


@dragonfly
def test_a_state_of_something_else_is_refused(song: Path) -> None:
    with pytest.raises(InputError, match="no state of room"):
        through(song, PluginUse(ROOM, load_state=song))


@dragonfly
def test_an_lv2_parameter_moves(song: Path) -> None:
    """Dry and wet off from the middle on."""
    off = ((0.0, "80"), (1.0, "80"), (1.01, "0"))
    curve = Automation("Dry Level", off, "room", "seconds")
    settings = (Setting("Early Level", "0"), Setting("Late Level", "0"))
    sound = through(song, ROOM, automation=(curve,), settings=settings)
    assert rms_db(sound[:, :40000]) > -30
    assert rms_db(sound[:, 60000:]) < rms_db(sound[:, :40000]) - 40


@dragonfly
def test_silence_in_silence_out(tmp_path: Path) -> None:
    silent = tmp_path / "silent.wav"
    write_audio(Audio(np.zeros((1, RATE), np.float32), RATE), silent, subtype="FLOAT")
    assert np.abs(through(silent, ROOM)).max() < 1e-6


@dragonfly
def test_a_bundle_is_answered_with_its_uris(song: Path) -> None:
    with pytest.raises(InputError) as caught:
        through(song, "/usr/lib/lv2/DragonflyRoomReverb.lv2")
    assert ROOM in caught.value.hint


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("urn:nobody:nothing", "could not be loaded"),
        ("/nowhere/Some.vst3", "There is no plugin"),
        ("Reverb", "names no plugin"),
        ("C:\\plugins\\x.dll", "names no plugin"),
    ],
)
def test_plugins_that_are_not_there(song: Path, path: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        through(song, path)


def test_a_file_that_is_no_plugin(song: Path, tmp_path: Path) -> None:
    fake = tmp_path / "Fake.vst3"
    fake.write_bytes(b"no plugin at all")
    with pytest.raises(InputError, match="could not be loaded"):
        through(song, str(fake))


def broken_plugin(folder: Path, entry: str) -> str:
    """A VST3 whose entry does `entry` and nothing else."""
    inside = folder / "Broken.vst3" / "Contents" / f"{platform.machine()}-linux"
    inside.mkdir(parents=True)
    source = folder / "broken.c"
    source.write_text(
        "#include <stdlib.h>\n#include <unistd.h>\n"
        f"int ModuleEntry(void *p) {{ {entry}; return 1; }}\n"
        "int ModuleExit(void) { return 1; }\nvoid *GetPluginFactory(void) { return 0; }\n"
    )
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(inside / "Broken.so"), str(source)], check=True, timeout=60)
    return str(folder / "Broken.vst3")


@compiler
def test_a_plugin_that_hangs_is_named_and_ended(song: Path, tmp_path: Path) -> None:
    evil = broken_plugin(tmp_path, "for (;;) pause()")
    with pytest.raises(InputError, match=r"The plugin Broken did not answer in time \(loading Broken\)"):
        through(song, evil, limit_s=4.0)
    assert not (tmp_path / "out.wav").exists()
    assert rms_db(through(song) - voice(2.0)) < -150  # and we go on


@compiler
def test_a_plugin_that_aborts_is_named(song: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"The plugin Broken crashed \(loading Broken, SIGABRT\)"):
        through(song, broken_plugin(tmp_path, "abort()"))


@zam
@pytest.mark.skipif(not (VST3 / "ZamVerb.vst3").exists(), reason="ZamVerb is not installed")
def test_zamverb_hangs_in_pedalboard_and_is_ended(song: Path) -> None:
    """The hang that made us host plugins in a child.  DawDreamer loads the same file, so the user loses nothing."""
    code = (
        "import json, pedalboard\n"
        "print(json.dumps({'doing': 'loading ZamVerb', 'limit_s': 8}), flush=True)\n"
        f"pedalboard.load_plugin({zam_plugin('ZamVerb')!r})\n"
        "print(json.dumps({'result': {}}), flush=True)\n"
    )
    task = Task([sys.executable, "-c", code], "Asking", ("ZamVerb",))
    with pytest.raises(InputError, match=r"The plugin ZamVerb did not answer in time \(loading ZamVerb\)"):
        run_task(task, JobContext())
    assert through(song, zam_plugin("ZamVerb")).shape == voice(2.0).shape
