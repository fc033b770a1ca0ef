"""`melisma train encodec FILE`: a published EnCodec checkpoint as encoder.onnx and decoder.onnx.

Latents are normalised per channel over the sound in `--songs`, as a generator wants them (docs/decisions/0003).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.errors import MelismaError
from engine.export.encodec import export_encodec
from engine.export.folder import check_replaceable
from engine.files import write_bytes_whole
from engine.train.latent_stats import measure_latents
from engine.train.official_encodec import load_official


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    options = _parser().parse_args(arguments)
    try:
        check_replaceable(options.out)
        codec = load_official(options.checkpoint)
        stats = measure_latents(codec, options.songs)
        options.out.mkdir(parents=True, exist_ok=True)
        parity = export_encodec(codec, stats, options.out)
        facts = {
            "codec": codec.name,
            "sample_rate": codec.sample_rate,
            "channels": codec.channels,
            "hop_length": codec.hop_length,
            "segment_samples": codec.segment_samples,
            "stride_samples": codec.stride_samples,
            "parity": parity,
        }
        write_bytes_whole(options.out / "encodec.json", (json.dumps(facts, indent=2) + "\n").encode())
    except MelismaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(json.dumps(facts))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="melisma train encodec", description=__doc__)
    parser.add_argument("checkpoint", type=Path, help="encodec_24khz-d7cc33bc.th or encodec_48khz-7e698e3e.th")
    parser.add_argument("--songs", type=Path, required=True, help="sound to measure the latents' spread on")
    parser.add_argument("--out", type=Path, required=True, help="new folder for the graphs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
