"""A portrait that sings: the picture read, its face found, and the picture's own pixels moved by face parameters."""

from engine.avatar.portrait.finding import find_face
from engine.avatar.portrait.landmarks import landmarks_from_points, read_landmarks, write_landmarks
from engine.avatar.portrait.portrait_face import portrait_face
from engine.avatar.portrait.reading import read_picture
from engine.avatar.portrait.shape import Landmarks

__all__ = [
    "Landmarks",
    "find_face",
    "landmarks_from_points",
    "portrait_face",
    "read_landmarks",
    "read_picture",
    "write_landmarks",
]
