"""The chat model, where one is configured: passages in, claims with their quotes out. Owns LangChain's side of it.

Promise: nothing that it writes is shown before the guard has seen all of it; whatever goes wrong with the server (down, slow,
refusing, talking nonsense) ends within `chat_seconds` as `ChatModelFailed`, and the answer is then made without it.
A follow-up is put into words that stand alone, for retrieval only; that has RESTATING seconds of its own before.
"""

import asyncio
import re
import threading
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Protocol

from bot.chat import prompt
from bot.records import Citation, Claim, Hit, Rejected
from bot.settings import BotSettings
from index.errors import PlaidoyerError

RETRIES = 1  # of a request that was refused for now (429, 5xx) or lost its connection; the deadline holds for all of it
RESTATING = 5.0  # seconds for a follow-up to be put into words that stand alone
MOST = 20_000  # characters of a reply; a server that never stops is cut off
NUMBERS = re.compile(
    r"\s*\[\d+(?:, ?\d+)*\]"
)  # of passages, as the model counts them: an answer numbers its own citations
LINK = re.compile(r"\w+://\S*|www\.\S+|\S+@\S+|\]\(|<[a-z/!]", re.I)
UNSUPPORTED = (400, 404, 415, 422, 501)  # what servers say that know no response format
LIKE = {
    "'": "['’‘ʼ]",
    "’": "['’‘ʼ]",
    "-": "[-‐‑–—]",
    "–": "[-‐‑–—]",
    '"': '(?:["“”]|«\\s*|\\s*»)',
    "“": '(?:["“”]|«\\s*)',
    "”": '(?:["“”]|\\s*»)',
}


class ChatModelUnusable(PlaidoyerError):
    """The chat model that the settings name cannot be used at all."""


class ChatModelFailed(PlaidoyerError):
    """The chat model gave no usable reply this time; the message says why, for the log."""


class Writer(Protocol):
    """What the bot needs of a chat model."""

    def write(
        self, question: str, language: str, hits: Sequence[Hit]
    ) -> tuple[list[Claim], list[Rejected]]:
        """Claims that answer, unchecked; none where the passages do not answer. Raises `ChatModelFailed`."""

    def restate(self, question: str, history: Sequence[str]) -> str:
        """The question with what it leaves unsaid after the earlier ones, unchecked. Raises `ChatModelFailed`."""


