"""`python -m index doctor`: what on this machine would keep the index from working, and the remedy.

Promise: a line for each thing that an index run or the page needs; nothing is written, and nothing
is asked of the network.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from index.bundled import is_made
from index.corpus import catalogue_of, files_of
from index.embed import recorded_name
from index.errors import PlaidoyerError, StoreDamaged
from index.options import add_folders, add_language
from index.readers.ocr import LANGUAGES
from index.settings import BUNDLED, IndexSettings
from index.shelf import store as generations
from index.shelf.generation import Generation, folder_of

OLDEST = (3, 11)  # pyproject.toml's requires-python
GB = 1_000_000_000
ROOM = GB // 2  # for an index of a few hundred documents
MODEL = GB  # the converted model, and as much while it is being made
# 1.2 GB were resident while the sample corpus was encoded; its parsers came and went beside.
MEMORY = 2 * GB
WORDS = {
    "en": {"ok": "ok", "wrong": "WRONG", "colon": ":"},
    "fr": {"ok": "bon", "wrong": "À CORRIGER", "colon": " :"},
}
LABELS = {
    "en": WORDS["en"]
    | {
        "disk": "disk",
        "memory": "memory",
        "ocr": "text recognition",
        "model": "embedding model",
        "corpus": "documents",
        "store": "index",
        "version": "{found}",
        "old": "{found}, older than {oldest}. Install a newer one: PYTHON=python3.12 make run",
        "free": "{free:.1f} GB free for {store}, {needed:.1f} GB needed",
        "full": "{free:.1f} GB free for {store}, {needed:.1f} GB needed. Make room, or set "
        "PLAIDOYER_STORE to another disk",
        "may_not": "{store} may not be written. Give the right to: chown or chmod",
        "has": "{found:.1f} GB available",
        "small": "{found:.1f} GB available, {needed:.1f} GB needed. Stop other programs, or give "
        "this machine more",
        "unknown": "unknown on this system",
        "off": "off (PLAIDOYER_OCR=tesseract turns it on)",
        "on": "tesseract with {languages}",
        "no_program": "tesseract is not installed. Debian: apt-get install tesseract-ocr "
        "tesseract-ocr-fra; and pip install -e '.[ocr]'",
        "no_language": "tesseract lacks {languages}. Debian: apt-get install tesseract-ocr-fra",
        "whole": "bundled, every byte checked",
        "unmade": "bundled, made at first use (15 s)",
        "folder": "the folder {name}",
        "hub": "{name}, which the hub provides at first use",
        "found": "{number} files in {corpus}",
        "none": "no document in {corpus}. Put some there, or set PLAIDOYER_CORPUS",
        "serves": "{name}, {documents} documents, every byte checked",
        "no_index": "there is none in {store} yet. Run: python -m index",
        "other": "it was made with {made_by}, not with {embedder}. Run: python -m index",
        "lost": "the kept bytes of {number} documents are missing or were altered; they cannot be "
        "opened. Run: python -m index",
    },
    "fr": WORDS["fr"]
    | {
        "disk": "disque",
        "memory": "mémoire",
        "ocr": "reconnaissance de texte",
        "model": "modèle de vecteurs",
        "corpus": "documents",
        "store": "index",
        "version": "{found}",
        "old": "{found}, plus ancien que {oldest}. En installer un plus récent, puis : "
        "PYTHON=python3.12 make run",
        "free": "{free:.1f} Go libres pour {store}, {needed:.1f} Go nécessaires",
        "full": "{free:.1f} Go libres pour {store}, {needed:.1f} Go nécessaires. Faire de la "
        "place, ou donner un autre disque avec PLAIDOYER_STORE",
        "may_not": "pas le droit d'écrire dans {store}. Le donner : chown ou chmod",
        "has": "{found:.1f} Go disponibles",
        "small": "{found:.1f} Go disponibles, {needed:.1f} Go nécessaires. Arrêter d'autres "
        "programmes, ou en donner plus à cette machine",
        "unknown": "inconnue sur ce système",
        "off": "éteinte (PLAIDOYER_OCR=tesseract l'allume)",
        "on": "tesseract avec {languages}",
        "no_program": "tesseract n'est pas installé. Debian : apt-get install tesseract-ocr "
        "tesseract-ocr-fra ; et pip install -e '.[ocr]'",
        "no_language": "il manque {languages} à tesseract. Debian : apt-get install "
        "tesseract-ocr-fra",
        "whole": "fourni, chaque octet vérifié",
        "unmade": "fourni, préparé à la première utilisation (15 s)",
        "folder": "le dossier {name}",
        "hub": "{name}, que le hub fournit à la première utilisation",
        "found": "{number} fichiers dans {corpus}",
        "none": "aucun document dans {corpus}. En mettre, ou changer PLAIDOYER_CORPUS",
        "serves": "{name}, {documents} documents, chaque octet vérifié",
        "no_index": "il n'y en a pas encore dans {store}. Lancer : python -m index",
        "other": "il vient de {made_by}, pas de {embedder}. Lancer : python -m index",
        "lost": "les octets gardés de {number} documents manquent ou ont changé ; ils ne peuvent "
        "être ouverts. Lancer : python -m index",
    },
}


@dataclass(frozen=True)
class Finding:
    """What was found of a subject: a key of the labels with its values, or an error's own words."""

    subject: str
    is_wrong: bool
    said: str
    values: dict

    def line(self, language: str, labelled: Mapping[str, Mapping[str, str]] = LABELS) -> str:
        """The finding, as a line for people. `labelled`: the labels of each language."""
        labels = labelled[language]
        state = labels["wrong" if self.is_wrong else "ok"]
        subject = labels.get(self.subject, self.subject)
        said = labels[self.said].format(**self.values) if self.said in labels else self.said
        return f"{state}{labels['colon']} {subject}{labels['colon']} {said}"


