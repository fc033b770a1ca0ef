"""The protocol of the engine's process, without the process."""

from __future__ import annotations

import json
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Cancelled, InputError, MelismaError
from engine.host import server as server_module
from engine.host.call import Call
from engine.host.table import LANES, OPS
from tests.unit.host.conftest import WAIT_S, FakeOp, Serve


def test_an_answer_comes_with_its_parts_in_order(serve: Serve) -> None:
    def count(call: Call) -> dict[str, Any]:
        for number in range(3):
            call.part({"number": number, "path": Path("a") / str(number)})
        return {"sum": 3, "nothing": None}

    served = serve(count=FakeOp("io", count))
    served.ask("7", "count")
    told = [served.heard("7") for _ in range(5)]
    assert [message["event"] for message in told] == ["begun", "part", "part", "part", "done"]
    assert told[2]["part"] == {"number": 1, "path": str(Path("a") / "1")}
    assert told[-1]["result"] == {"sum": 3, "nothing": None}


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (InputError("There is no file x.", "Check the path."), "input", "There is no file x."),
        (MelismaError("It broke.", "Report it."), "ours", "It broke."),
        (MemoryError(), "ours", "There is not enough memory for this."),
        (OSError(28, "No space left on device", "/a"), "ours", "The system refused: No space left on device (/a)."),
        (ZeroDivisionError("secret"), "ours", "The engine failed: ZeroDivisionError."),
    ],
)
def test_faults_are_sentences_and_tracebacks_are_details(
    serve: Serve, error: Exception, kind: str, message: str
) -> None:
    def fail(call: Call) -> dict[str, Any]:
        raise error

    served = serve(fail=FakeOp("io", fail))
    served.ask("1", "fail")
    told = served.heard("1", "failed")
    assert (told["kind"], told["message"]) == (kind, message)
    assert "Traceback" not in told["message"] + told["hint"]
    assert ("Traceback" in told["details"]) == (kind == "ours")


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n",
        b"[1, 2]\n",
        b'{"id": "1", "op": "echo", "args": {"x": NaN}}\n',
        b'{"op": "echo"}\n',
        b'{"id": 7, "op": "echo"}\n',
        b'{"id": "", "op": "echo"}\n',
        b'{"id": "1", "op": "echo", "args": [1]}\n',
        b'{"id": "1", "op": "echo", "key": 5}\n',
        b'{"id": "1", "op": ["echo"]}\n',
        b'{"id": "1", "op": "unknown"}\n',
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
        b"\n",
    ],
)
def test_nonsense_is_refused_and_the_next_request_is_served(serve: Serve, line: bytes) -> None:
    served = serve(echo=FakeOp("io", lambda call: call.args))
    served.say(line)
    assert served.heard(event="failed")["kind"] == "ours"
    served.ask("2", "echo", word="ö")
    assert served.heard("2", "done")["result"] == {"word": "ö"}


def test_a_line_that_is_too_long_is_left_out(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "MAX_LINE_BYTES", 1000)
    served = serve(echo=FakeOp("io", lambda call: {"length": len(call.args["x"])}))
    served.ask("1", "echo", x="a" * 5000)
    assert served.heard(event="failed")["id"] == ""
    served.ask("2", "echo", x="a" * 500)
    assert served.heard("2", "done")["result"] == {"length": 500}


