from __future__ import annotations

import pytest

from engine.errors import Cancelled
from engine.jobs import CancelToken, JobContext, Progress


def test_step_reports_until_cancelled() -> None:
    seen: list[Progress] = []
    context = JobContext(seen.append)
    context.step("render", 1, 3)
    context.token.cancel()
    with pytest.raises(Cancelled):
        context.step("render", 2, 3)
    assert seen == [Progress("render", 1, 3)]


def test_the_default_context_is_silent_and_its_own() -> None:
    JobContext().token.cancel()
    JobContext().step("anything", 0, 1)


def test_callbacks_live_as_long_as_their_block() -> None:
    token, calls = CancelToken(), []
    with token.calling(lambda: calls.append("early")):
        pass
    with token.calling(lambda: calls.append("during")):
        token.cancel()
    assert calls == ["during"]
    with token.calling(lambda: calls.append("late")):
        assert calls == ["during", "late"]
    assert token.wait(10)
