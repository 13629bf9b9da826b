"""The chat model, where one is configured: passages in, unchecked claims out. Owns LangChain.

Promise: nothing it writes is shown before the guard has checked all of it. Whatever goes wrong
with the server (down, slow, refusing, talking nonsense) ends within `chat_seconds` as
`ChatModelFailed`, and the answer is then made without it. A claim is asked for again, and looked
over, in the time that is left. A follow-up is rewritten to be understood alone, for retrieval only;
that has RESTATING seconds of its own before.
"""

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Protocol

from bot.chat import prompt
from bot.records import Claim, Hit, Rejected, WrittenClaim
from bot.settings import BotSettings
from index.errors import PlaidoyerError

# Of a request that was refused for now (429, 5xx) or lost its connection; within one deadline.
RETRIES = 1
RESTATING = 5.0  # seconds to rewrite a follow-up
MOST = 20_000  # characters of a reply; a server that never stops is cut off
LONGEST_CLAIM, LONGEST_QUOTE = 600, 2_000  # characters; a claim is one sentence
# Of passages, as the model counts them: an answer numbers its own citations.
NUMBERS = re.compile(r"(?<!\s)\s*\[\d+(?:, ?\d+)*\]")
LINK = re.compile(r"(?<!\w)\w++://\S*|www\.\S+|(?<!\S)\S+@\S+|\]\(|<[a-z/!]", re.I)
# What reading a reply raises that is not the JSON asked for: RecursionError where it is nested too
# deeply, OverflowError where a passage's number is infinite.
UNPARSED = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)
UNSUPPORTED = (400, 404, 415, 422, 501)  # statuses of servers that know no response format
QUOTATION_MARKS = ' \u00a0\u202f\n«»"“”'  # that models put around what they quote


class ChatModelUnusable(PlaidoyerError):
    """The chat model that the settings name cannot be used at all."""


class ChatModelFailed(PlaidoyerError):
    """The chat model gave no usable reply this time; the message says why, for the log."""


@dataclass(frozen=True)
class Doubt:
    """A claim of the model's that it is asked about once more: what is wrong, and its quotes."""

    text: str
    reason: str
    quotes: tuple[str, ...]


class Writer(Protocol):
    """What the bot needs of a chat model.

    `seconds`: for all its replies to a question; `verifies`: it is to look its words over;
    `federation`: the names by which it may call the federation.
    """

    seconds: float
    verifies: bool
    federation: tuple[str, ...]

    def write(
        self, question: str, language: str, hits: Sequence[Hit]
    ) -> tuple[list[WrittenClaim], list[Rejected]]:
        """Claims that answer; none where the passages do not. Raises `ChatModelFailed`."""

    def reword(self, doubts: Sequence[Doubt], language: str, seconds: float) -> list[str]:
        """Each claim in new words, "" where there are none. Raises `ChatModelFailed`."""

    def look_over(self, doubts: Sequence[Doubt], seconds: float) -> list[str]:
        """What the quotes of each claim do not say of it, "" for nothing. Raises as `reword`."""

    def restate(self, question: str, history: Sequence[str]) -> str:
        """The question, rewritten to be understood without the earlier ones; unchecked.

        Raises `ChatModelFailed`.
        """


