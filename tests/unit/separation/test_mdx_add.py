"""An .onnx file of the user's: looked at, asked about, tried, installed whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, InputError
from engine.jobs import CancelToken, JobContext, Progress
from engine.models import SeparatorManifest, find_model, mdx_table, verify
from engine.models.mdx import open_mdx
from engine.models.mdx_table import MdxFacts, tail_md5
from engine.separation.mdx_add import AddRequest, add_mdx, inspect_mdx, suggest_n_fft
from engine.separation.mdx_probe import probe_mdx
from tests import tiny_mdx


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Works with an n_fft of 6144 alone."""
    return tiny_mdx.write_tuned(tmp_path_factory.mktemp("onnx") / "Voc Tuned.onnx", 6144)


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's models."""
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path / "user"))
    return tmp_path / "user" / "data" / "models"


def request(file: Path) -> AddRequest:
    return AddRequest(file, n_fft=6144, stem="vocals", device="cpu")


def test_what_is_installed(tuned: Path, own: Path) -> None:
    heard: list[Progress] = []
    added = add_mdx(request(tuned), JobContext(heard.append))
    assert added.remarks == ()
    manifest = added.model.manifest
    assert isinstance(manifest, SeparatorManifest)
    assert (manifest.id, manifest.name, manifest.stem) == ("voc-tuned", "Voc Tuned", "vocals")
    assert manifest.bandwidth_hz == 14_700
    assert dict(manifest.settings) == {
        "n_fft": 6144,
        "dim_f": 2048,
        "dim_t": 16,
        "compensate": 1.035,
        "bandwidth_hz": 14_700,
    }
    found = find_model("voc-tuned", role="separator")
    assert found.folder == own / "voc-tuned"
    assert [check.state for check in verify(found)] == ["ok"]
    assert sorted(path.name for path in own.iterdir()) == ["voc-tuned"]
    assert {progress.stage for progress in heard} == {"Copying", "Probing"}
    with pytest.raises(InputError, match="called voc-tuned already"):
        add_mdx(request(tuned), JobContext())
    options = replace(request(tuned), model_id="b", name="B", licence="MIT", compensate=1.0, probe=False)
    second = add_mdx(options, JobContext())
    assert (second.model.manifest.id, second.model.manifest.name, second.model.manifest.licence) == ("b", "B", "MIT")
    assert second.probe is None


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ({"n_fft": 5120}, "leaves 3.* dB more of the other stem than with 6144", "Give 6144"),
        ({"stem": "instrumental"}, "gives the vocals rather than the instrumental", "Say that it gives the vocals"),
        ({"n_fft": None}, "not in the table", "Say its n_fft .*5120"),
        ({"stem": None}, "not in the table", "Say which stem it gives"),
        ({"n_fft": None, "stem": None}, "not in the table", "n_fft .* and which stem"),
        ({"n_fft": 2048}, "cannot have an n_fft of 2048", "from 4094 to 15358"),
        ({"n_fft": 6145}, "cannot have an n_fft", "even number"),
        ({"compensate": 3.0}, "compensation of 3", "0.5 to 2"),
        ({"compensate": 0.0}, "compensation of 0", "0.5 to 2"),
        ({"model_id": "A/b"}, "cannot be an id", "lower-case"),
        ({"model_id": ".."}, "cannot be an id", "lower-case"),
        ({"file": Path("none.onnx")}, "no file", "path"),
        ({"device": "abacus"}, "abacus", ""),
    ],
)
def test_what_is_refused_leaves_nothing(
    tuned: Path, own: Path, changes: dict[str, object], message: str, hint: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        add_mdx(replace(request(tuned), **changes), JobContext())  # type: ignore[arg-type]
    assert caught.match(hint)
    assert not own.exists() or not list(own.iterdir())


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"RIFF....WAVE", "not an ONNX model that can be loaded"), (None, "not an ONNX model")],
)
def test_files_that_are_no_model(tuned: Path, tmp_path: Path, content: bytes | None, words: str) -> None:
    file = tmp_path / "x.onnx"
    file.write_bytes(tuned.read_bytes()[:3000] if content is None else content)
    with pytest.raises(InputError, match=words) as caught:
        add_mdx(request(file), JobContext())
    assert str(tmp_path / "user") not in caught.value.message


