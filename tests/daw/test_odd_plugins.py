"""Plugins that load and then misbehave: made here, as LV2, in C."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.audio import Audio, read_audio, write_audio
from engine.errors import InputError
from engine.jobs import JobContext
from plugin_host.rendergraph import BounceRequest, PluginUse, Setting, bounce, describe_plugin
from tests.unit.rendergraph.sounds import RATE, rms_db, voice

pytestmark = pytest.mark.skipif(
    shutil.which("cc") is None or sys.platform != "linux", reason="no C compiler to make an odd plugin with"
)

URI = "urn:melisma-test:odd"

SOURCE = """
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
typedef struct { float *port[6]; float line[4096]; uint32_t at; } Odd;
typedef struct {
    const char *uri;
    void *(*instantiate)(const void *, double, const char *, const void *);
    void (*connect)(void *, uint32_t, void *);
    void (*activate)(void *);
    void (*run)(void *, uint32_t);
    void (*deactivate)(void *);
    void (*cleanup)(void *);
    const void *(*extension)(const char *);
} Descriptor;
static void *instantiate(const void *d, double rate, const char *p, const void *f) {
    INSTANTIATE;
    return calloc(1, sizeof(Odd));
}
static void connect(void *h, uint32_t port, void *data) { ((Odd *)h)->port[port] = data; }
static void activate(void *h) { Odd *o = h; memset(o->line, 0, sizeof o->line); o->at = 0; }
static void run(void *h, uint32_t n) {
    Odd *o = h;
    float amount = *o->port[4];
    for (uint32_t i = 0; i < n; i++) {
        float left = o->port[0][i], right = o->port[1][i];
        RUN;
        o->port[2][i] = left;
        o->port[3][i] = right;
    }
}
static const Descriptor DESCRIPTOR = {"urn:melisma-test:odd", instantiate, connect, activate, run, 0, free, 0};
const Descriptor *lv2_descriptor(uint32_t index) { return index ? 0 : &DESCRIPTOR; }
"""

MANIFEST = """@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<urn:melisma-test:odd> a lv2:Plugin ; lv2:binary <odd.so> ; rdfs:seeAlso <odd.ttl> .
"""

PORTS = """@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix doap: <http://usefulinc.com/ns/doap#> .
<urn:melisma-test:odd> a lv2:Plugin ; doap:name "Odd" ; lv2:port
 [ a lv2:InputPort, lv2:AudioPort ; lv2:index 0 ; lv2:symbol "a" ; lv2:name "A" ] ,
 [ a lv2:InputPort, lv2:AudioPort ; lv2:index 1 ; lv2:symbol "b" ; lv2:name "B" ] ,
 [ a lv2:OutputPort, lv2:AudioPort ; lv2:index 2 ; lv2:symbol "c" ; lv2:name "C" ] ,
 [ a lv2:OutputPort, lv2:AudioPort ; lv2:index 3 ; lv2:symbol "d" ; lv2:name "D" ] ,
 [ a lv2:InputPort, lv2:ControlPort ; lv2:index 4 ; lv2:symbol "amount" ; lv2:name "Amount" ;
   lv2:default 0.0 ; lv2:minimum 0.0 ; lv2:maximum 4000.0 ] ,
 [ a lv2:OutputPort, lv2:ControlPort ; lv2:index 5 ; lv2:symbol "latency" ; lv2:name "Latency" ;
   lv2:designation lv2:latency ; lv2:portProperty lv2:reportsLatency ;
   lv2:default 0.0 ; lv2:minimum 0.0 ; lv2:maximum 4096.0 ] .
"""

DELAY = (
    "o->line[o->at % 4096] = left; left = right = o->line[(o->at - (uint32_t)amount) % 4096]; o->at++;"
    " *o->port[5] = amount"
)


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "vöice one.wav"
    write_audio(Audio(np.repeat(voice(1.0)[:1], 2, axis=0), RATE), path, subtype="FLOAT")
    return path


def odd(folder: Path, monkeypatch: pytest.MonkeyPatch, run: str = "", instantiate: str = "") -> str:
    """The URI of a plugin that does `run` for every sample."""
    bundle = folder / "höme of mine" / ".lv2" / "odd.lv2"
    bundle.mkdir(parents=True)
    (bundle / "manifest.ttl").write_text(MANIFEST)
    (bundle / "odd.ttl").write_text(PORTS)
    (bundle / "odd.c").write_text(SOURCE.replace("INSTANTIATE", instantiate).replace("RUN", run))
    line = ["cc", "-shared", "-fPIC", "-O1", "-o", str(bundle / "odd.so"), str(bundle / "odd.c"), "-lm"]
    subprocess.run(line, check=True, timeout=60)
    monkeypatch.setenv("HOME", str(bundle.parents[1]))  # DawDreamer looks nowhere else that a user may write to
    return URI


def through(song: Path, uri: str, *settings: Setting, limit_s: float | None = None) -> np.ndarray:
    out = song.with_name("out.wav")
    request = BounceRequest(
        song,
        out,
        plugins=(PluginUse(uri),),
        settings=settings,
        subtype="FLOAT",
        safety="off",
        tail_s=0.0,
        limit_s=limit_s,
    )
    bounce(request, JobContext())
    return read_audio(out).samples


def test_it_loads_at_all(song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a folder with a space and letters beyond ASCII."""
    assert (through(song, odd(tmp_path, monkeypatch)) == read_audio(song).samples).all()


@pytest.mark.parametrize("value", ["NAN", "INFINITY"])
def test_values_that_are_no_numbers_do_not_reach_the_file(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    evil = odd(tmp_path, monkeypatch, f"if (o->at++ == 20000) left = {value}")
    with pytest.raises(InputError, match=r"no numbers.*odd"):
        through(song, evil)
    assert not song.with_name("out.wav").exists()


def test_a_plugin_that_hangs_while_it_sounds(song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = odd(tmp_path, monkeypatch, "if (o->at++ == 20000) for (;;) pause()")
    with pytest.raises(InputError, match=r"The plugin odd did not answer in time \(rendering\)"):
        through(song, evil, limit_s=3.0)
    assert not song.with_name("out.wav").exists()


def test_a_plugin_that_crashes_while_it_sounds(song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = odd(tmp_path, monkeypatch, "if (o->at++ == 20000) abort()")
    with pytest.raises(InputError, match=r"The plugin odd crashed \(rendering, SIGABRT\)"):
        through(song, evil)


def test_latency_that_a_knob_makes_is_taken_out(song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    late = odd(tmp_path, monkeypatch, DELAY)
    assert describe_plugin(late, "odd", JobContext())["latency"] == 0
    sound = through(song, late, Setting("Amount", "1000"))
    assert rms_db(sound - read_audio(song).samples) < -120


def test_latency_that_comes_while_it_sounds_is_told(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can say which samples were late, so nothing is written that would be off the beat."""
    late = odd(tmp_path, monkeypatch, "*o->port[5] = o->at++ < 20000 ? 0 : 1000")
    with pytest.raises(InputError, match="changed its latency"):
        through(song, late)
    assert not song.with_name("out.wav").exists()
