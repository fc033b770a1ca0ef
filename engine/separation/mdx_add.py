"""`melisma models add FILE.onnx`: a published MDX-Net becomes an installed separator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from engine.jobs import JobContext
from engine.models.add import check_file, check_new, copy_in, new_folder, settle
from engine.models.fields import ID, as_id
from engine.models.manifest import ModelId, SeparatorManifest, Stem
from engine.models.mdx import GRAPH_NAME, HOP_LENGTH, KIND, SAMPLE_RATE, Geometry, MdxSettings, open_mdx
from engine.models.mdx_table import COMPENSATE, MdxFacts, look_up, other_stem, tail_md5
from engine.models.registry import AnyModel, file_sha256
from engine.separation.mdx_probe import CANDIDATES, ProbeReport, probe_mdx

_LICENCE = "LicenseRef-unknown"


@dataclass(frozen=True, slots=True)
class AddRequest:
    """A model to install.  None: from the table of published models, else as said here.

    `file`: an .onnx file, or a package; the rest is for an .onnx file alone.  `n_fft` in samples; `stem` that the
    network gives; `compensate` multiplies it [1.035 as in Ultimate Vocal Remover]; `model_id`, `name`: by default
    from the file's name; `licence`: an SPDX expression; `probe`: try ten seconds before; `device` to try it on.
    """

    file: Path
    n_fft: int | None = None
    stem: Stem | None = None
    compensate: float | None = None
    model_id: str | None = None
    name: str | None = None
    licence: str | None = None
    probe: bool = True
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class AddedModel:
    """What was installed, and remarks for people in whole sentences."""

    model: AnyModel
    remarks: tuple[str, ...] = ()
    probe: ProbeReport | None = None


@dataclass(frozen=True, slots=True)
class MdxFile:
    """What a file says by itself: `facts` is None when the table does not know it."""

    geometry: Geometry
    facts: MdxFacts | None


def inspect_mdx(path: Path, device: str = "auto") -> MdxFile:
    """Look at a file and install nothing.  Raises `InputError` when it is not an MDX-Net of vocals."""
    check_file(path)
    geometry = open_mdx(path, device).geometry
    return MdxFile(geometry, _published(path, path.name))


def suggest_n_fft(path: Path, stem: Stem, context: JobContext, device: str = "auto") -> int | None:
    """The usual n_fft that finds `stem` best in the probe's song, or None when all are alike or none fits.

    Raises `InputError` as `inspect_mdx`, `Cancelled`.
    """
    net = open_mdx(path, device)
    if not any(net.geometry.fits(n_fft) for n_fft in CANDIDATES):
        return None
    report = probe_mdx(net, stem, None, context)
    return report.best if report.conclusive else None


def add_mdx(request: AddRequest, context: JobContext) -> AddedModel:
    """Copy, look at, try and install an .onnx file.

    Raises `InputError` when it is not an MDX-Net, when n_fft or stem are not known, or when the probe shows that
    they are wrong; `Cancelled`.  Then nothing has changed.
    """
    model_id = request.model_id or as_id(request.file.stem, "separator")
    if not ID.fullmatch(model_id):
        raise InputError(f"{model_id!r} cannot be an id.", "Use lower-case letters, digits, '.', '_' and '-'.")
    check_new(model_id)
    with new_folder() as place:
        graph = place / GRAPH_NAME
        copy_in(request.file, graph, lambda done, total: context.step("Copying", done, total))
        geometry, settings, added = _try(request, graph, context)
        manifest = SeparatorManifest(
            id=ModelId(model_id),
            name=request.name or request.file.stem.strip() or model_id,
            kind=KIND,
            version="1",
            stem=settings.stem,
            sample_rate=SAMPLE_RATE,
            hop_length=HOP_LENGTH,
            licence=request.licence or _LICENCE,
            files={GRAPH_NAME: file_sha256(graph)},
            settings={
                "n_fft": settings.n_fft,
                "dim_f": geometry.dim_f,
                "dim_t": geometry.dim_t,
                "compensate": settings.compensate,
                "bandwidth_hz": round(geometry.bandwidth_hz(settings.n_fft), 1),
            },
        )
        context.token.raise_if_cancelled()
        report, remarks = added
        return AddedModel(settle(place, manifest), remarks, report)


_Tried = tuple[Geometry, MdxSettings, tuple[ProbeReport | None, tuple[str, ...]]]


def _try(request: AddRequest, graph: Path, context: JobContext) -> _Tried:
    """The loaded graph ends here: Windows renames no folder with an open file."""
    name = request.file.name
    net = open_mdx(graph, request.device, name=name)
    facts = _published(graph, name)
    settings = _settings(request, net.geometry, facts)
    if not request.probe:
        return net.geometry, settings, (None, ())
    report = probe_mdx(net, settings.stem, settings.n_fft, context)
    return net.geometry, settings, (report, _judge(report, settings, name, known=facts is not None))


def _published(path: Path, name: str) -> MdxFacts | None:
    tail = tail_md5(path)
    if gives := other_stem(tail):
        raise InputError(f"{name} gives {gives}, neither vocals nor accompaniment.", "Choose another model.")
    return look_up(tail)


def _settings(request: AddRequest, geometry: Geometry, facts: MdxFacts | None) -> MdxSettings:
    """The user's word counts before the table's."""
    n_fft = request.n_fft or (facts.n_fft if facts else None)
    stem = request.stem or (facts.stem if facts else None)
    if n_fft is None or stem is None:
        facts_of = [("its n_fft (mostly 6144, 7680 or 5120)", "n-fft", n_fft), ("which stem it gives", "stem", stem)]
        missing = [(words, option) for words, option, known in facts_of if known is None]
        hint = f"Say {' and '.join(words for words, _ in missing)}."
        raise InputError(
            f"{request.file.name} is not in the table of published models.",
            hint,
            option=", ".join(option for _, option in missing),
        )
    if not geometry.fits(n_fft):
        raise InputError(*_unfit(request.file.name, geometry, n_fft))
    compensate = request.compensate
    if compensate is None:
        compensate = facts.compensate if facts else COMPENSATE
    if not 0.5 <= compensate <= 2:
        raise InputError(f"A compensation of {compensate:g} cannot be.", "Give one from 0.5 to 2.", option="compensate")
    return MdxSettings(n_fft, stem, compensate)


def _unfit(name: str, geometry: Geometry, n_fft: int) -> tuple[str, str]:
    least = _smallest_fit(geometry)
    if least is None:
        return f"{name} has too short segments for its {geometry.dim_f} bins.", "Choose another model."
    most = geometry.segment_samples - 2
    return f"{name} cannot have an n_fft of {n_fft}.", f"Give an even number from {least} to {most}."


def _smallest_fit(geometry: Geometry) -> int | None:
    least = max(2 * (geometry.dim_f - 1), 2 * HOP_LENGTH)
    return least if geometry.fits(least) else None


def _judge(report: ProbeReport, settings: MdxSettings, name: str, known: bool) -> tuple[str, ...]:
    """Remarks; raises `InputError` where the user alone vouched for what is wrong."""
    if report.wrong_stem:
        other = "instrumental" if settings.stem == "vocals" else "vocals"
        message = f"{name} gives the {other} rather than the {settings.stem}."
        return _object(message, f"Say that it gives the {other}", f"stem {other}", known)
    if report.wrong_n_fft:
        declared, best = (report.residual_db[n_fft] for n_fft in (settings.n_fft, report.best))
        message = (
            f"With an n_fft of {settings.n_fft} {name} leaves {declared - best:.1f} dB more of the other stem than "
            f"with {report.best}."
        )
        return _object(message, f"Give {report.best}", f"n-fft {report.best}", known)
    if not report.conclusive:
        return (f"The probe could not tell whether an n_fft of {settings.n_fft} is right: listen to the result.",)
    return ()


def _object(message: str, hint: str, option: str, known: bool) -> tuple[str, ...]:
    if known:  # the table is surer than ten seconds of a made-up song
        return (message,)
    raise InputError(message, f"{hint}, or leave the probe out if you know better.", option=f"{option}, no-probe")