class ChatWriter:
    """A `Writer` over any model that LangChain's init_chat_model knows.

    Such as "openai:NAME" with a base URL, or "mistralai:NAME".
    """

    def __init__(self, settings: BotSettings):
        # Takes a second: only where a chat model is configured.
        from langchain.chat_models import init_chat_model

        self.seconds, self._key = settings.chat_seconds, settings.chat_api_key
        self.verifies = settings.chat_verify
        self.federation = tuple(filter(None, [settings.federation]))
        self._schema = settings.chat_model.startswith("openai:")
        options: dict[str, Any] = {}
        if self._schema:  # its client gives up after two minutes without a word, whatever `timeout`
            options["stream_chunk_timeout"] = settings.chat_seconds
        if settings.chat_base_url:
            options["base_url"] = settings.chat_base_url
        if settings.chat_api_key or settings.chat_base_url:
            # A server of one's own may need no key, but its client does.
            options["api_key"] = settings.chat_api_key or "none"
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
                f"The chat model {settings.chat_model!r} cannot be used ({self._reason(error)}). "
                "Correct PLAIDOYER_CHAT_MODEL (provider:model), set PLAIDOYER_CHAT_API_KEY, "
                "or install its provider: pip install 'plaidoyer[chat]'"
            ) from error

    def write(
        self, question: str, language: str, hits: Sequence[Hit]
    ) -> tuple[list[WrittenClaim], list[Rejected]]:
        """See `Writer`."""
        sent = prompt.sent(hits)
        if not sent:
            return [], []
        messages = prompt.messages(question, language, sent)
        say = partial(self._formatted, schema=prompt.SCHEMA)
        return _claims(self._reply(messages, say, self.seconds), sent)

    def reword(self, doubts: Sequence[Doubt], language: str, seconds: float) -> list[str]:
        """See `Writer`."""
        asked = [(doubt.text, doubt.reason, doubt.quotes) for doubt in doubts]
        say = partial(self._formatted, schema=prompt.REWORDED)
        reply = self._reply(prompt.rewording(asked, language), say, min(seconds, self.seconds))
        return [
            " ".join(NUMBERS.sub("", text[:LONGEST_CLAIM]).split())
            if not any(link[0] not in " ".join(doubt.quotes) for link in LINK.finditer(text))
            else ""
            for doubt, text in zip(doubts, _by_number(reply, len(doubts), "text"), strict=True)
        ]

    def look_over(self, doubts: Sequence[Doubt], seconds: float) -> list[str]:
        """See `Writer`."""
        asked = [(doubt.text, doubt.quotes) for doubt in doubts]
        say = partial(self._formatted, schema=prompt.LOOKED_OVER)
        reply = self._reply(prompt.looking_over(asked), say, min(seconds, self.seconds))
        return [
            "" if said == "True" else unsaid[:LONGEST_CLAIM] or "part of it"
            for said, unsaid in zip(
                _by_number(reply, len(doubts), "said"),
                _by_number(reply, len(doubts), "unsaid"),
                strict=True,
            )
        ]

    def restate(self, question: str, history: Sequence[str]) -> str:
        """See `Writer`. Waits RESTATING seconds at most, for the answer is still to be written."""
        messages = prompt.restating(question, history)
        reply = self._reply(messages, self._streamed, min(RESTATING, self.seconds))
        return " ".join(reply.split()).strip(QUOTATION_MARKS)

    def _reply(
        self,
        messages: list[tuple[str, str]],
        say: Callable[[list[tuple[str, str]]], Awaitable[str]],
        seconds: float,
    ) -> str:
        """The model's whole reply, within one deadline.

        Cancelling closes the connection, whatever the server is doing.
        """
        within = asyncio.wait_for(say(messages), seconds)
        try:
            reply = asyncio.run_coroutine_threadsafe(within, _loop()).result()
            reply.encode()  # fails for half a surrogate pair, which nothing could show or send
            return reply
        except Exception as error:  # providers' clients raise types of their own
            reason = self._reason(error) or f"no whole reply within {seconds:g} seconds"
            raise ChatModelFailed(f"{type(error).__name__}: {reason}") from error

    def _reason(self, error: Exception) -> str:
        """The error's message for the log: short, and without the key, which servers may repeat."""
        message = str(error)
        return (message.replace(self._key, "***") if self._key else message)[:200]

    async def _formatted(self, messages: list[tuple[str, str]], schema: dict[str, Any]) -> str:
        """The whole reply, to the schema if the server knows response formats."""
        try:
            return await self._streamed(messages, schema if self._schema else None)
        except Exception as error:
            if not (self._schema and getattr(error, "status_code", 0) in UNSUPPORTED):
                raise
        return await self._streamed(messages)

    async def _streamed(
        self, messages: list[tuple[str, str]], schema: dict[str, Any] | None = None
    ) -> str:
        model = (
            self._model.bind(
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "answer", "strict": True, "schema": schema},
                }
            )
            if schema
            else self._model
        )
        reply = ""
        async for chunk in model.astream(messages):  # streamed so that what never ends is cut off
            reply += chunk.text if isinstance(chunk.text, str) else chunk.text()
            if len(reply) > MOST:
                raise ValueError(f"more than {MOST} characters")
        return reply


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The loop, in a thread of its own, that all chat models' connections live on.

    Providers share one pool of connections in a process, and a connection that was opened on
    another loop is dead on this one.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat-model", daemon=True).start()
    return loop


