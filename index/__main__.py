"""`python -m index`: the one command that staff run after putting documents into corpus/."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from index.build import build, plan, report_text
from index.embed import load_embedder, recorded_name
from index.errors import PlaidoyerError
from index.settings import IndexSettings, quiet_libraries


def main(argv: Sequence[str] | None = None) -> int:
    """Index the corpus.

    Returns 0; 1 where files were unreadable; 2 for wrong use, a missing corpus, a busy or
    unwritable store.
    """
    settings = IndexSettings.from_environment()
    options = _parser(settings).parse_args(argv)
    quiet_libraries(settings.embedder)
    what = (options.corpus, options.store, recorded_name(settings.embedder))
    try:
        if options.check:
            report = plan(*what, rebuild=options.rebuild)
        else:
            models = options.store / "models"
            report = build(
                *what, lambda: load_embedder(settings.embedder, models), rebuild=options.rebuild
            )
    except PlaidoyerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; the old index still answers. Run: python -m index", file=sys.stderr)
        return 130
    if options.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        print(report_text(report, options.check))
    return 1 if report.unreadable else 0


def _parser(settings: IndexSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index",
        description="Bring the index up to date with the documents in corpus/.",
    )
    for option, default, purpose in (
        ("--corpus", settings.corpus, "the folder of documents"),
        ("--store", settings.store, "where the index is kept"),
    ):
        parser.add_argument(
            option, type=Path, default=default, help=f"{purpose} (default: %(default)s)"
        )
    for option, purpose in (
        ("--check", "say what would change, and write nothing"),
        ("--json", "print the report as one JSON object"),
        ("--rebuild", "build everything anew, whatever is there"),
    ):
        parser.add_argument(option, action="store_true", help=purpose)
    return parser


if __name__ == "__main__":
    sys.exit(main())
