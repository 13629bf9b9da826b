"""Forms with files, received piece by piece. Owns python_multipart.

Promise: no more is taken than was said, whatever the request's headers say; files lie in the folder
that was named, under no name of the sender's, and are gone with the request, however it ends.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, FormParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from bot.web.gate.deadline import WAIT
from index.errors import CollectionRefused

ARRIVAL = 900  # seconds: 200 MB at two megabits a second
NOT_WHOLE = "The form did not arrive whole. Send it again."
IN_MEMORY = 100_000  # bytes of a file


@dataclass(frozen=True)
class Sent:
    """A form: its `fields` by name, and its `files` by the names that their sender gave them."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[tuple[str, IO[bytes]]] = field(default_factory=list)


@asynccontextmanager
async def received(request: Request, folder: Path, most: int) -> AsyncIterator[Sent]:
    """The form that the request sends, `most` bytes at most; its files lie in the folder meanwhile.

    Raises `CollectionRefused` for what is larger, or no such form; ClientDisconnect.
    """
    if wait := request.scope.get(WAIT):
        wait(ARRIVAL)
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise CollectionRefused(NOT_WHOLE)
    fields: dict[str, str] = {}
    files: list[File] = []

    def keep(found: Field) -> None:
        fields[_text(found.field_name)] = _text(found.value)

    config: Mapping = {"UPLOAD_DIR": str(folder), "MAX_MEMORY_FILE_SIZE": IN_MEMORY}
    size = 0
    try:
        parser = FormParser(
            kind.decode("latin-1"), keep, files.append, boundary=options.get(b"boundary"),
            config=dict(config),
        )  # fmt: skip
        async for piece in request.stream():
            size += len(piece)
            if size > most:
                raise CollectionRefused(
                    f"More than {most // 1_000_000} MB were sent at once. Send fewer files."
                )
            await run_in_threadpool(parser.write, piece)
        parser.finalize()
        for file in files:
            file.file_object.seek(0)
        named = [(_text(file.file_name), file.file_object) for file in files]
        yield Sent(fields, [(name, data) for name, data in named if name])
    except FormParserError as error:
        raise CollectionRefused(NOT_WHOLE) from error
    finally:
        for file in files:
            file.close()


def _text(value: bytes | None) -> str:
    return (value or b"").decode(errors="replace")
