"""Two judges of portraits that the product never uses: a face detector with five points, and 68 landmarks.

YuNet (Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", 2023) runs in OpenCV.  The landmark network of
face-api.js is built here from its weights: four dense blocks of separable convolutions, a mean, one linear layer; 112
pixels of RGB in, 68 places as shares of the square out.  Both come with `shared/data/judges`, under the MIT licence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from engine.avatar.portrait.shape import MOUTH
from engine.avatar.renderer import Picture

_SIDE = 112
_MEAN_COLOUR = np.array([122.782, 117.001, 104.298], np.float32)
_MODEL = "face_landmark_68_model"
_LARGER = 1.1  # the landmarks' square against YuNet's box


@dataclass(frozen=True, slots=True)
class Seen:
    """The largest face: its `square` (middle x, middle y, side), `five` points [5, 2] (left eye, right eye, nose, left
    and right end of the mouth) and 68 `landmarks` [68, 2], iBUG order; all in pixels, left and right are the picture's.
    """

    square: tuple[float, float, float]
    five: np.ndarray
    landmarks: np.ndarray

    @property
    def eyes(self) -> np.ndarray:
        """[2, 2]: the middle between what both judges say."""
        both = np.stack([self.landmarks[36:42].mean(0), self.landmarks[42:48].mean(0)])
        return np.asarray((both + self.five[:2]) / 2)

    @property
    def corners(self) -> np.ndarray:
        """[2, 2]: the ends of the mouth, likewise."""
        return np.asarray((self.landmarks[[48, 54]] + self.five[3:]) / 2)

    @property
    def size(self) -> float:
        """The face's size in distances of its eyes: 1 from the front, more where it is turned away."""
        down = float(np.linalg.norm(self.corners.mean(0) - self.eyes.mean(0))) / MOUTH[1]
        return max(1.0, 0.95 * down / float(np.linalg.norm(self.eyes[1] - self.eyes[0])))

    @property
    def apart(self) -> float:
        """How far the judges are from each other at the ends of the mouth, in distances of the eyes."""
        away = np.linalg.norm(self.landmarks[[48, 54]] - self.five[3:], axis=1).mean()
        return float(away / np.linalg.norm(self.eyes[1] - self.eyes[0]))


class PortraitJudge:
    """Both judges from the folder that holds `face-api` and `yunet`; `FileNotFoundError` where it does not."""

    def __init__(self, folder: Path) -> None:
        self._detector = folder / "yunet" / "yunet_n_dynamic.onnx"
        if not self._detector.is_file():
            raise FileNotFoundError(self._detector)
        self._weights = _read_weights(folder / "face-api")

    def see(self, picture: Picture) -> Seen | None:
        """The largest face in `picture` [H, W, 4]."""
        size = (picture.shape[1], picture.shape[0])
        detector = cv2.FaceDetectorYN.create(str(self._detector), "", size, 0.5)
        _, faces = detector.detect(np.ascontiguousarray(picture[..., 2::-1]))
        if faces is None:
            return None
        face = max(faces, key=lambda row: row[2] * row[3])
        x, y, width, height = (float(v) for v in face[:4])
        square = (x + width / 2, y + height / 2, max(width, height) * _LARGER)
        return Seen(square, np.asarray(face[4:14].reshape(5, 2), np.float64), self.landmarks(picture, square))

    @torch.inference_mode()
    def landmarks(self, picture: Picture, square: tuple[float, float, float]) -> np.ndarray:
        """[68, 2] of the face in a square: middle x, middle y, side."""
        x, y, side = square
        scale = _SIDE / side
        turn = np.array([[scale, 0, _SIDE / 2 - x * scale], [0, scale, _SIDE / 2 - y * scale]])
        smooth = cv2.GaussianBlur(picture[..., :3], (0, 0), 0.4 / scale) if scale < 0.8 else picture[..., :3]
        face = cv2.warpAffine(smooth, turn, (_SIDE, _SIDE), borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
        features = torch.tensor((face - _MEAN_COLOUR) / 255).permute(2, 0, 1)[None]
        for number in range(4):
            features = self._block(features, f"dense{number}")
        pooled = functional.avg_pool2d(features, 7, 2).permute(0, 2, 3, 1).flatten(1)
        places = (pooled @ self._weights["fc/weights"] + self._weights["fc/bias"]).numpy().reshape(68, 2)
        return np.asarray(places * side + np.array([x, y]) - side / 2, np.float64)

    def _block(self, features: Tensor, name: str) -> Tensor:
        total = functional.relu(self._convolved(features, f"{name}/conv0", 2))
        for number in (1, 2, 3):
            total = total + self._convolved(functional.relu(total), f"{name}/conv{number}", 1)
        return functional.relu(total)

    def _convolved(self, features: Tensor, name: str, stride: int) -> Tensor:
        # TensorFlow pads an even input for a stride of 2 only below and to the right.
        padded = functional.pad(features, (0, 1, 0, 1) if stride == 2 else (1, 1, 1, 1))
        weights, bias = self._weights, self._weights[f"{name}/bias"]
        if f"{name}/filters" in weights:
            return functional.conv2d(padded, weights[f"{name}/filters"].permute(3, 2, 0, 1), bias, stride)
        each = weights[f"{name}/depthwise_filter"].permute(2, 3, 0, 1)
        mixed = functional.conv2d(padded, each, None, stride, groups=len(each))
        return functional.conv2d(mixed, weights[f"{name}/pointwise_filter"].permute(3, 2, 0, 1), bias)


def _read_weights(folder: Path) -> dict[str, Tensor]:
    """By name, from bytes that a manifest says how to scale."""
    manifest = json.loads((folder / f"{_MODEL}-weights_manifest.json").read_text(encoding="utf-8"))
    stored = (folder / f"{_MODEL}-shard1").read_bytes()
    weights, at = {}, 0
    for fact in manifest[0]["weights"]:
        count, scaled = int(np.prod(fact["shape"])), fact["quantization"]
        values = np.frombuffer(stored, np.uint8, count, at).astype(np.float32) * scaled["scale"] + scaled["min"]
        weights[fact["name"]] = torch.tensor(values.reshape(fact["shape"]), dtype=torch.float32)
        at += count
    return weights
