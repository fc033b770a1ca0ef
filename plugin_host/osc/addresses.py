"""The one table of OSC addresses.  The codec, server, client, documentation and tests all read it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

ROOT: Final = "/melisma/1"
"""The number counts up when an address changes its meaning or its arguments."""
HEARTBEAT_S: Final = 2.0
MISSED_HEARTBEATS: Final = 3
"""After so many without a word, either side takes the other for gone."""


class Way(enum.Flag):
    """Who sends.  One address may go more than one way, with the same arguments of its own."""

    REQUEST = enum.auto()
    """A client to us; answered by `ACK` or `ERROR`."""
    REPLY = enum.auto()
    """We to whoever asked."""
    NOTICE = enum.auto()
    """We to our clients; nobody answers."""
    REPORT = enum.auto()
    """A script inside a DAW to us; nobody answers."""


@dataclass(frozen=True, slots=True)
class Argument:
    """`tag` is OSC's: i (32 bits), h (64 bits), f, d, s or b."""

    name: str
    tag: str
    about: str


@dataclass(frozen=True, slots=True)
class Address:
    """`arguments` are its own; what every message of a way carries before them is in `LEADING`."""

    path: str
    way: Way
    arguments: tuple[Argument, ...]
    about: str

    def on_wire(self, way: Way) -> tuple[Argument, ...]:
        """All arguments in their order, when it goes `way`."""
        return LEADING[way] + self.arguments


_ID = Argument("id", "s", "ULID of the request: 26 capital letters and digits.")
_TOKEN = Argument("token", "s", "The secret of the runtime file.")
_NUMBER = Argument("number", "i", "Counts the notices to this client since it came; a gap means that one was lost.")

LEADING: Final[Mapping[Way, tuple[Argument, ...]]] = MappingProxyType(
    {Way.REQUEST: (_ID, _TOKEN), Way.REPLY: (_ID,), Way.NOTICE: (_NUMBER,), Way.REPORT: (_TOKEN,)}
)

HELLO: Final = f"{ROOT}/hello"
BYE: Final = f"{ROOT}/bye"
PING: Final = f"{ROOT}/ping"
JOB_SUBMIT: Final = f"{ROOT}/job/submit"
JOB_CANCEL: Final = f"{ROOT}/job/cancel"
JOB_FORGET: Final = f"{ROOT}/job/forget"
JOB_LIST: Final = f"{ROOT}/job/list"
LYRICS_SET: Final = f"{ROOT}/lyrics/set"
DAW_LIST: Final = f"{ROOT}/daw/list"
DAW_SING: Final = f"{ROOT}/daw/sing"
DAW_AGAIN: Final = f"{ROOT}/daw/again"
DAW_ISOLATE: Final = f"{ROOT}/daw/isolate"
ACK: Final = f"{ROOT}/ack"
ERROR: Final = f"{ROOT}/error"
JOB_STATE: Final = f"{ROOT}/job/state"
JOB_PROGRESS: Final = f"{ROOT}/job/progress"
JOB_DONE: Final = f"{ROOT}/job/done"
HEARTBEAT: Final = f"{ROOT}/heartbeat"
DAW_TRANSPORT: Final = f"{ROOT}/daw/transport"
DAW_SPOOL: Final = f"{ROOT}/daw/spool"


def _file(path_about: str) -> tuple[Argument, ...]:
    return (
        Argument("path", "s", path_about),
        Argument("size", "h", "Size of the file in bytes."),
        Argument("sha256", "s", "SHA-256 of the file, 64 small hexadecimal digits."),
    )


_JOB = Argument("job", "s", "Id of the job: the id of the request that made it.")
_DAW = Argument("daw", "s", "Id of the DAW, as /daw/list names it, such as ardour.")
_CLIP = Argument("clip", "s", "Name of the clip or of its track; empty for what is selected.")
_SESSION_KEY = Argument("session", "s", "Key of the DAW's session.")
_CLIP_KEY = Argument("clip", "s", "Key of the clip in its session.")

