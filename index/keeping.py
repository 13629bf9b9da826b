"""`python -m index tag|list|rollback|backup|restore|fetch`: generations kept, named, brought back.

Promise: a generation serves again only after every byte of it was verified, by one flip; no
document that the corpus does not hold now, or holds for a narrower audience, answers again unless
--yes says so; what is refused or killed leaves the serving generation as it was.
"""

import argparse
import json
import re
import sys
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.build import exclusive, plan
from index.corpus import shown
from index.embed import recorded_name
from index.errors import (
    CorpusMissing,
    EmbedderMismatch,
    GenerationUnknown,
    StoreDamaged,
    StoreMissing,
)
from index.options import add_folders, add_keep, add_language
from index.passage import AUDIENCES
from index.readers.read import parsers_for
from index.report import Report
from index.settings import IndexSettings, quiet_libraries
from index.shelf import copies, fetching
from index.shelf import store as generations
from index.shelf.generation import Generation, folder_of

# A tag; a generation's name, which begins with its day, is none.
TAG = re.compile(r"\w[\w.-]{0,63}")
NAME_OF_GENERATION = re.compile(r"\d{8}T\d{6}-.*")
EVERY = 2**31  # generations: a sweep then removes only what is half built
LABELS = {
    "en": {
        "tagged": "{name} is now called {tag}.",
        "untagged": "{name} is no longer called {tag}; it stays only as long as --keep keeps it.",
        "line": "{generation}: {documents} documents, {passages} passages{serving}{tags}",
        "serving": ", in service",
        "returns": "answers again: {path} (not in the corpus now)",
        "widens": "answers again for {wider}: {path} (for {narrower} now)",
        "changes": "goes back to its text of then: {path}",
        "leaves": "answers no longer: {path}",
        "no_corpus": "{corpus} holds no documents: all of the generation's count as removed.",
        "refused": "Nothing was changed. Documents that were removed, or are for fewer readers "
        "now, would answer again: add --yes if they shall.",
        "already": "{name} is in service already.",
        "flipped": "{name} is in service ({seconds:.2f} s after it was verified). The next run of "
        "python -m index indexes the corpus as it is then.",
        "backup": "{folder}: {generations} generations, {documents} documents, every byte checked.",
        "left_out": "LEFT OUT, for it is damaged in the store: {path}",
        "left_out_then": "not in this backup: {path}",
        "fetched": "{folder}: {documents} documents, {passages} passages, every byte checked.",
    },
    "fr": {
        "tagged": "{name} s'appelle désormais {tag}.",
        "untagged": "{name} ne s'appelle plus {tag} ; --keep seul dit s'il reste.",
        "line": "{generation} : {documents} documents, {passages} passages{serving}{tags}",
        "serving": ", en service",
        "returns": "répond de nouveau : {path} (n'est plus dans le corpus)",
        "widens": "répond de nouveau pour {wider} : {path} (à présent pour {narrower})",
        "changes": "revient à son texte d'alors : {path}",
        "leaves": "ne répond plus : {path}",
        "no_corpus": "{corpus} ne contient aucun document : tous ceux de la génération comptent "
        "comme retirés.",
        "refused": "Rien n'a été changé. Des documents retirés, ou réservés depuis à moins de "
        "lecteurs, répondraient de nouveau : ajouter --yes si c'est voulu.",
        "already": "{name} est déjà en service.",
        "flipped": "{name} est en service ({seconds:.2f} s après sa vérification). La prochaine "
        "exécution de python -m index indexera le corpus tel qu'il sera.",
        "backup": "{folder} : {generations} générations, {documents} documents, chaque octet "
        "vérifié.",
        "left_out": "LAISSÉ DE CÔTÉ, car endommagé : {path}",
        "left_out_then": "absent de cette sauvegarde : {path}",
        "fetched": "{folder} : {documents} documents, {passages} passages, chaque octet vérifié.",
    },
}


@dataclass
class Return:
    """What members would find otherwise if a generation served instead of the corpus of now.

    `returns`: documents that the corpus does not hold now; `widens`: path, audience then, audience
    now, of those for fewer readers now; `changes`, `leaves`: paths.
    """

    returns: list[str] = field(default_factory=list)
    widens: list[tuple[str, str, str]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)

    @property
    def needs_consent(self) -> bool:
        """Would anything be read again by somebody who may not read it now?"""
        return bool(self.returns or self.widens)

    def lines(self, language: str) -> list[str]:
        """A line for each document."""
        labels = LABELS[language]
        return [
            *(labels["returns"].format(path=shown(path)) for path in self.returns),
            *(
                labels["widens"].format(path=shown(path), wider=then, narrower=now)
                for path, then, now in self.widens
            ),
            *(labels["changes"].format(path=shown(path)) for path in self.changes),
            *(labels["leaves"].format(path=shown(path)) for path in self.leaves),
        ]


