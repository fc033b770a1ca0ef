"""The bridge over OSC, as clients see it: jobs, notices, lists, clients that leave and come back."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError
from plugin_host.adapters.fake import FakeAdapter, FakeDaw
from plugin_host.bridge.asks import Asks
from plugin_host.bridge.daws import Daws, Seen
from plugin_host.bridge.osc_handler import BridgeHandler
from plugin_host.bridge.places import AllowedFolders
from plugin_host.bridge.service import BridgeService
from plugin_host.bridge.store import JobStore
from plugin_host.osc import addresses
from plugin_host.osc.addresses import Way
from plugin_host.osc.client import OscClient, Transport
from plugin_host.osc.handling import Answer
from plugin_host.osc.messages import encode
from plugin_host.osc.runtime_file import RuntimeEntry
from plugin_host.osc.server import OscServer
from plugin_host.osc.ulid import new_ulid
from plugin_host.ports import Action, DawNote
from tests.unit.bridge.stand_ins import LONG_S, PlainLyrics, Worker

TOKEN = "token"


@dataclass
class Stand:
    """A bridge with a server, its work held by `worker`."""

    service: BridgeService
    worker: Worker
    server: OscServer
    lyrics: PlainLyrics
    daws: Daws
    woken: list[str]
    files: Path

    def client(self, name: str, transport: Transport = Transport.UDP) -> OscClient:
        entry = RuntimeEntry(self.server.udp_port, self.server.tcp_port, TOKEN, 1)
        return OscClient(name, transport=transport, entry=entry)

    def parcel(self, name: str, content: Any) -> tuple[str, int, str]:
        """A file for the wire."""
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (self.files / name).write_bytes(data)
        return str(self.files / name), len(data), hashlib.sha256(data).hexdigest()

    def job(self, name: str = "clip") -> tuple[str, int, str]:
        (self.files / f"{name}.mid").write_bytes(b"")
        facts = {"format": "melisma-job", "version": 1, "kind": "sing", "clip": str(self.files / f"{name}.mid")}
        return self.parcel(f"{name}.json", facts)


@pytest.fixture
def stand(tmp_path: Path, daw: FakeDaw) -> Iterator[Stand]:
    for name in ("files", "runtime"):
        (tmp_path / name).mkdir()
    worker, lyrics, woken = Worker(), PlainLyrics(), []
    store = JobStore(tmp_path / "bridge")
    daws = Daws([FakeAdapter(daw)])
    service = BridgeService(store, worker)
    asks = Asks(service, daws, lyrics)
    places = AllowedFolders([tmp_path / "files"])
    handler = BridgeHandler(service, store, asks, daws, lyrics, places, tmp_path / "runtime", woken.append)
    with service, OscServer(handler, TOKEN) as server:
        end = handler.attach(server)
        yield Stand(service, worker, server, lyrics, daws, woken, tmp_path / "files")
        worker.let_go()
        end()


class Notices:
    """What a client was told; can be waited for."""

    def __init__(self, client: OscClient) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self._changed = threading.Condition()
        client.on_notice(self)

    def __call__(self, address: str, arguments: Any) -> None:
        with self._changed:
            self.told.append((address, dict(arguments)))
            self._changed.notify_all()

    def wait(self, fits: Callable[[str, dict[str, Any]], bool]) -> dict[str, Any]:
        with self._changed:
            assert self._changed.wait_for(lambda: any(fits(*told) for told in self.told), LONG_S), self.told
            return next(arguments for address, arguments in self.told if fits(address, arguments))

    def state(self, job: str, state: str) -> dict[str, Any]:
        return self.wait(lambda a, given: a == addresses.JOB_STATE and (given["job"], given["state"]) == (job, state))


def listed(answer: Answer) -> dict[str, dict[str, Any]]:
    assert answer.file is not None
    return {job["id"]: job for job in json.loads(answer.file.read_bytes())["jobs"]}


@pytest.mark.parametrize("transport", list(Transport))
def test_a_job_from_begin_to_end(stand: Stand, transport: Transport) -> None:
    with stand.client("me", transport) as client:
        notices = Notices(client)
        job = client.request(addresses.JOB_SUBMIT, *stand.job()).text
        stand.worker.wait_begun()
        notices.state(job, "running")
        assert listed(client.request(addresses.JOB_LIST))[job]["state"] == "running"
        stand.worker.let_go()
        done = notices.wait(lambda address, given: address == addresses.JOB_DONE and given["job"] == job)
        data = Path(done["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (done["size"], done["sha256"])
        assert json.loads(data)["made"] == "clip.mid"
        assert notices.state(job, "done")["sentence"] == "clip.mid was made."
        steps = [given["done"] for address, given in notices.told if address == addresses.JOB_PROGRESS]
        assert steps[0] == 0
        assert steps[-1] == stand.worker.steps
        client.request(addresses.JOB_FORGET, job)
        assert listed(client.request(addresses.JOB_LIST)) == {}


def test_a_client_that_was_away_finds_its_jobs_again(stand: Stand) -> None:
    with stand.client("me") as client:
        first = client.request(addresses.JOB_SUBMIT, *stand.job("one")).text
        second = client.request(addresses.JOB_SUBMIT, *stand.job("two")).text
    stand.worker.wait_begun()
    with stand.client("me") as client:
        notices = Notices(client)
        jobs = listed(client.welcome)
        assert {job: facts["client"] for job, facts in jobs.items()} == {first: "me", second: "me"}
        stand.worker.let_go()
        notices.state(second, "done")


def test_two_clients_hear_of_their_own_jobs(stand: Stand) -> None:
    with stand.client("one") as one, stand.client("two", Transport.TCP) as two:
        heard = Notices(one), Notices(two)
        jobs = (
            one.request(addresses.JOB_SUBMIT, *stand.job("a")).text,
            two.request(addresses.JOB_SUBMIT, *stand.job("b")).text,
        )
        stand.worker.let_go()
        for notices, own, other in zip(heard, jobs, reversed(jobs), strict=True):
            notices.state(own, "done")
            assert not [given for _, given in notices.told if given.get("job") == other]
        assert set(listed(one.request(addresses.JOB_LIST))) == set(jobs)


def test_jobs_of_a_daw_are_told_to_everybody(stand: Stand, daw: FakeDaw) -> None:
    daw.add_clip("Lead", "Vocal", 8.0, [DawNote(0, 1, 60, 90, "la")])
    daw.select("Lead")
    daw.ask(Action.SING)
    with stand.client("one") as one, stand.client("two") as two:
        heard = Notices(one), Notices(two)
        with stand.daws.using("fake") as adapter:
            (ask,) = adapter.asks()
        handler_asks = Asks(stand.service, stand.daws, stand.lyrics)
        handler_asks.take("fake", ask)
        stand.worker.let_go()
        (job,) = stand.service.jobs()
        for notices in heard:
            notices.state(job.id, "done")


def test_the_same_request_again_is_the_same_job(stand: Stand) -> None:
    request_id = new_ulid()
    with stand.client("me") as client:
        parcel = stand.job()
        ids = {client.request(addresses.JOB_SUBMIT, *parcel, request_id=request_id).text for _ in range(3)}
    with stand.client("me") as client:
        ids.add(client.request(addresses.JOB_SUBMIT, *parcel, request_id=request_id).text)
    assert ids == {request_id}
    assert len(stand.service.jobs()) == 1


def test_cancel(stand: Stand) -> None:
    with stand.client("me") as client:
        notices = Notices(client)
        running = client.request(addresses.JOB_SUBMIT, *stand.job("a")).text
        waiting = client.request(addresses.JOB_SUBMIT, *stand.job("b")).text
        stand.worker.wait_begun()
        for job in (waiting, running):
            client.request(addresses.JOB_CANCEL, job)
            notices.state(job, "cancelled")
        assert client.request(addresses.JOB_CANCEL, running).text == "cancelled"
        with pytest.raises(InputError):
            client.request(addresses.JOB_CANCEL, "nobody")


def test_jobs_of_eight_clients_at_once(stand: Stand) -> None:
    """None is lost and none is run twice."""
    stand.worker.free = True
    parcels = [stand.job(f"c{number}") for number in range(25)]

    def ask(number: int) -> list[str]:
        with stand.client(f"client-{number}", list(Transport)[number % 2]) as client:
            return [client.request(addresses.JOB_SUBMIT, *parcel).text for parcel in parcels]

    with ThreadPoolExecutor(8) as pool:
        asked = [job for jobs in pool.map(ask, range(8)) for job in jobs]
    assert len(set(asked)) == len(asked) == 200
    while len(stand.worker.begun) < len(asked):
        stand.worker.wait_begun()
    assert sorted(stand.worker.begun) == sorted(asked)


@pytest.mark.parametrize("spoil", ["size", "hash", "place", "suffix", "content"])
def test_job_files_that_are_not_taken(stand: Stand, tmp_path: Path, spoil: str) -> None:
    path, size, digest = stand.job()
    if spoil == "size":
        size += 1
    if spoil == "hash":
        digest = "0" * 64
    if spoil == "place":
        path = str(Path(path).rename(tmp_path / "outside.json"))
    if spoil == "suffix":
        path = str(Path(path).rename(stand.files / "job.mid"))
    if spoil == "content":
        path, size, digest = stand.parcel("bad.json", {"format": "melisma-job", "version": 1, "kind": "dance"})
    with stand.client("me") as client, pytest.raises(InputError) as caught:
        client.request(addresses.JOB_SUBMIT, path, size, digest)
    assert stand.service.jobs() == ()
    if spoil == "place":
        assert str(stand.files) in caught.value.hint
        assert "`melisma serve` with --folder DIR" in caught.value.hint


def test_lists_do_not_change_while_they_are_read(stand: Stand) -> None:
    with stand.client("me") as client:
        before = client.request(addresses.JOB_LIST).file
        client.request(addresses.JOB_SUBMIT, *stand.job())
        after = client.request(addresses.JOB_LIST).file
        assert before is not None
        assert after is not None
        assert listed(Answer(file=before)) == {}
        assert len(listed(Answer(file=after))) == 1
        runtime = before.parent
        for number in range(100):
            client.request(addresses.JOB_SUBMIT, *stand.job(f"c{number}"))
            client.request(addresses.JOB_LIST)
        assert len(list(runtime.glob("jobs-*.json"))) <= 64


def test_daws(stand: Stand, daw: FakeDaw) -> None:
    stand.daws.note("fake", Seen(True, daw.session))
    with stand.client("me") as client:
        answer = client.request(addresses.DAW_LIST)
        assert answer.text == "Fake DAW"
        assert answer.file is not None
        (facts,) = json.loads(answer.file.read_bytes())["daws"]
        assert (facts["id"], facts["present"], facts["session"]["name"]) == ("fake", True, "Song")
        with pytest.raises(InputError, match="no DAW called"):
            client.request(addresses.DAW_SING, "cubase", "")


def test_sing_a_clip_of_a_daw_over_osc(stand: Stand, daw: FakeDaw) -> None:
    daw.add_clip("Lead", "Vocal", 8.0, [DawNote(0, 1, 60, 90, "la")])
    with stand.client("me") as client:
        notices = Notices(client)
        job = client.request(addresses.DAW_SING, "fake", "Lead").text
        stand.worker.let_go()
        notices.state(job, "done")
        empty = client.request(addresses.DAW_ISOLATE, "fake", "Nothing").text
        assert "no audio clip" in notices.state(empty, "failed")["sentence"]


def test_a_clip_is_sung_again_over_osc_if_it_is_the_one(stand: Stand, daw: FakeDaw) -> None:
    clip = daw.add_clip("Lead", "Vocal", 8.0, [DawNote(0, 1, 60, 90, "la")])
    with stand.client("me") as client:
        notices = Notices(client)
        job = client.request(addresses.DAW_AGAIN, "fake", "Lead", daw.session.key, "another").text
        assert "another clip" in notices.state(job, "failed")["sentence"]
        job = client.request(addresses.DAW_AGAIN, "fake", "Lead", daw.session.key, clip.key).text
        stand.worker.let_go()
        notices.state(job, "done")


@pytest.mark.parametrize("address", [addresses.DAW_SING, addresses.DAW_ISOLATE])
def test_a_daw_that_is_not_there_is_said_at_once(stand: Stand, daw: FakeDaw, address: str) -> None:
    daw.add_clip("Lead", "Vocal", 8.0, [DawNote(0, 1, 60, 90, "la")])
    first, second = new_ulid(), new_ulid()
    with stand.client("me") as client:
        job = client.request(address, "fake", "Lead", request_id=first).text
        daw.alive = False
        stand.daws.note("fake", Seen())
        with pytest.raises(InputError, match="not there"):
            client.request(address, "fake", "Lead", request_id=second)
        assert [known.id for known in stand.service.jobs()] == [first]
        # What was taken before is that job for good, also for a client that heard no answer.
        assert client.request(address, "fake", "Lead", request_id=first).text == job
    with stand.client("other") as client:
        assert client.request(address, "fake", "Lead", request_id=first).text == job
    # It is back, though nobody has looked since.
    daw.alive = True
    with stand.client("me") as client:
        assert client.request(address, "fake", "Lead", request_id=new_ulid()).text


def test_lyrics_are_kept(stand: Stand) -> None:
    with stand.client("me") as client:
        client.request(
            addresses.LYRICS_SET, "session", "clip", *stand.parcel("a.txt", "ﬁrst words\n".encode("utf-8-sig"))
        )
    assert stand.lyrics.kept == {("session", "clip"): "ﬁrst words\n"}


def test_reports_of_scripts(stand: Stand) -> None:
    reports = [
        encode(addresses.DAW_SPOOL, Way.REPORT, TOKEN, "fake"),
        encode(addresses.DAW_TRANSPORT, Way.REPORT, TOKEN, "fake", 480_000, 1.0, 97.5),
    ]
    with stand.client("me") as client, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as script:
        notices = Notices(client)
        for report in reports:
            script.sendto(report, ("127.0.0.1", stand.server.udp_port))
        told = notices.wait(lambda address, _: address == addresses.DAW_TRANSPORT)
        assert (told["daw"], told["sample"], told["speed"], told["bpm"]) == ("fake", 480_000, 1.0, 97.5)
    assert stand.woken == ["fake"]
