"""Asking and searching by programs, over real HTTP.

The endpoints, gradio's client, the MCP tools.
"""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import ROOT, Federation
from gradio_client import Client
from gradio_client.exceptions import AppError
from serving import client, everything, served

from bot.__main__ import main
from bot.answer import Bot
from bot.settings import BotSettings
from index.shelf.store import Shelf

HTML = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Federation:
    made = Federation(tmp_path_factory.mktemp("federation"))
    made.write(
        "positions/2023-05-04-fonds.md",
        "# Un fonds\n\nNous demandons un fonds national pour les startups.",
    )
    made.write(
        "positions/2023-05-05-html.md",
        f'---\ntitle: "{HTML}"\n---\n# {HTML}\n\nLe guichet {HTML} unique.',
    )
    made.write(
        "positions/2023-05-06-interne.md",
        "---\naudience: staff\n---\nLa Zibeline interne reste secrète.",
    )
    made.index()
    return made


@pytest.fixture(scope="module")
def bot(federation: Federation) -> Bot:
    return Bot(Shelf(federation.store), federation.embedder)


@pytest.fixture(scope="module")
def settings(federation: Federation) -> BotSettings:
    return BotSettings(corpus=federation.corpus, store=federation.store)


@pytest.fixture(scope="module")
def address(bot: Bot, settings: BotSettings) -> Iterator[str]:
    with served(bot, settings) as (where, _):
        yield where


def command(bot: Bot, capsys: pytest.CaptureFixture, *arguments: str) -> dict:
    assert main(arguments, lambda settings: bot) == 0
    return json.loads(capsys.readouterr().out)


def timeless(found: dict) -> dict:
    assert found["milliseconds"] > 0
    return {name: value for name, value in found.items() if name != "milliseconds"}


def test_ask_gives_the_command_lines_object(address: str, bot: Bot, capsys: pytest.CaptureFixture):
    expected = timeless(
        command(bot, capsys, "ask", "--json", "--history", "un fonds ?", "et pour les startups ?")
    )
    assert expected["citations"][0]["document"] == "positions/2023-05-04-fonds.md"
    with client(address) as program:
        got = program.post(
            "/api/ask",
            json={"question": "et pour les startups ?", "history": ["un fonds ?"], "id": "a1"},
        ).json()
    assert timeless(got) == expected | {"id": "a1"}
    assert (
        timeless(
            Client(address, verbose=False).predict(
                "et pour les startups ?", ["un fonds ?"], api_name="/ask"
            )
        )
        == expected
    )
    assert (
        timeless(
            json.loads(
                tool(address, "ask", question="et pour les startups ?", history=["un fonds ?"])
            )
        )
        == expected
    )


def test_search_gives_the_command_lines_object(
    address: str, bot: Bot, capsys: pytest.CaptureFixture
):
    expected = timeless(command(bot, capsys, "search", "--json", "--k", "2", "un fonds"))
    assert len(expected["hits"]) == 2
    with client(address) as program:
        assert (
            timeless(program.get("/api/search", params={"question": "un fonds", "k": 2}).json())
            == expected
        )
        assert (
            timeless(program.post("/api/search", json={"question": "un fonds", "k": 2}).json())
            == expected
        )
    assert (
        timeless(Client(address, verbose=False).predict("un fonds", 2, api_name="/search"))
        == expected
    )
    assert timeless(json.loads(tool(address, "search", question="un fonds", k=2))) == expected


