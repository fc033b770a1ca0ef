"""Who sang, that they agreed, and what others may do with the voice: asked for once, kept with the work.

A voice is somebody's.  Nothing is trained before these three are known; they go into the package and its card.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from engine.errors import InputError
from engine.files import write_bytes_whole

LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+() -]{1,79}")
"""An SPDX expression, or LicenseRef-NAME."""
_NO = frozenset({"no", "n", "none", "never", "nein", "false", "0", "-"})
_QUESTIONS = {
    "singer": "Who sings on the recordings? ",
    "consent": (
        "How did the singer agree that a voice is made of them (for example: I am the singer; "
        "or: signed agreement of 2026-03-01)? "
    ),
    "licence": "Under which licence may the voice be used (for example CC-BY-4.0, or LicenseRef-private)? ",
}


@dataclass(frozen=True, slots=True)
class Consent:
    """`singer`: a name; `consent`: how it was given; `licence`: SPDX; `date`: ISO, of the answer."""

    singer: str
    consent: str
    licence: str
    date: str = ""


def ask_consent(given: Consent, work: Path, ask: Callable[[str], str] | None) -> Consent:
    """What was given on the command line, else what was answered before, else what `ask(question)` answers.

    Raises `InputError` where an answer is missing, a refusal, or no licence's name.
    """
    before = kept_consent(work)
    answers = {}
    for name, question in _QUESTIONS.items():
        answer = getattr(given, name).strip() or (getattr(before, name) if before else "")
        answers[name] = answer or (ask(question).strip() if ask else "")
        check_answer(name, answers[name])
    if before is not None and replace(before, date="") == Consent(**answers):
        return before
    kept = Consent(**answers, date=date.today().isoformat())
    write_bytes_whole(work / "consent.json", json.dumps(asdict(kept), indent=1, ensure_ascii=False).encode())
    return kept


def kept_consent(work: Path) -> Consent | None:
    """What was answered before; None where nobody was asked, or the answers cannot be read."""
    try:
        return Consent(**json.loads((work / "consent.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def check_answer(name: str, answer: str) -> None:
    """Raises `InputError` where the answer to question `name` is missing, a refusal, or no licence's name."""
    if name == "consent" and answer.lower() in _NO:
        raise InputError("Without the singer's consent no voice is made.", "Ask the singer first.")
    if not answer or answer.lower() in _NO:
        what = {"singer": "It is not said who sings.", "consent": "It is not said how the singer agreed."}
        said = what.get(name, "It is not said under which licence the voice may be used.")
        raise InputError(said, "Say it.", option=name)
    if name == "licence" and not LICENCE.fullmatch(answer):
        hint = "Use an SPDX name such as CC-BY-4.0 or CC0-1.0, or LicenseRef-private."
        raise InputError(f"{answer!r} is no licence's name.", hint)