def _claims(reply: str, hits: Sequence[Hit]) -> tuple[list[WrittenClaim], list[Rejected]]:
    """The claims of a reply to a prompt with these hits, and those that are rejected already.

    Those are claims that are too long, cite a passage which was not sent, or bring a link of their
    own.
    Raises `ChatModelFailed` for a reply that is not the JSON asked for.
    """
    claims: list[WrittenClaim] = []
    rejected: list[Rejected] = []
    for written, quotes in _parsed(reply):
        text = " ".join(NUMBERS.sub("", written[:LONGEST_CLAIM]).split())
        if len(written) > LONGEST_CLAIM:
            rejected.append(
                Rejected(Claim(text, ()), f"it is longer than {LONGEST_CLAIM} characters")
            )
        elif any(len(quote) > LONGEST_QUOTE for _, quote in quotes):
            rejected.append(
                Rejected(Claim(text, ()), f"a quote is longer than {LONGEST_QUOTE:,} characters")
            )
        elif not all(0 < number <= len(hits) for number, _ in quotes):
            rejected.append(Rejected(Claim(text, ()), "it cites a passage that is not there"))
        elif any(not any(link[0] in quote for _, quote in quotes) for link in LINK.finditer(text)):
            rejected.append(
                Rejected(Claim(text, ()), "it brings a link or markup that its quotes do not hold")
            )
        else:
            cited = tuple((hits[number - 1].passage, quote) for number, quote in quotes)
            claims.append(WrittenClaim(text, cited))
    return claims, rejected


def _parsed(reply: str) -> list[tuple[str, list[tuple[int, str]]]]:
    """The (text, [(number of a passage, quote), ...]) of each claim. Raises `ChatModelFailed`."""
    from langchain_core.utils.json import parse_json_markdown

    try:
        return [
            (
                _text(claim["text"]),
                [
                    (int(quote["passage"]), _text(quote["quote"]).strip(QUOTATION_MARKS))
                    for quote in claim["quotes"]
                ],
            )
            for claim in parse_json_markdown(reply)["claims"]
        ]
    except UNPARSED as error:
        raise ChatModelFailed(
            f"its reply is not the JSON that was asked for: {reply[:100]!r}"
        ) from error


def _by_number(reply: str, count: int, field: str) -> list[str]:
    """A field of what a reply says of each of so many claims, in order; "" where it says nothing.

    Raises `ChatModelFailed` for a reply that is not the JSON asked for.
    """
    from langchain_core.utils.json import parse_json_markdown

    try:
        said = {int(one["claim"]): str(one[field]) for one in parse_json_markdown(reply)["claims"]}
        return [_text(said.get(number, "")).strip() for number in range(1, count + 1)]
    except UNPARSED as error:
        raise ChatModelFailed(
            f"its reply is not the JSON that was asked for: {reply[:100]!r}"
        ) from error


def _text(value: str) -> str:
    """The text. Raises UnicodeEncodeError for half a surrogate pair, AttributeError for no text."""
    value.encode()
    return value
