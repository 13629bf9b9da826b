"""What can be set for answering and serving: read by the entry points and passed down."""

import re
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from index.settings import IndexSettings

# Plain http is for a provider on this machine only, as in the tests.
OIDC_ISSUER = re.compile(r"https://.|http://(127\.0\.0\.1|localhost)[:/]")
OIDC_RULE = re.compile(r"\s*[^=\s]+\s*=\s*\S.*")


class BotSettings(IndexSettings):
    """`corpus` and `store` as for the index; an empty `embedder` takes the one of the store.

    `reranker`: a cross-encoder (hub name or folder) that orders the first hits last; empty: none.
    `users`: the file of those who may log in; `allow_anonymous`: anybody reads what is public.
    `oidc_issuer`: the identity provider's address, empty for none; `oidc_client_id` and
    `oidc_client_secret`: what it knows Plaidoyer by; `oidc_staff`, `oidc_members`: "claim=value" of
    an ID token, who is staff and who is a member; no `oidc_members`: whoever it lets in is one.
    `trusted_proxy`: addresses, comma-separated, whose X-Forwarded-* headers count.
    `rate`: questions a minute for each user, 0 for any number.
    `redis_url`: where the replicas count together what each user asks; empty: each for itself.
    `federation` (a name), `colour` (#rrggbb) and `logo` (a picture) dress the page.
    `unanswered`: keep the questions that nothing answers, or not surely, for staff.
    `conversations`: keep the conversations of those who log in.
    `chat_model`: "provider:model", empty for answers of quotes alone; `chat_base_url` and
    `chat_api_key` of its server; `chat_seconds` for all of its replies to a question;
    `chat_verify`: it looks its own words over once more.
    `metrics_port`: where Prometheus finds the metrics, 0 for nowhere; `metrics_host`: on which
    address, this machine's alone unless it is another.
    """

    embedder: str = ""
    reranker: str = ""
    host: str = "127.0.0.1"
    port: int = Field(7860, gt=0, lt=65536, description="a number from 1 to 65535")
    federation: str = ""
    users: Path | None = None
    allow_anonymous: bool = Field(False, description="yes or no")
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = Field("", repr=False)
    oidc_staff: str = ""
    oidc_members: str = ""
    trusted_proxy: str = ""
    redis_url: str = Field("", repr=False)
    rate: int = Field(30, ge=0, description="a number of questions a minute, 0 for no limit")
    colour: str = ""
    logo: Path | None = None
    unanswered: bool = Field(True, description="yes or no")
    conversations: bool = Field(True, description="yes or no")
    chat_model: str = ""
    chat_base_url: str = ""
    chat_api_key: str = Field("", repr=False)
    chat_seconds: float = Field(
        30, gt=0, allow_inf_nan=False, description="a number of seconds above 0"
    )
    chat_verify: bool = Field(True, description="yes or no")

    metrics_port: int = Field(0, ge=0, lt=65536, description="a number up to 65535, 0 for none")
    metrics_host: str = "127.0.0.1"

    @property
    def sessions_file(self) -> Path:
        """Where the key of the log-ins is, and which were ended."""
        return self.store / "sessions.sqlite3"

    @property
    def conversations_folder(self) -> Path:
        """Where the conversations of those who log in are kept."""
        return self.store / "conversations"

    @model_validator(mode="after")
    def _log_in_or_anonymous(self) -> Self:
        if self.users and self.allow_anonymous:
            raise ValueError(
                "PLAIDOYER_USERS asks for a log-in and PLAIDOYER_ALLOW_ANONYMOUS waives it. "
                "Unset one of them."
            )
        return self

    @model_validator(mode="after")
    def _provider_is_whole(self) -> Self:
        if not self.oidc_issuer:
            return self
        if not OIDC_ISSUER.match(self.oidc_issuer):
            raise ValueError(
                f"PLAIDOYER_OIDC_ISSUER is {self.oidc_issuer!r}. Set it to the provider's address, "
                "which begins with https://"
            )
        if not (self.users and self.oidc_client_id and self.oidc_client_secret):
            raise ValueError(
                "PLAIDOYER_OIDC_ISSUER needs PLAIDOYER_OIDC_CLIENT_ID, "
                "PLAIDOYER_OIDC_CLIENT_SECRET and PLAIDOYER_USERS, a file that may have no user. "
                "Set all of them."
            )
        for name, rule in (("STAFF", self.oidc_staff), ("MEMBERS", self.oidc_members)):
            if (rule or name == "STAFF") and not OIDC_RULE.fullmatch(rule):
                raise ValueError(
                    f"PLAIDOYER_OIDC_{name} is {rule!r}. Set it to a claim and its value, such as "
                    "groups=staff"
                )
        return self
