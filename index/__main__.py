"""`python -m index`: the one command that staff run after putting documents into corpus/.

`python -m index show FILE` prints what is read of one file; the other commands are those of
`keeping` and `doctor`.
"""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from index import keeping
from index.build import build, plan
from index.embed import load_embedder, recorded_name
from index.errors import PlaidoyerError, Unreadable
from index.options import add_folders, add_keep, add_language
from index.progress import tell
from index.readers.read import parsers_for
from index.report import report_text, said
from index.settings import IndexSettings, quiet_libraries
from index.show import show
from index.watching import process_of, watch


def main(argv: Sequence[str] | None = None) -> int:
    """Index the corpus, or run one of the other commands.

    Returns 0; 1 where files were unreadable, or something is wrong; 2 for wrong use, a missing
    corpus, a busy or unwritable store.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        settings = IndexSettings.from_environment()
        command = given[0] if given else ""
        if command in keeping.COMMANDS:
            return keeping.run(settings, given)
        return COMMANDS.get(command, _index)(settings, given)
    except PlaidoyerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Interrupted; the old index still answers. Run: python -m index", file=sys.stderr)
        return 130


def _index(settings: IndexSettings, given: Sequence[str]) -> int:
    parser = _parser(settings)
    options = parser.parse_args(given)
    if options.watch:
        if options.check or options.rebuild:
            parser.error("--watch goes with neither --check nor --rebuild")
        return _watch(options)
    if options.progress:
        tell(sys.stderr)
    quiet_libraries(settings.embedder)
    what = (options.corpus, options.store, recorded_name(settings.embedder))
    how = {"rebuild": options.rebuild, "parsers": parsers_for(settings.ocr)}
    if options.check:
        report = plan(*what, **how)
    else:
        model = settings.embedder, options.store / "models", settings.device
        report = build(
            *what,
            lambda: load_embedder(*model),
            **how,
            keep=options.keep,
            chroma=settings.chroma_url,
        )
    if options.json:
        print(json.dumps(report.as_json(options.verbose), ensure_ascii=False))
    else:
        print(report_text(report, options.check, options.language, options.verbose))
    return 1 if report.unreadable else 0


def _doctor(settings: IndexSettings, given: Sequence[str]) -> int:
    from index import doctor  # which needs more than a run with nothing changed

    return doctor.run(settings, given[1:])


def _show(settings: IndexSettings, given: Sequence[str]) -> int:
    options = _show_parser(settings).parse_args(given[1:])
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


def _watch(options: argparse.Namespace) -> int:
    """Index after every change until SIGTERM or Ctrl-C, which are its regular end."""
    arguments = ["--corpus", options.corpus, "--store", options.store, "--keep", options.keep]
    arguments += ["--language", options.language]
    arguments += [f"--{flag}" for flag in ("json", "verbose") if getattr(options, flag)]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        run = process_of([str(argument) for argument in arguments], options.language)
        watch(options.corpus, run)
    return 0


def _parser(settings: IndexSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index",
        description="Bring the index up to date with the documents in corpus/.",
        epilog="Other commands: show FILE prints what is read of one file; tag, list, rollback, "
        "backup and restore keep, name and bring back what was indexed; fetch copies another "
        "machine's index; doctor says what is wrong here. Each has --help.",
    )
    add_folders(parser, settings, "--corpus", "--store")
    add_keep(parser, settings)
    for option, purpose in (
        ("--check", "say what would change, and write nothing"),
        ("--json", "print the report as one JSON object"),
        ("--progress", "tell how far it is on standard error, in lines of JSON"),
        ("--rebuild", "build everything anew, whatever is there"),
        ("--verbose", "say too what was left out on purpose; in JSON, the paths that changed"),
        ("--watch", "go on: index some seconds after each change of the documents"),
    ):
        parser.add_argument(option, action="store_true", help=purpose)
    add_language(parser)
    return parser


def _show_parser(settings: IndexSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index show", description="Print what is read of one file; write nothing."
    )
    parser.add_argument("file", help="a file, or its path in the corpus")
    add_folders(parser, settings, "--corpus")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_language(parser)
    return parser


COMMANDS = {"show": _show, "doctor": _doctor}

if __name__ == "__main__":
    sys.exit(main())
