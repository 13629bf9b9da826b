"""The contracts of `python -m index`, `python -m bot` and `python app.py`."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Federation

from app import main as app_main
from bot.__main__ import main as bot_main
from bot.answer import Bot
from index.__main__ import main as index_main
from index.shelf.store import Shelf


@pytest.fixture
def ask(federation: Federation, capsys: pytest.CaptureFixture):
    """Runs `python -m bot` on the federation's index, with its embedder.

    Gives the exit code, the standard output and the standard error.
    """

    def run(*arguments: str) -> tuple[int, str, str]:
        code = bot_main(
            arguments, lambda settings: Bot(Shelf(federation.store), federation.embedder)
        )
        return code, *capsys.readouterr()

    return run


def process(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_index_reports_as_json_and_exits_0_1_or_2(
    federation: Federation, capsys: pytest.CaptureFixture
):
    federation.write("positions/2023-a.txt", "Nous demandons un fonds.")
    federation.index()
    where = ["--corpus", str(federation.corpus), "--store", str(federation.store)]
    federation.write("positions/2023-b.md", "---\ntitle: a: b\n---\n")
    assert index_main([*where, "--check", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report.pop("seconds") >= 0
    assert report.pop("generation") == Shelf(federation.store).current().name
    assert report == {
        "documents": 1,
        "passages": 1,
        "added": 0,
        "changed": 0,
        "removed": 0,
        "unchanged": 1,
        "warnings": [],
        "unreadable": [
            {"path": "positions/2023-b.md", "reason": "its front matter is not valid YAML (line 2)"}
        ],
    }
    (federation.corpus / "positions" / "2023-b.md").unlink()
    assert index_main([*where, "--check"]) == 0
    assert "unchanged: 1" in capsys.readouterr().out
    assert (
        index_main(
            ["--corpus", str(federation.corpus / "nowhere"), "--store", str(federation.store)]
        )
        == 2
    )
    assert capsys.readouterr().err.startswith("CorpusMissing: There is no folder")
    with pytest.raises(SystemExit) as wrong:
        index_main(["--nonsense"])
    assert wrong.value.code == 2


def test_ask_prints_the_contracts_object(federation: Federation, ask):
    federation.write(
        "positions/2023-05-04-fonds.md",
        "# Un fonds\n\nNous demandons un fonds national pour les startups.",
    )
    federation.index()
    code, out, _ = ask("ask", "--json", "un fonds national pour les startups")
    answer = json.loads(out)
    assert code == 0
    assert answer.pop("milliseconds") > 0
    assert answer == {
        "id": None,
        "question": "un fonds national pour les startups",
        "corrected": "",
        "language": "fr",
        "reply": "answer",
        "brief": "« Nous demandons un fonds national pour les startups. » (4 mai 2023)",
        "abstained": False,
        "rejected": [],
        "unsure": False,
        "note": "",
        "see_also": [],
        "text": "« Nous demandons un fonds national pour les startups. » [1] — Un fonds, "
        "4 mai 2023",
        "claims": [
            {
                "text": "« Nous demandons un fonds national pour les startups. »",
                "citations": [1],
                "grade": "quote",
                "looked_over": False,
            }
        ],
        "citations": [
            {
                "number": 1,
                "document": "positions/2023-05-04-fonds.md",
                "title": "Un fonds",
                "date": "2023-05-04",
                "kind": "position",
                "status": "adopted",
                "audience": "members",
                "page": 0,
                "quote": "Nous demandons un fonds national pour les startups.",
            }
        ],
    }


def test_search_prints_the_contracts_object(federation: Federation, ask):
    federation.write("positions/2023-05-04-fonds.md", "# Un fonds\n\nNous demandons un fonds.")
    federation.write(
        "positions/2023-05-05-guichet.md", "# Un guichet\n\nNous demandons un guichet."
    )
    federation.index()
    code, out, _ = ask("search", "--json", "--k", "1", "fonds")
    found = json.loads(out)
    assert code == 0
    assert found.pop("milliseconds") > 0
    score = found["hits"][0].pop("score")
    assert 0 < score <= 1.01
    assert found == {
        "id": None,
        "question": "fonds",
        "hits": [
            {
                "document": "positions/2023-05-04-fonds.md",
                "title": "Un fonds",
                "date": "2023-05-04",
                "headings": ["Un fonds"],
                "page": 0,
                "text": "Un fonds\n\nNous demandons un fonds.\n\n",
            }
        ],
    }


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_batch_is_answered_line_by_line_in_order_and_a_bad_question_costs_only_its_line(
    federation: Federation, ask, tmp_path: Path, command: str
):
    federation.write("positions/2023-a.txt", "Nous demandons un fonds national.")
    federation.index()
    lines = [
        {"id": "a", "question": "un fonds ?"},
        {"id": 2, "question": " "},
        {"id": "c", "question": "et national ?", "history": ["un fonds ?"]},
    ]
    (tmp_path / "questions.jsonl").write_text(
        "\n".join(json.dumps(line) for line in lines) + "\n\n"
    )
    code, out, _ = ask(command, "--batch", str(tmp_path / "questions.jsonl"))
    answers = [json.loads(line) for line in out.splitlines()]
    assert (code, [answer["id"] for answer in answers]) == (1, ["a", 2, "c"])
    assert ["error" in answer for answer in answers] == [False, True, False]


@pytest.mark.parametrize(
    "content",
    [
        "not json",
        '{"id": 1}',
        '{"id": 1, "question": 3}',
        "[]",
        '{"question": "a", "history": [1]}',
        r'{"question": "a", "id": "\ud800"}',
        '{"question": ' + "[" * 100_000,
    ],
)
def test_a_batch_line_that_is_no_question_is_named(
    federation: Federation, ask, tmp_path: Path, content: str
):
    (tmp_path / "questions.jsonl").write_text('{"id": 0, "question": "a"}\n' + content)
    code, out, error = ask("ask", "--batch", str(tmp_path / "questions.jsonl"))
    assert (code, out) == (2, "")
    assert "questions.jsonl, line 2 is no question" in error


@pytest.mark.parametrize(
    ("question", "said"),
    [("", "The question is empty"), ("a" * 20_000, "The question has 20,000 characters")],
)
def test_an_empty_or_overlong_question_is_refused_with_exit_code_2(
    federation: Federation, ask, question: str, said: str
):
    federation.write("2023-a.txt", "Un fonds.")
    federation.index()
    code, out, error = ask("ask", question)
    assert (code, out) == (2, "")
    assert said in error


def test_an_argument_that_is_not_utf_8_is_refused_with_exit_code_2(federation: Federation, ask):
    federation.write("2023-a.txt", "Nous demandons un fonds.")
    federation.index()
    raw = os.fsdecode(b"fonds \xff")
    for arguments in (
        ("ask", raw),
        ("ask", "--history", raw, "fonds"),
        ("search", raw),
        ("timeline", raw),
    ):
        code, out, error = ask(*arguments)
        assert (code, out) == (2, "")
        assert error.startswith("QuestionRefused: ") and "Send it in UTF-8." in error


def test_a_store_without_an_index_is_a_clear_message_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    assert bot_main(["ask", "--store", str(tmp_path), "un fonds ?"]) == 2
    assert (
        capsys.readouterr().err
        == f"StoreMissing: There is no index in {tmp_path} yet. Run: python -m index\n"
    )


def test_no_question_at_all_is_wrong_use(capsys: pytest.CaptureFixture):
    with pytest.raises(SystemExit) as wrong:
        bot_main(["ask"])
    assert wrong.value.code == 2


def test_a_reader_that_has_read_enough_ends_a_command_quietly(
    environment: dict[str, str], tmp_path: Path
):
    users = tmp_path / "users.jsonl"
    users.touch(0o600)
    users.write_text('{"name": "anne", "audience": "members", "hash": ""}\n')
    reading, writing = os.pipe()
    os.close(reading)  # as `| head` does
    listed = subprocess.run(
        [sys.executable, "-m", "bot", "user", "list", "--users", str(users)],
        env=environment,
        check=False,
        cwd=ROOT,
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
    )
    os.close(writing)
    assert (listed.returncode, listed.stderr) == (0, b"")


def test_real_processes_index_a_folder_and_answer_from_it_without_a_network(
    environment: dict[str, str], tmp_path: Path, samples: Path
):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "models").symlink_to(samples / "models")
    (tmp_path / "lettre.txt").write_text(
        "Le 30 mars, nous avons rencontré la rapporteure du budget pour parler du fonds des "
        "startups."
    )
    own = environment | {
        "PLAIDOYER_STORE": str(tmp_path / "store"),
        "PLAIDOYER_CORPUS": str(tmp_path / "corpus"),
    }
    (tmp_path / "corpus").mkdir()
    (tmp_path / "lettre.txt").rename(tmp_path / "corpus" / "2023-lettre.txt")
    indexed = process(["-c", NO_NETWORK, "index", "--json"], own)
    assert (indexed.returncode, json.loads(indexed.stdout)["added"]) == (0, 1), indexed.stderr
    asked = process(
        [
            "-c",
            NO_NETWORK,
            "bot",
            "ask",
            "--json",
            "Quand avons-nous rencontré la rapporteure du budget ?",
        ],
        own,
    )
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["citations"][0]["quote"].startswith("Le 30 mars")


NO_NETWORK = """
import runpy, socket, sys
def refuse(*_, **__): raise SystemExit("a process of ours asked for the network")
socket.getaddrinfo = refuse
socket.socket.connect = refuse
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def test_an_unchanged_index_run_imports_neither_torch_nor_chroma(federation: Federation):
    federation.write("2023-a.txt", "Un fonds.")
    federation.index()
    code = (
        "import sys; from index.build import build; from pathlib import Path; "
        f"build(Path({str(federation.corpus)!r}), Path({str(federation.store)!r}), 'words', None); "
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'chromadb', 'gradio'}"
        " & set(sys.modules)))"
    )
    done = process(["-c", code], {"PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_the_app_says_when_its_port_is_taken_or_there_is_no_index(
    samples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
):
    monkeypatch.setenv("PLAIDOYER_STORE", str(samples))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PLAIDOYER_PORT", str(port))
        assert app_main() == 2
    assert f"PortInUse: 127.0.0.1:{port} cannot be served on" in capsys.readouterr().err
    monkeypatch.setenv("PLAIDOYER_STORE", str(tmp_path))
    assert app_main() == 2
    there_is_none = f"StoreMissing: There is no index in {tmp_path} yet. Run: python -m index\n"
    assert capsys.readouterr().err == there_is_none
    monkeypatch.setenv("PLAIDOYER_PORT", "http")
    assert app_main() == 2
    assert "PLAIDOYER_PORT is 'http'" in capsys.readouterr().err