def test_graphs_that_are_no_mdx_net(tmp_path: Path, tiny_voice: object) -> None:
    ones = np.ones(64)
    cases = {
        "not `input`": tiny_mdx.write_mask(tmp_path / "name.onnx", ones, input="audio"),
        "takes z_t": tiny_voice.folder / "denoiser.onnx",  # type: ignore[attr-defined]
        "float. 1 x 4 x 64 x frames": tiny_mdx.write_mask(tmp_path / "open.onnx", ones, "frames", 1),  # type: ignore[arg-type]
        "2 x 4 x 64 x 16": tiny_mdx.write_mask(tmp_path / "batch.onnx", ones, batch=2),
        "4194304": tiny_mdx.write_mask(tmp_path / "large.onnx", ones, dim_t=2**22),
    }
    for words, file in cases.items():
        with pytest.raises(InputError, match=words):
            add_mdx(request(file), JobContext())


def test_segments_too_short_for_any_n_fft(tmp_path: Path) -> None:
    file = tiny_mdx.write_half(tmp_path / "short.onnx", 4096, 5)
    with pytest.raises(InputError, match="too short segments"):
        add_mdx(request(file), JobContext())
    assert suggest_n_fft(file, "vocals", JobContext(), "cpu") is None


def test_more_bins_than_any_usual_n_fft_has(tmp_path: Path) -> None:
    file = tiny_mdx.write_half(tmp_path / "fine.onnx", 4096, 16)
    assert suggest_n_fft(file, "vocals", JobContext(), "cpu") is None


def test_a_huge_file_is_not_even_copied(tmp_path: Path, own: Path) -> None:
    with (tmp_path / "huge.onnx").open("wb") as file:
        file.truncate(3 * 2**30)  # sparse
    with pytest.raises(InputError, match=r"3\.0 GiB large"):
        add_mdx(request(tmp_path / "huge.onnx"), JobContext())
    assert not list(own.iterdir())


def test_an_insensitive_network_is_taken_with_a_remark(tmp_path: Path) -> None:
    for stem in ("vocals", "instrumental"):
        file = tiny_mdx.write_half(tmp_path / f"{stem}.onnx")
        added = add_mdx(replace(request(file), stem=stem), JobContext())  # type: ignore[arg-type]
        assert len(added.remarks) == 1
        assert "could not tell" in added.remarks[0]


def test_a_cancel_leaves_nothing(tuned: Path, own: Path) -> None:
    token = CancelToken()

    def cancel(progress: Progress) -> None:
        if progress.stage == "Probing":
            token.cancel()

    with pytest.raises(Cancelled):
        add_mdx(request(tuned), JobContext(cancel, token))
    assert not list(own.iterdir())


def test_the_table_answers_and_is_believed(tuned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mdx_table._TABLE, tail_md5(tuned), MdxFacts(7680, "vocals", 1.02))
    inspected = inspect_mdx(tuned, "cpu")
    assert inspected.facts == MdxFacts(7680, "vocals", 1.02)
    added = add_mdx(AddRequest(tuned, device="cpu"), JobContext())
    assert added.model.manifest.settings["n_fft"] == 7680
    assert added.model.manifest.settings["compensate"] == 1.02
    assert "with 6144" in added.remarks[0]
    assert (
        "rather than"
        in add_mdx(
            AddRequest(tuned, n_fft=6144, stem="instrumental", model_id="b", device="cpu"), JobContext()
        ).remarks[0]
    )


def test_other_stems_are_named(tuned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mdx_table._OTHER_STEMS, tail_md5(tuned), "drums")
    with pytest.raises(InputError, match="gives drums, neither vocals"):
        add_mdx(request(tuned), JobContext())


def test_only_the_end_of_a_file_is_hashed(tmp_path: Path) -> None:
    end = bytes(range(256)) * 40_000
    for name, content in (("a", end), ("b", b"before" + end)):
        (tmp_path / name).write_bytes(content)
        assert tail_md5(tmp_path / name) == hashlib.md5(end, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(("n_fft", "dim_f", "stem"), [(6144, 2048, "vocals"), (5120, 2048, "instrumental")])
def test_the_probe_finds_the_n_fft(tmp_path: Path, n_fft: int, dim_f: int, stem: str) -> None:
    file = tiny_mdx.write_tuned(tmp_path / "m.onnx", n_fft, stem, dim_f)
    assert suggest_n_fft(file, stem, JobContext(), "cpu") == n_fft  # type: ignore[arg-type]
    wrong = probe_mdx(open_mdx(file, "cpu", 1), stem, 7680, JobContext())  # type: ignore[arg-type]
    assert (wrong.wrong_n_fft, wrong.wrong_stem, wrong.best) == (True, False, n_fft)
    assert suggest_n_fft(tiny_mdx.write_half(tmp_path / "h.onnx"), "vocals", JobContext(), "cpu") is None
