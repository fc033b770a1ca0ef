"""`docs/osc.md`, written from the table: `python -m plugin_host.osc.document > docs/osc.md`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from typing import Any, Final

from plugin_host.osc.addresses import ADDRESSES, HEARTBEAT_S, LEADING, MISSED_HEARTBEATS, ROOT, Address, Way
from plugin_host.osc.client import RETRY_S
from plugin_host.osc.messages import TCP_LIMIT, UDP_LIMIT
from plugin_host.osc.runtime_file import FILE_NAME

EXAMPLE: Final = """\
import json, secrets, sys, time
from pathlib import Path
from pythonosc.osc_message import OscMessage
from pythonosc.udp_client import SimpleUDPClient

bridge = json.loads((Path(sys.argv[1]) / "bridge.json").read_text())  # sys.argv[1]: the runtime folder
client = SimpleUDPClient("127.0.0.1", bridge["udp_port"])


def ulid():
    number = time.time_ns() // 10**6 << 80 | secrets.randbits(80)
    return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number >> bit & 31] for bit in range(125, -1, -5))


def ask(address, *arguments):
    request_id = ulid()
    for wait_s in (0.25, 0.5, 1, 2):
        client.send_message("/melisma/1" + address, [request_id, bridge["token"], *arguments])
        while packet := client.receive(wait_s):
            reply = OscMessage(packet)
            if reply.params[0] == request_id and reply.address == "/melisma/1/ack":
                return dict(zip(["text", "path", "size", "sha256"], reply.params[1:]))
            if reply.params[0] == request_id:
                sys.exit(" ".join(reply.params[2:]))
    sys.exit("The bridge does not answer.")


ask("/hello", "my-script", "My script", "1.0")
print(Path(ask("/job/list")["path"]).read_text())
ask("/bye")
"""

_MANNER = """\
{"expression": {"values": {"dynamics": -3}, "curves": {"tension": [[0, 0], [8, 0.5]]},
                "drawn": [[[4, 62], [5, 63]]], "blend": [["yuki", 0.3]], "pitch_seed": 4},
 "choir": {"voices": 4, "spread_ms": 15, "detune_cents": 8, "width": 0.7, "seed": 0, "speakers": []}}"""
_RETRIES = ", ".join(f"{pause_s:g}" for pause_s in RETRY_S)

_BEGIN: Final = f"""\
# OSC

What `melisma serve` understands and says. This page is written from the table in the program
(`python -m plugin_host.osc.document > docs/osc.md`).

## Finding the bridge

While it runs, the bridge keeps a file `{FILE_NAME}` in the user's runtime folder, readable for that user only:

```json
{{"udp_port": 40123, "tcp_port": 40124, "token": "...", "pid": 4242, "version": "0.1.0"}}
```

| System | Runtime folder |
|---|---|
| Linux | `$XDG_RUNTIME_DIR/melisma`; without that variable `~/.local/state/melisma/runtime` |
| macOS | `~/Library/Caches/TemporaryItems/melisma` |
| Windows | `%LOCALAPPDATA%\\Temp\\melisma` |
| any, with `MELISMA_DATA` set | `$MELISMA_DATA/runtime` |

The file goes away when the bridge ends, but not when it is killed: compare `pid` with a living process before you
believe it. Ports and token are new at every start. The bridge listens on 127.0.0.1 only. It speaks OSC 1.0 messages in
UDP datagrams, and in TCP connections with SLIP framing, as OSC 1.1 says.

## Folders for files

What a message or a job file names must lie in the inbox, `bridge/inbox` below the user's data folder, or in a folder
that the user allowed: `melisma serve --folder DIR`, as often as wanted. The first line of `melisma serve --json` says
where the inbox is. Files in it that no job waits for go after 30 days; folders in it stay.

| System | Inbox |
|---|---|
| Linux | `$XDG_DATA_HOME/melisma/bridge/inbox`; without that variable `~/.local/share/melisma/bridge/inbox` |
| macOS | `~/Library/Application Support/melisma/bridge/inbox` |
| Windows | `%LOCALAPPDATA%\\melisma\\bridge\\inbox` |
| any, with `MELISMA_DATA` set | `$MELISMA_DATA/data/bridge/inbox` |

## Asking

