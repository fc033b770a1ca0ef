"""A mix as it is wished for, and as its process reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.audio import Audio, write_audio
from engine.errors import InputError, MelismaError
from engine.host.coding import parse
from gui.viewmodels.mix_wish import (
    FADER_DB,
    OWN_CHAINS,
    MixBacking,
    MixVoice,
    MixWish,
    check_files,
    is_voice,
    out_file,
    told_end,
)
from gui.widgets.file_drag import placed_file
from plugin_host.rendergraph import EFFECTS

WISH = MixWish(
    voices=(MixVoice(None, OWN_CHAINS, -2.0), MixVoice(Path("/a/double.wav"), "pop-lead", -6.5)),
    out=Path("/a/mix.flac"),
    backings=(MixBacking(Path("/a/b.wav"), 3.0),),
    project="{}",
    at_s=1.25,
    subtype="PCM_16",
    sample_rate=44100,
    safety="limit",
    ceiling_db=-0.3,
)


def sound(path: Path, description: str = "") -> Path:
    write_audio(Audio(np.zeros((1, 64), np.float32), 48000), path, description=description)
    return path


def test_what_is_sent_is_what_is_read() -> None:
    assert parse(MixWish, json.loads(json.dumps(WISH.args()))) == WISH
    assert "device" not in WISH.args()  # whoever sends it says on which


@pytest.mark.parametrize(
    "wrong",
    [
        {"volume": 3},
        {"voices": []},
        {"voices": [{"path": "/a.wav"}, {"path": "/b.wav", "loud": True}]},
        {"voices": [{"path": "/a.wav", "gain_db": 25}]},
        {"voices": [{"path": "/a.wav", "chain": OWN_CHAINS}], "project": ""},
        {"voices": [{"path": None}, {"path": None}]},
        {"project": ""},
        {"backings": [{"path": None}]},
        {"backings": "b.wav"},
        {"safety": "maybe"},
        {"subtype": "PCM_8"},
        {"ceiling_db": 3},
        {"ceiling_db": "high"},
        {"sample_rate": 44100.5},
        {"out": ""},
    ],
)
def test_what_nobody_can_mean_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(MelismaError) as caught:
        parse(MixWish, json.loads(json.dumps(WISH.args())) | wrong)
    assert not isinstance(caught.value, InputError)


def test_the_fader_is_the_mixers() -> None:
    gain = EFFECTS["gain"].by_name["gain_db"]
    assert [gain.allows(edge) for edge in FADER_DB] == [True, True]


@pytest.mark.parametrize(
    ("name", "sung"),
    [
        ("song_vocals.wav", True),
        ("Lead Vocal.wav", True),
        ("song_instrumental.wav", False),
        ("novocals.wav", False),
        ("song (no vocals).wav", False),
        ("drums.wav", False),
    ],
)
def test_a_voice_is_known_by_its_name(tmp_path: Path, name: str, sung: bool) -> None:
    assert is_voice(sound(tmp_path / name)) is sung


def test_a_voice_is_known_by_our_stamp(tmp_path: Path) -> None:
    assert is_voice(sound(tmp_path / "a.wav", "melisma voice=trio 1.0 offset_s=-0.15"))
    assert not is_voice(sound(tmp_path / "b.wav", "melisma bounce song=a.wav"))
    assert not is_voice(sound(tmp_path / "m.wav", "melisma bounce song=a.wav chain=none offset_s=0.0 backings=10"))
    assert is_voice(sound(tmp_path / "w.wav", "melisma bounce song=a.wav chain=choir offset_s=0.0 backings=0"))
    assert not is_voice(sound(tmp_path / "c.flac"))
    (tmp_path / "d.wav").write_bytes(b"RIFF")
    assert not is_voice(tmp_path / "d.wav")
    assert not is_voice(tmp_path / "gone.wav")


def test_no_older_mix_is_written_over(tmp_path: Path) -> None:
    first = out_file(tmp_path, "Lead @ 5.1 00m08.000s", ".flac")
    assert first.name == "Lead - mix.flac"
    first.touch()
    second = out_file(tmp_path, "Lead", ".flac")
    assert second.name == "Lead - mix 2.flac"
    assert out_file(tmp_path, "Lead", ".flac", (second,)).name == "Lead - mix 3.flac"
    assert out_file(tmp_path, "Lead", ".mp3").name == "Lead - mix.mp3"


def test_a_long_name_leaves_room_for_its_place(tmp_path: Path) -> None:
    for name in ("a" * 247, "ü" * 126):
        out = out_file(tmp_path, name, ".flac")
        assert out.name.endswith(" - mix.flac")
        out.touch()
        assert out_file(tmp_path, name, ".flac").name.endswith(" - mix 2.flac")
        assert placed_file(out, tmp_path, 8_000.0).name.endswith(" @ 133m20.000s.flac")


def test_what_is_missing_or_read_is_told(tmp_path: Path) -> None:
    voice, backing = sound(tmp_path / "v.wav"), sound(tmp_path / "b.wav")
    wish = MixWish((MixVoice(voice),), tmp_path / "mix.wav", (MixBacking(backing),))
    check_files(wish)
    with pytest.raises(InputError, match=r"b\.wav is read for the mix"):
        check_files(replace(wish, out=tmp_path / "." / "b.wav"))
    backing.unlink()
    with pytest.raises(InputError, match=r"b\.wav is not there any more"):
        check_files(wish)


def test_loudness_and_peak_are_told() -> None:
    told = told_end({"out": "/r/Lead - mix.wav", "loudness_lufs": -14.24, "true_peak_db": -1.01})
    assert told == "Lead - mix.wav is there: −14.2 LUFS, true peak −1.0 dBTP."
    silent = told_end({"out": "/r/m.wav", "loudness_lufs": None, "true_peak_db": None})
    assert silent == "m.wav is there: no loudness to speak of, silent."


def test_every_file_is_a_source() -> None:
    assert WISH.sources == (Path("/a/double.wav"), Path("/a/b.wav"))
