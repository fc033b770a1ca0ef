"""The paper's own path, whole, at a tiny size: videos, training, a package, pictures; and what is refused."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

pytest.importorskip("diffusers")
pytest.importorskip("torchaudio")

from safetensors.torch import save_file

from engine.audio import write_audio
from engine.avatar.paper_process import PaperProcess
from engine.avatar.portrait import Landmarks, write_landmarks
from engine.errors import InputError, MelismaError
from engine.jobs import JobContext, Progress
from engine.models import InstalledModel, load_manifest, verify
from engine.train import checkpoint
from engine.train.avatar import paper_training
from engine.train.avatar.networks.paper import PaperConfig, PaperSinger, build_unet, build_vae, trained_parameters
from engine.train.avatar.networks.paper_diffusion import PaperFace, PaperSettings, paper_loss
from engine.train.avatar.networks.paper_hearing import build_hearing
from engine.train.avatar.paper_dataset import Clips
from engine.train.avatar.paper_faces import PreparedFace, Recogniser
from engine.train.avatar.paper_networks import MINIATURE, PAPER, PaperFiles, choose_device, open_singer
from engine.train.avatar.paper_package import open_package
from engine.train.avatar.paper_render import Heard, Portrait, draw_singing, open_weights
from engine.train.avatar.paper_training import PaperPlan, main, train_paper
from engine.train.avatar.videos import Take
from tests.singing_videos import SIDE, landmarks_of, picture_of, swell, write_singing

SINGERS = ("mira", "kenji")


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Faster for networks this small, and sums come out the same every time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("videos")
    for avatar in SINGERS:
        write_singing(folder / f"{avatar}.mp4", avatar)
    return folder


def where_it_is(picture: np.ndarray) -> Landmarks:
    """The real search takes seconds, and has tests of its own."""
    assert picture.shape == (SIDE, SIDE, 4)
    return landmarks_of(SINGERS[0])


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, videos: Path) -> tuple[Path, Path]:
    """(work, package) of six steps of the miniature."""
    home = tmp_path_factory.mktemp("home")
    size = replace(MINIATURE, steps=6)
    train_paper(PaperPlan(videos, home / "work", home / "tiny-singer", size, find=where_it_is))
    return home / "work", home / "tiny-singer"


def test_a_package_is_whole_and_says_what_it_was_made_from(folders: tuple[Path, Path]) -> None:
    work, package = folders
    manifest = load_manifest(package / "manifest.json")
    assert (manifest.id, manifest.kind, manifest.role) == ("tiny-singer", "singer-paper", "animator")
    assert {check.state for check in verify(InstalledModel(manifest, package))} == {"ok"}
    made = manifest.settings["made"]
    assert (made["videos"], made["steps"], made["trained"]) == (2, 6, "all")
    for name, size in manifest.settings["bytes"].items():
        assert (package / name).stat().st_size == size
        assert (package / name).stat().st_mode & 0o777 == (package / "card.md").stat().st_mode & 0o777
    assert "tiny-singer" in (package / "card.md").read_text()
    log = [json.loads(line) for line in (work / "singer.jsonl").read_text().splitlines()]
    assert log[-1]["step"] == 6
    assert all(np.isfinite(line["loss"]) for line in log)
    networks = open_package(package)
    trained = checkpoint.load(work / "singer.pt")["weights"]
    for name, value in networks.singer.named_parameters():
        assert torch.equal(value, trained[name])


def test_a_package_sings_through_another_process(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """Whole, as the product does it."""
    portrait, vocals, points = tmp_path / "p.png", tmp_path / "v.wav", tmp_path / "p.landmarks.json"
    Image.fromarray(picture_of("noor")).save(portrait)
    write_audio(swell(0.4), vocals)
    write_landmarks(points, landmarks_of("noor"), SIDE, SIDE)
    seen: list[Progress] = []
    process = PaperProcess(folders[1])
    pictures = list(process.pictures(vocals, portrait, 10, 1, 2, JobContext(seen.append), points))
    assert len(pictures) == 10
    side = MINIATURE.networks.side
    assert all(picture.shape == (side, side, 4) and picture.dtype == np.uint8 for picture in pictures)
    assert all((picture[..., 3] == 255).all() for picture in pictures)
    assert np.ptp(np.stack(pictures)[..., :3]) > 0
    stages = [progress.stage for progress in seen]
    assert stages.index("Loading the networks") < stages.index("Drawing")
    drawing = [(progress.done, progress.total) for progress in seen if progress.stage == "Drawing"]
    assert drawing[:6] == [(step, 6) for step in range(6)]  # three clips of four pictures, two steps each
    # The same here, in this process.
    networks = open_package(folders[1])
    drawn = np.ascontiguousarray(picture_of("noor")[..., :3])
    samples = swell(0.4).samples[0]
    size = networks.singer.config.face_embedding
    here = list(
        draw_singing(
            networks,
            Portrait(drawn, landmarks_of("noor")),
            Recogniser(None, size),
            Heard(samples, 10),
            1,
            PaperSettings(steps=2),
            JobContext(),
        )
    )
    away = np.abs(np.stack(here).astype(int) - np.stack(pictures)[..., :3]).mean()
    assert away < 1  # the file was written with 24 bits


def test_it_sings_in_half_precision_as_on_a_gpu(folders: tuple[Path, Path]) -> None:
    networks = open_package(folders[1])
    portrait = Portrait(np.ascontiguousarray(picture_of("noor")[..., :3]), landmarks_of("noor"))
    recogniser = Recogniser(None, networks.singer.config.face_embedding)
    drawn = []
    for dtype in (torch.float32, torch.float16):
        networks.singer.to(dtype)
        heard, settings = Heard(swell(0.2).samples[0], 5), PaperSettings(steps=2)
        made = draw_singing(networks, portrait, recogniser, heard, 1, settings, JobContext())
        drawn.append(np.stack(list(made)).astype(int))
    assert drawn[0].shape == (5, 64, 64, 3)
    assert np.abs(drawn[0] - drawn[1]).mean() < 3


def state_of(path: Path) -> dict[str, torch.Tensor]:
    return checkpoint.load(path / "singer.pt")["weights"]


def test_a_stopped_training_goes_on_as_if_never_stopped(
    folders: tuple[Path, Path], videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = PaperPlan(videos, tmp_path / "work", tmp_path / "out", replace(MINIATURE, steps=6), find=where_it_is)
    plan.work.mkdir()
    (plan.work / "takes").symlink_to(folders[0] / "takes")
    steps = paper_training._step
    monkeypatch.setattr(paper_training, "CHECKPOINT_S", 0.0)

    def stopped(*given):
        if given[-1] == 3:
            raise KeyboardInterrupt
        return steps(*given)

    monkeypatch.setattr(paper_training, "_step", stopped)
    with pytest.raises(KeyboardInterrupt):
        train_paper(plan)
    assert checkpoint.steps_done(plan.work / "singer.pt") == 3
    assert not plan.out.exists()
    monkeypatch.setattr(paper_training, "_step", steps)
    train_paper(plan)
    whole, gone_on = state_of(folders[0]), state_of(plan.work)
    assert set(whole) == set(gone_on)
    for name, value in whole.items():
        # Six updates move a weight by up to 6e-3.
        torch.testing.assert_close(gone_on[name], value, rtol=1e-4, atol=1e-5)
    with pytest.raises(InputError, match="another seed"):
        train_paper(replace(plan, seed=7))


def takes(count: int = 2, frames: int = 12) -> list[Take]:
    """Latents say which take and picture they are of."""
    config = MINIATURE.networks
    side = config.latent_side
    made = []
    for number in range(count):
        latents = np.zeros((frames, 4, side, side), np.float16)
        latents += 100 * number + np.arange(frames)[:, None, None, None]
        heard = np.zeros((frames, config.audio_layers, config.audio_width), np.float16)
        heard += 100 * number + np.arange(frames)[:, None, None]
        face = PreparedFace(
            np.ones((config.side, config.side), np.uint8),
            np.full((3, side, side), 1 / 3, np.float16),
            np.zeros(config.face_embedding, np.float32),
        )
        made.append(Take(str(number), latents, heard, face))
    return made


def test_clips_are_of_one_take_and_in_order() -> None:
    config = MINIATURE.networks
    clips = Clips(takes(), config, 4, seed=3)
    starts = set()
    for number in range(40):
        batch = clips.draw(number, 2, "cpu")
        clean, before = batch.clean[:, 0, :, 0, 0], batch.before[:, :, 0, 0, 0]
        assert batch.clean.shape == (2, 4, 4, config.latent_side, config.latent_side)
        assert batch.heard.shape == (2, 4, config.audio_window, config.audio_layers, config.audio_width)
        both = torch.cat((before, clean), dim=1)
        assert (both.diff(dim=1) == 1).all()
        middle = batch.heard[:, :, config.audio_window // 2, 0, 0]
        assert torch.equal(middle, clean)  # what is heard belongs to what is seen
        assert torch.equal(batch.face.latents[:, 0, 0, 0] // 100, clean[:, 0] // 100)
        starts |= set(before[:, 0].tolist())
    assert starts >= {0.0, 6.0, 100.0, 106.0}  # the first and last places of both
    assert torch.equal(clips.draw(3, 2, "cpu").clean, Clips(takes(), config, 4, seed=3).draw(3, 2, "cpu").clean)
    with pytest.raises(InputError, match="No take lasts 32"):
        Clips(takes(), config, 30, seed=0)


def test_computing_layers_twice_changes_no_gradient() -> None:
    plan = PaperPlan(Path(), Path(), Path(), MINIATURE)
    clips = Clips(takes(), MINIATURE.networks, 4, seed=0)
    gradients = []
    for frugal in (False, True):
        torch.manual_seed(0)
        singer = PaperSinger(MINIATURE.networks)
        singer.frugal = frugal
        optimizer = torch.optim.SGD(singer.parameters(), 0.0)
        paper_training._step(plan, singer, paper_training.build_scheduler(), clips, optimizer, 0)
        gradients.append({name: value.grad for name, value in singer.named_parameters() if value.grad is not None})
    assert set(gradients[0]) == set(gradients[1])
    for name, value in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], value, rtol=1e-4, atol=1e-6)


def test_it_trains_in_bfloat16_too() -> None:
    plan = PaperPlan(Path(), Path(), Path(), MINIATURE, half=True)
    torch.manual_seed(0)
    singer = PaperSinger(MINIATURE.networks)
    chosen = paper_training._chosen(singer, "all")
    optimizer = torch.optim.AdamW(chosen.values(), 1e-3)
    clips = Clips(takes(), MINIATURE.networks, 4, seed=0)
    loss = paper_training._step(plan, singer, paper_training.build_scheduler(), clips, optimizer, 0)
    assert np.isfinite(loss)
    assert all(value.dtype == torch.float32 for value in chosen.values())


def test_at_the_papers_size_everything_has_the_published_number_of_weights() -> None:
    """Hallo's and AnimateDiff's published sizes; nothing is allocated."""
    with torch.device("meta"):
        singer = PaperSinger(PaperConfig())

    def millions(words: str) -> float:
        return sum(value.numel() for name, value in singer.named_parameters() if words in name) / 1e6

    assert millions("reference_unet.") == pytest.approx(859.5, abs=0.1)
    hung = millions(".audio_modules.") + millions(".motion_modules.") + millions(".hidden_spectral_weighting.")
    assert millions("denoising_unet.") - hung == pytest.approx(859.5, abs=0.1)
    assert millions(".motion_modules.") == pytest.approx(453.2, abs=0.1)
    trained = sum(value.numel() for value in trained_parameters(singer)) / 1e6
    parts = ("audioproj.", "audioembed.", ".hidden_spectral_weighting.")
    assert trained == pytest.approx(sum(map(millions, parts)), abs=1e-3)
    assert trained < 0.02 * sum(value.numel() for value in singer.parameters()) / 1e6


@pytest.mark.parametrize("form", ["paper", "released"])
def test_at_the_papers_size_everything_fits_together(form: str) -> None:
    """A step of training and its way back at 512 pixels, on a device that knows shapes alone."""
    config = replace(PaperConfig(), form=form)  # type: ignore[arg-type]
    side, frames = config.latent_side, PAPER.train_frames
    with torch.device("meta"):
        singer, vae = PaperSinger(config), build_vae(config)
        pictures = vae.decode(torch.empty(2, 4, side, side)).sample
        latents = vae.encode(pictures).latent_dist.mean
        face = PaperFace(
            torch.empty(1, 4, side, side),
            torch.empty(1, config.face_embedding),
            torch.empty(1, 3, config.side, config.side),
            torch.empty(1, 3, side, side),
        )
        clean, before = torch.empty(1, 4, frames, side, side), torch.empty(1, config.motion_frames, 4, side, side)
        heard = torch.empty(1, frames, config.audio_window, config.audio_layers, config.audio_width)
    assert pictures.shape == (2, 3, 512, 512)
    assert latents.shape == (2, 4, 64, 64)
    chosen = paper_training._chosen(singer, "paper")
    random = torch.Generator().manual_seed(0)
    paper_loss(singer, paper_training.build_scheduler(), face, clean, before, heard, PaperSettings(), random).backward()
    assert all(value.grad is not None and value.grad.shape == value.shape for value in chosen.values())


def write_published(folder: Path) -> Path:
    """What a user would own, in the miniature's sizes."""
    config = MINIATURE.networks
    torch.manual_seed(4)
    singer = PaperSinger(config)
    for name, network in (("vae", build_vae(config)), ("unet", build_unet(config))):
        (folder / "sd" / name).mkdir(parents=True)
        (folder / "sd" / name / "config.json").write_text(json.dumps(dict(network.config), default=str))
        save_file(network.state_dict(), folder / "sd" / name / "diffusion_pytorch_model.safetensors")
    save_file(build_hearing(MINIATURE.hearing).state_dict(), folder / "wav2vec.safetensors")
    torch.save({k: v for k, v in singer.state_dict().items() if not k.startswith("audioembed.")}, folder / "net.pth")
    return folder


