"""Which models there are, and more of them."""

from __future__ import annotations

from engine.jobs import JobContext
from engine.models import AnyModel, FileCheck, find_model, verify
from engine.models.package import install_package, is_package
from engine.models.registry import find_singer
from engine.separation.mdx_add import AddedModel, AddRequest, add_mdx


def model_info(model_id: str | None = None) -> AnyModel:
    """A voice or separator by id, or the default voice.  Raises `InputError` for an unknown id."""
    return find_model(model_id, role=None)


def check_singer(name: str | None) -> None:
    """Raises `InputError` where nobody sings as `name` (a voice's id, a speaker, or voice/speaker; None: the default),
    `MelismaError` where the voice is broken."""
    find_singer(name)


def add_model(request: AddRequest, context: JobContext) -> AddedModel:
    """Install a package (a folder or zip with a manifest) or an MDX-Net, whole or not at all.

    Raises `InputError` when it cannot be used, `MelismaError` when the disk refuses, `Cancelled`.
    """
    if is_package(request.file):
        return AddedModel(install_package(request.file, lambda done, total: context.step("Copying", done, total)))
    return add_mdx(request, context)


def verify_model(model_id: str | None = None) -> tuple[FileCheck, ...]:
    """Every file of a voice or separator against its checksum."""
    return verify(find_model(model_id, role=None))
