"""`melisma bench claims`: what is missing or wrong is one sentence; what is there becomes a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.train.claims.__main__ import main
from engine.train.claims.beside_paper import CLAIMS, Asked, answers, outcome
from engine.train.claims.figures import Figures
from engine.train.claims.judging import HEARD_STEPS, STEPS
from engine.train.claims.page import markdown
from engine.train.claims.plan import Plan, plan_of
from engine.train.claims.results import TEACHER, Results
from engine.train.claims.summary import Spread, spread, verdict


def said(capsys: pytest.CaptureFixture[str]) -> str:
    text = capsys.readouterr().err
    assert text.count("\n") == 1
    assert "Traceback" not in text
    return text


def row(size: float, parameters: int = 10) -> dict[str, Any]:
    """A training all of whose figures are `size`."""
    same = dict.fromkeys(Figures.__dataclass_fields__, size)
    return {
        "parameters": parameters,
        "mean": same,
        "phone_errors": {str(steps): size for steps in (0, *HEARD_STEPS)},
        **{solver: {str(steps): same for steps in STEPS} for solver in ("exponential", "euler")},
    }


TEACHER_FACTS = {"phrases": 2, "seconds": 9.0, "songs": 1, "phones": 20, "phone_errors": 0.5, "key_cents": 17.0}
CODEC_FACTS = {
    "figures": dict.fromkeys(Figures.__dataclass_fields__, 1.0),
    "phone_errors": 0.5,
    "neck_noise": 0.1,
    "tracked_cents": 1.0,
    "tracked_off_share": 0.0,
}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Two trainings of the whole, one of another row, nothing else."""
    plan_of(tmp_path, Plan("songs"))
    results = Results(tmp_path)
    results.keep(TEACHER, TEACHER_FACTS)
    results.keep("codec-rvq", CODEC_FACTS)
    results.keep("whole-1", row(2.0))
    results.keep("whole-2", row(3.0))
    results.keep("standard-1", row(6.0))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "holds no plan"),
        (["--corpus", "nowhere"], "lacks songs"),
    ],
)
def test_a_work_folder_without_what_is_needed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["--work", str(tmp_path / "new"), *arguments]) == 2
    assert words in said(capsys)


def test_no_time_and_nothing_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--work", str(tmp_path), "--corpus", str(tmp_path), "--minutes", "0"]) == 2
    assert "Nothing is measured yet" in said(capsys)


def test_a_slip_at_the_beginning_binds_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--work", str(tmp_path), "--corpus", "nowhere"]) == 2
    assert "lacks songs" in said(capsys)
    assert plan_of(tmp_path, Plan("elsewhere")).corpus == "elsewhere"


def test_what_is_there_becomes_a_page(work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "claims.md"
    assert main(["--work", str(work), "--minutes", "0", "--table", str(table)]) == 0
    assert capsys.readouterr().out.strip() == table.read_text(encoding="utf-8").strip()
    lines = table.read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("| all of it") and "2.50 (2.00 to 3.00)" in line for line in lines)
    assert any(line.startswith("| no enhanced") and "not measured" in line for line in lines)


def test_json_holds_every_figure(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--work", str(work), "--minutes", "0", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert len(facts["systems"]["whole"]) == 2
    assert facts["systems"]["plain"] == []
    assert "corpus" not in facts["plan"]


def test_every_table_has_as_many_cells_in_every_row(work: Path) -> None:
    page = markdown(Results(work).everything(Plan("songs")))
    for block in page.split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({line.count(" | ") for line in rows if not line.startswith("|--")}) <= 1


def test_rows_differ_only_beyond_chance_and_by_enough() -> None:
    base = Spread(1.0, 0.9, 1.1, 2)
    assert verdict(base, Spread(1.3, 1.25, 1.35, 2)) == "worse"
    assert verdict(base, Spread(0.7, 0.6, 0.8, 2)) == "better"
    assert verdict(base, Spread(1.3, 1.05, 1.55, 2)) == "the same"
    assert verdict(Spread(1.0, 1.0, 1.0, 1), Spread(1.02, 1.02, 1.02, 1)) == "the same"


def test_a_claim_is_held_to_what_was_measured(work: Path) -> None:
    systems = Results(work).everything(Plan("songs"))["systems"]
    prior = CLAIMS[0]
    found = answers(prior, systems)
    assert {answer.verdict for answer in found} == {"worse"}
    assert outcome(prior, found) == "holds here"
    systems["standard"] = [row(1.0) | {"codec_db": 1.0}]
    assert outcome(prior, answers(prior, systems)) == "does not hold here"
    systems["standard"] = []
    assert outcome(prior, answers(prior, systems)) == "not measured"


def test_each_claim_asks_for_figures_that_are_measured(work: Path) -> None:
    every = Results(work).everything(Plan("songs"))["systems"]["whole"]
    asked: list[Asked] = [one for claim in CLAIMS for one in claim.asked]
    assert all(spread(every, one.solver, one.steps, one.name) for one in asked)
    assert all(set(claim.why) == {"holds here", "does not hold here", "holds in part"} for claim in CLAIMS)