def test_published_files_sing_as_they_lie_in_a_folder(tmp_path: Path) -> None:
    folder = write_published(tmp_path)
    networks, files = open_weights(folder, "miniature", "cpu")
    assert files.names() == {"sd": "sd", "net": "net.pth", "wav2vec": "wav2vec.safetensors"}
    published = torch.load(folder / "net.pth", weights_only=True)
    state = networks.singer.state_dict()
    assert all(torch.equal(state[name], value) for name, value in published.items())
    assert not any(value.requires_grad for value in networks.singer.parameters())


@pytest.mark.parametrize("absent", ["net.pth", "sd/vae", "wav2vec"])
def test_what_a_folder_lacks_is_said(absent: str, tmp_path: Path) -> None:
    folder = write_published(tmp_path / "published")
    gone = folder / ("wav2vec.safetensors" if absent == "wav2vec" else absent)
    gone.rename(tmp_path / "aside")
    with pytest.raises(InputError, match=absent) as refused:
        open_weights(folder, "miniature", "cpu")
    assert str(folder) in refused.value.message


def test_a_net_with_gaps_is_refused(tmp_path: Path) -> None:
    folder = write_published(tmp_path)
    published = torch.load(folder / "net.pth", weights_only=True)
    gapped = {name: value for name, value in published.items() if not name.startswith("audioproj.")}
    torch.save(gapped, folder / "net.pth")
    files = PaperFiles(net=folder / "net.pth")
    size = replace(MINIATURE, trains="paper")
    open_singer(files, size, 0, lambda _: None)  # training would learn it
    with pytest.raises(InputError, match="audioproj"):
        open_singer(files, size, 0, lambda _: None, to_sing=True)
    torch.save({name: value for name, value in gapped.items() if "audio_modules" not in name}, folder / "net.pth")
    with pytest.raises(InputError, match="denoising_unet"):
        open_singer(files, size, 0, lambda _: None)


