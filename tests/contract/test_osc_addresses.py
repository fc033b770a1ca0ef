"""The table is what was decided (docs/decisions/0005-daw.md), and the page about it is as the table."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from plugin_host.osc import addresses, document
from plugin_host.osc.addresses import ADDRESSES, LEADING, ROOT, Way
from plugin_host.osc.handling import Answer
from plugin_host.osc.runtime_file import RuntimeFile, new_token
from plugin_host.osc.server import OscServer
from tests.unit.osc.bridge_stub import StubHandler

_ROOT = Path(__file__).resolve().parents[2]

# Whoever changes a line of these breaks programs of users: count the root's number up.
_DECIDED = {
    Way.REQUEST: {
        "/hello": "sss", "/bye": "", "/ping": "", "/job/submit": "shs", "/job/cancel": "s", "/job/forget": "s",
        "/job/list": "", "/lyrics/set": "ssshs", "/daw/list": "", "/daw/sing": "ss", "/daw/isolate": "ss",
        "/daw/again": "ssss",
    },
    Way.REPLY: {"/ack": "sshs", "/error": "sss"},
    Way.NOTICE: {
        "/job/state": "sss", "/job/progress": "ssii", "/job/done": "sshs", "/heartbeat": "", "/daw/transport": "shdd",
    },
    Way.REPORT: {"/daw/transport": "shdd", "/daw/spool": "s"},
}  # fmt: skip


@pytest.mark.parametrize("way", list(Way))
def test_as_decided(way: Way) -> None:
    found = {
        path.removeprefix(ROOT): "".join(argument.tag for argument in address.arguments)
        for path, address in ADDRESSES.items()
        if address.way & way
    }
    assert found == _DECIDED[way]


def test_what_every_message_begins_with() -> None:
    begins = {way: [argument.name for argument in leading] for way, leading in LEADING.items()}
    assert begins == {
        Way.REQUEST: ["id", "token"], Way.REPLY: ["id"], Way.NOTICE: ["number"], Way.REPORT: ["token"],
    }  # fmt: skip


def test_the_table_is_sound() -> None:
    for path, address in ADDRESSES.items():
        assert path == address.path
        assert re.fullmatch(re.escape(ROOT) + r"(/[a-z]+){1,2}", path)
        assert address.about.endswith(".")
        for way in address.way:
            arguments = address.on_wire(way)
            assert len({argument.name for argument in arguments}) == len(arguments)
            for argument in arguments:
                assert argument.tag in "ihfdsb"
                assert argument.about
                assert "|" not in argument.about
    constants = {value for name, value in vars(addresses).items() if name.isupper() and isinstance(value, str)}
    assert constants - {ROOT} == set(ADDRESSES)


def test_the_page_is_as_the_table() -> None:
    stale = "docs/osc.md is stale: python -m plugin_host.osc.document > docs/osc.md"
    assert (_ROOT / "docs" / "osc.md").read_text(encoding="utf-8") == document.page(), stale


def test_the_pages_example_works(tmp_path: Path) -> None:
    jobs = tmp_path / "jobs.json"
    jobs.write_text('["a job"]')
    handler, token = StubHandler(lambda _: Answer("", jobs)), new_token()
    with RuntimeFile(tmp_path) as file, OscServer(handler, token) as server:
        file.publish(server.udp_port, server.tcp_port, token)
        command = [sys.executable, "-c", document.EXAMPLE, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, json.loads(done.stdout)) == (0, "", ["a job"])
    assert [request.client for request in handler.requests] == ["my-script"] * 2
    assert handler.left.get(timeout=10) == "my-script"


def test_the_page_says_how_files_get_in_and_when_the_bridge_is_gone() -> None:
    page = document.page()
    assert "`melisma serve --folder DIR`" in page
    assert "bridge/inbox" in page
    assert "compare `pid` with a living process" in page