def test_verify_says_how_many_sentences_it_did_not_check(address: str):
    draft = "Nous demandons un fonds national pour les startups. " * 42
    with client(address) as program:
        found = program.post("/api/verify", json={"text": draft, "id": "v1"}).json()
        assert (len(found["sentences"]), found["left_out"]) == (40, 2)
        one = {"text": "Nous demandons un fonds national pour les startups."}
        assert program.post("/api/verify", json=one).json()["left_out"] == 0
    for answer in (
        Client(address, verbose=False).predict(draft, api_name="/verify"),
        json.loads(tool(address, "verify", text=draft)),
    ):
        assert (len(answer["sentences"]), answer["left_out"]) == (40, 2)


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/api/ask", {"question": " "}, (422, "QuestionRefused", "Ask it in words")),
        (
            "POST",
            "/api/ask",
            {"question": "a" * 3000},
            (422, "QuestionRefused", "3,000 characters"),
        ),
        (
            "POST",
            "/api/ask",
            {},
            (422, "RequestInvalid", 'question: Field required. Send {"question"'),
        ),
        ("POST", "/api/ask", ["a"], (422, "RequestInvalid", "Send")),
        (
            "POST",
            "/api/ask",
            {"question": "a", "history": [3]},
            (422, "RequestInvalid", "history.0"),
        ),
        (
            "POST",
            "/api/ask",
            {"question": "a", "history": ["a"] * 51},
            (422, "RequestInvalid", "history"),
        ),
        (
            "POST",
            "/api/search",
            {"question": "a", "k": 1000},
            (422, "RequestInvalid", "k: Input should be less than or equal to 50"),
        ),
        ("GET", "/api/search?question=a&k=x", None, (422, "RequestInvalid", "k:")),
        ("GET", "/api/ask", None, (404, "NotFound", "Send")),
        ("DELETE", "/api/documents", None, (404, "NotFound", "no such endpoint")),
    ],
)
def test_what_cannot_be_answered_is_said_in_json_with_its_remedy(
    address: str, method: str, path: str, body: object, expected: tuple[int, str, str]
):
    status, error, said = expected
    with client(address) as program:
        refused = program.request(method, path, json=body)
    assert (refused.status_code, refused.json()["error"], refused.headers["content-type"]) == (
        status,
        error,
        "application/json",
    )
    assert said in refused.json()["detail"]


def test_html_in_documents_and_questions_stays_json(address: str):
    with client(address) as program:
        for answer in (
            program.post("/api/ask", json={"question": f"le guichet {HTML} unique"}),
            program.get("/api/search", params={"question": HTML}),
            program.post("/api/ask", json={HTML: HTML}),
        ):
            assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == (
                "application/json",
                "nosniff",
            )
        hits = program.get("/api/search", params={"question": f"guichet {HTML} unique"}).json()[
            "hits"
        ]
        assert (hits[0]["title"], HTML in hits[0]["text"]) == (HTML, True)


def test_only_ask_search_and_verify_are_public_endpoints(address: str):
    with client(address) as program:
        offered = program.get("/gradio_api/info").json()
        assert (set(offered["named_endpoints"]), offered["unnamed_endpoints"]) == (
            {"/ask", "/search", "/verify"},
            {},
        )
        handlers = program.get("/config").json()["dependencies"]
    public = {handler["api_name"] for handler in handlers if handler["api_visibility"] != "private"}
    assert public == {"ask", "search", "verify"}
    private = next(
        handler["api_name"]
        for handler in handlers
        if handler["api_visibility"] == "private" and handler["api_name"]
    )
    with pytest.raises(ValueError, match="Cannot find a function"):
        Client(address, verbose=False).predict("fonds", api_name=f"/{private}")
    assert tools(address) == ["ask", "search", "verify"]


def test_a_refused_question_says_why_to_gradios_client_and_to_a_tool(address: str):
    with pytest.raises(AppError, match="Ask it in words"):
        Client(address, verbose=False).predict("", api_name="/ask")
    with pytest.raises(AssertionError, match="Ask it in words"):
        tool(address, "ask", question="")