class Malicious:
    """Runs when it is unpickled by whoever is careless."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("name", ["net.pth", "wav2vec.pt"])
def test_pickled_code_is_never_run(name: str, tmp_path: Path) -> None:
    folder, mark = write_published(tmp_path), tmp_path / "it ran"
    (folder / "wav2vec.safetensors").unlink()
    torch.save(build_hearing(MINIATURE.hearing).state_dict(), folder / "wav2vec.pt")
    torch.save({"audioproj.proj1.weight": torch.zeros(2), "x": Malicious(mark)}, folder / name)
    with pytest.raises(InputError, match="nothing of it was run"):
        open_weights(folder, "miniature", "cpu")
    assert not mark.exists()


def test_a_package_that_was_cut_or_is_another_model_is_refused(folders: tuple[Path, Path], tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    for file in folders[1].iterdir():
        os.link(file, package / file.name)
    (package / "vae.safetensors").unlink()
    os.link(package / "wav2vec.safetensors", package / "vae.safetensors")
    with pytest.raises(MelismaError, match="weights that its manifest promises"):
        open_package(package)
    facts = json.loads((package / "manifest.json").read_text())
    (package / "manifest.json").unlink()
    (package / "manifest.json").write_text(json.dumps(facts | {"kind": "singer-motion"}))
    with pytest.raises(InputError, match="singer-motion"):
        open_package(package)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_the_papers_size_is_refused_unless_asked_for() -> None:
    with pytest.raises(InputError, match="need an NVIDIA GPU") as refused:
        choose_device(None, PAPER)
    assert "--device cpu" in refused.value.hint
    assert choose_device("cpu", PAPER) == "cpu"
    assert choose_device(None, MINIATURE) == "cpu"
    with pytest.raises(InputError, match="no device cuda"):
        choose_device("cuda", MINIATURE)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none"], "not a folder"),
        (["VIDEOS", "--net", "none.pth"], "There is no none.pth"),
        (["VIDEOS", "--config", "paper", "--device", "cpu"], "net.pth"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    words: list[str], said: str, videos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(videos) if word == "VIDEOS" else word for word in words]
    given = given if "--config" in given else [*given, "--config", "miniature"]
    assert main([*given, "--work", str(tmp_path / "work"), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_a_folder_that_is_no_model_is_not_cleared(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    assert main([str(videos), "--config", "miniature", "--out", str(tmp_path), "--work", str(tmp_path / "w")]) == 2
    assert (tmp_path / "diary.txt").read_text() == "mine"