def return_to(then: Generation, now: Report) -> Return:
    """What it would mean to serve `then`, by what a run would index `now`."""
    audiences = {passage.path: passage.audience for passage in then.passages}
    found = Return(leaves=sorted(set(now.audiences) - set(audiences)))
    for path, audience in sorted(audiences.items()):
        of_now = now.audiences.get(path)
        if of_now is None:
            found.returns.append(path)
        elif AUDIENCES.index(of_now) > AUDIENCES.index(audience):
            found.widens.append((path, audience, of_now))
        if of_now and now.digests[path] != then.manifest["documents"][path]["sha256"]:
            found.changes.append(path)
    return found


def run(settings: IndexSettings, given: Sequence[str]) -> int:
    """Run the command that `given` begins with.

    Returns 0; 1 where something damaged was left out of a backup; 2 where a return needs --yes.
    Raises what the functions of `copies` do, `IndexBusy`, `GenerationUnknown`, `EmbedderMismatch`.
    """
    options = _parser(settings).parse_args(given)
    quiet_libraries(settings.embedder)
    return COMMANDS[options.command](settings, options)


def _tag(settings: IndexSettings, options: argparse.Namespace) -> int:
    store, tag = options.store, unicodedata.normalize("NFC", options.tag)
    with exclusive(store), generations.writing(store):
        named = generations.tags(store)
        if options.remove:
            if tag not in named:
                raise _unknown(tag)
            _say(options, "untagged", name=named.pop(tag), tag=tag)
            generations.tag_all(store, named)
            return 0
        if not TAG.fullmatch(tag) or NAME_OF_GENERATION.fullmatch(tag):
            raise GenerationUnknown(
                f"{shown(tag)!r} is no tag. Use up to 64 letters, digits, and . _ - between them"
            )
        name = _named(store, options.generation) if options.generation else _serving(store)
        if named.get(tag, name) != name:
            raise GenerationUnknown(
                f"{named[tag]} is called {tag}. Take the name from it first: "
                f"python -m index tag --remove {tag}"
            )
        generations.tag_all(store, named | {tag: name})
    _say(options, "tagged", name=name, tag=tag)
    return 0


def _list(settings: IndexSettings, options: argparse.Namespace) -> int:
    store, labels = options.store, LABELS[options.language]
    serves, named, lines = generations.serving(store), generations.tags(store), []
    for name in generations.whole(store):
        manifest = generations.manifest_of(store, name)
        line = {
            "generation": name,
            "documents": len(manifest.get("documents", ())),
            "passages": manifest.get("passages", 0),
            "serving": name == serves,
            "tags": sorted(tag for tag, one in named.items() if one == name),
        }
        lines.append(line)
    if options.json:
        print(json.dumps(lines, ensure_ascii=False))
        return 0
    for line in lines:
        line["tags"] = f" [{', '.join(line['tags'])}]" if line["tags"] else ""
        line["serving"] = labels["serving"] if line["serving"] else ""
        print(labels["line"].format(**line))
    return 0


def _roll_back(settings: IndexSettings, options: argparse.Namespace) -> int:
    store = options.store
    with exclusive(store), generations.writing(store):
        name = _named(store, options.generation)
        if name == generations.serving(store):
            _say(options, "already", name=name)
            return 0
        then = Generation(folder_of(store, name))
        if not _consented(settings, options, then):
            return 2
        then.verify()
        _flip(options, name)
    return 0


def _back_up(settings: IndexSettings, options: argparse.Namespace) -> int:
    made = copies.back_up(options.store, options.folder, options.keep)
    _say_backup(options, made)
    for path in made.left_out:
        _say(options, "left_out", path=shown(path))
    return 1 if made.left_out else 0


def _restore(settings: IndexSettings, options: argparse.Namespace) -> int:
    store, folder = options.store, options.folder
    backup = copies.opened(folder)
    with exclusive(store), generations.writing(store):
        named = generations.tags(store)
        generations.sweep(store, EVERY)
        then = Generation(folder / "generations" / backup.serving)
        if not _consented(settings, options, then):
            return 2
        del then
        names = copies.bring_back(folder, backup, store)
        brought = {tag: names[name] for tag, name in backup.tags.items()}
        if brought:
            generations.tag_all(store, named | brought)
        _say_backup(options, backup)
        for path in backup.left_out:
            _say(options, "left_out_then", path=shown(path))
        _flip(options, names[backup.serving])
    return 0


