"""The workshop's room for trainings as it is, but content with a few seconds of voice."""

from __future__ import annotations

from engine.host.__main__ import main
from engine.train.own import hearing
from gui.workshop.table import ROOMS

if __name__ == "__main__":
    hearing.LEAST_S = 4.0
    main(ROOMS["training"], 9.5)
