"""Pictures that are read beside the window: thumbnails and portraits."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QImage, QImageReader, QPainter, QPainterPath

from engine.errors import InputError
from gui.texts import avatar as texts

WORKING_SIDE = 1536
"""Longer side of what the engine works with, in pixels, where it has not said it yet."""
_MOST_MB = 512
_BEHIND = QColor(233, 228, 220)
"""What the engine puts behind a figure where nobody chose anything: part of a picture, not of the window."""


def read_image(path: Path) -> QImage:
    """The picture, upright, at most `WORKING_SIDE` long.  Raises `InputError` for what Qt cannot read."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    reader.setAllocationLimit(_MOST_MB)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > WORKING_SIDE:
        reader.setScaledSize(size.scaled(WORKING_SIDE, WORKING_SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise InputError(texts.NO_PICTURE.format(name=path.name), texts.NO_PICTURE_HINT)
    return image


def read_thumbnails(paths: tuple[Path, ...], side: int) -> tuple[tuple[QImage, QImage], ...]:
    """Of each its thumbnail, `side` pixels wide and high, and the figure as it stands on a stage before it sings.

    Null images for one that cannot be read.
    """
    whole = [QImage(str(path)) for path in paths]
    return tuple((_thumbnail(image, side), _still(image)) for image in whole)


def _still(image: QImage) -> QImage:
    if image.isNull():
        return image
    out = QImage(image.size(), QImage.Format.Format_RGB32)
    out.fill(_BEHIND)
    painter = QPainter(out)
    painter.drawImage(0, 0, image)
    painter.end()
    return out


def _thumbnail(image: QImage, side: int) -> QImage:
    if image.isNull():
        return image
    way = Qt.AspectRatioMode.KeepAspectRatioByExpanding
    return cropped(image.scaled(QSize(side, side), way, Qt.TransformationMode.SmoothTransformation), side)


def cropped(image: QImage, side: int) -> QImage:
    """Its middle, a square; of a tall picture the part a little above the middle, where faces are."""
    left, top = (image.width() - side) // 2, round((image.height() - side) * 0.3)
    return image.copy(left, top, side, side)


def portrait_thumbnail(image: QImage, side: int, radius: float) -> QImage:
    """A square of a portrait with round corners."""
    square = _thumbnail(image, side)
    out = QImage(square.size(), QImage.Format.Format_ARGB32_Premultiplied)
    out.fill(Qt.GlobalColor.transparent)
    painter = QPainter(out)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(QRectF(square.rect()), radius, radius)
    painter.setClipPath(path)
    painter.drawImage(0, 0, square)
    painter.end()
    return out
