"""`docs/project-file.md` is as the tables, and its example is a project."""

from __future__ import annotations

import re

from engine.project import document
from engine.project.file import parse_project, project_bytes
from engine.project.shapes import SHAPES
from engine.score import KNOBS
from tests.conftest import ROOT


def test_the_page_is_as_the_tables() -> None:
    stale = "docs/project-file.md is stale: python -m engine.project.document > docs/project-file.md"
    assert (ROOT / "docs" / "project-file.md").read_text(encoding="utf-8") == document.page(), stale


def test_every_field_and_knob_has_a_row() -> None:
    rows = re.findall(r"^\| `([^`]+)` \|", document.page(), re.MULTILINE)
    assert set(KNOBS) <= set(rows)
    for shape in SHAPES:
        assert {field.name for field in shape.fields} <= set(rows)
        assert all(field.about and "|" not in field.about for field in shape.fields)


def test_the_example_is_a_project() -> None:
    example = document.page().split("```json\n")[-1].removesuffix("```\n")
    project = parse_project(example.encode())
    assert project_bytes(project).decode() == example