- A request begins with an id, a [ULID](https://github.com/ulid/spec) of 26 capital letters and digits, and the token.
- The answer is `{ROOT}/ack` or `{ROOT}/error` with the same id. It goes to where the request came from.
- No answer within {_RETRIES} s: send the same again, **with the same id**. What was done is not done
  twice; the first answer comes again. A new wish gets a new id.
- Where order matters, wait for the answer before the next request: several are handled at once.
- The first request is `/hello`. From then on notices come, numbered from 1.
- Every {HEARTBEAT_S:g} s comes a `/heartbeat`. Answer with `/ping`, or anything else: a client that says nothing for
  {MISSED_HEARTBEATS} heartbeats is taken for gone. Its jobs go on; its next `/hello` tells of all of them.
- A number missing among the notices: something was lost. Ask for `/job/list`.

## Types and sizes

- `i` and `h` are whole numbers of 32 and 64 bits, `f` and `d` have a point, `s` is UTF-8 without NUL. Where `h` stands,
  `i` is taken too, and `h` for `i` where the number fits; likewise `f` and `d`. A whole number is never taken for one
  with a point.
- The number of arguments is fixed. Packets that are not packed as OSC says are refused whole.
- A packet has at most {UDP_LIMIT} bytes over UDP and {TCP_LIMIT} over TCP. What is larger goes by file: write it
  beside its place, rename it, then send path, size and SHA-256.
- Paths are absolute. They must lead to a regular file below a folder that is allowed, without a link out of it:
  the inbox, or one that the user names with `melisma serve --folder DIR` (as often as wanted).
- Bundles are taken when they are flat and carry the time tag 1 (immediately).
- What is not understood is answered with `{ROOT}/error` of the kind `refused`; a flood of it only now and then.

## Example

With the package python-osc:

```python
{EXAMPLE}```
"""

_PARTS: Final = (
    (Way.REQUEST, "Requests", "From a client to the bridge."),
    (Way.REPLY, "Replies", "From the bridge to whoever asked."),
    (Way.NOTICE, "Notices", "From the bridge to clients. Nobody answers."),
    (Way.REPORT, "Reports", "From a script inside a DAW to the bridge. Nobody answers."),
)

_KIND_NOTES: Final = {
    "sing": "Sings `clip`, a MIDI or MusicXML file, and writes `out`, by default `sung.wav` in the job's own folder.",
    "isolate": "Parts `mixes`, a list of files, into stems in the folder `out`, by default the job's own.",
}


_ANSWERS: Final = """\
## Answer files

JSON in UTF-8; they do not change once they are named. Further fields may come with later versions.

### Jobs

What `/hello` and `/job/list` answer: all jobs in the order in which they came.

```json
{"format": "melisma-jobs", "version": 1, "jobs": [{
  "id": "01JD...", "kind": "sing", "name": "clip.mid", "client": "my-script", "daw": "", "submitted_at": 1763750000.0,
  "state": "running", "sentence": "", "ended_at": null, "result": null,
  "progress": {"stage": "Singing", "done": 2, "total": 9}}]}
```

`state` and `sentence` as in `/job/state`; `result` is the path of the result file once there is one: a sound is kept
even where it could not be placed.

### DAWs

What `/daw/list` answers.

```json
{"format": "melisma-daws", "version": 1, "daws": [{
  "id": "ardour", "name": "Ardour", "present": true, "capabilities": ["asks", "place_audio", "read_clip"],
  "session": {"key": "/music/Song", "name": "Song", "sample_rate": 48000, "folder": "/music/Song"}}]}
```

### Result

What `/job/done` names: the job's id, a sentence, and what was made (`out` or `files`; of a DAW's clip also `kept` and
`placed`).
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_BEGIN, *_tables(), *_job_files(), _ANSWERS]).rstrip() + "\n"


def _tables() -> Iterator[str]:
    for way, title, about in _PARTS:
        leading = ", ".join(f"`{argument.name}` ({argument.tag})" for argument in LEADING[way])
        yield f"## {title}\n"
        yield f"{about} Each begins with {leading}, before the arguments in the tables.\n"
        for argument in LEADING[way]:
            yield f"- `{argument.name}`: {argument.about}"
        yield ""
        for address in ADDRESSES.values():
            if address.way & way:
                yield from _entry(address)


def _entry(address: Address) -> Iterator[str]:
    yield f"### `{address.path}`\n"
    yield f"{address.about}\n"
    if address.arguments:
        yield "| Argument | Type | |"
        yield "|---|---|---|"
        for argument in address.arguments:
            yield f"| {argument.name} | {argument.tag} | {argument.about} |"
        yield ""


def _job_files() -> Iterator[str]:
    from engine.api import IsolateRequest, SingRequest

    yield "## Job files\n"
    yield "JSON in UTF-8: a kind, and what it needs. What is left out or null is as in the table.\n"
    yield "```json"
    yield '{"format": "melisma-job", "version": 1, "kind": "sing", "clip": "/music/clip.mid", "seed": 3}'
    yield "```\n"
    kinds: tuple[tuple[str, Any], ...] = (("sing", SingRequest), ("isolate", IsolateRequest))
    for kind, request in kinds:
        yield f"### `{kind}`\n"
        yield f"{_KIND_NOTES[kind]} The other fields mean what the options of `melisma {kind}` mean.\n"
        yield "| Field | When left out |"
        yield "|---|---|"
        for field in fields(request):
            if field.name != "out":
                yield f"| {field.name} | {_default(field)} |"
        yield ""
        if kind == "sing":
            yield "Quarters and values count as in [the guide](guide-expression.md), for example:\n"
            yield f"```json\n{_MANNER}\n```\n"


_NONE = {"choir": "one voice, or as the project has it", "seed": "0, or as the project has it"}


def _default(field: Field[Any]) -> str:
    value = field.default
    if field.default_factory is not MISSING:
        return "none"
    if value is MISSING:
        return "must be there"
    if value is None:
        return _NONE.get(field.name, "as the file, the model or the machine has it")
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    print(page(), end="")
