"""Public checkpoints, by their names and layouts, with tiny random tensors; and files that are not what they claim."""

from __future__ import annotations

import json
import pickle
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

pytest.importorskip("diffusers")

from safetensors.torch import save_file

from engine.errors import InputError
from engine.train.avatar.networks.checkpoints import (
    load_motion_modules,
    load_net,
    load_unet,
    load_vae,
    read_tensors,
)
from engine.train.avatar.networks.paper import PaperConfig, PaperSinger, build_unet, build_vae

TINY = PaperConfig(
    side=128,
    channels=(8, 8, 16, 16),
    heads=2,
    groups=4,
    context=8,
    face_embedding=6,
    face_tokens=2,
    audio_window=3,
    audio_layers=2,
    audio_width=4,
    audio_hidden=8,
    audio_tokens=4,
    longest=8,
    locator_channels=(4, 4, 4, 8),
    vae_channels=(8, 8, 8, 8),
)
RELEASED = replace(TINY, form="released")
VISUAL = "audioembed.dct_layer.weight"
SPECTRAL = ("audioembed.", "denoising_unet.hidden_spectral_weighting.")


def singer_of(seed: int, config: PaperConfig = TINY) -> PaperSinger:
    torch.manual_seed(seed)
    return PaperSinger(config)


@pytest.fixture(scope="module")
def trained() -> PaperSinger:
    """What somebody else published."""
    singer = singer_of(1, RELEASED)
    with torch.no_grad():
        for parameter in singer.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return singer


def state_of(singer: PaperSinger) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in singer.state_dict().items()}


def same(ours: Any, theirs: Any) -> bool:
    state = theirs.state_dict()
    return all(torch.equal(value, state[name]) for name, value in ours.state_dict().items() if name in state)


def write_folder(folder: Path, network: Any, tensors: dict[str, Tensor] | None = None, **config: Any) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({**dict(network.config), **config}, default=str))
    save_file(tensors or network.state_dict(), folder / "diffusion_pytorch_model.safetensors")
    return folder


@pytest.mark.parametrize("made_for", [(6, 14), (1, 16)])
def test_singers_net_goes_in_whole(trained: PaperSinger, made_for: tuple[int, int], tmp_path: Path) -> None:
    state = state_of(trained)
    batch, frames = made_for
    state[VISUAL] = torch.randn(batch, 4, frames, *state[VISUAL].shape[3:])
    state = {name: value for name, value in state.items() if not name.startswith("reference_unet.conv_out.")}
    torch.save(state, tmp_path / "net.pth")
    fresh = singer_of(2, RELEASED)
    report = load_net(tmp_path / "net.pth", fresh)
    assert (report.loaded, report.missing, report.unexpected) == (len(state), (), ())
    assert report.sentence() == f"net.pth: {len(state)} tensors taken."
    taken = fresh.state_dict()
    assert all(torch.equal(value, taken[name]) for name, value in state.items())


def test_hallos_net_leaves_the_spectral_modules_at_identity(trained: PaperSinger, tmp_path: Path) -> None:
    state = {name: value for name, value in state_of(trained).items() if not name.startswith(SPECTRAL)}
    state["somebody.elses"] = torch.zeros(1)
    torch.save(state, tmp_path / "net.pth")
    fresh = singer_of(2)
    report = load_net(tmp_path / "net.pth", fresh)
    assert report.unexpected == ("somebody.elses",)
    assert report.missing
    assert all(name.startswith(SPECTRAL) for name in report.missing)
    pattern = r"net\.pth: (\d+) tensors taken, (\d+) missing \(.+\), 1 passed over \(.+\)\."
    found = re.fullmatch(pattern, report.sentence())
    assert found is not None
    assert found.groups() == (str(report.loaded), str(len(report.missing)))
    audio = torch.randn(1, 4, 4, 8)
    torch.testing.assert_close(fresh.audioembed(torch.randn(1, 4, 4, 16, 16), audio), audio)
    with pytest.raises(InputError, match="no spectral modules"):
        load_net(tmp_path / "net.pth", singer_of(2, RELEASED))


def test_the_released_modules_do_not_slip_into_the_papers(trained: PaperSinger, tmp_path: Path) -> None:
    torch.save(state_of(trained), tmp_path / "net.pth")
    with pytest.raises(InputError, match="as released"):
        load_net(tmp_path / "net.pth", singer_of(2))


def test_what_was_trained_here_comes_back(tmp_path: Path) -> None:
    ours, fresh = singer_of(3), singer_of(4)
    torch.save(ours.state_dict(), tmp_path / "mine.pth")
    assert load_net(tmp_path / "mine.pth", fresh).missing == ()
    assert same(fresh, ours)


