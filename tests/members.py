"""Users and documents of every audience, for tests of who may see what."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from argon2 import PasswordHasher
from conftest import Federation
from serving import client

from bot.settings import BotSettings
from bot.users import Users

FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # argon2 all the same
SECRET, DRAFT, OPEN = "Zibeline", "Tamanoir", "Ornithorynque"  # canary words
PASSWORD, OTHER = "quatre mots bien choisis", "quatre mots tout autres"


def four_documents(folder: Path) -> Federation:
    """A public, a members', a staff and a draft document, indexed."""
    made = Federation(folder)
    made.write(
        "positions/2023-public.md",
        f"---\naudience: public\n---\n# Fonds {OPEN}\n\nNous demandons un fonds {OPEN} pour tous.",
    )
    made.write(
        "positions/2023-membres.md",
        "---\naudience: members\n---\n# Fonds des membres\n\n"
        "Nous demandons un fonds pour les membres.",
    )
    made.write(
        "positions/2023-interne.md",
        f"---\naudience: staff\ntitle: Note {SECRET}\n---\n# Fonds {SECRET}\n\n"
        f"Notre fonds interne {SECRET} reste secret.",
    )
    made.write(
        "positions/2023-projet.md",
        f"---\nstatus: draft\n---\n# Projet\n\nLe fonds {DRAFT} n'est qu'un projet.",
    )
    made.index()
    return made


def two_users(folder: Path) -> Users:
    """A member, anne, and one of the staff."""
    kept = Users(folder / "users.jsonl", FAST)
    kept.add("anne", "members", PASSWORD)
    kept.add("Zoé@federation.example", "staff", PASSWORD)
    return kept


def settings_of(federation: Federation, **others: object) -> BotSettings:
    settings = BotSettings(corpus=federation.corpus, store=federation.store)
    return settings.model_copy(update=others)


@contextmanager
def logged_in(address: str, name: str, password: str = PASSWORD) -> Iterator[httpx.Client]:
    with client(address) as opened:
        answer = opened.post("/login", data={"name": name, "password": password})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        yield opened
