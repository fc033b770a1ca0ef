"""What the window asks of trainings: the rules of a wish, trainings that can go on, one at a time in a folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("onnx")

from engine.errors import Cancelled, InputError, MelismaError
from engine.folders import cache_folder
from engine.jobs import JobContext, Progress
from engine.train.own import asked, begun
from engine.train.own.kept_share import how_far, note_share
from engine.train.own.plan import OwnPlan, begin_or_go_on, training_folder


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELISMA_DATA", str(tmp_path))


def call(context: JobContext | None = None, **args: Any) -> Any:
    return SimpleNamespace(args=args, context=context or JobContext(), part=None, kept=None)


def problems(**args: Any) -> dict[str, str]:
    return {problem["field"]: problem["message"] for problem in asked.wish(call(**args))["problems"]}


def work_folder(own_id: str, recordings: Path, **wish: Any) -> Path:
    """A training that was begun, as it leaves its folder before the first checkpoint."""
    work = training_folder() / own_id
    work.mkdir(parents=True)
    (work / "plan.json").write_text(json.dumps({"recordings": str(recordings), "base": "x", "language": "en"}))
    consent = {"singer": "Ann", "consent": "I am the singer", "licence": "CC0-1.0", "date": "2026-01-01"}
    (work / "consent.json").write_text(json.dumps(consent))
    if wish:
        (work / begun.NOTE).write_text(json.dumps(wish))
    return work


class TestRules:
    def test_what_is_not_said_yet_is_no_problem(self) -> None:
        assert problems() == {}
        assert problems(name="", singer=" ", consent="") == {}

    def test_each_problem_belongs_to_its_field(self) -> None:
        found = problems(name="!!!", singer="no", consent="no", licence="??")
        assert set(found) == {"name", "singer", "consent", "licence"}
        assert "Without the singer's consent no voice is made" in found["consent"]
        assert "no licence's name" in found["licence"]

    def test_hints_name_no_options_of_the_command_line(self) -> None:
        told = asked.wish(call(name="trio", singer="no", consent="no", licence="??"))["problems"]
        assert len(told) == 4
        assert not any("--" in problem["message"] + problem["hint"] for problem in told)

    def test_a_name_that_came_along_is_refused(self) -> None:
        assert "came along with melisma" in problems(name="Trio")["name"]

    def test_a_name_that_is_taken_is_told(self, tmp_path: Path) -> None:
        assert asked.wish(call(name="Ann's"))["id"] == "ann-s"
        assert not asked.wish(call(name="Ann"))["taken"]
        (tmp_path / "data" / "models" / "ann").mkdir(parents=True)
        assert asked.wish(call(name="Ann"))["taken"]

    @pytest.mark.parametrize(("language", "same"), [("en", True), ("de", False)])
    def test_what_was_begun_under_the_name(self, tmp_path: Path, language: str, same: bool) -> None:
        work_folder("ann", tmp_path)
        told = asked.wish(call(name="Ann", recordings=str(tmp_path), language=language))["begun"]
        assert told["same"] is same
        assert told["consent"]["singer"] == "Ann"
        assert asked.wish(call(name="Bob", recordings=str(tmp_path), language=language))["begun"] is None


class TestBegun:
    def test_those_that_can_go_on_are_listed_the_newest_first(self, tmp_path: Path) -> None:
        old = work_folder("old", tmp_path, name="Old", quality="quick", minutes=None)
        work_folder("new", tmp_path, name="New", quality="long", minutes=12.0)
        work_folder("done", tmp_path)
        os.utime(old / begun.NOTE, (1, 1))
        found = asked.options(call())["begun"]
        assert [(one["id"], one["name"], one["quality"], one["minutes"]) for one in found] == [
            ("new", "New", "long", 12.0),
            ("old", "Old", "quick", None),
        ]

    def test_what_cannot_be_read_is_left_out(self, tmp_path: Path) -> None:
        work = work_folder("ann", tmp_path, name="Ann")
        (work / "plan.json").write_text("{half")
        assert asked.options(call())["begun"] == []

    def test_a_spoilt_checkpoint_counts_as_nothing(self, tmp_path: Path) -> None:
        pytest.importorskip("torch")
        work = work_folder("ann", tmp_path, name="Ann")
        (work / "training").mkdir()
        (work / "training" / "fit.pt").write_bytes(b"half a file")
        (found,) = asked.options(call())["begun"]
        assert (found["done"], found["spent_s"]) == (0, 0.0)

    def test_the_base_and_its_languages(self) -> None:
        told = asked.options(call())
        assert {"en", "de"} <= set(told["base"]["languages"])
        assert list(told["steps"]) == ["quick", "normal", "long"]

    def test_forgetting(self, tmp_path: Path) -> None:
        work = work_folder("ann", tmp_path, name="Ann")
        asked.forget(call(id="ann"))
        assert not work.exists()
        with pytest.raises(MelismaError):
            asked.forget(call(id="../models"))

    def test_what_is_being_trained_is_not_forgotten(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(asked, "_MOMENT_S", 0.0)
        work = work_folder("ann", tmp_path, name="Ann")
        with begun.alone_in(work), pytest.raises(InputError, match="trained already"):
            asked.forget(call(id="ann"))
        assert (work / "plan.json").exists()
        asked.forget(call(id="ann"))

    def test_forgetting_waits_for_a_check_that_was_just_cancelled(self, tmp_path: Path) -> None:
        work = work_folder("ann", tmp_path, name="Ann")
        with ExitStack() as check:
            check.enter_context(begun.alone_in(work))
            context = JobContext(lambda _progress: check.close())
            asked.forget(call(context, id="ann"))
        assert not work.exists()


class TestShare:
    def test_it_is_told_without_a_look_into_the_checkpoint(self, tmp_path: Path) -> None:
        work = work_folder("ann", tmp_path, name="Ann")
        (work / "training").mkdir()
        fit = work / "training" / "fit.pt"
        note_share(fit, 344, 60.0)
        assert [found["done"] for found in asked.options(call())["begun"]] == [0]
        fit.write_bytes(b"what a training is replacing now")
        (found,) = asked.options(call())["begun"]
        assert (found["done"], found["spent_s"]) == (344, 60.0)

    def test_older_checkpoints_have_none_beside(self, tmp_path: Path) -> None:
        torch = pytest.importorskip("torch")
        torch.save({"done": 12, "spent_s": 3.0}, tmp_path / "fit.pt")
        assert how_far(tmp_path / "fit.pt") == (12, 3.0)
        (tmp_path / "fit.json").write_text("{half")
        assert how_far(tmp_path / "fit.pt") == (12, 3.0)


class TestPlaceToLook:
    @pytest.fixture
    def plan(self, tmp_path: Path) -> OwnPlan:
        (tmp_path / "takes").mkdir()
        told: Mapping[str, Any] = {"name": "Ann", "recordings": str(tmp_path / "takes"), "language": "en"}
        plan = asked._plan(call(**told), check=True)
        plan.work.mkdir(parents=True)
        begin_or_go_on(plan)
        return plan

    def test_a_training_that_was_stopped_is_looked_at_where_it_is(self, plan: OwnPlan) -> None:
        with asked._place_to_look(plan, call()) as work:
            assert work == plan.work

    def test_nobody_waits_for_one_that_is_at_work(self, plan: OwnPlan, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(asked, "_MOMENT_S", 0.0)
        with begun.alone_in(plan.work), asked._place_to_look(plan, call()) as work:
            assert work == cache_folder() / "voice-check"
            assert work.is_dir()

    def test_who_waits_for_an_older_check_says_so(self, plan: OwnPlan) -> None:
        said: list[str] = []
        shutil.rmtree(plan.work)
        with ExitStack() as older:
            older.enter_context(begun.alone_in(cache_folder() / "voice-check"))

            def progressed(progress: Progress) -> None:
                said.append(progress.stage)
                older.close()

            with asked._place_to_look(plan, call(JobContext(progressed))) as work:
                assert work == cache_folder() / "voice-check"
        assert said == ["Waiting for another check"]


class TestAlone:
    def test_who_waits_can_be_cancelled(self, tmp_path: Path) -> None:
        context = JobContext()
        context.token.cancel()
        with begun.alone_in(tmp_path / "ann"), pytest.raises(Cancelled):  # noqa: SIM117
            with begun.alone_in(tmp_path / "ann", context.token.raise_if_cancelled):
                pytest.fail("two at once")

    def test_nothing_is_left(self, tmp_path: Path) -> None:
        with begun.alone_in(tmp_path / "ann"):
            assert list(tmp_path.iterdir())
        assert list(tmp_path.iterdir()) == []


def test_rules_do_not_wait_for_the_networks_library() -> None:
    """A form asks them while somebody types."""
    program = "import sys, engine.train.own.asked; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_window_and_the_command_line_ask_for_the_same(tmp_path: Path) -> None:
    from engine.train.own.__main__ import _parser, _plan

    words = {"name": "Ann", "singer": "Ann", "consent": "I am", "licence": "CC0-1.0", "language": "de"}
    options = [word for name, value in words.items() for word in (f"--{name}", value)]
    told: Mapping[str, Any] = words | {"recordings": str(tmp_path), "quality": "quick", "minutes": 5}
    by_hand = _plan(_parser().parse_args([str(tmp_path), *options, "--quality", "quick", "--minutes", "5"]))
    assert asked._plan(call(**told, device="auto")) == by_hand
