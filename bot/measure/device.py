"""`python -m bot.measure.device DEVICE`: the vectors of a device beside those of the processor.

Encodes the passages of the index in service on both, and prints how long each took, the lowest
cosine of a passage's vector with its own on the other device, and how many tokens' bytes differ.
Exit code 1 where a cosine is below 1 - 0.001: then an index of the one does not do for the other.
"""

import argparse
import sys
import time
from collections.abc import Sequence

import numpy as np

from bot.settings import BotSettings
from index.embed import Encoded, heading_of, load_embedder
from index.errors import PlaidoyerError
from index.settings import BUNDLED
from index.shelf.store import Shelf

APART = 0.001  # of cosine


def encoded(device: str, settings: BotSettings, most: int) -> tuple[list[Encoded], float]:
    """The vectors of the first passages, at most so many, and the seconds that they took."""
    embedder = load_embedder(BUNDLED, settings.store / "models", device)
    some = Shelf(settings.store).current().passages[:most]
    pairs = [(heading_of(passage), passage.text) for passage in some]
    embedder.encode_question("Un premier appel, qui prépare l'appareil.")
    started = time.perf_counter()
    return list(embedder.encode_passages(pairs)), time.perf_counter() - started


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print. Returns 0; 1 where the vectors are apart; 2 where there is no device."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.measure.device", description="A device beside the processor."
    )
    parser.add_argument("device", choices=("cuda", "mps", "cpu"))
    parser.add_argument(
        "--passages", type=int, default=1_000, help="at most (default: %(default)s)"
    )
    options = parser.parse_args(argv)
    settings = BotSettings.from_environment()
    try:
        there, fast = encoded(options.device, settings, options.passages)
        here, slow = encoded("cpu", settings, options.passages)
    except PlaidoyerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    cosines = [float(one.pooled @ other.pooled) for one, other in zip(there, here, strict=True)]
    differ = sum(
        int((one.tokens != other.tokens).sum()) for one, other in zip(there, here, strict=True)
    )
    print(f"{options.device:5}  {len(there) / fast:8.1f} passages/s")
    print(f"cpu    {len(here) / slow:8.1f} passages/s")
    print(f"lowest cosine of a passage with itself: {min(cosines):.6f}")
    print(f"bytes of token vectors that differ: {differ / sum(map(_size, here)):.2%}")
    return int(bool(np.min(cosines) < 1 - APART))


def _size(one: Encoded) -> int:
    return one.tokens.size


if __name__ == "__main__":
    sys.exit(main())
