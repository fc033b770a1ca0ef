"""`melisma serve` as a process: found, asked, killed, started again."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import soundfile

from engine.audio import read_bext
from plugin_host.osc import addresses
from plugin_host.osc.client import OscClient
from plugin_host.osc.runtime_file import RuntimeEntry, read_entry
from tests import tiny_separator
from tests.conftest import Melisma
from tests.midi import PPQ, midi

LONG_S = 120
PHRASES = 12

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


class Server:
    """A running `melisma serve`, and the JSON it began with."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate(timeout=LONG_S)
        self.facts: dict[str, Any] = json.loads(line)

    def end(self, how: signal.Signals) -> tuple[int, str]:
        """Exit code and what was said on stderr."""
        self.process.send_signal(how)
        _, said = self.process.communicate(timeout=LONG_S)
        return self.process.returncode, said


Serve = Callable[..., Server]


@pytest.fixture
def serve(environment: dict[str, str], tmp_path: Path) -> Iterator[Serve]:
    """`serve("--daw", "fake")`: with the tiny voice on the CPU, files of clients in `tmp_path`."""
    started: list[Server] = []

    def start(*words: str) -> Server:
        command = [sys.executable, "-m", "gui.cli.main", "serve", "--json", "--folder", str(tmp_path), "--daw", "fake"]
        command += ["--voice", "tiny", "--device", "cpu", *words]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )
        started.append(Server(process))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
            server.process.communicate(timeout=LONG_S)


@pytest.fixture
def entry(user_folder: Path) -> Callable[[], RuntimeEntry]:
    """Where the server is, as programs of the user find it."""
    return lambda: read_entry(user_folder / "runtime")


class Notices:
    def __init__(self, client: OscClient) -> None:
        self._told: list[tuple[str, dict[str, Any]]] = []
        self._changed = threading.Condition()
        client.on_notice(self._note)

    def _note(self, address: str, arguments: Any) -> None:
        with self._changed:
            self._told.append((address, dict(arguments)))
            self._changed.notify_all()

    def wait(self, address: str, **wanted: Any) -> dict[str, Any]:
        """The first notice with these arguments; a callable says whether one fits."""

        def fits(told: tuple[str, dict[str, Any]]) -> bool:
            given = told[1]
            return told[0] == address and all(
                value(given[name]) if callable(value) else given[name] == value for name, value in wanted.items()
            )

        with self._changed:
            assert self._changed.wait_for(lambda: any(map(fits, self._told)), LONG_S), self._told[-20:]
            return next(filter(fits, self._told))[1]


@contextmanager
def connected(entry: RuntimeEntry) -> Iterator[tuple[OscClient, Notices, dict[str, Any]]]:
    """A client, what it is told, and the jobs that it found."""
    with OscClient("the-test", entry=entry, timeout_s=LONG_S) as client:
        notices = Notices(client)
        assert client.welcome.file is not None
        jobs = {job["id"]: job for job in json.loads(client.welcome.file.read_bytes())["jobs"]}
        yield client, notices, jobs


def submit(client: OscClient, folder: Path, **more: Any) -> str:
    """A job of many phrases, as a file; gives its id."""
    phrase = [(0, 60), (1, 62), (2, 64)]
    notes = [
        ((n * 8 + beat) * PPQ, (n * 8 + beat + 1) * PPQ, key + n % 5) for n in range(PHRASES) for beat, key in phrase
    ]
    (folder / "clip.mid").write_bytes(midi(notes))
    facts = {"format": "melisma-job", "version": 1, "kind": "sing", "clip": str(folder / "clip.mid")}
    data = json.dumps(facts | {"voice": "tiny", "device": "cpu"} | more).encode()
    path = folder / "job.json"
    path.write_bytes(data)
    return client.request(addresses.JOB_SUBMIT, str(path), len(data), hashlib.sha256(data).hexdigest()).text


def result_of(notices: Notices, job: str) -> dict[str, Any]:
    done = notices.wait(addresses.JOB_DONE, job=job)
    facts = json.loads(Path(done["path"]).read_bytes())
    assert isinstance(facts, dict)
    return facts


def test_a_clip_of_the_daw_is_sung(serve: Serve, entry: Callable[[], RuntimeEntry], user_folder: Path) -> None:
    server = serve()
    assert server.facts["udp_port"] == entry().udp_port
    assert [(daw["id"], daw["present"]) for daw in server.facts["daws"]] == [("fake", True)]
    with connected(entry()) as (client, notices, jobs):
        assert jobs == {}
        job = client.request(addresses.DAW_SING, "fake", "").text
        facts = result_of(notices, job)
    (placed,) = facts["placed"]
    assert placed["track"] == "Vocal (sung)"
    start = round(4 * 60 / 96 * 48_000) + round(facts["offset_s"] * 48_000)
    assert placed["start_samples"] == start
    stamp = read_bext(Path(placed["path"]))
    assert stamp is not None
    assert stamp.time_reference_samples == start
    assert soundfile.info(placed["path"]).samplerate == 48_000
    code, said = server.end(signal.SIGINT)
    assert code == 0
    assert said.splitlines() == [
        "Fake DAW: Twinkle is being sung.",
        "Fake DAW: Twinkle is now on “Vocal (sung)” at bar 2.",
        "Stopped; jobs that were not done go on next time.",
    ]
    log = (user_folder / "logs" / "serve.log").read_text()
    assert all(line in log for line in said.splitlines()[:2])
    assert [path.name for path in (user_folder / "runtime").glob("*.json")] == []
    with pytest.raises(Exception, match="not running"):
        entry()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=lambda how: how.name)
