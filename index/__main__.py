"""`python -m index`: the one script that staff run after putting documents into corpus/."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from index.build import build, report_text
from index.embed import load_embedder, recorded_name
from index.errors import PlaidoyerError
from index.settings import IndexSettings, quiet_libraries


def main(argv: Sequence[str] | None = None) -> int:
    """Index the corpus. Returns 0; 1 where files were unreadable; 2 for wrong use, a missing corpus, a busy or unwritable store."""
    settings = IndexSettings.from_environment()
    parser = argparse.ArgumentParser(
        prog="python -m index",
        description="Bring the index up to date with the documents in corpus/.",
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        default=settings.corpus,
        help="the folder of documents (default: %(default)s)",
    )
    parser.add_argument(
        "--store",
        type=Path,
        default=settings.store,
        help="where the index is kept (default: %(default)s)",
    )
    parser.add_argument(
        "--check", action="store_true", help="say what would change, and write nothing"
    )
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.add_argument(
        "--rebuild", action="store_true", help="make everything anew, whatever is there"
    )
    options = parser.parse_args(argv)
    quiet_libraries(settings.embedder)
    try:
        report = build(
            options.corpus,
            options.store,
            recorded_name(settings.embedder),
            lambda: load_embedder(settings.embedder, options.store / "models"),
            rebuild=options.rebuild,
            check=options.check,
        )
    except PlaidoyerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "Interrupted; the index in service was left as it is. Run: python -m index",
            file=sys.stderr,
        )
        return 130
    print(
        json.dumps(report.as_json(), ensure_ascii=False)
        if options.json
        else report_text(report, options.check)
    )
    return 1 if report.unreadable else 0


if __name__ == "__main__":
    sys.exit(main())
