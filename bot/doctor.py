"""`python -m bot doctor`: what would keep the page from being reached as it should, and the remedy.

What the index needs is `python -m index doctor`'s. Promise: nothing is written, and nothing is
asked of the network but of this machine.
"""

import argparse
import json
import socket
import urllib.error
import urllib.request
from http.client import HTTPException
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from bot.settings import BotSettings
from bot.users import Users, UsersInvalid, usable
from index.doctor import WORDS, Finding
from index.options import add_language

LABELS = {
    "en": WORDS["en"]
    | {
        "users": "log-in",
        "port": "port",
        "proxy": "proxy",
        "alone": "none; only this machine reaches {host}",
        "anonymous": "none; anybody reads what is public (PLAIDOYER_ALLOW_ANONYMOUS)",
        "open": "none, though other machines reach {host}. Set PLAIDOYER_USERS, or "
        "PLAIDOYER_ALLOW_ANONYMOUS=yes",
        "empty": "{file} names nobody. Run: python -m bot user add NAME --audience members",
        "shared": "others on this machine can open {file}. Run: chmod 600 {file}",
        "users_of": "{number} users in {file}",
        "provider": "{number} users in {file}, and those of {issuer}",
        "free": "{host}:{port} is free",
        "ours": "{host}:{port} is served by Plaidoyer now",
        "taken": "{host}:{port} cannot be served on ({why}). Stop what uses it, or choose another: "
        "PLAIDOYER_PORT=7861",
        "no_proxy": "none is trusted (PLAIDOYER_TRUSTED_PROXY)",
        "trusted": "X-Forwarded-* headers count from {addresses}",
        "anyone": "PLAIDOYER_TRUSTED_PROXY is {addresses}: anybody may say who they are. Name the "
        "proxy's address",
        "no_address": "PLAIDOYER_TRUSTED_PROXY: {address} is no address. Write it as 127.0.0.1 or "
        "10.0.0.0/8",
        "in_between": "the chat model {host} is asked through {proxy}. Set NO_PROXY={host}",
    },
    "fr": WORDS["fr"]
    | {
        "users": "connexion",
        "port": "port",
        "proxy": "proxy",
        "alone": "aucune ; seule cette machine atteint {host}",
        "anonymous": "aucune ; chacun lit ce qui est public (PLAIDOYER_ALLOW_ANONYMOUS)",
        "open": "aucune, alors que d'autres machines atteignent {host}. Définir PLAIDOYER_USERS, "
        "ou PLAIDOYER_ALLOW_ANONYMOUS=yes",
        "empty": "{file} ne nomme personne. Lancer : python -m bot user add NOM --audience members",
        "shared": "d'autres peuvent ouvrir {file} sur cette machine. Lancer : chmod 600 {file}",
        "users_of": "{number} utilisateurs dans {file}",
        "provider": "{number} utilisateurs dans {file}, et ceux de {issuer}",
        "free": "{host}:{port} est libre",
        "ours": "{host}:{port} : Plaidoyer y répond à présent",
        "taken": "{host}:{port} n'est pas utilisable ({why}). Arrêter ce qui l'occupe, ou en "
        "choisir un autre : PLAIDOYER_PORT=7861",
        "no_proxy": "aucun n'est cru (PLAIDOYER_TRUSTED_PROXY)",
        "trusted": "les en-têtes X-Forwarded-* de {addresses} sont crus",
        "anyone": "PLAIDOYER_TRUSTED_PROXY vaut {addresses} : chacun peut se dire n'importe qui. "
        "Donner l'adresse du proxy",
        "no_address": "PLAIDOYER_TRUSTED_PROXY : {address} n'est pas une adresse. L'écrire comme "
        "127.0.0.1 ou 10.0.0.0/8",
        "in_between": "le modèle {host} est appelé à travers {proxy}. Définir NO_PROXY={host}",
    },
}


def add_parser(commands: argparse._SubParsersAction, settings: BotSettings) -> None:
    """Add `doctor` to the command line."""
    add_language(commands.add_parser("doctor", help="say what is wrong with serving the page"))


def run(options: argparse.Namespace, settings: BotSettings) -> int:
    """Print a line for each finding. Returns 0, or 1 where something is wrong."""
    found = [of_users(settings), of_port(settings), of_proxy(settings)]
    for finding in found:
        print(finding.line(options.language, LABELS))
    return int(any(finding.is_wrong for finding in found))


def of_users(settings: BotSettings) -> Finding:
    """Who may log in, and may the page be served to those who reach it?"""
    values = {"file": settings.users, "host": settings.host, "issuer": settings.oidc_issuer}
    if settings.users is None:
        if settings.allow_anonymous:
            return Finding("users", False, "anonymous", values)
        is_alone = _is_this_machine(settings.host)
        return Finding("users", not is_alone, "alone" if is_alone else "open", values)
    try:
        number = len(Users(settings.users).all())
        if number and settings.users.stat().st_mode & 0o077:
            return Finding("users", True, "shared", values)
        usable(settings.users, settings.corpus)
    except UsersInvalid as error:
        return Finding("users", True, str(error), {})
    if settings.oidc_issuer:
        return Finding("users", False, "provider", values | {"number": number})
    said = "users_of" if number else "empty"
    return Finding("users", not number, said, values | {"number": number})


def of_port(settings: BotSettings) -> Finding:
    """Can the page be served there, or is it being served?"""
    host, port = settings.host, settings.port
    values: dict[str, object] = {"host": host, "port": port}
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            if _is_ours(host, port):
                return Finding("port", False, "ours", values)
            return Finding("port", True, "taken", values | {"why": error.strerror or error})
    return Finding("port", False, "free", values)


def of_proxy(settings: BotSettings) -> Finding:
    """Which proxy is believed, and does one stand before a chat model on this machine?"""
    model = urlsplit(settings.chat_base_url)
    host, proxy = model.hostname or "", urllib.request.getproxies().get(model.scheme)
    if _is_this_machine(host) and proxy and not urllib.request.proxy_bypass(host):
        return Finding("proxy", True, "in_between", {"host": host, "proxy": _without_user(proxy)})
    addresses = [one.strip() for one in settings.trusted_proxy.split(",") if one.strip()]
    if not addresses:
        return Finding("proxy", False, "no_proxy", {})
    for address in addresses:
        try:
            is_anyone = address == "*" or not ip_network(address, strict=False).prefixlen
        except ValueError:
            return Finding("proxy", True, "no_address", {"address": address})
        if is_anyone:
            return Finding("proxy", True, "anyone", {"addresses": settings.trusted_proxy})
    return Finding("proxy", False, "trusted", {"addresses": ", ".join(addresses)})


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_ours(host: str, port: int) -> bool:
    """Does the page answer there? It says so to anybody, and with 503 where it has no index."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    address = f"[{reached}]" if ":" in reached else reached
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        try:
            answer = directly.open(f"http://{address}:{port}/health", timeout=3)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            return "alive" in json.loads(answer.read(1_000))
    except (OSError, ValueError, TypeError, HTTPException):
        return False


def _without_user(proxy: str) -> str:
    """A proxy's address without the name and the password that may stand in it."""
    return proxy.rsplit("@", 1)[-1]
