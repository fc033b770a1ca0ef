"""Phone errors: the distance between two strings of phones."""

from __future__ import annotations

import pytest

from engine.train.measure.recognition import edits, phone_errors, spoken


@pytest.mark.parametrize(
    ("wanted", "heard", "distance"),
    [
        ("", "", 0),
        ("", "AH B", 2),
        ("AH B", "", 2),
        ("K AE T", "K AE T", 0),
        ("K AE T", "K AH T", 1),
        ("K AE T", "AE T", 1),
        ("K AE T", "K AE T S", 1),
        ("K AE T", "T AE K", 2),
        ("S IH T IH NG", "K IH T AH N", 3),
        ("AH AH AH", "B AH", 2),
    ],
)
def test_edits_are_the_levenshtein_distance(wanted, heard, distance):
    assert edits(wanted.split(), heard.split()) == distance
    assert edits(heard.split(), wanted.split()) == distance


def test_silences_breaths_and_noises_are_no_phones():
    assert spoken(["SP", "SIL", "AP", "K", "+SPN+", "+NSN+", "AE", "(NULL)", "T"]) == ["K", "AE", "T"]


def test_every_wanted_phone_counts_alike():
    errors = phone_errors([(["K", "AE", "T"], ["K", "AE", "T"]), (["B"], ["P", "AH"])])

    assert errors.phones == 4
    assert errors.rate == 0.5


def test_no_phones_are_no_errors():
    assert phone_errors([]).rate == 0.0
