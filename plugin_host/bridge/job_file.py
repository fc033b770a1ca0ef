"""The job file: what a client asks for, as JSON (docs/decisions/0005-daw.md).

`{"format": "melisma-job", "version": 1, "kind": "sing", "clip": "/music/clip.mid", "seed": 3}`: a kind, then the
fields of `SingRequest` or `IsolateRequest`.  Fields left out, and those that are null, mean what they mean there;
without an `out` the result lies in the job's own folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import InputError
from plugin_host.bridge.manner import dump_expression, read_choir, read_expression
from plugin_host.bridge.strict import StrictObject, parse_object

if TYPE_CHECKING:
    from engine.api import IsolateRequest, SingRequest

    JobRequest = SingRequest | IsolateRequest

FORMAT, VERSION = "melisma-job", 1
KINDS = ("sing", "isolate")
MAX_BYTES = 1 << 20
MAX_MIXES = 1000

_HINT = "See docs/osc.md for what a job file holds."
_SUBTYPES = ("PCM_16", "PCM_24", "FLOAT")
_DEVICES = ("auto", "cpu", "cuda", "directml", "coreml")
_REFINES = ("alone", "mask", "none")
_SEEDS = 2**64 - 1


class Places(Protocol):
    """Which paths may be used."""

    def source(self, path: str) -> Path:
        """`path`, to be read, absolute and without links.  Raises `InputError` when it lies where nobody may."""
        ...

    def destination(self, path: str) -> Path:
        """The same, to be written."""
        ...


class Anywhere:
    """For requests that were checked when they came, and for our own."""

    def source(self, path: str) -> Path:
        return Path(path)

    def destination(self, path: str) -> Path:
        return Path(path)


def parse_job(data: bytes, places: Places, own_folder: Path) -> JobRequest:
    """The request in a job file.  Raises `InputError` for anything that is not as agreed.

    `own_folder`: where the result lies when the file names no `out`.
    """
    if len(data) > MAX_BYTES:
        raise InputError("The job file is larger than 1 MB.", _HINT)
    return parse_request(parse_object(data, "The job file", _HINT), places, own_folder)


def parse_request(fields: StrictObject, places: Places, own_folder: Path) -> JobRequest:
    """As `parse_job`, of an object that was read before."""
    if fields.text("format") != FORMAT:
        fields.refuse(f"is not of the format {FORMAT}")
    if fields.integer("version", 0, 2**31) != VERSION:
        fields.refuse(f"is not of version {VERSION}")
    kind = fields.text("kind", KINDS)
    request = (_sing if kind == "sing" else _isolate)(fields, places, own_folder)
    fields.done()
    return request


def dump_request(request: JobRequest) -> dict[str, Any]:
    """What `parse_request` reads back, with every path as it is."""
    from dataclasses import asdict

    from engine.api import SingRequest

    told = {"format": FORMAT, "version": VERSION, "kind": kind_of(request)} | asdict(request)
    if isinstance(request, SingRequest):
        told["expression"] = dump_expression(request.expression)
    return told


def paths_of(request: JobRequest) -> tuple[Path, ...]:
    """What is read for it."""
    from engine.api import IsolateRequest

    if isinstance(request, IsolateRequest):
        return request.mixes
    return (request.clip,) if request.lyrics is None else (request.clip, request.lyrics)


def check_paths(request: JobRequest, places: Places, own_folder: Path) -> None:
    """Look at the paths of a client's request again: hours may lie between its coming and the work.

    Raises `InputError` for one that now leads elsewhere, by a link, or where nobody may any more.
    """
    found = [(path, places.source(str(path))) for path in paths_of(request)]
    if not request.out.is_relative_to(own_folder):
        found.append((request.out, places.destination(str(request.out))))
    for path, now in found:
        if path != now:
            raise InputError(f"{path} was replaced by a link to {now}.", "Ask again with the path of the file itself.")


def kind_of(request: JobRequest) -> str:
    """`sing` or `isolate`."""
    return "isolate" if hasattr(request, "mixes") else "sing"


def subject(request: JobRequest) -> Path:
    """The file that a request is about, the first one of several."""
    from engine.api import IsolateRequest

    return request.mixes[0] if isinstance(request, IsolateRequest) else request.clip


def _sing(fields: StrictObject, places: Places, own_folder: Path) -> SingRequest:
    from engine.api import SingRequest
    from engine.audio import check_suffix

    given: dict[str, Any] = _settings(fields)
    given["clip"] = places.source(fields.text("clip"))
    given["out"] = places.destination(fields.text("out")) if fields.has("out") else own_folder / "sung.wav"
    check_suffix(given["out"])
    if fields.has("lyrics"):
        given["lyrics"] = places.source(fields.text("lyrics"))
    for name in ("voice", "track", "language"):
        if fields.has(name):
            given[name] = fields.text(name)
    if fields.has("temperature"):
        given["temperature"] = fields.number("temperature", 0, 2)
    if fields.has("sample_rate"):
        given["sample_rate"] = fields.integer("sample_rate", 8000, 192_000)
    if fields.has("transpose"):
        given["transpose"] = fields.integer("transpose", -48, 48)
    for name in ("use_cache", "stems"):
        if fields.has(name):
            given[name] = fields.flag(name)
    if fields.has("expression"):
        given["expression"] = read_expression(fields.inner("expression"))
    if fields.has("choir"):
        given["choir"] = read_choir(fields.inner("choir"))
    return SingRequest(**given)


def _isolate(fields: StrictObject, places: Places, own_folder: Path) -> IsolateRequest:
    from engine.api import IsolateRequest

    given: dict[str, Any] = _settings(fields)
    mixes = fields.items("mixes", MAX_MIXES)
    if not mixes or not all(isinstance(mix, str) for mix in mixes):
        fields.refuse("has 'mixes' that are not a list of paths")
    given["mixes"] = tuple(places.source(mix) for mix in mixes)
    given["out"] = places.destination(fields.text("out")) if fields.has("out") else own_folder
    if fields.has("separator"):
        given["separator"] = fields.text("separator")
    if fields.has("eta"):
        given["eta"] = fields.number("eta", 0, 1)
    if fields.has("refine"):
        given["refine"] = fields.text("refine", _REFINES)
    if fields.has("threads"):
        given["threads"] = fields.integer("threads", 1, 1024)
    return IsolateRequest(**given)


def _settings(fields: StrictObject) -> dict[str, Any]:
    """What both kinds know."""
    given: dict[str, Any] = {}
    if fields.has("seed"):
        given["seed"] = fields.integer("seed", 0, _SEEDS)
    if fields.has("num_steps"):
        given["num_steps"] = fields.integer("num_steps", 1, 1000)
    if fields.has("subtype"):
        given["subtype"] = fields.text("subtype", _SUBTYPES)
    if fields.has("device"):
        given["device"] = fields.text("device", _DEVICES)
    return given
