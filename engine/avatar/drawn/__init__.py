"""Drawn characters that sing: described in JSON, painted with light, moved by face parameters."""

from __future__ import annotations

from engine.avatar.drawn.chance import random_character
from engine.avatar.drawn.character import Character, load_character, save_character
from engine.avatar.drawn.face import DrawnFace, character_face, character_landmarks, mouth_box

__all__ = [
    "Character",
    "DrawnFace",
    "character_face",
    "character_landmarks",
    "load_character",
    "mouth_box",
    "random_character",
    "save_character",
]
