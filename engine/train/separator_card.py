"""The model card that travels with a separator: what it is, what it was made from, what it can and cannot do."""

from __future__ import annotations


def separator_card() -> str:
    """Markdown of the shipped separator's card; the measured figures are those of docs/bench-isolate.md."""
    return _CARD


_CARD = """# Lumen

Takes the vocals out of a mix.
"""
