"""/desk/collection/check, /index and /run: what would change, the indexing, and how it goes."""

from datetime import datetime

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from markupsafe import Markup

from bot.web.desk.collection_parts import SECTION, Parts, explained, to
from bot.web.desk.shell import language_of
from bot.web.gate.visitor import visitor
from bot.web.templating import render
from index.errors import PlaidoyerError, RunUnderWay
from index.report import said
from index.runs import KINDS, Run, Runs

SAID = {"check": "checking", "index": "indexing"}
FAILURE = 300  # characters of what a failed run said


def shown(runs: Runs, language: str) -> Markup:
    """The last run of each kind."""
    return _shown({what: runs.last(what) for what in KINDS}, language)


def serve_runs(app: FastAPI, parts: Parts) -> None:
    """Add the beginning of a run, and the JSON that tells of those under way."""
    runs, audit = parts.runs, parts.audit

    def begin(what: str, request: Request) -> Response:
        try:
            audit.note(visitor(request).name, what)
            runs.begin(what, visitor(request).name)
        except RunUnderWay:
            return to("", said="under_way")
        except PlaidoyerError as error:
            why = explained(error, request)
            return parts.page(request, "collection_none.html", status=503, alert=why)
        return to("", said=SAID[what])

    def check(request: Request) -> Response:
        return begin("check", request)

    def index(request: Request) -> Response:
        return begin("index", request)

    def run(request: Request) -> Response:
        language = language_of(request)
        last = {what: runs.last(what) for what in KINDS}
        return JSONResponse(
            {
                "under_way": any(one is not None and one.under_way for one in last.values()),
                "said": _said(last, language),
                "html": _shown(last, language),
            }
            | {what: one and vars(one) for what, one in last.items()}
        )

    app.post(f"{SECTION.path}/check")(check)
    app.post(f"{SECTION.path}/index")(index)
    app.get(f"{SECTION.path}/run")(run)


def _shown(last: dict[str, Run | None], language: str) -> Markup:
    return render(
        "desk/collection_runs.html",
        language,
        words=SECTION.said(language),
        runs={what: run for what, run in last.items() if run},
        said=lambda message: said(message, language),
        failure=lambda run: _failure(run, language),
        when=_when,
    )


def _said(last: dict[str, Run | None], language: str) -> str:
    """What is announced of the run that began last: its phase, or how it ended."""
    words = SECTION.said(language)
    begun = {what: run for what, run in last.items() if run}
    if not begun:
        return ""
    what = max(begun, key=lambda one: (begun[one].under_way, begun[one].begun))
    run = begun[what]
    if run.under_way:
        phase = words.phases.get(run.phase, run.phase) or words.starting
        return (
            f"{words.under_way[what]} : {phase}"
            if language == "fr"
            else (f"{words.under_way[what]}: {phase}")
        )
    return (words.ended_well if run.report else words.ended_ill)[what]


def _failure(run: Run, language: str) -> str:
    """Why a run came to nothing: by the name of its error, with what it said itself."""
    words, (name, _, why) = SECTION.said(language), run.said.partition(": ")
    told = words.failures.get(name, "" if run.said else words.killed)
    if name in words.failures and language == "en":
        return why[:FAILURE]
    return " ".join(filter(None, (told, f"({why or run.said})"[:FAILURE] if run.said else "")))


def _when(iso: str) -> str:
    """A time as it is read: 2026-01-31, 14:05 (UTC)."""
    return f"{datetime.fromisoformat(iso):%Y-%m-%d, %H:%M} (UTC)"