@pytest.mark.parametrize("nested", [False, True])
def test_animate_diffs_module_goes_into_the_motion_modules_only(
    trained: PaperSinger, nested: bool, tmp_path: Path
) -> None:
    state = {name: value for name, value in trained.denoising_unet.state_dict().items() if ".motion_modules." in name}
    saved = {"state_dict": {f"module.{k}": v for k, v in state.items()}, "global_step": 3} if nested else state
    torch.save(saved, tmp_path / "mm_sd_v15_v2.ckpt")
    fresh = singer_of(2)
    before = state_of(fresh)
    report = load_motion_modules(tmp_path / "mm_sd_v15_v2.ckpt", fresh)
    assert (report.loaded, report.missing) == (len(state), ())
    for name, value in fresh.state_dict().items():
        bare = name.removeprefix("denoising_unet.")
        assert torch.equal(value, state[bare] if bare in state and name != bare else before[name])


def test_another_version_of_the_motion_module_is_named(trained: PaperSinger, tmp_path: Path) -> None:
    state = {
        name: value[:, :6] if name.endswith(".pe") else value
        for name, value in trained.denoising_unet.state_dict().items()
        if ".motion_modules." in name
    }
    torch.save(state, tmp_path / "mm_sd_v14.ckpt")
    with pytest.raises(InputError, match=r"other sizes.*pos_encoder\.pe is \[1, 6, 8\], not \[1, 8, 8\]"):
        load_motion_modules(tmp_path / "mm_sd_v14.ckpt", singer_of(2))


def test_stable_diffusions_u_net_goes_into_both(trained: PaperSinger, tmp_path: Path) -> None:
    torch.manual_seed(5)
    published = build_unet(TINY)
    folder = write_folder(tmp_path / "unet", published)
    fresh = singer_of(2)
    for unet in (fresh.reference_unet, fresh.denoising_unet):
        report = load_unet(folder, unet)
        assert (report.missing, report.unexpected) == ((), ())
        assert same(published, unet)


@pytest.mark.parametrize("old", [False, True])
def test_a_vae_goes_in_with_old_names_of_its_attention_too(old: bool, tmp_path: Path) -> None:
    torch.manual_seed(5)
    published, fresh = build_vae(TINY), build_vae(TINY)
    tensors = dict(published.state_dict())
    if old:
        names = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
        for new, before in names.items():
            for name in [name for name in tensors if f".{new}." in name]:
                tensors[name.replace(f".{new}.", f".{before}.")] = tensors.pop(name)
        assert any(name.endswith(".query.weight") for name in tensors)
    report = load_vae(write_folder(tmp_path / "vae", published, tensors), fresh)
    assert (report.missing, report.unexpected) == ((), ())
    assert same(fresh, published)


def test_another_network_is_told_by_its_config(tmp_path: Path) -> None:
    unet = build_unet(TINY)
    folder = write_folder(tmp_path / "unet", unet, attention_head_dim=[5, 10, 20, 20])
    with pytest.raises(InputError, match="attention_head_dim"):
        load_unet(folder, unet)


class Malicious:
    """Runs when it is unpickled by whoever is careless."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("wrapped", ["torch", "plain"])
def test_pickled_code_is_refused_and_never_run(wrapped: str, tmp_path: Path) -> None:
    mark, path = tmp_path / "it ran", tmp_path / "net.pth"
    content = {"audioproj.proj1.weight": torch.zeros(2), "x": Malicious(mark)}
    if wrapped == "torch":
        torch.save(content, path)
    else:
        path.write_bytes(pickle.dumps({"x": Malicious(mark)}, protocol=2))
    with pytest.raises(InputError, match="nothing of it was run") as refused:
        load_net(path, singer_of(2))
    assert refused.value.hint
    assert not mark.exists()


@pytest.mark.parametrize("name", ["net.pth", "net.safetensors"])
def test_damaged_and_absent_files_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="opened"):
        read_tensors(tmp_path / name)
    (tmp_path / name).write_bytes(b"no weights at all")
    with pytest.raises(InputError, match="damaged"):
        read_tensors(tmp_path / name)


def test_files_of_something_else_are_refused(tmp_path: Path) -> None:
    torch.save({"a.b": torch.zeros(3)}, tmp_path / "other.pth")
    torch.save([torch.zeros(3)], tmp_path / "list.pth")
    with pytest.raises(InputError, match="none of the tensors"):
        load_net(tmp_path / "other.pth", singer_of(2))
    with pytest.raises(InputError, match="no tensors by name"):
        read_tensors(tmp_path / "list.pth")
    with pytest.raises(InputError, match="config"):
        load_unet(tmp_path, build_unet(TINY))
