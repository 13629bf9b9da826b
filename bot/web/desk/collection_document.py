"""/desk/collection/document: a document, what the catalogue says of it, and its file's removal."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from bot.collection import Row
from bot.web.desk.collection_files import LIMITS
from bot.web.desk.collection_parts import SECTION, Parts, explained, to
from bot.web.desk.shell import language_of
from bot.web.gate.visitor import visitor
from index import catalogue
from index.errors import CatalogueInvalid, PlaidoyerError, Unreadable
from index.readers.read import parsers_for
from index.report import said
from index.show import show

Text = Annotated[str, Field(max_length=4_000)]


class Edited(BaseModel):
    """What the form of the catalogue sends: the fields of a document's entry, and of what."""

    path: Text = ""
    version: Text = ""
    title: Text = ""
    date: Text = ""
    kind: Text = ""
    status: Text = ""
    audience: Text = ""

    @property
    def fields(self) -> dict[str, str]:
        """By catalogue.FIELDS."""
        return {name: getattr(self, name) for name in catalogue.FIELDS}


class Documents:
    """The page of a document, and what its forms do. `collected()`: all of the collection."""

    def __init__(self, parts: Parts, collected: Callable[[], list[Row]]):
        self._parts, self._collected = parts, collected
        self._corpus, self._store = parts.settings.corpus, parts.settings.store

    def page(self, request: Request, path: str = "") -> Response:
        """GET /document."""
        return self._shown(request, path)

    def edit(self, request: Request, sent: Annotated[Edited, Form()]) -> Response:
        """POST /edit: have the catalogue say what was sent, if it is the version shown before."""
        path, fields = sent.path, sent.fields
        if self._row(path) is None:
            return self._shown(request, path)
        try:
            changed = catalogue.changes(self._corpus, path, fields, sent.version)
            if changed:
                who = visitor(request).name
                self._parts.audit.note(who, "edit", document=path, changes=changed)
                catalogue.state(self._corpus, self._store, path, fields, sent.version)
        except PlaidoyerError as error:
            return self._shown(request, path, fields, explained(error, request))
        return to("/document", path=path, said="saved" if changed else "same")

    def remove(
        self, request: Request, path: Annotated[str, Form()], digest: Annotated[str, Form()]
    ) -> Response:
        """POST /remove: take the file out of the corpus, if it is the one shown before."""
        intake = self._parts.intake
        try:
            intake.require(path, digest)
            who = visitor(request).name
            self._parts.audit.note(who, "remove", document=path, digest=digest)
            intake.remove(path, digest)
        except PlaidoyerError as error:
            return self._shown(request, path, alert=explained(error, request))
        return to("", said="removed")

    def _row(self, path: str) -> Row | None:
        return next((row for row in self._collected() if row.path == path), None)

    def _shown(
        self,
        request: Request,
        path: str,
        entered: Mapping[str, str] | None = None,
        alert: str = "",
    ) -> Response:
        """The page; `entered`: what was not saved, and `alert`, why."""
        language, row, parts = language_of(request), self._row(path), self._parts
        if row is None:
            alert = SECTION.said(language).no_document
            return parts.page(request, "collection_none.html", status=404, alert=alert)
        status = 409 if alert else 200
        fields, version = dict.fromkeys(catalogue.FIELDS, ""), ""
        try:
            fields, version = catalogue.stated(self._corpus, path)
        except CatalogueInvalid as error:
            alert = alert or explained(error, request)
        is_saved = request.query_params.get("said") == "saved"
        return parts.page(
            request,
            "collection_document.html",
            status=status,
            alert=alert,
            row=row,
            warnings=[said(warning, language) for warning in row.warnings],
            fields=fields | dict(entered or {}),
            version=version,
            allowed=catalogue.ALLOWED,
            unheeded=self._unheeded(path, fields, language) if is_saved else (),
            suffix=PurePosixPath(path).suffix,
            digest=parts.intake.digest(path) if row.state in ("indexed", "new") else "",
            limits=LIMITS,
        )

    def _unheeded(self, path: str, fields: Mapping[str, str], language: str) -> list[str]:
        """What the document itself says otherwise than the catalogue, and which prevails."""
        words, parsers = SECTION.said(language), parsers_for(self._parts.settings.ocr)
        try:
            document = show(str(self._corpus / path), self._corpus, parsers).reading.document
        except (Unreadable, CatalogueInvalid) as error:
            return [words.unread_now.format(reason=said(str(error), language))]
        allowed = {"kind": words.kinds, "status": words.statuses, "audience": words.audiences}
        found = []
        for name, wanted in fields.items():
            real, names = getattr(document, name), allowed.get(name, {})
            if wanted and real != wanted and (not names or wanted in names):
                value = names.get(real, real)
                found.append(words.unheeded.format(field=words.fields[name], value=value))
        return found


def serve_document(app: FastAPI, parts: Parts, collected: Callable[[], list[Row]]) -> None:
    """Add the page of a document, and what its forms do. `collected()`: all of the collection."""
    documents = Documents(parts, collected)
    app.get(f"{SECTION.path}/document")(documents.page)
    app.post(f"{SECTION.path}/edit")(documents.edit)
    app.post(f"{SECTION.path}/remove")(documents.remove)
