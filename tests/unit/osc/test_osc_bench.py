"""The bench counts right: nothing is lost and nothing is run twice, in processes of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plugin_host.bridge import round_trip
from plugin_host.osc.addresses import JOB_CANCEL
from plugin_host.osc.bench import Nothing, measure
from plugin_host.osc.client import Transport


@pytest.mark.parametrize("transport", list(Transport))
def test_nothing_is_lost_and_nothing_run_twice(transport: Transport) -> None:
    measured = measure(
        Nothing(), JOB_CANCEL, "01ARZ3NDEKTSV4RRFFQ69G5FAV", clients=3, requests=100, transport=transport
    )
    assert (measured.lost, measured.run_twice) == (0, 0)
    assert 0 < measured.median_ms <= measured.p99_ms


def test_the_real_bridge_keeps_every_job_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert round_trip.main(["--clients", "3", "--requests", "60", "--json", "--markdown", str(tmp_path / "b.md")]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {(row["lost"], row["run_twice"]) for row in rows} == {(0, 0)}
    assert len({(row["what"], row["over"]) for row in rows}) == len(rows)
    assert (tmp_path / "b.md").read_text().count("| UDP |") == len(rows) / 2


def test_a_page_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert round_trip.main(["--clients", "1", "--requests", "1", "--markdown", str(tmp_path / "no" / "b.md")]) == 2
    assert "does not exist" in capsys.readouterr().err
