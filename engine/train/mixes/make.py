"""`melisma train mixes`: real songs brought to one form, and made ones, into a folder."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import lru_cache
from pathlib import Path

from engine.train.mixes.speakers import Speaker, all_speakers
from engine.train.mixes.stems import make_stems
from engine.train.mixes.synthetic import make_band, make_lied
from engine.train.mixes.writing import SAMPLE_RATE, SongRow, add_to_list, read_list, song_exists, write_song

KINDS = ("stems", "lieder", "band")
MEAN_S = 49.0
HELD_EACH = 3
"""Held songs of each made kind."""
MAKERS = {"lieder": make_lied, "band": make_band}
TURNS = ("lieder", "band", "band")
"""Two of three are a band's: what is to be separated is more like them."""


def planned(minutes: float, only: str | None = None) -> list[tuple[str, str, str]]:
    """(name, kind, split) of the made songs: about `minutes` to train on, the held ones early among them."""
    count = round(60 * minutes / MEAN_S)
    kinds = [TURNS[i % len(TURNS)] for i in range(count)]
    songs = [(f"{kind}-{kinds[:i].count(kind):03d}", kind, "train") for i, kind in enumerate(kinds)]
    held = [(f"held-{kind}-{i:03d}", kind, "held") for i in range(HELD_EACH) for kind in MAKERS]
    songs[4:4] = held if minutes > 0 else []
    return [s for s in songs if only in (None, s[1])]


def make_mixes(
    data: Path, out: Path, minutes: float = 60.0, workers: int = 1, only: str | None = None
) -> Iterator[SongRow]:
    """Write what `out` lacks; a row for every song that is there, as it gets there."""
    out.mkdir(parents=True, exist_ok=True)
    if only in (None, "stems"):
        for row in make_stems(data, out):
            add_to_list(out, row)
            yield row
    listed = {row.name: row for row in read_list(out)}
    missing = []
    for song in planned(minutes, only):
        if song_exists(out, song[0]) and song[0] in listed:
            yield listed[song[0]]
        else:
            missing.append(song)
    for row in _made(data, out, missing, workers):
        add_to_list(out, row)
        yield row


def make_song(data: Path, out: Path, name: str, kind: str, split: str) -> SongRow:
    """Write one made song."""
    made = MAKERS[kind](data, _speakers(data), name, split)
    write_song(out, name, made.vocals, made.accompaniment)
    return SongRow(name, kind, split, round(len(made.vocals) / SAMPLE_RATE, 2), made.origin)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="melisma train mixes", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of free data")
    parser.add_argument("--out", type=Path, required=True, help="where the songs go")
    parser.add_argument("--minutes", type=float, default=60.0, help="of made songs to train on")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", choices=KINDS)
    options = parser.parse_args(arguments)
    for row in make_mixes(options.data, options.out, options.minutes, options.workers, options.only):
        print(f"{row.name:20s} {row.split:5s} {row.seconds:6.1f} s  {row.origin}", flush=True)


def _made(data: Path, out: Path, songs: Sequence[tuple[str, str, str]], workers: int) -> Iterator[SongRow]:
    if workers <= 1 or len(songs) <= 1:
        for song in songs:
            yield make_song(data, out, *song)
        return
    with ProcessPoolExecutor(workers) as pool:
        futures = [pool.submit(make_song, data, out, *song) for song in songs]
        for future in as_completed(futures):
            yield future.result()


@lru_cache(maxsize=1)
def _speakers(data: Path) -> tuple[Speaker, ...]:
    return tuple(all_speakers(data))


if __name__ == "__main__":
    main()