def test_an_end_in_the_middle_of_a_render(
    serve: Serve, entry: Callable[[], RuntimeEntry], tmp_path: Path, how: signal.Signals
) -> None:
    """The list is there again, and what was finished is not rendered again."""
    server = serve()
    with connected(entry()) as (client, notices, _):
        job = submit(client, tmp_path, num_steps=1000)
        waiting = client.request(addresses.DAW_SING, "fake", "Twinkle").text
        notices.wait(addresses.JOB_PROGRESS, job=job, stage="Singing", done=lambda done: done >= 3)
        code, said = server.end(how)
        assert code == (-signal.SIGKILL if how is signal.SIGKILL else 0), said
    again = serve()
    assert again.facts["remarks"] == []
    with connected(entry()) as (client, notices, jobs):
        assert list(jobs) == [job, waiting]
        assert {found["state"] for found in jobs.values()} <= {"pending", "running"}
        facts = result_of(notices, job)
        assert facts["phrases"] == PHRASES
        assert facts["cached_phrases"] >= 3
        assert result_of(notices, waiting)["placed"][0]["track"] == "Vocal (sung)"
        assert client.request(addresses.JOB_LIST).file is not None
    assert again.end(signal.SIGTERM)[0] == 0


def test_quiet_is_quiet_but_for_the_log(serve: Serve, entry: Callable[[], RuntimeEntry], user_folder: Path) -> None:
    server = serve("--quiet")
    with connected(entry()) as (client, notices, _):
        job = client.request(addresses.DAW_SING, "fake", "Nothing of this name").text
        notices.wait(addresses.JOB_STATE, job=job, state="failed")
    assert server.end(signal.SIGINT) == (0, "")
    assert "Fake DAW: Nothing of this name failed. " in (user_folder / "logs" / "serve.log").read_text()


@pytest.mark.parametrize(("option", "known"), [("--voice", "tiny"), ("--separator", tiny_separator.SEPARATOR_ID)])
def test_models_of_other_roles_are_not_offered(melisma: Melisma, user_folder: Path, option: str, known: str) -> None:
    tiny_separator.make(user_folder / "data" / "models" / tiny_separator.SEPARATOR_ID)
    said = melisma("serve", option, "nobody").stderr
    role = option.removeprefix("--")
    installed = said.rpartition("Installed: ")[2].rstrip(".\n").split(", ")
    assert said.startswith(f"There is no {role} called nobody. Installed: ")
    assert known in installed
    assert ({"tiny", tiny_separator.SEPARATOR_ID} - {known}).isdisjoint(installed)


def test_a_second_one_says_so(serve: Serve, melisma: Melisma) -> None:
    server = serve()
    second = melisma("serve", "--daw", "fake")
    assert second.returncode == 2
    assert f"already running (process {server.process.pid})" in second.stderr
    assert server.end(signal.SIGINT)[0] == 0


def test_damaged_jobs_are_set_aside_and_said(serve: Serve, user_folder: Path) -> None:
    broken = user_folder / "data" / "bridge" / "jobs" / "broken"
    broken.mkdir(parents=True)
    (broken / "job.json").write_bytes(b"\0")
    server = serve()
    (remark,) = server.facts["remarks"]
    assert "broken" in remark
    assert server.end(signal.SIGINT)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--folder", "missing"),
        ("--daw", "cubase"),
        ("--watch", "missing"),
        ("--port", "70000"),
        ("--daw", "files"),
        ("--voice", "nobody"),
        ("--separator", "tiny"),
    ],
    ids=" ".join,
)
def test_options_that_cannot_be_used(melisma: Melisma, words: tuple[str, ...]) -> None:
    done = melisma("serve", *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def _gone(server: Server) -> None:
    assert server.process.stdin is not None
    server.process.stdin.close()
    server.process.stdin = None


def test_one_whose_owner_is_gone_ends(serve: Serve) -> None:
    server = serve("--owned")
    assert server.process.poll() is None
    _gone(server)
    assert server.process.wait(timeout=LONG_S) == 0


def test_one_whose_owner_is_gone_stays_for_others(
    serve: Serve, entry: Callable[[], RuntimeEntry], tmp_path: Path
) -> None:
    server = serve("--owned")
    with connected(entry()) as (client, notices, _):
        _gone(server)
        result_of(notices, submit(client, tmp_path))
        assert client.request(addresses.DAW_LIST).file is not None
    assert server.process.wait(timeout=LONG_S) == 0


def test_one_that_nobody_owns_does_not_ask_for_input(serve: Serve, entry: Callable[[], RuntimeEntry]) -> None:
    server = serve()
    _gone(server)
    with connected(entry()) as (client, _, _):
        assert client.request(addresses.DAW_LIST).file is not None
    assert server.end(signal.SIGTERM)[0] == 0
