"""The rooms: imports run one way, app -> bot -> index, and each library stays in the rooms that own it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    ROOT / "app.py",
    *sorted((ROOT / "bot").rglob("*.py")),
    *sorted((ROOT / "index").rglob("*.py")),
]
OWNERS = {
    "chromadb": {"index.shelf.vectors"},
    "sentence_transformers": {"index.embed", "index.bundled", "bot.find.crossencoder"},
    "transformers": {"index.bundled"},
    "torch": {"index.bundled"},
    "langchain_text_splitters": {"index.split", "bot.measure.baselines"},
    "langchain_chroma": {"bot.measure.baselines"},
    "langchain_core": {"bot.measure.baselines", "bot.chat.model"},
    "rapidfuzz": {"index.shelf.lexical"},
    "langchain": {"bot.chat.model"},
    "gradio": {"app", "bot.web.page", "bot.web.chat", "bot.web.host", "bot.web.api"},
    "docx": {"bot.web.export"},
    "bm25s": {"index.shelf.lexical", "index.language.words"},
    "bs4": {"index.readers.read", "index.readers.sections"},
    "lxml": {"index.readers.office", "index.readers.odt", "index.readers.word"},
    "mammoth": {"index.readers.word"},
    "oxmsg": {"index.readers.mail"},
    "pptx": {"index.readers.slides"},
    "pypdfium2": {"index.readers.pdf"},
    "text_to_num": {"index.language.numbers"},
    "tqdm": {"index.progress"},
    "filelock": {"index.build", "bot.users", "bot.web.feedback"},
    "fastapi": {"app", "bot.web.documents", "bot.web.api", "bot.web.gate.login"},
    "argon2": {"bot.users"},
    "limits": {"bot.web.gate.limits"},
    "httpx": {"bot.measure.load"},
}
SIBLINGS = {
    "bot.question.understand",
    "bot.find.retrieve",
    "bot.find.rerank",
    "bot.quote.compose",
    "bot.guard.check",
    "bot.find.abstain",
    "bot.find.prefer",
    "bot.find.crossencoder",
}
# the guard's own rooms
GUARDS = {
    f"bot.guard.{room}"
    for room in "arithmetic concern contrast figures names numerals negation overreach polarity agreement shortened support turned".split()
}


def room(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def imports(file: Path) -> set[str]:
    """Modules that a file imports anywhere, inside functions too; `from a import b` counts as a and a.b."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("file", FILES, ids=room)
def test_imports_run_from_app_to_bot_to_index_and_never_back(file: Path):
    forbidden = {"index": ("bot", "app"), "bot": ("app",), "app": ()}[room(file).split(".")[0]]
    assert not {name for name in imports(file) if name.split(".")[0] in forbidden}
    if room(file).startswith("bot.") and not room(file).startswith("bot.web"):
        assert not {name for name in imports(file) if name.startswith("bot.web")}


@pytest.mark.parametrize("file", FILES, ids=room)
def test_each_library_stays_in_the_room_that_owns_it(file: Path):
    strangers = {name.split(".")[0] for name in imports(file)} & set(OWNERS)
    assert not {library for library in strangers if room(file) not in OWNERS[library]}


@pytest.mark.parametrize("name", sorted(SIBLINGS))
def test_the_bots_rooms_do_not_import_each_other(name: str):
    assert not imports(ROOT / (name.replace(".", "/") + ".py")) & (SIBLINGS - {name})


@pytest.mark.parametrize("file", FILES, ids=room)
def test_the_guards_rooms_serve_the_guard_alone(file: Path):
    assert room(file) in GUARDS | {"bot.guard.check"} or not imports(file) & GUARDS
