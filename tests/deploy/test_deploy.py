"""The files of deploy/: linted, and the commands in them run as processes."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml
from conftest import ROOT, Federation
from dockerfile_parse import DockerfileParser
from members import FAST, PASSWORD
from waiting import responds, until

from bot.users import Users
from index.build import build
from index.embed import SentenceEmbedder

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.*"))


@pytest.fixture(scope="module")
def image() -> DockerfileParser:
    return DockerfileParser(fileobj=(DEPLOY / "Dockerfile").open("rb"))


@pytest.fixture(scope="module")
def stages(image: DockerfileParser) -> list[list[dict]]:
    """The instructions of each stage."""
    found: list[list[dict]] = []
    for one in image.structure:
        if one["instruction"] == "FROM":
            found.append([])
        if found:
            found[-1].append(one)
    return found


@pytest.fixture(scope="module")
def services() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]


def values(stage: list[dict], instruction: str) -> list[str]:
    return [one["value"] for one in stage if one["instruction"] == instruction]


def test_the_image_ends_as_a_user_without_rights_and_asks_for_its_health(stages: list[list[dict]]):
    last = stages[-1]
    assert values(last, "USER") == ["plaidoyer"]
    assert any("useradd --uid 10001" in one for one in values(last, "RUN"))
    (health,) = values(last, "HEALTHCHECK")
    assert "http://127.0.0.1:7860/health" in health
    assert [one["instruction"] for one in last][-1] == "CMD"
    assert all(
        re.fullmatch(r"python:3\.\d+-slim-\w+( AS \w+)?", one)
        for stage in stages
        for one in values(stage, "FROM")
    )


def test_the_image_copies_only_what_is_there_and_nothing_of_the_corpus(stages: list[list[dict]]):
    copied = [
        source
        for stage in stages
        for one in values(stage, "COPY")
        if not one.startswith("--from")
        for source in one.split()[:-1]
    ]
    assert all((ROOT / source).exists() for source in copied)
    assert not {"corpus", "index/store", "tests", "."} & set(copied)
    kept = [line for line in (ROOT / ".dockerignore").read_text().split("\n") if line[:1] == "!"]
    assert {line[1:] for line in kept} == {source.rstrip("/") for source in copied}


def test_the_image_installs_from_the_pins(stages: list[list[dict]]):
    (install,) = (one for one in values(stages[0], "RUN") if "pip install" in one)
    assert "--constraint constraints.txt" in install


def test_every_container_of_ours_is_read_only_and_may_do_nothing_else(services: dict):
    for name in ("app", "index"):
        service = services[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
    of_ours = {name: services[name]["volumes"] for name in ("app", "index")}
    assert "../corpus:/corpus:ro" in of_ours["index"]
    assert [one for one in of_ours["app"] if one.startswith("..")] == ["../corpus:/corpus"]
    assert all(":" in service["image"] for service in services.values())
    assert "latest" not in (DEPLOY / "compose.yaml").read_text()
    assert "ports" not in services["app"]  # reached through the proxy alone


def test_the_proxy_has_the_address_that_the_app_trusts(services: dict):
    address = services["proxy"]["networks"]["front"]["ipv4_address"]
    assert f"PLAIDOYER_TRUSTED_PROXY={address}\n" in (DEPLOY / "example.env").read_text()


def test_the_proxy_holds_what_is_asked_while_the_app_starts_anew():
    text = (DEPLOY / "Caddyfile").read_text()
    assert re.search(r"reverse_proxy app:7860 \{[^}]*\blb_try_duration 60s\n", text)


def test_the_upgrade_stops_the_indexing_first_and_starts_it_last(services: dict):
    text = (DEPLOY / "UPGRADE.md").read_text()
    for block, indexing, page in (
        ("Containers", "stop index", "--no-deps app"),
        ("systemd", "stop plaidoyer-index", "restart plaidoyer "),
    ):
        steps = text.split(f"\n## {block}\n")[1].split("\n## ")[0]
        last = "up --detach " if block == "Containers" else "start plaidoyer-index.timer"
        places = [steps.index(step) for step in ("tag before-upgrade", indexing, page)]
        assert places == sorted(places) and steps.rindex(last) > places[-1]
    named = set(re.findall(r"docker compose .*(?:exec|stop|run --rm|--no-deps) ([a-z]+)", text))
    assert named <= set(services)


@pytest.fixture(scope="module")
def scaled() -> dict:
    return yaml.safe_load((DEPLOY / "compose.scale.yaml").read_text())


def test_two_replicas_share_what_they_must_and_nothing_else_reaches_their_servers(
    scaled: dict, services: dict
):
    added = scaled["services"]
    for name in ("app", "app-2"):
        assert set(services["app"]["volumes"]) == set(added[name]["volumes"])
        assert added[name]["networks"] == ["front", "back"]
    for name in ("chroma", "redis"):
        assert added[name]["networks"] == ["back"] and "ports" not in added[name]
    assert scaled["networks"]["back"] == {"internal": True}
    for name in ("app", "app-2", "chroma", "redis"):
        one = added[name]
        assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])
        assert one["security_opt"] == ["no-new-privileges:true"]
    address = added["index"]["environment"]["PLAIDOYER_CHROMA_URL"]
    assert address == f"http://chroma:{added['chroma']['command'][5]}"
    assert not set(scaled["volumes"]) & {"store", "users"}  # which compose.yaml has


def test_the_proxy_keeps_a_browser_at_its_replica(scaled: dict):
    (mounted,) = scaled["services"]["proxy"]["volumes"]
    caddyfile = (DEPLOY / mounted.split(":")[0]).read_text()
    assert "reverse_proxy app:7860 app-2:7860 {" in caddyfile
    assert "lb_policy cookie plaidoyer-replica" in caddyfile
    assert "hash $remote_addr consistent;" in (DEPLOY / "nginx.conf").read_text()


@pytest.mark.skipif(shutil.which("caddy") is None, reason="there is no Caddy here")
@pytest.mark.parametrize("file", ["Caddyfile", "Caddyfile.scale"])
def test_caddy_accepts_its_configuration(file: str):
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / file)]
    subprocess.run(
        command, env=os.environ | {"SITE": ":7999"}, check=True, capture_output=True, timeout=60
    )


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_accepts_the_units(tmp_path: Path):
    for unit in UNITS:
        text = unit.read_text().replace("/opt/plaidoyer/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text)
    said = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    ours = [line for line in said.stderr.split("\n") if "plaidoyer" in line]
    assert (said.returncode, ours) == (0, [])


def test_the_units_are_closed_to_the_rest_of_the_machine():
    for unit in (one for one in UNITS if one.suffix == ".service"):
        text = unit.read_text()
        for line in ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes"):
            assert f"\n{line}\n" in text
        assert re.search(r"^MemoryMax=\d+G$", text, re.M)


def command_of(stages: list[list[dict]]) -> list[str]:
    """The image's start command, with this interpreter."""
    (command,) = values(stages[-1], "CMD")
    python, *rest = json.loads(command)
    assert python == "python"
    return [sys.executable, *rest]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@contextmanager
