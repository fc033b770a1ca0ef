"""Means of the figures between two reports; a figure counts only where it was given."""

from __future__ import annotations

from collections.abc import Mapping


class Means:
    """Collects figures by name."""

    def __init__(self) -> None:
        self._values: dict[str, list[float]] = {}

    def add(self, figures: Mapping[str, float]) -> None:
        """One step's."""
        for name, value in figures.items():
            self._values.setdefault(name, []).append(value)

    def take(self) -> dict[str, float]:
        """The means since the last call."""
        means = {name: sum(values) / len(values) for name, values in self._values.items()}
        self._values = {}
        return means
