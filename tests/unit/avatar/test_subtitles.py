"""Words in a video: in the file, beside it, or on the pictures."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.avatar.renderer import Picture
from engine.avatar.subtitles import SHORTEST_S, Subtitle, in_order, srt_text
from engine.avatar.subtitles_drawn import MARGIN, Captions
from engine.avatar.subtitles_font import plain, typeface_for
from engine.avatar.video import VideoSettings, write_video
from engine.errors import InputError
from engine.jobs import JobContext

LINES = (Subtitle(0.2, 0.6, "Hello & <you>"), Subtitle(0.9, 1.5, "two\nlines, größer"))


def grey(count: int, width: int = 64, height: int = 64, alpha: int = 255) -> Iterator[Picture]:
    for _ in range(count):
        picture = np.full((height, width, 4), 120, np.uint8)
        picture[..., 3] = alpha
        yield picture


def write(out: Path, **settings: Any) -> Any:
    return write_video(out, grey(50), 50, Fraction(25), None, VideoSettings(**settings), JobContext())


def times(text: str) -> list[float]:
    """Every `hh:mm:ss,mmm` of a SubRip text, in seconds."""
    import re

    found = re.findall(r"(\d+):(\d\d):(\d\d),(\d\d\d)", text)
    return [int(h) * 3600 + int(m) * 60 + int(s) + int(ms) / 1000 for h, m, s, ms in found]


def test_an_mp4_carries_them(tmp_path: Path) -> None:
    facts = write(tmp_path / "a.mp4", subtitles=LINES)
    with av.open(str(tmp_path / "a.mp4")) as container:
        stream = container.streams.subtitles[0]
        assert stream.codec_context.name == "mov_text"
        packets = [packet for packet in container.demux(stream) if packet.size > 2]
        shown = [(float(p.pts * p.time_base), float(p.duration * p.time_base), bytes(p)[2:].decode()) for p in packets]
    assert shown == [
        (pytest.approx(line.start_s), pytest.approx(line.end_s - line.start_s), line.text) for line in LINES
    ]
    assert facts.beside == ()
    assert facts.num_frames == 50


def test_a_webm_carries_them(tmp_path: Path) -> None:
    write(tmp_path / "a.webm", subtitles=LINES)
    with av.open(str(tmp_path / "a.webm")) as container:
        stream = container.streams.subtitles[0]
        assert stream.codec_context.name == "webvtt"
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert [bytes(p).decode() for p in packets] == ["Hello &amp; &lt;you&gt;", "two\nlines, größer"]
        assert [float(p.pts * p.time_base) for p in packets] == [pytest.approx(0.2), pytest.approx(0.9)]


@pytest.mark.parametrize("name", ["a.mov", "a.gif", "run"])
def test_elsewhere_they_lie_beside(tmp_path: Path, name: str) -> None:
    facts = write(tmp_path / name, subtitles=LINES, format="png" if name == "run" else None)
    (beside,) = facts.beside
    assert beside.name == ("run.srt" if name == "run" else "a.srt")
    text = beside.read_text(encoding="utf-8")
    assert times(text) == [0.2, 0.6, 0.9, 1.5]
    assert "Hello & <you>" in text
    assert "two\nlines, größer" in text


def test_burnt_ones_are_seen_at_their_time_and_nowhere_else(tmp_path: Path) -> None:
    facts = write(tmp_path / "a.mp4", subtitles=LINES, burn_subtitles=True)
    assert facts.beside == ()
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert not container.streams.subtitles
        seen = [np.ptp(frame.to_ndarray(format="gray")) > 60 for frame in container.decode(video=0)]
    expected = [any(line.start_s <= index / 25 < line.end_s for line in LINES) for index in range(50)]
    assert seen == expected


@given(st.lists(st.builds(Subtitle, st.floats(-5, 30), st.floats(-5, 30), st.text("ab\n ", max_size=4)), max_size=12))
def test_in_order_they_never_overlap(lines: list[Subtitle]) -> None:
    kept = in_order(lines, 20.0)
    edges = [0.0, *(edge for line in kept for edge in line[:2]), 20.0]
    assert edges == sorted(edges)
    assert all(line.end_s - line.start_s >= SHORTEST_S for line in kept)
    assert all(line.text.strip() and "\n\n" not in line.text for line in kept)
    assert len(times(srt_text(kept))) == 2 * len(kept)


def ink(picture: Picture) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of what differs from the grey."""
    rows, columns = np.nonzero((picture[..., :3] != 120).any(axis=2))
    return int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())


@pytest.mark.parametrize(("width", "height"), [(640, 360), (360, 640), (512, 512), (200, 300)])
@pytest.mark.parametrize("words", [1, 6, 30])
def test_letters_stay_within_the_safe_area(width: int, height: int, words: int) -> None:
    text = " ".join(["singing"] * words)
    (picture,) = Captions([Subtitle(0, 1, text)], width, height).over(grey(1, width, height), Fraction(25))
    top, bottom, left, right = ink(picture)
    assert bottom <= height * (1 - MARGIN) + 1
    assert top >= height * 0.4
    assert left >= width * MARGIN - 1
    assert right <= width * (1 - MARGIN) + 1
    assert abs((left + right) / 2 - width / 2) < width * 0.03


def test_letters_are_white_within_a_dark_edge() -> None:
    (picture,) = Captions([Subtitle(0, 1, "HELLO")], 512, 288).over(grey(1, 512, 288), Fraction(25))
    changed = (picture[..., :3] != 120).any(axis=2)
    light = picture[..., 0][changed]
    assert (light > 240).sum() > 100
    assert (light < 30).sum() > 200
    top, _, left, _ = ink(picture)
    assert picture[top, :, 0].max() <= 120, "the outermost row is edge, not ink"
    assert picture[:, left, 0].max() <= 120


def test_on_a_clear_picture_the_letters_are_solid() -> None:
    (picture,) = Captions([Subtitle(0, 1, "HELLO")], 512, 288).over(grey(1, 512, 288, alpha=0), Fraction(25))
    assert picture[..., 3].max() == 255
    assert picture[..., 0][picture[..., 3] == 255].max() == 255
    assert (picture[..., 3] == 0).mean() > 0.9
    half = (picture[..., 3] > 20) & (picture[..., 3] < 230)
    assert picture[half][:, 0].max() < 90, "grey of the clear picture shows through the outline's soft edge"


def test_the_given_picture_is_left_alone() -> None:
    (before,) = grey(1)
    (after,) = Captions([Subtitle(0, 1, "x")], 64, 64).over([before], Fraction(25))
    assert (before[..., :3] == 120).all()
    assert (after != before).any()


def test_letters_that_no_font_has(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.avatar import subtitles_font

    monkeypatch.setattr(subtitles_font, "_file_with", lambda letters: None)
    face = typeface_for("größer – “né”")
    assert face.spelled("größer – “né”") == plain("größer – “né”") == 'grosser - "ne"'
    assert plain("♪ la ♪").strip() == "la"
    with pytest.raises(InputError, match="No font on this computer"):
        Captions([Subtitle(0, 1, "日本語")], 64, 64)