def started(command: list[str], **environment: str) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def health(port: int, wanted: int, process: subprocess.Popen) -> dict:
    """What /health says once its status is the wanted one."""
    address = f"http://127.0.0.1:{port}/health"
    until(lambda: responds(address, wanted), process)
    return httpx.get(address, trust_env=False).json()


def test_the_images_command_answers_that_it_is_well_and_counts_what_is_asked(
    tmp_path: Path, stages: list[list[dict]], e5: SentenceEmbedder, models: Path
):
    federation = Federation(tmp_path)
    federation.write("positions/2024-fonds.md", "# Fonds\n\nNous demandons un fonds de 500 M€.")
    federation.store.mkdir()
    (federation.store / "models").symlink_to(models)
    build(federation.corpus, federation.store, e5.name, lambda: e5)
    environment = {
        "PLAIDOYER_CORPUS": str(federation.corpus),
        "PLAIDOYER_STORE": str(federation.store),
    }
    Users(tmp_path / "users.jsonl", FAST).add("anne", "members", PASSWORD)
    port, metrics = free_port(), free_port()
    environment |= {
        "PLAIDOYER_USERS": str(tmp_path / "users.jsonl"),
        "PLAIDOYER_PORT": str(port),
        "PLAIDOYER_METRICS_PORT": str(metrics),
    }
    with started(command_of(stages), **environment) as process:
        said = health(port, 200, process)
        assert (said["alive"], said["index"]) == (True, True)
        assert 0 <= said["index_age_hours"] < 1
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            trust_env=False,
            timeout=60,
            auth=("anne", PASSWORD),
        ) as member:
            question = {"question": "Quel fonds demandons-nous ?"}
            assert member.post("/api/ask", json=question).json()["reply"] == "answer"
            assert member.get("/metrics").status_code == 404
        told = httpx.get(f"http://127.0.0.1:{metrics}/metrics", trust_env=False).text
    assert 'plaidoyer_answers_total{language="fr",reply="answer"} 1.0' in told
    assert "plaidoyer_index_documents 1.0" in told
    assert "plaidoyer_queue_length 0.0" in told
    assert 'plaidoyer_step_seconds_count{step="searching"} 1.0' in told
    assert "process_resident_memory_bytes" in told
    assert "fonds" not in told


def test_without_an_index_the_images_command_ends_with_the_remedy_as_a_line_of_json(
    tmp_path: Path, stages: list[list[dict]]
):
    ended = subprocess.run(
        command_of(stages),
        check=False,
        cwd=ROOT,
        env=os.environ | {"PLAIDOYER_STORE": str(tmp_path), "PLAIDOYER_LOG": "json"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 2
    line = json.loads(ended.stderr)
    assert (line["level"], line["error"]) == ("error", "StoreMissing")
    assert line["message"].endswith("Run: python -m index")
