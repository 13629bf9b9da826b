"""What can be set for answering and serving, read from the environment in the entry points only and passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.settings import IndexSettings


@dataclass(frozen=True)
class BotSettings:
    """`corpus` and `store` as for the index; `embedder`: empty takes the one that made the store; `federation`: the name shown.

    `reranker`: a cross-encoder (hub name or folder) that has the last word on the order of the first hits; empty for none.
    `users`: the file of those who may log in, None for no log-in; `anonymous`: anybody may read the public documents;
    `proxies`: addresses, comma-separated, whose X-Forwarded-* headers count; `rate`: questions a minute for each user, 0 for any.
    `colour` (#rrggbb) and `logo` (a picture) dress the page; `unanswered`: keep the questions that nothing answers, for staff.
    `chat_model`: "provider:model", empty for quotes; `chat_base_url`, `chat_api_key`: of its server; `chat_seconds`: for its whole reply.
    """

    corpus: Path = IndexSettings.corpus
    store: Path = IndexSettings.store
    embedder: str = ""
    reranker: str = ""
    host: str = "127.0.0.1"
    port: int = 7860
    federation: str = ""
    users: Path | None = None
    anonymous: bool = False
    proxies: str = ""
    rate: int = 30
    colour: str = ""
    logo: Path | None = None
    unanswered: bool = True
    chat_model: str = ""
    chat_base_url: str = ""
    chat_api_key: str = field(default="", repr=False)
    chat_seconds: float = 30.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "BotSettings":
        """Read the PLAIDOYER_* variables; an empty one counts as unset. Raises ValueError for one that makes no sense."""
        index = IndexSettings.from_environment(environment)
        port = environment.get("PLAIDOYER_PORT") or str(cls.port)
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError(
                f"PLAIDOYER_PORT is {port!r}. Set it to a number from 1 to 65535, or unset it."
            )
        rate = environment.get("PLAIDOYER_RATE") or str(cls.rate)
        if not rate.isdecimal():
            raise ValueError(
                f"PLAIDOYER_RATE is {rate!r}. Set it to a number of questions a minute, 0 for no limit, or unset it."
            )
        anonymous = environment.get("PLAIDOYER_ALLOW_ANONYMOUS") or "no"
        if anonymous not in ("yes", "no"):
            raise ValueError(
                f"PLAIDOYER_ALLOW_ANONYMOUS is {anonymous!r}. Set it to yes or no, or unset it."
            )
        users = environment.get("PLAIDOYER_USERS")
        if users and anonymous == "yes":
            raise ValueError(
                "PLAIDOYER_USERS asks for a log-in and PLAIDOYER_ALLOW_ANONYMOUS waives it. Unset one of them."
            )
        unanswered, logo = (
            environment.get("PLAIDOYER_UNANSWERED") or "yes",
            environment.get("PLAIDOYER_LOGO"),
        )
        if unanswered not in ("yes", "no"):
            raise ValueError(
                f"PLAIDOYER_UNANSWERED is {unanswered!r}. Set it to yes or no, or unset it."
            )
        chat_seconds = environment.get("PLAIDOYER_CHAT_SECONDS") or str(int(cls.chat_seconds))
        if not chat_seconds.isdecimal() or not int(chat_seconds):
            raise ValueError(
                f"PLAIDOYER_CHAT_SECONDS is {chat_seconds!r}. Set it to a number of seconds, or unset it."
            )
        return cls(
            corpus=index.corpus,
            store=index.store,
            embedder=environment.get("PLAIDOYER_EMBEDDER", ""),
            reranker=environment.get("PLAIDOYER_RERANKER", "").strip(),
            host=environment.get("PLAIDOYER_HOST") or cls.host,
            port=int(port),
            federation=environment.get("PLAIDOYER_FEDERATION", "").strip(),
            colour=environment.get("PLAIDOYER_COLOUR", "").strip(),
            logo=Path(logo) if logo else None,
            unanswered=unanswered == "yes",
            users=Path(users) if users else None,
            anonymous=anonymous == "yes",
            proxies=environment.get("PLAIDOYER_TRUSTED_PROXY", "").strip(),
            rate=int(rate),
            chat_model=environment.get("PLAIDOYER_CHAT_MODEL", "").strip(),
            chat_base_url=environment.get("PLAIDOYER_CHAT_BASE_URL", "").strip(),
            chat_api_key=environment.get("PLAIDOYER_CHAT_API_KEY", "").strip(),
            chat_seconds=float(chat_seconds),
        )
