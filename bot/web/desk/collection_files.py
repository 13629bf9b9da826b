"""/desk/collection/upload and /incoming: files that staff bring, and those that wait."""

from pathlib import PurePosixPath
from typing import IO, Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from bot.web.desk.collection_parts import SECTION, Parts, explained, to
from bot.web.desk.receiving import Sent, received
from bot.web.desk.shell import language_of
from bot.web.gate.access import LARGEST_UPLOAD, UPLOAD
from bot.web.gate.visitor import visitor
from index.errors import CollectionRefused, PlaidoyerError
from index.readers.read import LARGEST, LARGEST_WITH_IMAGES
from index.report import said

PATH = f"{SECTION.path}/incoming"
MEGABYTE = 1_000_000
LIMITS = {  # megabytes
    "most": LARGEST_WITH_IMAGES // MEGABYTE,
    "texts": LARGEST // MEGABYTE,
    "all": 2 * LARGEST_WITH_IMAGES // MEGABYTE,  # LARGEST_UPLOAD, but for the form around them
}


class Files:
    """The upload, the list of the files that wait, and what its forms do."""

    def __init__(self, parts: Parts):
        self._parts, self._intake, self._audit = parts, parts.intake, parts.audit

    def incoming(self, request: Request) -> Response:
        """GET /incoming: the files that wait."""
        return self._shown(request)

    async def upload(self, request: Request) -> Response:
        """POST /upload: have files wait, and show those that do; and why others do not."""
        try:
            folder = await run_in_threadpool(self._intake.receiving)
            async with received(request, folder, LARGEST_UPLOAD) as sent:
                alerts = await run_in_threadpool(self._keep_all, request, sent)
        except PlaidoyerError as error:
            alerts = [explained(error, request)]
        if alerts:
            return await run_in_threadpool(self._shown, request, "\n".join(alerts))
        return to("/incoming", said="uploaded")

    def put(self, request: Request, waiting: Annotated[list[str], Form()]) -> Response:
        """POST /put: files that wait, each as its name, a colon, and the digest that it replaces,
        into the corpus."""
        try:
            for id, _, expects in (one.partition(":") for one in waiting):
                file, who = self._intake.one(id), visitor(request).name
                what = "replace" if expects else "put"
                facts = {"document": file.path, "bytes": file.size, "digest": file.digest}
                self._audit.note(who, what, **facts)
                self._intake.put(id, expects)
        except PlaidoyerError as error:
            return self._shown(request, explained(error, request))
        return to("/incoming" if self._intake.waiting() else "", said="put")

    def discard(self, request: Request, id: Annotated[str, Form()]) -> Response:
        """POST /discard: delete a file that waits."""
        try:
            path = self._intake.one(id).path
            self._audit.note(visitor(request).name, "discard", document=path)
            self._intake.discard(id)
        except PlaidoyerError as error:
            return self._shown(request, explained(error, request))
        return to("/incoming", said="discarded")

    def _shown(self, request: Request, alert: str = "") -> Response:
        """The files that wait; `alert`: why something was not done."""
        language, intake = language_of(request), self._intake
        waiting = [(one, intake.digest(one.path)) for one in intake.waiting()]
        return self._parts.page(
            request,
            "collection_incoming.html",
            status=409 if alert else 200,
            alert=alert,
            waiting=waiting,
            readable=[f"{one.id}:{digest}" for one, digest in waiting if not one.reason],
            said=lambda message: said(message, language),
        )

    def _keep_all(self, request: Request, sent: Sent) -> list[str]:
        """Have the files wait; why some do not."""
        alerts = []
        for name, source in sent.files:
            try:
                self._keep(name, source, sent.fields, visitor(request).name)
            except PlaidoyerError as error:
                alerts.append(explained(error, request))
        return alerts

    def _keep(self, name: str, source: IO[bytes], fields: dict[str, str], by: str) -> None:
        """Have a file wait: a new one for a `folder`, or one that `replaces` another."""
        path = fields.get("replaces", "")
        suffix = PurePosixPath(path).suffix.lower()
        if not path:
            path = self._intake.path_of(fields.get("folder", ""), name)
        elif not name.lower().endswith(suffix):
            raise CollectionRefused(
                f"{name[:80]!r} is no {suffix} file. Choose one, or add it as a new document."
            )
        else:
            self._intake.require(path)
        self._audit.note(by, "upload", document=path, name=name[:200])
        self._intake.receive(path, source, by)


def serve_files(app: FastAPI, parts: Parts) -> None:
    """Add the upload, the list of the files that wait, and what its forms do."""
    files = Files(parts)
    app.get(PATH)(files.incoming)
    app.post(UPLOAD)(files.upload)
    app.post(f"{SECTION.path}/put")(files.put)
    app.post(f"{SECTION.path}/discard")(files.discard)