def test_the_process_logs_no_question_and_no_text_and_stops_on_a_signal(
    environment: dict[str, str], tmp_path: Path
):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment | {"PLAIDOYER_PORT": str(port)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout.readline().startswith("Plaidoyer answers on")
        with client(
            f"http://127.0.0.1:{port}", transport=httpx.HTTPTransport(retries=10)
        ) as program:
            answers = [
                program.post("/api/ask", json={"question": question}, timeout=120)
                for question in ("Que disons-nous du cloud ?", "Zibeline ?", "", "x" * 3000)
            ]
            answers += [
                program.get("/api/search?question=Zibeline"),
                program.get("/document/Zibeline"),
                program.post("/gradio_api/queue/join", content="Zibeline"),
            ]
        assert [answer.status_code for answer in answers][:5] == [200, 200, 422, 422, 200]
        cited = answers[0].json()["citations"]
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert cited and "cloud" in everything(answers[0])
    assert (
        out,
        [
            word
            for word in ("Zibeline", "cloud", *(citation["quote"][:30] for citation in cited))
            if word in err
        ],
    ) == ("", [])


def tools(address: str) -> list[str]:
    """The names of the MCP server's tools."""

    async def names(session) -> list[str]:
        return [tool.name for tool in (await session.list_tools()).tools]

    return _by_mcp(address, names)


def tool(address: str, name: str, **arguments: object) -> str:
    """What a tool of the MCP server answers, as text."""

    async def called(session) -> object:
        return await session.call_tool(name, arguments)

    result = _by_mcp(address, called)
    assert not result.isError, result.content[0].text
    return result.content[0].text


def _by_mcp(address: str, use) -> object:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def connected() -> object:
        async with (
            streamable_http_client(f"{address}/gradio_api/mcp/") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            return await use(session)

    return asyncio.run(connected())


@pytest.mark.parametrize(
    "sent",
    [
        r'{"question": "fonds \ud800"}',
        r'{"question": "fonds", "history": ["\ud800"]}',
        r'{"question": "fonds", "id": "\ud800"}',
    ],
)
def test_half_a_character_is_refused_with_its_remedy(address: str, sent: str):
    headers = {"Content-Type": "application/json"}
    with client(address) as program:
        for path in ("/api/ask", "/api/search"):
            answer = program.post(path, content=sent, headers=headers)
            assert answer.status_code == 422
            assert answer.json()["error"] in ("QuestionRefused", "RequestInvalid")
            assert "Send " in answer.json()["detail"]


@pytest.mark.parametrize("data", [r'["fonds \ud800", []]', r'["fonds", ["\ud800"]]'])
def test_half_a_character_is_refused_by_gradios_endpoint_too(address: str, data: str):
    with client(address) as program:
        answer = program.post(
            "/gradio_api/run/ask",
            content=f'{{"data": {data}}}',
            headers={"Content-Type": "application/json"},
        )
        assert "Send it in UTF-8." in answer.json()["error"]


def test_a_question_is_limited_to_documents_years_kinds_and_themes(address: str):
    fund, page = "positions/2023-05-04-fonds.md", "positions/2023-05-05-html.md"
    with client(address) as program:

        def found(**scope: list[str]) -> set[str]:
            sent = {"question": "un fonds, un guichet", **scope}
            by_body = program.post("/api/search", json=sent).json()["hits"]
            by_query = program.get("/api/search", params=sent).json()["hits"]
            assert by_body == by_query
            return {hit["document"] for hit in by_body}

        assert found() == found(years=["2023"]) == found(kinds=["position"]) == {fund, page}
        assert found(documents=[fund]) == {fund}
        assert found(documents=[fund, page], kinds=["position", "report"]) == {fund, page}
        assert found(years=["2022"]) == found(themes=["cloud"]) == found(kinds=["report"]) == set()
        assert found(documents=["positions/2023-05-06-interne.md"]) == set()
        asked = {"question": "Demandons-nous un fonds national ?", "documents": [page]}
        answer = program.post("/api/ask", json=asked).json()
        cited = [*answer["citations"], *answer["see_also"]]
        assert {one["document"] for one in cited} <= {page}
        for wrong in ({"years": ["23"]}, {"kinds": ["tract"]}, {"themes": ["x"] * 51}):
            refused = program.post("/api/ask", json={"question": "un fonds"} | wrong)
            assert (refused.status_code, refused.json()["error"]) == (422, "RequestInvalid")
