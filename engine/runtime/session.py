"""The only `import onnxruntime`.  It is imported at first use: that costs a quarter of a second."""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import Cancelled, MelismaError
from engine.jobs import CancelToken
from engine.runtime.providers import CPU, Choice, Provider, by_name, choose, find_obstacle

Tensor = NDArray[Any]

_FATAL_ONLY = 4  # everything below comes back as an exception or as our own sentence

# y = x + x, the smallest model worth running, to see which device really computes.
_PROBE_MODEL = (
    b'\x08\x08:;\n\x0e\n\x01x\n\x01x\x12\x01y"\x03Add\x12\x05probeZ\x10\n\x01x\x12\x0b\n\t\x08\x01\x12\x05\n\x03'
    b"\x12\x01nb\x10\n\x01y\x12\x0b\n\t\x08\x01\x12\x05\n\x03\x12\x01nB\x04\n\x00\x10\r"
)


class Session:
    """A loaded model.  `run` may be called from several threads.

    `provider` is the device that ONNX Runtime says it uses, `reason` why, in words.  `input_shapes` and
    `input_types` by name; a size that the model leaves open is a name or None.
    """

    def __init__(self, inference: Any, name: str, choice: Choice) -> None:
        self._inference = inference
        self._name = name
        self.provider: Provider = by_name(inference.get_providers()[0])
        self.reason = choice.reason
        if self.provider.name != choice.names[0]:
            wanted = by_name(choice.names[0])
            self.reason = f"{wanted.label} was tried, but ONNX Runtime fell back: using {self.provider.label}"
        self.input_names: tuple[str, ...] = tuple(port.name for port in inference.get_inputs())
        self.input_shapes: dict[str, tuple[int | str | None, ...]] = {
            port.name: tuple(port.shape) for port in inference.get_inputs()
        }
        self.input_types: dict[str, str] = {port.name: port.type for port in inference.get_inputs()}
        self.output_names: tuple[str, ...] = tuple(port.name for port in inference.get_outputs())

    def run(self, inputs: Mapping[str, Tensor], token: CancelToken | None = None) -> dict[str, Tensor]:
        """All outputs by name.  A cancel of `token` stops the computation between two of its operators.

        Raises `Cancelled`, or `MelismaError` when the inputs do not fit the model or the device fails.
        """
        options = _onnxruntime().RunOptions()
        options.log_severity_level = _FATAL_ONLY

        def terminate() -> None:
            options.terminate = True

        try:
            with token.calling(terminate) if token else contextlib.nullcontext():
                outputs = self._inference.run(None, dict(inputs), options)
        except Exception as error:  # ONNX Runtime raises many types, some of them private
            if token is not None and token.cancelled:
                raise Cancelled from error
            raise MelismaError(f"The model {self._name} could not be run: {_first_line(error)}.", "") from error
        if token is not None:
            token.raise_if_cancelled()
        return dict(zip(self.output_names, outputs, strict=True))


Hearer = Callable[[Path, Session], None]
_hearers: list[Hearer] = []


def hear_loads(hear: Hearer) -> None:
    """Call `hear(path, session)` for every model that is loaded from now on, on the thread that loads it."""
    _hearers.append(hear)


def load_session(path: Path, providers: Choice | Sequence[str] | None = None, threads: int | None = None) -> Session:
    """Load the ONNX model at `path`.

    `providers`: a `choose_providers(device)`, or ONNX Runtime's names, best first; by default the best for this
    machine.  `threads`: how many share one operator, by default one per core we may use.
    Raises `MelismaError` when the file is missing or cannot be loaded.
    """
    if not path.is_file():
        raise MelismaError(f"The model file {path} is missing.", "Install the voice again.")
    if providers is None:
        providers = choose_providers("auto")
    elif not isinstance(providers, Choice):
        providers = Choice(tuple(providers), "as asked for")
    session = _load(str(path), path.name, providers, threads)
    for hear in _hearers:
        hear(path, session)
    return session


@lru_cache(maxsize=8)
def choose_providers(device: str = "auto") -> Choice:
    """The providers for `device` (one of `DEVICES`) on this machine, and why.

    Raises `InputError` for a device that is unknown, or named and not usable.
    """
    runtime = _onnxruntime()
    folder = Path(runtime.__file__).parent / "capi"

    def obstacle(provider: Provider) -> str:
        return find_obstacle(provider, folder, _preload_cuda)

    return choose(device, runtime.get_available_providers(), obstacle)


def probe(device: str = "auto") -> tuple[str, str]:
    """Run a tiny model; give the device that computed it and the reason in words.

    Raises `InputError` as `choose_providers`, `MelismaError` when nothing computes.
    """
    session = _load(_PROBE_MODEL, "probe", choose_providers(device), 1)
    doubled = session.run({"x": np.ones(3, dtype=np.float32)})["y"]
    if not np.array_equal(doubled, np.full(3, 2, dtype=np.float32)):
        raise MelismaError(f"{session.provider.label} computes wrong numbers.", "Use the device cpu.")
    return session.provider.device, session.reason


def default_threads() -> int:
    """One per core that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def runtime_version() -> str:
    """ONNX Runtime's package and version."""
    runtime = _onnxruntime()
    return f"{getattr(runtime, 'package_name', 'onnxruntime')} {runtime.__version__}"


def _load(model: str | bytes, name: str, choice: Choice, threads: int | None) -> Session:
    runtime = _onnxruntime()
    options = runtime.SessionOptions()
    options.log_severity_level = _FATAL_ONLY
    options.intra_op_num_threads = threads or default_threads()
    # Threads that wait for work by spinning take the cores from whatever else wants to run: the synthesis of the
    # phrase before, and the DAW.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        # Without `enable_fallback=0` a failure is printed to stdout, where the answer for scripts goes.
        inference = runtime.InferenceSession(model, options, providers=list(choice.names), enable_fallback=0)
    except Exception as error:  # ONNX Runtime raises many types, some of them private
        if choice.names[0] == CPU.name:
            raise MelismaError(f"The model {name} cannot be loaded: {_first_line(error)}.", "") from error
        label = by_name(choice.names[0]).label
        fallback = Choice((CPU.name,), f"{label} failed ({_first_line(error)}): using the CPU")
        return _load(model, name, fallback, threads)
    return Session(inference, name, choice)


@lru_cache(maxsize=1)
def _onnxruntime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MelismaError("ONNX Runtime is not installed.", "Install onnxruntime, or onnxruntime-gpu.") from error
    onnxruntime.set_default_logger_severity(_FATAL_ONLY)
    onnxruntime.disable_telemetry_events()
    return onnxruntime


def _preload_cuda() -> None:
    """Let ONNX Runtime find CUDA libraries that came as Python packages; what it prints about them is noise."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), contextlib.suppress(Exception):
        warnings.simplefilter("ignore")
        _onnxruntime().preload_dlls(msvc=False)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
