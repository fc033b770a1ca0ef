"""ONNX Runtime behind one door: load a model from a path, run it, stop it, say where it runs and why."""

from engine.runtime.providers import DEVICES, Choice, Provider
from engine.runtime.session import (
    Session,
    choose_providers,
    default_threads,
    hear_loads,
    load_session,
    probe,
    runtime_version,
)

__all__ = [
    "DEVICES",
    "Choice",
    "Provider",
    "Session",
    "choose_providers",
    "default_threads",
    "hear_loads",
    "load_session",
    "probe",
    "runtime_version",
]
