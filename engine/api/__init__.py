"""The engine's one door: typed requests in, typed results out."""

from engine.api.avatar import AvatarResult, list_avatars, make_avatar_video, make_motion
from engine.api.avatar_request import AvatarRequest
from engine.api.isolate import FailedMix, IsolatedMix, IsolateRequest, IsolateResult, isolate_vocals
from engine.api.models import add_model, model_info, verify_model
from engine.api.portraits import LocatedFace, locate_face
from engine.api.sing import SingRequest, SingResult, render_clip
from engine.api.words import count_syllables
from engine.doctor import doctor_report
from engine.models import list_models
from engine.models.add import remove_model
from engine.models.package import is_package
from engine.separation.mdx_add import AddedModel, AddRequest, inspect_mdx, suggest_n_fft

__all__ = [
    "AddRequest",
    "AddedModel",
    "AvatarRequest",
    "AvatarResult",
    "FailedMix",
    "IsolateRequest",
    "IsolateResult",
    "IsolatedMix",
    "LocatedFace",
    "SingRequest",
    "SingResult",
    "add_model",
    "count_syllables",
    "doctor_report",
    "inspect_mdx",
    "is_package",
    "isolate_vocals",
    "list_avatars",
    "list_models",
    "locate_face",
    "make_avatar_video",
    "make_motion",
    "model_info",
    "remove_model",
    "render_clip",
    "suggest_n_fft",
    "verify_model",
]
