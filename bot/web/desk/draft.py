"""Check a draft, at /draft: each sentence of a speech, letter or post against our texts.

Promise: nothing of the draft is kept: a report is made of the text that is sent for it, again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from bot.verify import READ, REPORTS, DraftInvalid, text_of
from bot.views.draft import Finding, Piece, joined, unchecked
from bot.web.api import LONGEST_DRAFT, SENTENCES, Service
from bot.web.chat import alert_of
from bot.web.desk.draft_words import WORDS
from bot.web.desk.section import Section
from bot.web.desk.shell import Shell, language_of
from bot.web.gate.access import LARGEST
from bot.web.gate.limits import Busy, TooMany
from bot.web.templating import render
from index import french
from index.errors import PlaidoyerError, Unreadable

SECTION = Section("/draft", WORDS, staff=False)
LONGEST = 200_000  # characters of a draft that is shown whole
FRAME = 10_000  # bytes of a request beside the draft
KINDS = {
    ".md": "text/markdown; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class DraftEmpty(PlaidoyerError):
    """No text was sent."""


class DraftTooLong(PlaidoyerError):
    """The text has more than LONGEST characters."""


@dataclass(frozen=True)
class Checked:
    """What is shown of a draft: its text, its pieces, and what is found on the numbered ones.

    `unchecked`: how many sentences were not checked, and why; `is_cut`: are some behind those that
    were?
    """

    text: str = ""
    pieces: Sequence[Piece] = ()
    findings: Sequence[Finding] = ()
    unchecked: Sequence[str] = ()
    is_cut: bool = False

    def finding(self, number: int) -> Finding:
        """What is found on the piece of that number."""
        return self.findings[number - 1]


class Drafts:
    """The routes at /draft."""

    def __init__(self, shell: Shell, service: Service):
        self._shell, self._service = shell, service

    async def form(self, request: Request) -> Response:
        """GET /draft: where a text is pasted or a file chosen."""
        return self._page(request, Checked())

    async def check(self, request: Request) -> Response:
        """POST /draft: the draft with its findings, or a report of them as a file."""
        async with request.form(max_files=1, max_fields=5, max_part_size=LARGEST) as form:
            text, file = str(form.get("text", "")).replace("\r\n", "\n"), form.get("file")
            kind = str(form.get("as", ""))
            sent = await file.read() if isinstance(file, UploadFile) and file.filename else b""
            name = file.filename or "" if isinstance(file, UploadFile) else ""
        try:
            cut, found = await self._service.check(request, _reader(text, name, sent))
        except PlaidoyerError as error:
            return self._refused(request, error, text)
        whole = "".join(piece.text for piece in cut)
        is_cut = any(piece.why == "behind" for piece in cut)
        left_out = unchecked(cut, language_of(request))
        checked = Checked(whole, joined(cut), found, left_out, is_cut)
        if kind in REPORTS:
            return await run_in_threadpool(self._report, request, checked, kind)
        return await run_in_threadpool(self._page, request, checked)

    def _refused(self, request: Request, error: PlaidoyerError, text: str) -> Response:
        language = language_of(request)
        said = WORDS[language]
        status = {TooMany: 429, Busy: 503}.get(type(error), 422)
        if isinstance(error, DraftInvalid | DraftEmpty | DraftTooLong):
            alert = said[type(error).__name__].format(most=LONGEST, formats=", ".join(READ))
        elif isinstance(error, Unreadable):
            why = french.in_french(str(error)) if language == "fr" else str(error)
            alert = said["Unreadable"].format(why=why)
        else:
            alert = alert_of(error, language)
        return self._page(request, Checked(text), alert=alert, status=status)

    def _page(
        self, request: Request, checked: Checked, *, alert: str = "", status: int = 200
    ) -> Response:
        language = language_of(request)
        body = render(
            "desk/draft.html",
            language,
            words=SECTION.said(language),
            checked=checked,
            alert=alert,
            formats=",".join(READ),
            most=SENTENCES,
            within=LONGEST_DRAFT,
            largest=LARGEST - FRAME,
        )
        return self._shell.page(request, SECTION, body, status=status, scripts=["draft.js"])

    def _report(self, request: Request, checked: Checked, kind: str) -> Response:
        name = f"{WORDS[language_of(request)]['file_name']}-{date.today().isoformat()}{kind}"
        return Response(
            REPORTS[kind](checked.findings, checked.unchecked),
            media_type=KINDS[kind],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def serve_draft(app: FastAPI, shell: Shell, service: Service) -> None:
    """Add GET and POST /draft to the app."""
    routes = Drafts(shell, service)
    app.get(SECTION.path)(routes.form)
    app.post(SECTION.path)(routes.check)


def _reader(text: str, name: str, sent: bytes) -> Callable[[], str]:
    """What gives the draft's text: the file, where one was sent, else what was written."""

    def read() -> str:
        draft = text_of(name, sent) if sent else text.strip()
        if not draft:
            raise DraftEmpty("There is no text. Paste one, or choose a file.")
        if len(draft) > LONGEST:
            raise DraftTooLong(f"The text has more than {LONGEST} characters. Check it in parts.")
        return draft

    return read