def test_an_answer_that_cannot_be_told_is_a_fault(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.host.messages.MAX_LINE_BYTES", 3000)
    served = serve(much=FakeOp("io", lambda call: {"much": "a" * 5000}))
    served.ask("1", "much")
    assert served.heard("1", "failed")["kind"] == "ours"


def test_a_cancel_stops_what_runs_and_what_waits(serve: Serve) -> None:
    running = threading.Event()

    def wait(call: Call) -> dict[str, Any]:
        running.set()
        call.context.token.wait(WAIT_S)
        call.context.token.raise_if_cancelled()
        return {}

    served = serve(wait=FakeOp("engine", wait), never=FakeOp("engine", lambda call: {}))
    served.ask("1", "wait")
    served.ask("2", "never")
    assert running.wait(WAIT_S)
    served.say({"op": "cancel", "id": "2"})
    assert served.heard("2")["event"] == "cancelled"
    served.say({"op": "cancel", "id": "1"})
    served.say({"op": "cancel", "id": "nobody"})
    assert served.heard("1", "cancelled")


def test_a_newer_request_of_the_same_key_replaces_the_older(serve: Serve) -> None:
    def wait(call: Call) -> dict[str, Any]:
        if call.args.get("wait"):
            call.context.token.wait(WAIT_S)
            call.part({"late": True})
        return {}

    served = serve(wait=FakeOp("engine", wait))
    served.ask("1", "wait", key="live", wait=True)
    served.heard("1", "begun")
    served.ask("2", "wait", key="live", wait=True)  # replaces the first, and waits behind it
    served.ask("3", "wait", key="live")
    assert served.heard("3", "done")
    ends = {message["id"]: message["event"] for message in served.all if message["event"] not in ("begun", "progress")}
    assert ends == {"1": "cancelled", "2": "cancelled", "3": "done"}


def test_requests_without_a_key_do_not_replace_each_other(serve: Serve) -> None:
    served = serve(echo=FakeOp("engine", lambda call: call.args))
    for number in range(50):
        served.ask(f"n{number}", "echo", number=number)
    answers = [served.heard(event="done") for _ in range(50)]
    assert [answer["result"]["number"] for answer in answers] == list(range(50))


def test_an_id_that_is_in_use_is_refused_and_the_first_goes_on(serve: Serve) -> None:
    go = threading.Event()

    def wait(call: Call) -> dict[str, Any]:
        go.wait(WAIT_S)
        return {"first": True}

    served = serve(wait=FakeOp("io", wait))
    served.ask("1", "wait")
    served.ask("1", "wait")
    assert served.heard(event="failed")["id"] == ""
    go.set()
    assert served.heard("1", "done")["result"] == {"first": True}


def test_too_many_requests_are_refused(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "MOST_OPEN", 3)
    go = threading.Event()
    served = serve(wait=FakeOp("engine", lambda call: {"went": go.wait(WAIT_S)}))
    for number in range(4):
        served.ask(str(number), "wait")
    assert served.heard(event="failed")["id"] == "3"
    go.set()
    assert served.heard("2", "done")


def test_the_end_of_input_cancels_what_is_left(serve: Serve) -> None:
    seen: list[str] = []
    running = threading.Event()

    def wait(call: Call) -> dict[str, Any]:
        running.set()
        try:
            call.context.token.wait(WAIT_S)
            call.context.token.raise_if_cancelled()
        except Cancelled:
            seen.append("cancelled")
            raise
        return {}

    served = serve(wait=FakeOp("engine", wait))
    served.ask("1", "wait")
    assert running.wait(WAIT_S)
    assert served.end_input()
    assert seen == ["cancelled"]


def test_the_end_of_input_does_not_wait_for_what_does_not_obey(serve: Serve) -> None:
    go, running = threading.Event(), threading.Event()

    def deaf(call: Call) -> dict[str, Any]:
        running.set()
        go.wait(WAIT_S)
        return {}

    served = serve(deaf=FakeOp("engine", deaf))
    served.ask("1", "deaf")
    assert running.wait(WAIT_S)
    assert not served.end_input()
    go.set()
    assert served.heard("1", "done")


def test_progress_is_told_seldom_and_its_last_word_before_a_pause_always(serve: Serve) -> None:
    go = threading.Event()

    def work(call: Call) -> dict[str, Any]:
        for number in range(5000):
            call.context.step("Working", number, 5000)
        call.context.step("Resting", 0, 1)
        go.wait(WAIT_S)
        return {}

    served = serve(work=FakeOp("engine", work))
    served.ask("1", "work")
    while served.heard("1", "progress")["stage"] != "Resting":
        pass
    go.set()
    served.heard("1", "done")
    told = [message for message in served.all if message["event"] == "progress"]
    assert len(told) < 1000  # 5001 steps take a moment: far fewer lines than steps, whatever the machine
    assert [message["event"] for message in served.all].index("done") == len(served.all) - 1


def test_lanes_do_not_wait_for_each_other(serve: Serve) -> None:
    go = threading.Event()
    blocked = FakeOp("engine", lambda call: {"went": go.wait(WAIT_S)})
    others = {lane: FakeOp(lane, lambda call: {}) for lane in LANES if lane != "engine"}
    served = serve(blocked=blocked, **others)
    served.ask("long", "blocked")
    for lane in others:
        served.ask(lane, lane)
        assert served.heard(lane, "done")
    go.set()
    assert served.heard("long", "done")


def test_every_op_of_the_table_can_be_found() -> None:
    for name, op in OPS.items():
        assert callable(op.function()), name
        assert op.lane in LANES
    assert Counter(op.place for op in OPS.values()).most_common(1)[0][1] == 1


def test_lines_are_json_without_breaks(serve: Serve) -> None:
    served = serve(echo=FakeOp("io", lambda call: {"text": "a\nb\u2028c\udc80", "nan": float("nan")}))
    served.ask("1", "echo")
    result = served.heard("1", "done")["result"]
    assert result["text"].startswith("a\nb\u2028c")
    assert result["nan"] is None
    assert json.dumps(result)
