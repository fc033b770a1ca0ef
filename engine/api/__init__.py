"""The engine's one door: typed requests in, typed results out.

What stands behind a name is imported when the name is first asked for: who sings a clip does not wait for the video's
libraries.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.api.avatar import AvatarResult, list_avatars, make_avatar_video, make_motion
    from engine.api.avatar_request import AvatarRequest
    from engine.api.expression import ExpressionRequest, expressed, read_curve, read_curves, read_share
    from engine.api.isolate import FailedMix, IsolatedMix, IsolateRequest, IsolateResult, isolate_vocals
    from engine.api.models import add_model, check_singer, model_info, verify_model
    from engine.api.portraits import LocatedFace, locate_face
    from engine.api.sing import SingRequest, SingResult, render_clip
    from engine.api.words import count_syllables
    from engine.doctor import doctor_report
    from engine.models import list_models
    from engine.models.add import remove_model
    from engine.models.package import is_package
    from engine.separation.mdx_add import AddedModel, AddRequest, inspect_mdx, suggest_n_fft
    from engine.singing.choir_members import Choir
else:
    _BEHIND = {
        "engine.api.avatar": ("AvatarResult", "list_avatars", "make_avatar_video", "make_motion"),
        "engine.api.avatar_request": ("AvatarRequest",),
        "engine.api.expression": ("ExpressionRequest", "expressed", "read_curve", "read_curves", "read_share"),
        "engine.api.isolate": ("FailedMix", "IsolateRequest", "IsolateResult", "IsolatedMix", "isolate_vocals"),
        "engine.api.models": ("add_model", "check_singer", "model_info", "verify_model"),
        "engine.api.portraits": ("LocatedFace", "locate_face"),
        "engine.api.sing": ("SingRequest", "SingResult", "render_clip"),
        "engine.api.words": ("count_syllables",),
        "engine.doctor": ("doctor_report",),
        "engine.models": ("list_models",),
        "engine.models.add": ("remove_model",),
        "engine.models.package": ("is_package",),
        "engine.separation.mdx_add": ("AddRequest", "AddedModel", "inspect_mdx", "suggest_n_fft"),
        "engine.singing.choir_members": ("Choir",),
    }
    _MODULES = {name: module for module, names in _BEHIND.items() for name in names}

    def __getattr__(name):
        """`name` from behind the door.  Raises `AttributeError`."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_MODULES[name]), name)


__all__ = [
    "AddRequest",
    "AddedModel",
    "AvatarRequest",
    "AvatarResult",
    "Choir",
    "ExpressionRequest",
    "FailedMix",
    "IsolateRequest",
    "IsolateResult",
    "IsolatedMix",
    "LocatedFace",
    "SingRequest",
    "SingResult",
    "add_model",
    "check_singer",
    "count_syllables",
    "doctor_report",
    "expressed",
    "inspect_mdx",
    "is_package",
    "isolate_vocals",
    "list_avatars",
    "list_models",
    "locate_face",
    "make_avatar_video",
    "make_motion",
    "model_info",
    "read_curve",
    "read_curves",
    "read_share",
    "remove_model",
    "render_clip",
    "suggest_n_fft",
    "verify_model",
]
