"""Edits of a chain of effects: each can be undone, drags are one step, strips keep who they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gui.texts import chains as text
from gui.viewmodels.chain_edit import ChainEdit
from plugin_host.rendergraph import EFFECTS, Chain, EffectSettings, find_chain


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def edit(clock: Clock) -> ChainEdit:
    return ChainEdit(find_chain("telephone"), clock)


def names(edit: ChainEdit) -> list[str]:
    return [settings.effect for settings in edit.chain.effects]


def test_a_chain_that_nobody_touched_is_as_it_was(edit: ChainEdit) -> None:
    assert edit.chain == edit.base == find_chain("telephone")
    assert not edit.modified
    assert (edit.undo_label, edit.redo_label) == ("", "")


def test_a_turned_knob_is_undone_and_done_again(edit: ChainEdit) -> None:
    strip = edit.strips[1].id
    edit.set_value(strip, "frequency_hz", 400.0)
    assert edit.chain.effects[1].values == {"frequency_hz": 400.0, "slope_db": 24.0}
    assert edit.modified
    assert edit.undo_label == "Low cut: Frequency"
    assert edit.undo()
    assert not edit.modified
    assert edit.redo_label == "Low cut: Frequency"
    assert edit.redo()
    assert edit.chain.effects[1].values["frequency_hz"] == 400.0


def test_a_drag_is_one_step_however_long_and_two_drags_are_two(edit: ChainEdit, clock: Clock) -> None:
    strip = edit.strips[1].id
    for grip in (1, 2):
        for number in range(5):
            clock.now += 10.0
            edit.set_value(strip, "frequency_hz", 400.0 * grip + number, grip)
    assert edit.undo()
    assert edit.chain.effects[1].values["frequency_hz"] == 404.0
    assert edit.undo()
    assert edit.undo_label == ""
    assert not edit.modified


def test_keys_in_a_row_are_one_step_and_a_rest_ends_it(edit: ChainEdit, clock: Clock) -> None:
    strip = edit.strips[1].id
    for value in (330.0, 340.0):
        clock.now += 0.5
        edit.set_value(strip, "frequency_hz", value)
    clock.now += 5.0
    edit.set_value(strip, "frequency_hz", 500.0)
    edit.undo()
    assert edit.chain.effects[1].values["frequency_hz"] == 340.0
    edit.undo()
    assert edit.chain.effects[1].values["frequency_hz"] == 320.0


def test_a_value_that_is_there_already_is_no_step(edit: ChainEdit) -> None:
    edit.set_value(edit.strips[1].id, "frequency_hz", 320.0)
    edit.set_bypass(edit.strips[1].id, False)
    edit.move(edit.strips[0].id, -3)
    edit.set_value(99, "frequency_hz", 1.0)
    edit.remove(99)
    assert edit.undo_label == ""


def test_what_is_bypassed_stays_in_the_chain(edit: ChainEdit) -> None:
    edit.set_bypass(edit.strips[0].id, True)
    assert len(edit.chain.active) == len(edit.chain.effects) - 1
    assert edit.undo_label == "Bypass Stereo"
    edit.set_bypass(edit.strips[0].id, False)
    assert not edit.modified
    assert edit.undo_label == "Hear Stereo"


def test_effects_are_added_behind_the_one_in_hand_with_their_defaults(edit: ChainEdit) -> None:
    first = edit.strips[0].id
    added = edit.add(EFFECTS["reverb"], first)
    assert names(edit)[:3] == ["stereo", "reverb", "highpass"]
    assert edit.place(added) == 1
    assert edit.chain.effects[1] == EffectSettings(
        "reverb", {parameter.name: parameter.default for parameter in EFFECTS["reverb"].parameters}
    )
    edit.add(EFFECTS["gain"])
    assert names(edit)[-1] == "gain"


def test_strips_keep_their_ids_when_they_move(edit: ChainEdit) -> None:
    before = [strip.id for strip in edit.strips]
    edit.move(before[0], 2)
    assert [strip.id for strip in edit.strips] == [before[1], before[2], before[0], *before[3:]]
    edit.move(before[0], 99)
    assert edit.strips[-1].id == before[0]
    edit.undo()
    edit.undo()
    assert [strip.id for strip in edit.strips] == before


def test_a_removed_effect_comes_back_as_it_was(edit: ChainEdit) -> None:
    before = edit.chain
    edit.remove(edit.strips[3].id)
    assert len(edit.strips) == len(before.effects) - 1
    edit.undo()
    assert edit.chain == before


def test_what_was_saved_can_still_be_undone(edit: ChainEdit) -> None:
    edit.remove(edit.strips[0].id)
    edit.saved(replace(edit.chain, id="mine", name="Mine", yours=True))
    assert not edit.modified
    assert edit.chain.id == "mine"
    edit.undo()
    assert edit.modified
    assert len(edit.chain.effects) == len(find_chain("telephone").effects)


def test_an_empty_chain_can_be_begun(clock: Clock) -> None:
    edit = ChainEdit(Chain("", "New", "", ()), clock)
    assert not edit.modified
    edit.move(edit.add(EFFECTS["gain"]), 1)
    assert edit.modified
    assert names(edit) == ["gain"]


def test_every_effect_and_knob_has_its_words() -> None:
    assert EFFECTS.keys() == text.EFFECT_NAMES.keys() == text.EFFECT_ABOUT.keys()
    assert {knob for effect in EFFECTS.values() for knob in effect.by_name} == text.PARAMETER_NAMES.keys()
