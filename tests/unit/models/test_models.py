"""Manifests are checked whole; the registry skips what is broken and says so."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError, MelismaError
from engine.models import (
    AnimatorManifest,
    FileCheck,
    SeparatorManifest,
    default_folders,
    dump_manifest,
    find_model,
    list_models,
    load_manifest,
    open_model,
    parse_manifest,
    scan_models,
    verify,
)


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "id": "kathleen",
        "name": "Kathleen",
        "kind": "hidden-singer",
        "version": "1",
        "languages": ["en"],
        "sample_rate": 48000,
        "hop_length": 512,
        "key_range": [50, 76],
        "licence": "CC0-1.0",
        "files": {"codec.onnx": hashlib.sha256(b"codec").hexdigest()},
        "settings": {"sizes": {"width": 8}},
    } | changes


def install(folder: Path, **changes: Any) -> Path:
    place = folder / changes.get("id", "kathleen")
    place.mkdir(parents=True)
    (place / "manifest.json").write_text(json.dumps(facts(**changes)))
    (place / "codec.onnx").write_bytes(b"codec")
    return place


def test_round_trip(tmp_path: Path) -> None:
    manifest = parse_manifest(facts())
    assert manifest.key_range == (50, 76)
    assert manifest.as_dict() == facts()
    dump_manifest(manifest, tmp_path / "manifest.json")
    assert load_manifest(tmp_path / "manifest.json") == manifest


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": 1, "beat": 2}, "unknown beat, colour"),
        ({"id": "Ka/thleen"}, "id must match"),
        ({"id": 3}, "id must be a text"),
        ({"name": " "}, "name"),
        ({"languages": []}, "languages"),
        ({"languages": ["en", 1]}, "languages"),
        ({"sample_rate": True}, "sample_rate"),
        ({"sample_rate": 48000.0}, "sample_rate"),
        ({"hop_length": 0}, "hop_length"),
        ({"key_range": [60]}, "key_range"),
        ({"key_range": [70, 60]}, "key_range"),
        ({"key_range": [0, 128]}, "key_range"),
        ({"files": []}, "files must be an object"),
        ({"files": {"a": "xyz"}}, r"files\[a\]"),
        ({"settings": None}, "settings"),
    ],
)
def test_wrong_fields_are_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_manifest(facts(**changes))


def separator_facts(**changes: Any) -> dict[str, Any]:
    facts_of_both = {name: value for name, value in facts().items() if name not in ("languages", "key_range")}
    return facts_of_both | {"id": "sep", "kind": "unheard-of", "stem": "vocals", "sample_rate": 44100} | changes


def test_a_manifest_with_a_stem_is_a_separator(tmp_path: Path) -> None:
    manifest = parse_manifest(separator_facts())
    assert isinstance(manifest, SeparatorManifest)
    assert (manifest.role, parse_manifest(facts()).role) == ("separator", "voice")
    assert manifest.as_dict() == separator_facts()
    dump_manifest(manifest, tmp_path / "manifest.json")
    assert load_manifest(tmp_path / "manifest.json") == manifest
    for stated, bandwidth_hz in ((17640, 17640), (1e6, 22050), ("no", 22050), (-1, 22050)):
        found = parse_manifest(separator_facts(settings={"bandwidth_hz": stated}))
        assert isinstance(found, SeparatorManifest)
        assert found.bandwidth_hz == bandwidth_hz


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"stem": "drums"}, "stem must be one of"), ({"stem": []}, "stem must"), ({"languages": ["en"]}, "unknown lang")],
)
def test_wrong_fields_of_a_separator(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_manifest(separator_facts(**changes))


def test_each_role_has_its_own_default(tmp_path: Path) -> None:
    install(tmp_path, id="b"), install(tmp_path, id="c")
    with pytest.raises(MelismaError, match="No separator is installed"):
        find_model(folders=[tmp_path], role="separator")
    for model_id in ("a", "d"):
        (tmp_path / model_id).mkdir()
        (tmp_path / model_id / "manifest.json").write_text(json.dumps(separator_facts(id=model_id)))
    assert find_model(folders=[tmp_path]).manifest.id == "b"
    assert find_model(folders=[tmp_path], role="separator").manifest.stem == "vocals"
    assert find_model(folders=[tmp_path], role=None).manifest.id == "b"
    assert find_model("d", [tmp_path], role=None).manifest.role == "separator"
    assert [model.manifest.id for model in list_models([tmp_path], "separator")] == ["a", "d"]
    with pytest.raises(InputError, match="a is a separator, not a voice") as caught:
        find_model("a", [tmp_path])
    assert caught.value.hint == "Installed: b, c."
    with pytest.raises(InputError, match="b is a voice, not a separator"):
        find_model("b", [tmp_path], role="separator")
    with pytest.raises(InputError, match="a is a separator, not a voice"):
        open_model(tmp_path / "a")


def animator_facts(**changes: Any) -> dict[str, Any]:
    common = {name: value for name, value in separator_facts().items() if name not in ("stem", "hop_length")}
    return common | {"id": "anna", "fps": 25, "sample_rate": 16000} | changes


def test_a_manifest_with_an_fps_is_an_animator(tmp_path: Path) -> None:
    manifest = parse_manifest(animator_facts())
    assert isinstance(manifest, AnimatorManifest)
    assert manifest.as_dict() == animator_facts()
    (tmp_path / "anna").mkdir()
    dump_manifest(manifest, tmp_path / "anna" / "manifest.json")
    assert find_model(folders=[tmp_path], role="animator").manifest == manifest
    with pytest.raises(InputError, match="anna is an animator, not a voice"):
        find_model("anna", [tmp_path])
    with pytest.raises(ValueError, match="fps"):
        parse_manifest(animator_facts(fps=0))


@pytest.mark.parametrize("name", ["../a", "/etc/a", "a/../../b", "", ".", "a\\b", "C:a", "a//b", "./a"])
def test_no_path_leaves_the_folder(name: str) -> None:
    with pytest.raises(ValueError, match="no plain path"):
        parse_manifest(facts(files={name: "0" * 64}))


def test_missing_fields_and_other_shapes() -> None:
    incomplete = facts()
    del incomplete["kind"], incomplete["name"]
    with pytest.raises(ValueError, match="missing name, kind"):
        parse_manifest(incomplete)
    with pytest.raises(ValueError, match="not an object"):
        parse_manifest([])


def test_broken_files_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    with pytest.raises(MelismaError, match="could not be opened"):
        load_manifest(path)
    for content in (b"{", b"\xff"):
        path.write_bytes(content)
        with pytest.raises(MelismaError, match="not valid JSON"):
            load_manifest(path)
    path.write_text("{}")
    with pytest.raises(MelismaError, match="not a usable manifest: missing id"):
        load_manifest(path)


def test_registry_order_duplicates_and_broken_folders(tmp_path: Path) -> None:
    presets, own = tmp_path / "presets", tmp_path / "own"
    install(presets, id="b"), install(presets, id="a"), install(own, id="c"), install(own, id="a", name="Other")
    (own / "broken").mkdir()
    (own / "broken" / "manifest.json").write_text("{}")
    folders = (presets, own, tmp_path / "none")
    assert [(m.manifest.id, m.manifest.name) for m in list_models(folders)] == [
        ("a", "Kathleen"),
        ("b", "Kathleen"),
        ("c", "Kathleen"),
    ]
    assert [entry.folder.name for entry in scan_models(folders).broken] == ["broken"]
    assert find_model(folders=folders).manifest.id == "a"
    assert find_model("c", folders).path("codec.onnx").read_bytes() == b"codec"
    with pytest.raises(InputError, match="no voice called x") as caught:
        find_model("x", folders)
    assert caught.value.hint == "Installed: a, b, c."
    with pytest.raises(MelismaError, match="missing id"):
        find_model("broken", folders)
    with pytest.raises(MelismaError, match="has no file"):
        find_model("c", folders).path("other.onnx")
    with pytest.raises(MelismaError, match="No voice is installed"):
        find_model(folders=())


def test_verify_names_each_file(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"codec").hexdigest()
    install(tmp_path, files={"codec.onnx": digest, "gone.onnx": digest})
    assert verify(find_model(folders=[tmp_path])) == (FileCheck("codec.onnx", "ok"), FileCheck("gone.onnx", "missing"))
    (tmp_path / "kathleen" / "codec.onnx").write_bytes(b"other")
    assert verify(find_model(folders=[tmp_path]))[0].state == "changed"


def test_own_voices_lie_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))
    install(tmp_path / "data" / "models", id="mine")
    assert "mine" in [model.manifest.id for model in list_models()]
    assert default_folders()[0].parts[-2:] == ("presets", "models")
