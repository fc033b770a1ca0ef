"""A stand-in for `engine.api`: the same words, no models.  Also used by processes that a test starts."""

from __future__ import annotations

import sys
import time
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.api.expression import ExpressionRequest, read_curves, read_share
from engine.doctor import doctor_report
from engine.jobs import JobContext
from engine.models import find_model, list_models, verify
from engine.score import Problem
from engine.singing.choir_members import Choir


@dataclass(frozen=True)
class SingRequest:
    clip: Path
    out: Path
    lyrics: Path | None
    voice: str | None
    seed: int | None
    num_steps: int | None
    temperature: float | None
    sample_rate: int | None
    subtype: str
    transpose: int
    track: str | None
    language: str | None
    device: str
    use_cache: bool
    expression: ExpressionRequest
    choir: Any = None
    stems: bool = False


@dataclass(frozen=True)
class SingResult:
    out: Path
    voice: str = "fake"
    language: str = "en"
    duration_s: float = 2.0
    offset_s: float = 0.0
    sample_rate: int = 48000
    phrases: int = 3
    cached_phrases: int = 1
    problems: tuple[Problem, ...] = ()
    provider: str = "cpu"
    elapsed_s: float = 0.1
    real_time_factor: float = 0.05
    stems: tuple[Path, ...] = ()


@dataclass
class FakeApi:
    """What `sing` asked for, and what it shall get."""

    requests: list[SingRequest] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    failure: BaseException | None = None
    steps: int = 3
    step_s: float = 0.0

    def render_clip(self, request: SingRequest, context: JobContext) -> SingResult:
        self.requests.append(request)
        for done in range(self.steps):
            context.step("Singing", done, self.steps)
            time.sleep(self.step_s)
        if self.failure is not None:
            raise self.failure
        return SingResult(request.out, problems=self.problems)

    def module(self) -> types.ModuleType:
        module: Any = types.ModuleType("engine.api")
        module.SingRequest, module.SingResult, module.render_clip = SingRequest, SingResult, self.render_clip
        module.ExpressionRequest, module.read_curves, module.read_share = ExpressionRequest, read_curves, read_share
        module.list_models, module.doctor_report, module.Choir = list_models, doctor_report, Choir
        module.model_info = lambda model_id=None: find_model(model_id, role=None)
        module.verify_model = lambda model_id: verify(find_model(model_id, role=None))
        return module  # type: ignore[no-any-return]


if __name__ == "__main__":
    # Sings for ten seconds, in steps of 50 ms, then runs the command line it is given.
    sys.modules["engine.api"] = FakeApi(steps=200, step_s=0.05).module()
    from gui.cli.main import run

    print("started", file=sys.stderr, flush=True)
    sys.exit(run(sys.argv[1:]))
