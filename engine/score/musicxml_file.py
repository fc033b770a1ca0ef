"""Bytes of a MusicXML file (plain or zipped) to its element tree, with doors shut to bombs."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from typing import Any
from xml.parsers import expat

from engine.errors import InputError

MAX_XML_BYTES = 64 * 1024 * 1024
"""Unpacked size; a long opera is a tenth of this."""

EXPORT_HINT = "Export the score again as MusicXML from your notation program."


def read_root(data: bytes) -> ET.Element:
    """The root of a plain .musicxml file.  Raises InputError; refuses entities of any kind."""
    _refuse_entities(data)
    try:
        root = ET.fromstring(data)
    except (ET.ParseError, LookupError, ValueError) as error:
        raise InputError("The MusicXML file is damaged and cannot be read.", EXPORT_HINT) from error
    if root.tag.startswith("{"):
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
    if root.tag not in ("score-partwise", "score-timewise"):
        raise InputError(f"This XML file is not a MusicXML score: it begins with <{root.tag[:40]}>.", EXPORT_HINT)
    return root


def unpack_mxl(data: bytes) -> bytes:
    """The score inside a zipped .mxl file.  Raises InputError for other zips and for bombs."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read_member(archive, _score_name(archive))
    except InputError:
        raise
    except Exception as error:  # zipfile: BadZipFile, zlib.error, RuntimeError (password), NotImplementedError, ...
        raise InputError("The .mxl file is damaged and cannot be unpacked.", EXPORT_HINT) from error


def _score_name(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "META-INF/container.xml" in names:
        container = _read_member(archive, "META-INF/container.xml")
        _refuse_entities(container)
        for element in ET.fromstring(container).iter():
            path = element.get("full-path", "")
            if element.tag.rpartition("}")[2] == "rootfile" and path in names:
                return path
    for name in archive.namelist():
        if name.lower().endswith((".musicxml", ".xml")) and not name.startswith("META-INF/"):
            return name
    raise InputError("There is no MusicXML score inside this zip file.", EXPORT_HINT)


def _read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The header's size may lie, so the reading itself is bounded."""
    with archive.open(name) as member:
        data = member.read(MAX_XML_BYTES + 1)
    if len(data) > MAX_XML_BYTES:
        raise InputError("The score inside the .mxl file is too large (over 64 MB unpacked).", EXPORT_HINT)
    return data


def _refuse_entities(data: bytes) -> None:
    """A first pass over the file in C that stops at the first entity declaration.

    Scores need none; they are how a small file grows without bound or reaches for other files.
    """

    def on_entity(*_: Any) -> None:
        raise InputError(
            "The XML file declares entities, which a score does not need and Melisma does not read.", EXPORT_HINT
        )

    try:
        parser = expat.ParserCreate()
        parser.EntityDeclHandler = on_entity
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise InputError("The MusicXML file is damaged and cannot be read.", EXPORT_HINT) from error
