"""The files of a new generation, taken from the one that serves wherever they are the same.

Owns the layout of a generation, with `generation.py`, which opens it. What is written costs as much
as what changed; what is taken over is not read:

    rows/       a document's token vectors: the same file while none of its passages changes
    chroma/     the same files, or the same database in a server, until so many passages came and
                went that the graph is made anew; until then new passages are compared one by one,
                and removed ones have no place
    the rest    small for each passage, and written anew: passages, pooled vectors, terms

Promise: a file is never written to once its generation was verified; what is shared was verified
with the generation that it is shared with, or is compared again.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from index.embed import Encoded, heading_of
from index.errors import StoreDamaged
from index.passage import AUDIENCES, Passage
from index.progress import bar
from index.shelf import graphs, lexical, rows, vectors
from index.shelf.generation import (
    DIGEST,
    FORMAT,
    ROW_DIGESTS,
    Generation,
    digest_of_row,
)
from index.shelf.graph import FOLDER, PLACES, UNREACHED

TERMS = "bm25"
# The share of passages beside the graph, new or removed, from which it is made anew. 600 of 6,000
# are compared in 0.1 ms at each question; what is made anew every 600 passages takes 6 s.
BESIDE = 0.1


@dataclass(frozen=True)
class Taken:
    """What a new generation takes over from `before`, which was checked.

    `rows` [n]: for each passage the row of `before` that has its vectors; -1 for none.
    """

    before: Generation
    rows: np.ndarray


@dataclass
class _Arrays:
    """What is kept of each row in a generation's own files, in order."""

    pooled: np.ndarray
    lengths: np.ndarray
    digests: np.ndarray
    names: list[str]


def make(  # noqa: PLR0913 (where, what, of which vectors)
    folder: Path,
    passages: Sequence[Passage],
    fresh: Iterator[Encoded],
    dimensions: int,
    taken: Taken | None,
    *,
    chroma: str = "",
) -> dict:
    """Write a generation's files into `folder`, all but its manifest.

    `fresh`: the vectors of the passages that nothing is taken over for, in order; `chroma`: the
    address of the server that gets the pooled vectors, "" for none. Returns what its manifest says
    of its parts. Raises `StoreDamaged` where what is taken over was altered, `OSError`,
    `VectorsUnreachable`.
    """
    arrays, headings = _write_rows(folder, passages, fresh, dimensions, taken)
    np.save(folder / "pooled.npy", arrays.pooled)
    np.save(folder / "bounds.npy", np.cumsum([0, *arrays.lengths]))
    arrays.digests.tofile(folder / ROW_DIGESTS)
    _write_headings(folder, passages, headings, dimensions, taken)
    with (folder / "passages.jsonl").open("w", encoding="utf-8") as stream:
        stream.writelines(
            json.dumps(vars(passage), ensure_ascii=False) + "\n" for passage in passages
        )
    known = lexical.counted(taken.before.folder / TERMS, taken.before.passages) if taken else {}
    lexical.write(folder / TERMS, passages, known)
    times = {name: (folder / rows.FOLDER / name).stat().st_mtime_ns for name in arrays.names}
    return {
        "passages": len(passages),
        "dimensions": dimensions,
        "audiences": _sizes(passages),
        "graph": _write_graph(folder, passages, arrays.pooled, taken, chroma),
        "rows": arrays.names,
        "times": times,
    }


