"""The page docs/claims.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.train.claims.beside_paper import CLAIMS, DIGITS, NAMES, Answer, answers, outcome
from engine.train.claims.judging import HEARD_STEPS, STEPS
from engine.train.claims.sampling import SOLVERS
from engine.train.claims.summary import Row, spread
from engine.train.claims.systems import SYSTEMS, System

Facts = Mapping[str, Any]
SHOWN_STEPS = 4
MISSING = "not measured"


def markdown(facts: Facts) -> str:
    """All of it; rows that are not measured say so."""
    parts = [
        "# The paper's claims, tried small",
        *_how(facts),
        "## Systems",
        _systems(facts),
        *_systems_said(facts),
        "## Steps",
        *_steps_said(),
        _steps(facts, "mcd_db"),
        _steps(facts, "cents"),
        "## Beside the paper",
        _beside(facts),
        *_whys(facts),
        "## What this does not say",
        "\n".join(_limits(facts)),
    ]
    return "\n\n".join(parts) + "\n"


def _how(facts: Facts) -> Iterator[str]:
    plan, teacher = facts["plan"], facts["teacher"]
    yield (
        "Written by `melisma bench claims`, which also trains what it measures: systems as small as two cores "
        f"allow, that differ in one thing, on the same songs ({plan['voice']}, sung by her teacher), with the same "
        f"seeds, {plan['generator_steps']} steps of {plan['batch']} windows of {plan['window_frames']} frames.  The "
        f"generator is {plan['hidden']} wide, its denoiser has {plan['denoiser_layers']} layers, latents have "
        f"{plan['latent_dim']} channels."
    )
    yield (
        f"Judged on {teacher['phrases']} phrases ({teacher['seconds']:.0f} s, {teacher['phones']} phones) of "
        f"{teacher['songs']} songs that no system learned from, against the teacher on the same phones and times.  "
        "Where there are several trainings, the mean stands before the range."
    )
    yield (
        "**Pitch.**  The shipped decoder is told f0, so a voice is in tune whatever its generator knows (last "
        "column of the codecs' table: what a tracker finds in the sound).  The paper's decoder is told nothing: "
        "there the generator makes the pitch.  To see what a generator knows of it, these are told the notes and "
        "not f0, as the paper's, and make the pitch as one channel more beside the latents; the decoder still sings "
        "the teacher's f0, so that timbre and pitch fail apart.  (A head that reads f0 from the latents, trained "
        "with the codec, was tried first: after 1,000 steps it was still four semitones off.)  Pitch counts in the "
        "middle of long notes, against the teacher's, vibrato and drift included, which no score tells: the written "
        f"key itself is {teacher['key_cents']:.0f} cents off."
    )
    yield (
        "**Figures.**  Distortion is mel-cepstral, of the sound.  Periodicity is the RMS error of the share of "
        "power below 5 kHz that is harmonic.  Words are PocketSphinx's phone errors less those that it makes on the "
        f"teacher ({teacher['phone_errors']:.0%}; it was made for speech).  Distance is the RMS to the teacher's "
        "latents, whose variance is 1; motion the variance of their change from frame to frame, as a share of the "
        "teacher's: below 1 is wax, above 1 is rough."
    )


def _systems(facts: Facts) -> str:
    head = ["System", "Parameters, M", "Pitch, cents", "Off by 50", "Distortion, dB", "Periodicity", "Words, points"]
    rows = [[*head, "Distance", "Motion", "Trainings"]]
    rows += [_system_cells(system, facts) for system in SYSTEMS]
    return _table(rows)


def _system_cells(system: System, facts: Facts) -> list[str]:
    trained: Sequence[Row] = facts["systems"][system.name]
    if not trained:
        return [system.title, MISSING, *[""] * 8]

    def of(name: str, digits: int, scale: float = 1.0, less: float = 0.0) -> str:
        found = spread(trained, "exponential", SHOWN_STEPS, name)
        return found.moved(scale, less).text(digits) if found else MISSING

    return [
        system.title,
        f"{trained[0]['parameters'] / 1e6:.2f}",
        of("cents", 0),
        of("off_share", 0, 100) + " %",
        of("mcd_db", 2),
        of("periodicity", 3),
        of("words", 0, 100, facts["teacher"]["phone_errors"]),
        of("distance", 2),
        of("motion", 1),
        str(len(trained)),
    ]


def _systems_said(facts: Facts) -> Iterator[str]:
    yield (
        f"At {SHOWN_STEPS} steps of the shipped solver, from N(mu, I / 1.5) (tau as in the paper).  Rows of "
        "HiddenSinger-U share their own training (contrast, encoders that listen) and are to be compared with each "
        "other; their words and pitch are those of the path that reads a score.  Phrases lose their words, or are "
        "left out, by the checksum of their names: shares are rough.  Such windows have the same share of a batch."
    )
    rows = [
        ["Codec alone", "Distortion, dB", "Periodicity", "Words, points", "Noise of the neck", "Tracked pitch, cents"]
    ]
    for name, codec in facts["codecs"].items():
        if codec is None:
            rows.append([name, MISSING, "", "", "", ""])
            continue
        own = codec["figures"]
        above = 100 * (codec["phone_errors"] - facts["teacher"]["phone_errors"])
        noise, tracked = f"{codec['neck_noise']:.1%}", f"{codec['tracked_cents']:.1f}"
        rows.append([name, f"{own['mcd_db']:.2f}", f"{own['periodicity']:.3f}", f"{above:+.0f}", noise, tracked])
    yield _table(rows)
    yield (
        f"The codecs begin with the voices' codec and a new neck; {facts['plan']['codec_steps']} steps each, on "
        f"WORLD's gains.  RVQ has {facts['plan']['num_codebooks']} codebooks of {facts['plan']['cardinality']}.  KL "
        "weighs 1e-2 as latent diffusion counts it (of sums), the upper end of its 1e-6 to 1e-2: with less, so "
        "short a training leaves nothing to tell it from no regularisation.  Noise of the neck is what the "
        "codebooks leave, or KL draws, as a share of the latents' spread."
    )


def _steps_said() -> Iterator[str]:
    yield (
        "`exponential` is the solver that ships (exact while the denoiser says the same).  `euler` is Grad-TTS's, "
        "from which the paper comes (it does not name its own): equal steps along the probability-flow ODE.  0 "
        "steps: mu itself, no diffusion at all."
    )


def _steps(facts: Facts, name: str) -> str:
    rows = [[NAMES[name][0].upper() + NAMES[name][1:], "Solver", "0", *map(str, STEPS)]]
    for system in SYSTEMS:
        trained = facts["systems"][system.name]
        for solver in SOLVERS if trained else ():
            found = [spread(trained, solver, steps, name) for steps in (0, *STEPS)]
            rows.append([system.title, solver, *(one.text(DIGITS[name]) if one else "" for one in found)])
        if not trained:
            rows.append([system.title, MISSING, *[""] * (1 + len(STEPS))])
    return _table(rows)


def _beside(facts: Facts) -> str:
    rows = [["Claim", "The paper", "Figure", "Here: with", "Here: changed", "Changed is", "Said"]]
    for claim in CLAIMS:
        found = answers(claim, facts["systems"])
        for place, answer in enumerate(found):
            first = [claim.title, claim.paper] if place == 0 else ["", ""]
            last = outcome(claim, found) if place == 0 else ""
            rows.append([*first, *_answer_cells(answer), last])
    return _table(rows)


def _answer_cells(answer: Answer) -> list[str]:
    asked, digits = answer.asked, DIGITS[answer.asked.name]
    steps = "mu alone" if asked.steps == 0 else f"{asked.solver}, {asked.steps}"
    cells = [one.text(digits) if one else MISSING for one in (answer.base, answer.other)]
    return [f"{NAMES[asked.name]} ({steps})", *cells, answer.verdict or ""]


def _whys(facts: Facts) -> Iterator[str]:
    yield (
        '"Better" and "worse" need all trainings of one row to lie beyond all of the other, and the means more than a '
        "tenth apart.  Why it may be so:"
    )
    lines = []
    for claim in CLAIMS:
        said = outcome(claim, answers(claim, facts["systems"]))
        reason = claim.why.get(said)
        lines.append(f"- **{claim.title}**: {said}." + (f"  {reason}" if reason else ""))
    yield "\n".join(lines)
    whole = facts["systems"]["whole"]
    mean, many = (spread(whole, "exponential", steps, "mcd_db") for steps in (0, STEPS[-1]))
    if mean and many:
        away = [spread(whole, "exponential", steps, "cents") for steps in (0, STEPS[-1])]
        yield (
            f"And one thing that the paper does not say: mu alone has {mean.text()} dB and "
            f"{away[0].text(0) if away[0] else ''} cents, {STEPS[-1]} steps of diffusion have {many.text()} dB and "
            f"{away[1].text(0) if away[1] else ''} cents.  The teacher sings the same phones alike, so what a score "
            "leaves open is little, and a diffusion that has learned for minutes adds more noise than life.  Real "
            "singing leaves more open; there it is what keeps a voice from wax."
        )


def _limits(facts: Facts) -> Iterator[str]:
    plan = facts["plan"]
    heard = ", ".join(map(str, HEARD_STEPS))
    yield "- Nobody listened: naturalness, the paper's main figure, has no counterpart here."
    yield (
        f"- A training here is {plan['generator_steps']} steps of one voice's 15 minutes; the paper's two million, "
        "of 157 hours of real singers.  What takes long to learn cannot show."
    )
    yield (
        f"- So few trainings of a row say little about chance; words ({heard} steps are heard) differ by some 3 "
        "points for no reason."
    )
    yield (
        "- The paper's pitch error is an RMS of what a tracker finds in the sound, ours is of the channel that is "
        "generated: they are not one scale."
    )
    yield "- The encoder's body is the same in all codecs: it was once trained with RVQ."


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in body)])