class ChatWriter:
    """A `Writer` over any model that LangChain's init_chat_model knows: "openai:NAME" with a base URL, "mistralai:NAME", ..."""

    def __init__(self, settings: BotSettings):
        from langchain.chat_models import (
            init_chat_model,
        )  # a second: only where a chat model is configured

        self._seconds, self._schema, self._key = (
            settings.chat_seconds,
            settings.chat_model.startswith("openai:"),
            settings.chat_api_key,
        )
        options = {"base_url": settings.chat_base_url} if settings.chat_base_url else {}
        if settings.chat_api_key or settings.chat_base_url:
            options["api_key"] = (
                settings.chat_api_key or "none"
            )  # servers of one's own ask for none, their client does
        try:
            self._model = init_chat_model(
                settings.chat_model,
                temperature=0,
                timeout=settings.chat_seconds,
                max_retries=RETRIES,
                **options,
            )
        except Exception as error:  # providers raise types of their own, for a missing key too
            raise ChatModelUnusable(
                f"The chat model {settings.chat_model!r} cannot be used ({self._reason(error)}). Correct PLAIDOYER_CHAT_MODEL (provider:model), "
                "set PLAIDOYER_CHAT_API_KEY, or install its provider: pip install 'plaidoyer[chat]'"
            ) from error

    def write(
        self, question: str, language: str, hits: Sequence[Hit]
    ) -> tuple[list[Claim], list[Rejected]]:
        """See `Writer`."""
        known = prompt.sent(hits)
        return (
            _claims(
                self._reply(
                    prompt.messages(question, language, known), self._formatted, self._seconds
                ),
                known,
            )
            if known
            else ([], [])
        )

    def restate(self, question: str, history: Sequence[str]) -> str:
        """See `Writer`. Waits RESTATING seconds at most, for the answer is still to be written."""
        said = self._reply(
            prompt.restating(question, history), self._streamed, min(RESTATING, self._seconds)
        )
        return " ".join(said.split()).strip('"«»“” ')

    def _reply(
        self,
        messages: list[tuple[str, str]],
        say: Callable[[list[tuple[str, str]]], Awaitable[str]],
        seconds: float,
    ) -> str:
        """The model's whole reply. One deadline for all of it: cancelling closes the connection, whatever the server is doing."""
        within = asyncio.wait_for(say(messages), seconds)
        try:
            return asyncio.run_coroutine_threadsafe(within, _loop()).result()
        except Exception as error:  # providers' clients raise types of their own
            raise ChatModelFailed(
                f"{type(error).__name__}: {self._reason(error) or f'no whole reply within {seconds:g} seconds'}"
            ) from error

    def _reason(self, error: Exception) -> str:
        """What the error says, for the log: short, and without the key, which a server or a validator may repeat."""
        said = str(error)
        return (said.replace(self._key, "***") if self._key else said)[:200]

    async def _formatted(self, messages: list[tuple[str, str]]) -> str:
        """The whole reply, to the schema if the server can; without a response format where it knows none."""
        try:
            return await self._streamed(messages, formatted=self._schema)
        except Exception as error:
            if not (self._schema and getattr(error, "status_code", 0) in UNSUPPORTED):
                raise
        return await self._streamed(messages)

    async def _streamed(self, messages: list[tuple[str, str]], formatted: bool = False) -> str:
        model = (
            self._model.bind(
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "answer", "strict": True, "schema": prompt.SCHEMA},
                }
            )
            if formatted
            else self._model
        )
        said = ""
        async for chunk in model.astream(messages):  # streamed so that what never ends is cut off
            said += chunk.text if isinstance(chunk.text, str) else chunk.text()
            if len(said) > MOST:
                raise ValueError(f"more than {MOST} characters")
        return said


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The loop that all chat models' connections live on, in a thread of its own: providers share one pool of connections in a
    process, and a connection that was opened on another loop is dead on this one.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat-model", daemon=True).start()
    return loop


def _claims(reply: str, hits: Sequence[Hit]) -> tuple[list[Claim], list[Rejected]]:
    """The claims of a reply; those that cite a passage that was not sent, or bring a link, fall here. Raises `ChatModelFailed` for what is no reply."""
    from langchain_core.utils.json import parse_json_markdown

    try:
        said = [
            (
                " ".join(NUMBERS.sub("", claim["text"]).split()),
                [(int(quote["passage"]), str(quote["quote"])) for quote in claim["quotes"]],
            )
            for claim in parse_json_markdown(reply)["claims"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ChatModelFailed(
            f"its reply is not the JSON that was asked for: {reply[:100]!r}"
        ) from error
    claims: list[Claim] = []
    fallen: list[Rejected] = []
    number = 0
    for text, quotes in said:
        known = all(0 < passage <= len(hits) for passage, _ in quotes)
        citations = (
            tuple(
                _citation(number + place, hits[passage - 1], quote)
                for place, (passage, quote) in enumerate(quotes, 1)
            )
            if known
            else ()
        )
        claim = Claim(text, citations)
        if not known:
            fallen.append(Rejected(claim, "it cites a passage that is not there"))
        elif any(
            not any(link[0] in citation.quote for citation in citations)
            for link in LINK.finditer(text)
        ):
            fallen.append(Rejected(claim, "it brings a link or markup that its quotes do not hold"))
        else:
            claims.append(claim)
            number += len(citations)
    return claims, fallen


def _citation(number: int, hit: Hit, quote: str) -> Citation:
    """The quote as the passage has it, character for character; as it was said where the passage does not have it."""
    words = unicodedata.normalize("NFC", quote).strip(' \n«»"“”').split()
    form = r"\s+".join(
        "".join(LIKE.get(character, re.escape(character)) for character in word) for word in words
    )
    found = re.search(form, hit.passage.text) if words else None
    start, end = found.span() if found else (0, 0)
    return Citation(number, hit.passage, found[0] if found else quote, start, end)