_REQUESTS = (
    Address(
        HELLO,
        Way.REQUEST,
        (
            Argument("client", "s", "What the client calls itself, always the same: 1 to 64 of A-Z a-z 0-9 . _ -"),
            Argument("name", "s", "Name of the client's program, for people."),
            Argument("version", "s", "Version of the client's program."),
        ),
        "The first request of a client; from then on it gets notices. The answer's file lists all jobs.",
    ),
    Address(BYE, Way.REQUEST, (), "The client leaves; its jobs go on."),
    Address(PING, Way.REQUEST, (), "Whether somebody is there; also the client's answer to a heartbeat."),
    Address(
        JOB_SUBMIT,
        Way.REQUEST,
        _file("Job file, JSON, in a folder that the user allowed."),
        "Queue a job. The answer's text is the job's id, which is the request's.",
    ),
    Address(JOB_CANCEL, Way.REQUEST, (_JOB,), "Stop a job. Nothing happens when it has ended."),
    Address(JOB_FORGET, Way.REQUEST, (_JOB,), "Take an ended job off the list; its result stays where it was put."),
    Address(JOB_LIST, Way.REQUEST, (), "The answer's file lists all jobs."),
    Address(
        LYRICS_SET,
        Way.REQUEST,
        (
            _SESSION_KEY,
            _CLIP_KEY,
            *_file("Text file with the lyrics, in a folder that the user allowed."),
        ),
        "Keep these lyrics for a clip whose DAW would lose them.",
    ),
    Address(DAW_LIST, Way.REQUEST, (), "The answer's file lists the DAWs that are there and what they can do."),
    Address(DAW_SING, Way.REQUEST, (_DAW, _CLIP), "Sing a MIDI clip of the DAW; the vocal comes on a track beside it."),
    Address(
        DAW_AGAIN,
        Way.REQUEST,
        (_DAW, Argument("name", "s", "Name by which the DAW finds the clip."), _SESSION_KEY, _CLIP_KEY),
        "Sing a MIDI clip that was sung before. When the DAW finds another one by its name, nothing is sung.",
    ),
    Address(DAW_ISOLATE, Way.REQUEST, (_DAW, _CLIP), "Part an audio clip of the DAW into two tracks."),
)
_REPLIES = (
    Address(
        ACK,
        Way.REPLY,
        (Argument("text", "s", "The answer in words; may be empty."), *_file("File with the answer; empty when none.")),
        "The request was taken.",
    ),
    Address(
        ERROR,
        Way.REPLY,
        (
            Argument("kind", "s", "input: the user's; fault: ours; refused: the message; stranger: say hello first."),
            Argument("text", "s", "What is wrong, in a sentence."),
            Argument("hint", "s", "What to do about it; may be empty."),
        ),
        "The request was not taken. The id is empty when the packet was not readable.",
    ),
)
_NOTICES = (
    Address(
        JOB_STATE,
        Way.NOTICE,
        (
            _JOB,
            Argument("state", "s", "pending, running, done, failed or cancelled."),
            Argument("sentence", "s", "More about it, for people; may be empty."),
        ),
        "A job has come into another state.",
    ),
    Address(
        JOB_PROGRESS,
        Way.NOTICE,
        (
            _JOB,
            Argument("stage", "s", "What is being done, for people."),
            Argument("done", "i", "Units of the stage that are finished."),
            Argument("total", "i", "Units that the stage has."),
        ),
        "A job goes on.",
    ),
    Address(JOB_DONE, Way.NOTICE, (_JOB, *_file("The result file, JSON.")), "A job ended well."),
    Address(
        HEARTBEAT,
        Way.NOTICE,
        (),
        "Every 2 s; the number is that of the last notice, so whoever missed one asks for /job/list.",
    ),
    Address(
        DAW_TRANSPORT,
        Way.NOTICE | Way.REPORT,
        (
            _DAW,
            Argument("sample", "h", "Position in samples at the session's rate."),
            Argument("speed", "d", "0: stopped, 1: playing."),
            Argument("bpm", "d", "Quarters per minute at the position."),
        ),
        "Where a DAW's transport is.",
    ),
    Address(DAW_SPOOL, Way.REPORT, (_DAW,), "Something lies in the DAW's spool for us."),
)

ADDRESSES: Final[Mapping[str, Address]] = MappingProxyType(
    {address.path: address for address in (*_REQUESTS, *_REPLIES, *_NOTICES)}
)
