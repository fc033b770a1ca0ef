"""Segments of one length for streams of any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.separation.segments import SegmentStream, count_segments
from engine.separation.separator import Floats
from tests.separators import cut, music


def run(mix: Floats, segment: int, overlap: int, blocks: list[int]) -> tuple[Floats, list[int]]:
    starts: list[int] = []

    def separate(part: Floats, start: int) -> Floats:
        assert part.shape == (2, segment)
        known = mix[:, start : start + segment]
        np.testing.assert_array_equal(part[:, : known.shape[1]], known)
        assert not part[:, known.shape[1] :].any()
        starts.append(start)
        return part

    stream = SegmentStream(separate, segment, overlap)
    made = [np.zeros((2, 0), np.float32)]
    for block in cut(mix, blocks):
        made += stream.push(block)
    made += stream.finish()
    return np.concatenate(made, axis=1), starts


@settings(max_examples=200)
@given(
    length=st.integers(0, 500),
    segment=st.integers(1, 100),
    share=st.floats(0, 0.99),
    blocks=st.lists(st.integers(1, 130), min_size=1, max_size=4),
)
def test_what_agrees_comes_out_as_it_was(length: int, segment: int, share: float, blocks: list[int]) -> None:
    overlap = min(segment - 1, int(share * segment))
    mix = music(2, length)
    vocals, starts = run(mix, segment, overlap, blocks)
    np.testing.assert_array_equal(vocals, mix)
    assert starts == [index * (segment - overlap) for index in range(len(starts))]
    assert len(starts) == count_segments(length, segment, overlap)


def test_an_answer_that_is_kept_is_not_spoilt() -> None:
    answer = np.ones((2, 100), np.float32)
    stream = SegmentStream(lambda mix, start: answer * np.float32(start), 100, 50)
    list(stream.push(music(2, 300)))
    np.testing.assert_array_equal(answer, 1)


def test_the_overlap_must_be_shorter() -> None:
    with pytest.raises(ValueError, match="cannot share"):
        SegmentStream(lambda mix, start: mix, 100, 100)
