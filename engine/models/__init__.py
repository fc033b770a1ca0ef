"""Installed voices: what each one states about itself, where it lies, whether its files are whole."""

from engine.models.manifest import MANIFEST_NAME, ModelId, VoiceManifest, dump_manifest, load_manifest, parse_manifest
from engine.models.registry import (
    BrokenModel,
    FileCheck,
    InstalledModel,
    Scan,
    default_folders,
    file_sha256,
    find_model,
    list_models,
    scan_models,
    verify,
)

__all__ = [
    "MANIFEST_NAME",
    "BrokenModel",
    "FileCheck",
    "InstalledModel",
    "ModelId",
    "Scan",
    "VoiceManifest",
    "default_folders",
    "dump_manifest",
    "file_sha256",
    "find_model",
    "list_models",
    "load_manifest",
    "parse_manifest",
    "scan_models",
    "verify",
]
