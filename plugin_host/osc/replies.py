"""The two replies as packets, and which exception becomes which."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

from engine.errors import InputError, MelismaError
from plugin_host.osc.addresses import ACK, ERROR, Way
from plugin_host.osc.handling import Answer
from plugin_host.osc.messages import PacketError, encode, sendable

INPUT, FAULT, REFUSED, STRANGER = "input", "fault", "refused", "stranger"
"""Kinds of `/error`: the user's, ours, a message that is not taken, a client that has not said hello."""

_log = logging.getLogger(__name__)


def ack(request_id: str, answer: Answer) -> bytes:
    """`/ack`, or `/error` when the file of the answer cannot be told."""
    if answer.file is None:
        return encode(ACK, Way.REPLY, request_id, sendable(answer.text), "", 0, "")
    try:
        size, sha256 = file_facts(answer.file)
        return encode(ACK, Way.REPLY, request_id, sendable(answer.text), str(answer.file), size, sha256)
    except OSError as problem:
        _log.error("The file of an answer cannot be read: %s", problem)
        return error(request_id, FAULT, "The file with the answer cannot be read.", "Check space and permissions.")
    except PacketError as problem:
        _log.error("An answer cannot be sent: %s", problem.reason)
        return error(request_id, FAULT, "The path of the answer cannot be sent.", "Choose a shorter, plainer folder.")


def error(request_id: str, kind: str, text: str, hint: str = "") -> bytes:
    """`/error`; what is too long is cut."""
    return encode(ERROR, Way.REPLY, request_id, kind, sendable(text), sendable(hint))


def failure(request_id: str, problem: Exception) -> bytes:
    """`/error` for what a handler raised."""
    if isinstance(problem, MelismaError):
        kind = INPUT if isinstance(problem, InputError) else FAULT
        return error(request_id, kind, problem.message, problem.hint)
    _log.error("A request failed.", exc_info=problem)
    what = f"Something went wrong in the bridge: {type(problem).__name__}."
    return error(request_id, FAULT, what, "Its log says more.")


def file_facts(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 of a file.  Raises `OSError`."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()