def manifest_for(folder: Path, facts: dict) -> bytes:
    """The manifest of a generation's files as they are now, with `facts`."""
    files = {
        file.relative_to(folder).as_posix(): file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    said = {
        **facts,
        "format": FORMAT,
        "generation": folder.name,
        "sizes": {name: file.stat().st_size for name, file in files.items()},
        "sha256": {
            name: rows.sha256_of(file)
            for name, file in files.items()
            if not name.startswith(f"{rows.FOLDER}/")
        },
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _write_rows(
    folder: Path,
    passages: Sequence[Passage],
    fresh: Iterator[Encoded],
    dimensions: int,
    taken: Taken | None,
) -> tuple[_Arrays, dict[int, np.ndarray]]:
    """Write the vectors, streamed: the tokens of a large corpus do not fit memory.

    Returns what the other files hold of them, and the heading's vector of each row that was read.
    """
    total = len(passages)
    arrays = _Arrays(
        np.zeros((total, dimensions), np.float32),
        np.zeros(total, np.int64),
        np.zeros(total, f"V{DIGEST}"),
        [],
    )
    headings: dict[int, np.ndarray] = {}

    def read(first: int, last: int) -> Iterator[Encoded]:
        for row in range(first, last):
            source = taken.rows[row] if taken else -1
            encoded = taken.before.encoded(source) if taken and source >= 0 else next(fresh)
            arrays.pooled[row], arrays.lengths[row] = encoded.pooled, len(encoded.tokens)
            arrays.digests[row] = np.void(digest_of_row(encoded))
            headings[row] = encoded.heading()
            yield encoded

    for first, last in pairwise([*rows.starts_of(passages), total]):
        here = slice(first, last)
        number = taken.before.rows.whole(taken.rows[here]) if taken else None
        if taken and number is not None:
            before, there = taken.before, taken.rows[here]
            name = before.rows.files[number]
            rows.share(before.folder, folder, f"{rows.FOLDER}/{name}")
            arrays.pooled[here] = before.pooled[there]
            arrays.lengths[here] = np.diff(before.bounds)[there]
            arrays.digests[here] = before.row_digests[there]
        else:
            name = rows.write(folder, read(first, last))
        arrays.names.append(name)
    return arrays, headings


def _write_headings(
    folder: Path,
    passages: Sequence[Passage],
    read: dict[int, np.ndarray],
    dimensions: int,
    taken: Taken | None,
) -> None:
    """Write a unit vector for each different heading, the mean over its passages for one audience.

    headings.npy holds them, headed.npy which of them each passage has. `read`: the heading's vector
    of each row that was read; a heading whose passages are all the same as before has its vector.
    """

    def heading(row: int) -> np.ndarray:
        if taken and row not in read:
            return taken.before.encoded(taken.rows[row]).heading()
        return read[row]

    members: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, passage in enumerate(passages):
        members[passage.audience, heading_of(passage)].append(row)
    means, headed = np.zeros((len(members), dimensions), np.float32), np.zeros(len(passages), int)
    counts = Counter(taken.before.heading_of.tolist()) if taken else Counter()
    for place, here in enumerate(members.values()):
        headed[here] = place
        there = taken.rows[here].tolist() if taken else []
        if taken and min(there) >= 0:
            known = {int(taken.before.heading_of[row]) for row in there}
            if len(known) == 1 and counts[min(known)] == len({*there}) == len(here):
                means[place] = taken.before.headings[min(known)]
                continue
        for row in here:
            means[place] += heading(row)
        means[place] /= np.linalg.norm(means[place]).clip(1e-9)
    np.save(folder / "headings.npy", means)
    np.save(folder / "headed.npy", headed.astype(np.int32))


def _write_graph(
    folder: Path,
    passages: Sequence[Passage],
    pooled: np.ndarray,
    taken: Taken | None,
    chroma: str,
) -> dict[str, int]:
    """Write or take over Chroma's database; returns how many vectors it has for each audience.

    places.npy: which passage each of its vectors is, or -1; unreached.npy: the passages that a
    search in it misses.
    """
    if taken and (places := _places(taken, passages, chroma)) is not None:
        graph = taken.before.graph
        for name in graph.files:
            rows.share(taken.before.folder, folder, name)
        held = np.zeros(len(passages), bool)
        held[places[places >= 0]] = True
        held[np.isin(taken.rows, graph.unreached)] = False
        np.save(folder / PLACES, places)
        np.save(folder / UNREACHED, np.flatnonzero(~held))
        return graph.sizes
    sizes, places = _sizes(passages), np.arange(len(passages), dtype=np.int32)
    audiences = [passage.audience for passage in passages]
    server = graphs.claim(folder.parent.parent, chroma)
    with bar("Writing", "passages", total=2 * len(passages)) as progress:
        vectors.write(folder / FOLDER, audiences, pooled, progress.update, server)
        written = vectors.Vectors(folder / FOLDER, sizes)
        unreached = written.unreached(pooled, places, progress.update)
        written.close()
    np.save(folder / PLACES, places)
    np.save(folder / UNREACHED, np.array(unreached, np.int64))
    return sizes


def _places(taken: Taken, passages: Sequence[Passage], chroma: str) -> np.ndarray | None:
    """What the vectors of the graph before are now, or None where it should be made anew.

    That is so too where it is not in the server `chroma`, or that server has lost it. A passage
    that is for others now has its vector in the wrong collection: it is a new one.
    """
    if taken.before.manifest.get("chroma", "") != chroma:
        return None
    before, graph = taken.before.passages, taken.before.graph
    rows_now = np.full(len(before), -1, np.int32)
    for row, source in enumerate(taken.rows.tolist()):
        if source >= 0 and passages[row].audience == before[source].audience:
            rows_now[source] = row
    places = np.where(graph.places >= 0, rows_now[graph.places], np.int32(-1))
    alive = int((places >= 0).sum())
    beside = len(passages) - alive + len(places) - alive
    if beside > BESIDE * len(passages):
        return None
    try:
        graph.reach()
    except StoreDamaged:
        return None
    return places


def _sizes(passages: Sequence[Passage]) -> dict[str, int]:
    return {
        audience: sum(passage.audience == audience for passage in passages)
        for audience in AUDIENCES
    }
