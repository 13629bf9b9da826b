"""/desk/use: how much is asked, and what becomes of it, by week. Shows what bot/usage.py counts."""

from collections import Counter
from collections.abc import Sequence

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from bot.usage import OUTCOMES, Use, Week
from bot.web.desk.chart import chart
from bot.web.desk.section import Section
from bot.web.desk.shell import Shell, language_of
from bot.web.desk.use_words import WORDS
from bot.web.templating import render
from index.errors import PlaidoyerError

SECTION = Section("/desk/use", WORDS)
WEEKS = 26  # that are shown
MOST_THEMES = 15


def serve_use(app: FastAPI, shell: Shell, use: Use) -> None:
    """Add the route to the app."""

    async def show(request: Request) -> Response:
        try:
            weeks = await run_in_threadpool(use.weeks, WEEKS)
        except PlaidoyerError as error:
            return _page(shell, request, (), status=503, alert=str(error))
        return _page(shell, request, weeks)

    app.get(SECTION.path)(show)


def _page(
    shell: Shell, request: Request, weeks: Sequence[Week], *, status: int = 200, alert: str = ""
) -> Response:
    language = language_of(request)
    themes: Counter[str] = Counter()
    for week in weeks:
        themes.update(week.themes)
    body = render(
        "desk/use.html",
        language,
        words=SECTION.said(language),
        said=WORDS[language],
        alert=alert,
        weeks=weeks,
        outcomes=OUTCOMES,
        chart=_chart(weeks) if weeks else None,
        themes=themes.most_common(MOST_THEMES),
        number=lambda value: _number(value, language),
    )
    return shell.page(request, SECTION, body, status=status)


def _chart(weeks: Sequence[Week]) -> object:
    series = {"questions": [week.questions for week in weeks]}
    for outcome in OUTCOMES[1:]:  # what was answered is what lies between the lines
        series[outcome] = [week.outcomes[outcome] for week in weeks]
    return chart(series)


def _number(value: float, language: str) -> str:
    written = f"{value:.2g}" if value < 10 else f"{value:.0f}"
    return written.replace(".", ",") if language == "fr" else written
