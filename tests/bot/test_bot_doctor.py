"""`python -m bot doctor`: log-in, port and proxy, with what is wrong and the remedy."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.doctor import LABELS, of_port, of_proxy, of_users
from bot.settings import BotSettings
from bot.users import Users

MEMBER = ("Dupont", "members", "une phrase assez longue")


def said(finding) -> str:
    return finding.line("en", LABELS)


def test_who_may_log_in_is_said_and_a_page_open_to_others_is_wrong(tmp_path: Path):
    file = tmp_path / "users.jsonl"

    def users(**settings) -> str:
        return said(of_users(BotSettings(corpus=tmp_path / "corpus", **settings)))

    assert users() == "ok: log-in: none; only this machine reaches 127.0.0.1"
    assert users(allow_anonymous=True, host="0.0.0.0") == (
        "ok: log-in: none; anybody reads what is public (PLAIDOYER_ALLOW_ANONYMOUS)"
    )
    assert users(host="0.0.0.0") == (
        "WRONG: log-in: none, though other machines reach 0.0.0.0. Set PLAIDOYER_USERS, or "
        "PLAIDOYER_ALLOW_ANONYMOUS=yes"
    )
    assert users(users=file) == (
        f"WRONG: log-in: {file} names nobody. Run: python -m bot user add NAME --audience members"
    )
    Users(file).add(*MEMBER)
    assert users(users=file) == f"ok: log-in: 1 users in {file}"
    file.chmod(0o644)
    assert users(users=file) == (
        f"WRONG: log-in: others on this machine can open {file}. Run: chmod 600 {file}"
    )
    file.chmod(0o600)
    file.write_text("nobody\n")
    assert users(users=file).startswith(f"WRONG: log-in: The users file {file}, line 1, cannot ")


def test_a_port_is_free_ours_or_taken_by_another_program():
    class Page(BaseHTTPRequestHandler):
        body = b'{"alive": true}'

        def do_GET(self):
            self.send_response(503)
            self.end_headers()
            self.wfile.write(self.body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        assert said(of_port(BotSettings(port=port))) == (
            f"ok: port: 127.0.0.1:{port} is served by Plaidoyer now"
        )
        Page.body = b"<html>"
        assert said(of_port(BotSettings(port=port))) == (
            f"WRONG: port: 127.0.0.1:{port} cannot be served on (Address already in use). Stop "
            "what uses it, or choose another: PLAIDOYER_PORT=7861"
        )
        server.shutdown()
        thread.join()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert said(of_port(BotSettings(port=port))) == f"ok: port: 127.0.0.1:{port} is free"


@pytest.mark.parametrize(
    ("trusted", "line"),
    [
        ("", "ok: proxy: none is trusted (PLAIDOYER_TRUSTED_PROXY)"),
        (
            "127.0.0.1, 10.0.0.0/8",
            "ok: proxy: X-Forwarded-* headers count from 127.0.0.1, 10.0.0.0/8",
        ),
        (
            "*",
            "WRONG: proxy: PLAIDOYER_TRUSTED_PROXY is *: anybody may say who they are. Name the "
            "proxy's address",
        ),
        (
            "0.0.0.0/0",
            "WRONG: proxy: PLAIDOYER_TRUSTED_PROXY is 0.0.0.0/0: anybody may say who they are. "
            "Name the proxy's address",
        ),
        (
            "10.0.0.300",
            "WRONG: proxy: PLAIDOYER_TRUSTED_PROXY: 10.0.0.300 is no address. Write it as "
            "127.0.0.1 or 10.0.0.0/8",
        ),
    ],
)
def test_only_addresses_can_be_trusted_and_not_all_of_them(trusted: str, line: str):
    assert said(of_proxy(BotSettings(trusted_proxy=trusted))) == line


def test_a_proxy_before_a_chat_model_on_this_machine_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("http_proxy", "http://me:secret@proxy.example:3128")
    monkeypatch.setenv("no_proxy", "")
    settings = BotSettings(chat_base_url="http://127.0.0.1:8080/v1")
    assert said(of_proxy(settings)) == (
        "WRONG: proxy: the chat model 127.0.0.1 is asked through proxy.example:3128. Set "
        "NO_PROXY=127.0.0.1"
    )
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert said(of_proxy(settings)) == "ok: proxy: none is trusted (PLAIDOYER_TRUSTED_PROXY)"


def test_the_command_ends_with_1_where_something_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    monkeypatch.setenv("PLAIDOYER_TRUSTED_PROXY", "*")
    assert main(["doctor", "--language", "fr"]) == 1
    assert capsys.readouterr().out.splitlines()[2] == (
        "À CORRIGER : proxy : PLAIDOYER_TRUSTED_PROXY vaut * : chacun peut se dire n'importe qui. "
        "Donner l'adresse du proxy"
    )
