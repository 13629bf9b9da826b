"""`python -m index`: the one command that staff run after putting documents into corpus/.

`python -m index show FILE` prints what is read of one file.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from index.build import build, plan
from index.embed import load_embedder, recorded_name
from index.errors import PlaidoyerError, Unreadable
from index.readers.read import parsers_for
from index.report import language_of_locale, report_text, said
from index.settings import IndexSettings, quiet_libraries
from index.show import show


def main(argv: Sequence[str] | None = None) -> int:
    """Index the corpus, or show a file.

    Returns 0; 1 where files were unreadable; 2 for wrong use, a missing corpus, a busy or
    unwritable store.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        settings = IndexSettings.from_environment()
        if given[:1] == ["show"]:
            return _show(settings, _show_parser(settings).parse_args(given[1:]))
        return _index(settings, _parser(settings).parse_args(given))
    except PlaidoyerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; the old index still answers. Run: python -m index", file=sys.stderr)
        return 130


def _index(settings: IndexSettings, options: argparse.Namespace) -> int:
    quiet_libraries(settings.embedder)
    what = (options.corpus, options.store, recorded_name(settings.embedder))
    how = {"rebuild": options.rebuild, "parsers": parsers_for(settings.ocr)}
    if options.check:
        report = plan(*what, **how)
    else:
        models = options.store / "models"
        report = build(*what, lambda: load_embedder(settings.embedder, models), **how)
    if options.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        print(report_text(report, options.check, options.language, options.verbose))
    return 1 if report.unreadable else 0


def _show(settings: IndexSettings, options: argparse.Namespace) -> int:
    try:
        found = show(options.file, options.corpus, parsers_for(settings.ocr))
    except Unreadable as error:
        print(f"{options.file}: {said(str(error), options.language)}", file=sys.stderr)
        if options.json:
            print(json.dumps({"path": options.file, "reason": str(error)}, ensure_ascii=False))
        return 1
    if options.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        print(found.as_text(options.language))
    return 0


def _parser(settings: IndexSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index",
        description="Bring the index up to date with the documents in corpus/. "
        "`python -m index show FILE` prints what is read of one file.",
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
        ("--verbose", "say too what was left out on purpose, and how much of it"),
    ):
        parser.add_argument(option, action="store_true", help=purpose)
    _add_language(parser)
    return parser


def _show_parser(settings: IndexSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index show", description="Print what is read of one file; write nothing."
    )
    parser.add_argument("file", help="a file, or its path in the corpus")
    parser.add_argument(
        "--corpus",
        type=Path,
        default=settings.corpus,
        help="the folder of documents (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    _add_language(parser)
    return parser


def _add_language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--language",
        choices=("fr", "en"),
        default=language_of_locale(),
        help="the language of the report (default: the locale's, here %(default)s)",
    )


if __name__ == "__main__":
    sys.exit(main())
