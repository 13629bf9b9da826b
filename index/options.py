"""The options that several commands of `python -m index` have."""

import argparse
from pathlib import Path

from index.report import language_of_locale
from index.settings import IndexSettings


def add_folders(parser: argparse.ArgumentParser, settings: IndexSettings, *names: str) -> None:
    """Add `--corpus` or `--store`, or both."""
    folders = {
        "--corpus": (settings.corpus, "the folder of documents"),
        "--store": (settings.store, "where the index is kept"),
    }
    for name in names:
        default, purpose = folders[name]
        parser.add_argument(
            name, type=Path, default=default, help=f"{purpose} (default: %(default)s)"
        )


def add_keep(parser: argparse.ArgumentParser, settings: IndexSettings) -> None:
    """Add `--keep N`."""
    parser.add_argument(
        "--keep",
        type=_number,
        default=settings.keep,
        metavar="N",
        help="generations kept, beside those with a tag (default: %(default)s)",
    )


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add `--language`."""
    parser.add_argument(
        "--language",
        choices=("fr", "en"),
        default=language_of_locale(),
        help="the language of the report (default: the locale's, here %(default)s)",
    )


def _number(given: str) -> int:
    number = int(given)
    if number < 1:
        raise argparse.ArgumentTypeError("it is 1 or more")
    return number
