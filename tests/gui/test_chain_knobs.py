"""Knobs of effects: their ranges are the effects' own, and every way of turning them stays inside."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from gui.panels.sing.chain_editor.knobs import span_of, tip_of
from gui.theme import Theme
from gui.widgets.value_bar import ValueBar
from gui.widgets.value_ranges import ChoiceRange, LogRange
from plugin_host.rendergraph import EFFECTS, Parameter

PARAMETERS = [
    pytest.param(parameter, id=f"{effect.name}.{parameter.name}")
    for effect in EFFECTS.values()
    for parameter in effect.parameters
]


def parameter(effect: str, name: str) -> Parameter:
    return EFFECTS[effect].by_name[name]


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_every_step_and_every_place_is_allowed(parameter: Parameter) -> None:
    span = span_of(parameter)
    assert span.neutral == parameter.default == span.limited(parameter.default)
    for place in range(-5, 26):
        assert parameter.allows(span.limited(span.at(place / 20)))
    assert span.limited(-1e9) == parameter.low
    assert span.limited(1e9) == parameter.high
    assert parameter.about[1:] in tip_of(parameter, span)
    assert parameter.range_text in tip_of(parameter, span)


@pytest.mark.parametrize("parameter", PARAMETERS)
@pytest.mark.parametrize("count", [1.0, -1.0, 10.0, -10.0])
def test_steps_lead_from_one_end_to_the_other(parameter: Parameter, count: float) -> None:
    span = span_of(parameter)
    value, end = (span.low, span.high) if count > 0 else (span.high, span.low)
    for _ in range(250):
        stepped = span.limited(span.stepped(value, count))
        if value == end:
            break
        assert (stepped - value) * count > 0
        assert parameter.allows(stepped)
        value = stepped
    assert value == end


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_shares_are_places_along_the_bar(parameter: Parameter) -> None:
    span = span_of(parameter)
    assert span.share(span.low) == pytest.approx(0.0)
    assert span.share(span.high) == pytest.approx(1.0)
    assert span.at(span.share(parameter.default)) == pytest.approx(parameter.default)


def test_frequencies_are_spread_by_octaves() -> None:
    span = span_of(parameter("highpass", "frequency_hz"))
    assert isinstance(span, LogRange)
    assert span.at(0.5) == pytest.approx((20 * 20000) ** 0.5)
    assert isinstance(span_of(parameter("highpass", "slope_db")), ChoiceRange)
    assert span_of(parameter("highpass", "slope_db")).limited(13.9) == 12.0


@pytest.fixture
def bar(qtbot: QtBot, dark_theme: Theme) -> ValueBar:
    made = ValueBar(dark_theme, "Frequency", span_of(parameter("highpass", "frequency_hz")))
    qtbot.addWidget(made)
    made.resize(300, 24)
    made.show()
    made.show_value(200.0)
    return made


def drag(bar: ValueBar, by: int) -> None:
    start = bar.rect().center()
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(bar, start + QPoint(by, 0))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start + QPoint(by, 0))


def test_equal_drags_are_equal_ratios(bar: ValueBar) -> None:
    grips: list[int] = []
    bar.changed.connect(lambda _: grips.append(bar.grip))
    drag(bar, 60)
    first = bar.value
    assert first is not None
    drag(bar, 60)
    second = bar.value
    assert second is not None
    assert first / 200.0 == pytest.approx(second / first, rel=0.01)
    assert first > 400
    assert sorted(set(grips)) == [1, 2]
    assert bar.grip == 0


def test_a_double_click_gives_the_default_back(bar: ValueBar) -> None:
    QTest.mouseDClick(bar, Qt.MouseButton.LeftButton)
    assert bar.value == 80.0


def test_numbers_are_typed_and_kept_in_range(bar: ValueBar) -> None:
    for typed, value in (
        ("1250", 1250.0),
        ("5", 20.0),
        ("99999", 20000.0),
        ("loud", 20000.0),
        ("1,250", 1250.0),
        ("2k", 2000.0),
    ):
        QTest.keyClick(bar, Qt.Key.Key_Return)
        field = bar.findChildren(QLineEdit)[-1]
        field.setText(typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert bar.value == value


def test_a_value_finer_than_shown_is_not_rounded_by_looking(bar: ValueBar) -> None:
    bar.show_value(82.25)
    QTest.keyClick(bar, Qt.Key.Key_Return)
    QTest.keyClick(bar.findChildren(QLineEdit)[-1], Qt.Key.Key_Return)
    assert bar.value == 82.25


def wheel(bar: ValueBar, x: int, y: int) -> None:
    nowhere, modifiers, at = QPoint(), Qt.KeyboardModifier.NoModifier, QPointF(bar.rect().center())
    event = QWheelEvent(
        at, at, nowhere, QPoint(x, y), Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(bar, event)


def test_the_wheel_turns_only_what_has_the_focus(bar: ValueBar, qtbot: QtBot) -> None:
    bar.clearFocus()
    wheel(bar, 0, 120)
    assert bar.value == 200.0
    with qtbot.waitActive(bar):
        bar.activateWindow()
    bar.setFocus()
    wheel(bar, 0, 120)
    assert bar.value is not None
    assert bar.value > 200.0


def test_a_wheel_that_goes_sideways_or_comes_to_rest_turns_nothing(bar: ValueBar, qtbot: QtBot) -> None:
    with qtbot.waitActive(bar):
        bar.activateWindow()
    bar.setFocus()
    wheel(bar, 120, 0)
    wheel(bar, 0, 0)
    assert bar.value == 200.0