def _fetch(settings: IndexSettings, options: argparse.Namespace) -> int:
    store, folder = options.store, options.folder
    with exclusive(store), generations.writing(store):
        generations.sweep(store, EVERY)
        name = fetching.fetch(folder, store)
        manifest = generations.manifest_of(store, name)
        if fetching.is_serving(store, name):
            _say(options, "already", name=name)
            return 0
        documents, passages = len(manifest["documents"]), manifest["passages"]
        _say(options, "fetched", folder=folder, documents=documents, passages=passages)
        _flip(options, name)
        generations.sweep(store, options.keep)
    return 0


def _flip(options: argparse.Namespace, name: str) -> None:
    verified = time.perf_counter()
    generations.flip(options.store, name)
    _say(options, "flipped", name=name, seconds=time.perf_counter() - verified)


def _consented(settings: IndexSettings, options: argparse.Namespace, then: Generation) -> bool:
    """Say what serving `then` would change; may it, by what the corpus holds now, or by --yes?

    Raises `EmbedderMismatch` where the page that serves could not search in it, `CatalogueInvalid`.
    """
    _require_embedder(options.store, then)
    embedder = recorded_name(settings.embedder)
    try:
        now = plan(options.corpus, options.store, embedder, parsers=parsers_for(settings.ocr))
    except CorpusMissing:
        _say(options, "no_corpus", corpus=options.corpus)
        now = Report()
    found = return_to(then, now)
    for line in found.lines(options.language):
        print(line)
    if found.needs_consent and not options.yes:
        print(LABELS[options.language]["refused"], file=sys.stderr)
        return False
    return True


def _require_embedder(store: Path, then: Generation) -> None:
    try:
        serving = generations.serving(store)
    except StoreDamaged:  # nothing answers now
        serving = None
    ours = generations.manifest_of(store, serving).get("embedder") if serving else None
    made_by = then.manifest["embedder"]
    if ours and made_by != ours:
        raise EmbedderMismatch(
            f"{then.name} was made with {made_by}, the index in service with {ours}: the page "
            "could not search in it. Put the documents of then into the corpus, then run: "
            "python -m index"
        )


def _named(store: Path, given: str) -> str:
    """The generation with this tag or name. Raises `GenerationUnknown`, `StoreDamaged`."""
    given = unicodedata.normalize("NFC", given)
    name = generations.tags(store).get(given, given)
    if name not in generations.whole(store):
        raise _unknown(given)
    return name


def _serving(store: Path) -> str:
    name = generations.serving(store)
    if name is None:
        raise StoreMissing(f"There is no index in {store} yet. Run: python -m index")
    return name


def _unknown(given: str) -> GenerationUnknown:
    return GenerationUnknown(
        f"No generation is called {shown(given)}. See which there are: python -m index list"
    )


def _say(options: argparse.Namespace, what: str, **values: object) -> None:
    print(LABELS[options.language][what].format(**values))


def _say_backup(options: argparse.Namespace, backup: copies.Backup) -> None:
    _say(
        options,
        "backup",
        folder=options.folder,
        generations=len(backup.generations),
        documents=len(backup.documents),
    )


def _parser(settings: IndexSettings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index", description="Generations kept, named, and brought back."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    tag = commands.add_parser("tag", help="give a generation a name; it is then kept")
    tag.add_argument("tag", metavar="NAME")
    tag.add_argument("generation", nargs="?", help="which one (default: the one in service)")
    tag.add_argument("--remove", action="store_true", help="take the name away again")
    listed = commands.add_parser("list", help="say which generations there are")
    listed.add_argument("--json", action="store_true", help="print one JSON list")
    back = commands.add_parser("rollback", help="let a kept generation serve again")
    back.add_argument("generation", metavar="TAG|NAME")
    backup = commands.add_parser("backup", help="copy the index to a new folder")
    backup.add_argument("folder", type=Path, metavar="DIR")
    add_keep(backup, settings)
    restore = commands.add_parser("restore", help="bring a backup back into service")
    restore.add_argument("folder", type=Path, metavar="DIR")
    fetch = commands.add_parser("fetch", help="copy another machine's index and let it serve here")
    fetch.add_argument("folder", type=Path, metavar="FROM", help="its store, or a backup of it")
    add_keep(fetch, settings)
    for command in (back, restore):
        command.add_argument(
            "--yes", action="store_true", help="documents removed since may answer again"
        )
        add_folders(command, settings, "--corpus")
    for command in (tag, listed, back, backup, restore, fetch):
        add_folders(command, settings, "--store")
        add_language(command)
    return parser


COMMANDS = {
    "tag": _tag,
    "list": _list,
    "rollback": _roll_back,
    "backup": _back_up,
    "restore": _restore,
    "fetch": _fetch,
}