def run(settings: IndexSettings, given: Sequence[str]) -> int:
    """Print a line for each finding. Returns 0, or 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m index doctor", description="Say what is wrong here, and the remedy."
    )
    add_folders(parser, settings, "--corpus", "--store")
    add_language(parser)
    options = parser.parse_args(given)
    chosen = settings.model_copy(update={"corpus": options.corpus, "store": options.store})
    wrong = False
    for finding in findings(chosen):
        print(finding.line(options.language), flush=True)
        wrong = wrong or finding.is_wrong
    return 1 if wrong else 0


def findings(settings: IndexSettings) -> Iterator[Finding]:
    """One finding for each subject, in order; a failure that is explained is one too."""
    subjects = {
        "Python": lambda: of_python(sys.version_info[:3]),
        "disk": lambda: of_disk(settings.store, shutil.disk_usage(_nearest(settings.store)).free),
        "memory": lambda: of_memory(available_memory()),
        "ocr": lambda: of_ocr(settings.ocr, tesseract_languages()),
        "model": lambda: _of_model(settings),
        "corpus": lambda: _of_corpus(settings.corpus),
        "store": lambda: _of_store(settings),
    }
    for subject, find in subjects.items():
        try:
            yield find()
        except PlaidoyerError as error:
            yield Finding(subject, True, str(error), {})


def of_python(version: tuple[int, ...]) -> Finding:
    """Is it new enough?"""
    oldest = ".".join(map(str, OLDEST))
    found = ".".join(map(str, version))
    old = version < OLDEST
    return Finding("Python", old, "old" if old else "version", {"found": found, "oldest": oldest})


def of_disk(store: Path, free: int) -> Finding:
    """Is there room for a generation beside the one that serves, and the right to write it?"""
    sizes: dict[str, int] = {}
    with suppress(StoreDamaged):  # which the index's own line tells
        sizes = generations.manifest_of(store, generations.serving(store) or "").get("sizes", {})
    needed = ROOM + 2 * sum(sizes.values()) + (0 if (store / "models").exists() else MODEL)
    values = {"free": free / GB, "needed": needed / GB, "store": store}
    if not os.access(_nearest(store), os.W_OK):
        return Finding("disk", True, "may_not", values)
    return Finding("disk", free < needed, "full" if free < needed else "free", values)


def of_memory(found: int | None) -> Finding:
    """Is there enough for the model and the parsers?"""
    if found is None:
        return Finding("memory", False, "unknown", {})
    values = {"found": found / GB, "needed": MEMORY / GB}
    return Finding("memory", found < MEMORY, "small" if found < MEMORY else "has", values)


def of_ocr(ocr: str, languages: set[str] | None) -> Finding:
    """Is the program there that the settings name, with the languages? None: it is not."""
    if not ocr:
        return Finding("ocr", False, "off", {})
    if languages is None:
        return Finding("ocr", True, "no_program", {})
    wanted = LANGUAGES.split("+")
    lacking = [language for language in wanted if language not in languages]
    said = {"languages": ", ".join(lacking or wanted)}
    return Finding("ocr", bool(lacking), "no_language" if lacking else "on", said)


def available_memory() -> int | None:
    """Bytes that a program can still take here: the machine's or its container's; None: unknown."""
    found = []
    with suppress(OSError, ValueError, IndexError):  # no Linux
        lines = Path("/proc/meminfo").read_text().splitlines()
        available = next(line for line in lines if line.startswith("MemAvailable:"))
        found.append(int(available.split()[1]) * 1024)
    with suppress(OSError, ValueError):  # no container with a limit ("max")
        group = Path("/sys/fs/cgroup")
        most, used = (int((group / f"memory.{one}").read_text()) for one in ("max", "current"))
        found.append(most - used)
    return min(found, default=None)


def tesseract_languages() -> set[str] | None:
    """What tesseract can recognise here; None without it."""
    program = shutil.which("tesseract")
    if program is None or find_spec("pytesseract") is None:
        return None
    listed = subprocess.run(
        [program, "--list-langs"], capture_output=True, text=True, check=False, timeout=60
    )
    return set(listed.stdout.split())


def _of_model(settings: IndexSettings) -> Finding:
    name = settings.embedder
    if name != BUNDLED:
        return Finding("model", False, "folder" if Path(name).is_dir() else "hub", {"name": name})
    return Finding("model", False, "whole" if is_made(settings.store / "models") else "unmade", {})


def _of_corpus(corpus: Path) -> Finding:
    catalogue_of(corpus)
    number = sum(bool(digest) for _, digest, _ in files_of(corpus, ())) if corpus.is_dir() else 0
    said = "found" if number else "none"
    return Finding("corpus", not number, said, {"number": number, "corpus": corpus})


def _of_store(settings: IndexSettings) -> Finding:
    store = settings.store
    generations.tags(store)
    name = generations.serving(store)
    if name is None:
        return Finding("store", True, "no_index", {"store": store})
    serving = Generation(folder_of(store, name))
    serving.check()
    serving.reach()
    records, made_by = serving.manifest["documents"], serving.manifest["embedder"]
    embedder = recorded_name(settings.embedder)
    if made_by != embedder:
        return Finding("store", True, "other", {"made_by": made_by, "embedder": embedder})
    lost = sum(not generations.is_kept(store, record["sha256"]) for record in records.values())
    if lost:
        return Finding("store", True, "lost", {"number": lost})
    return Finding("store", False, "serves", {"name": name, "documents": len(records)})


def _nearest(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    return next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
