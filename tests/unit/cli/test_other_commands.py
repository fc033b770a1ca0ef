from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

from engine.version import VERSION
from gui.cli.main import run


def install(tmp_path: Path, content: bytes = b"codec") -> None:
    place = tmp_path / "user" / "data" / "models" / "v"
    place.mkdir(parents=True)
    (place / "codec.onnx").write_bytes(content)
    facts = {
        "id": "v",
        "name": "Vera",
        "kind": "tiny",
        "version": "1",
        "languages": ["en", "de"],
        "sample_rate": 48000,
        "hop_length": 512,
        "key_range": [50, 70],
        "licence": "CC0-1.0",
        "files": {"codec.onnx": hashlib.sha256(b"codec").hexdigest()},
        "settings": {"width": 8},
    }
    (place / "manifest.json").write_text(json.dumps(facts))


def answer(capsys: pytest.CaptureFixture[str], words: str, code: int = 0) -> dict[str, object]:
    assert run([*words.split(), "--json"]) == code
    facts = json.loads(capsys.readouterr().out)
    assert isinstance(facts, dict)
    return facts


def test_models(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "models list") == {"voices": [], "separators": [], "animators": []}
    assert run(["models", "list"]) == 0
    assert capsys.readouterr().out == "No model is installed.\n"
    assert "error" in answer(capsys, "models info", code=1)
    install(tmp_path)
    assert run(["models", "list"]) == 0
    assert "Vera  (en, de)" in capsys.readouterr().out
    assert answer(capsys, "models info")["settings"] == {"width": 8}
    assert run(["models", "info", "v"]) == 0
    assert "languages:   en, de" in capsys.readouterr().out
    assert answer(capsys, "models verify v") == {"voice": "v", "ok": True, "files": {"codec.onnx": "ok"}}
    assert answer(capsys, "models info w", code=2)["error"] == {
        "kind": "input",
        "message": "There is no model called w.",
        "hint": "Installed: v.",
    }


SEPARATOR = {
    "id": "s",
    "name": "Sep",
    "kind": "unheard-of",
    "version": "2",
    "stem": "vocals",
    "sample_rate": 44100,
    "hop_length": 1024,
    "licence": "MIT",
    "files": {},
    "settings": {"bandwidth_hz": 14700.0},
}


def test_separators_are_listed_and_are_no_voices(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "user" / "data" / "models" / "a-separator"
    place.mkdir(parents=True)
    (place / "manifest.json").write_text(json.dumps(SEPARATOR))
    assert answer(capsys, "models info")["id"] == "s"
    install(tmp_path)
    assert answer(capsys, "models info")["id"] == "v"  # the default voice, though the separator comes first
    assert run(["models", "list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.split()[:2] == ["voice", "v"]
    assert second.split() == ["separator", "s", "Sep", "(vocals,", "to", "14.7", "kHz)"]
    facts = answer(capsys, "models list")["separators"]
    assert [(f["role"], f["stem"], f["bandwidth_hz"]) for f in facts] == [("separator", "vocals", 14700.0)]  # type: ignore[attr-defined]
    assert run(["models", "info", "s"]) == 0
    assert "bandwidth:   14.7 kHz" in capsys.readouterr().out
    assert answer(capsys, "models verify s") == {"separator": "s", "ok": True, "files": {}}
    assert run(["doctor"]) == 0
    assert "separator    s 2 (vocals)" in capsys.readouterr().out


def test_a_changed_voice_does_not_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install(tmp_path, b"other")
    assert run(["models", "verify"]) == 1
    assert capsys.readouterr().out == "changed    codec.onnx\n"


def test_doctor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = answer(capsys, "doctor", code=1)
    assert "No voice is installed" in str(report["problems"])
    install(tmp_path)
    report = answer(capsys, "doctor")
    assert report["ok"] is True
    assert report["device"]["reason"]  # type: ignore[index]
    assert run(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "All is well." in out
    assert str(tmp_path / "user") in out


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"melisma {VERSION}\n"
    assert run(["--help"]) == 0
    assert "sing" in capsys.readouterr().out
    assert run([]) == 2
    assert "sing" in capsys.readouterr().err


def test_training_runs_elsewhere_with_its_own_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "engine_train_voice.py").write_text(
        "import json, pathlib, sys\npathlib.Path(sys.argv[1]).write_text(json.dumps(sys.argv[2:])); sys.exit(3)"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr("gui.cli.passthrough._NEEDED", ("json",))
    from gui.cli import passthrough

    real = passthrough.run_module
    monkeypatch.setattr("gui.cli.train.run_module", lambda module, args: real(module.replace(".", "_"), args))
    seen = tmp_path / "seen.json"
    assert run(["train", "first-voice", str(seen), "--device", "cuda", "--help", "--json"]) == 3
    assert json.loads(seen.read_text()) == ["--device", "cuda", "--help", "--json"]
    assert capsys.readouterr() == ("", "")


def test_training_without_its_extra_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("gui.cli.passthrough._NEEDED", ("no_such_module_here",))
    for words in (["train", "voice"], ["bench", "sing", "--quick"]):
        assert run(words) == 1
        assert capsys.readouterr().err.startswith("This needs the train extra, which is not installed")


def test_measuring_a_bounce_needs_no_extra(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("gui.cli.passthrough._NEEDED", ("no_such_module_here",))
    assert run(["bench", "bounce", "--help"]) == 0
    assert "--markdown" in capfd.readouterr().out


def test_nothing_heavy_is_imported_to_answer_help() -> None:
    import subprocess

    code = (
        "import sys; from gui.cli.main import run; run(['--help']);"
        "heavy = {'numpy', 'onnxruntime', 'soundfile', 'PyQt6', 'rich.progress', 'mido'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
