"""What the benchmark compares: this pipeline, the tutorial's, and BM25 alone.

Each is opened on the same documents with the same model. The tutorial's is the one of most
introductions to retrieval: pieces of 1,000 characters with 200 of overlap, a vector each, in Chroma
through LangChain.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bot.answer import READERS, Bot
from bot.reader.model import reader_for
from index.embed import Embedder
from index.passage import Passage
from index.shelf.generation import Generation, Shelf, best

PIECE, OVERLAP = 1_000, 200  # characters
BATCH = 5_000  # pieces added at once; Chroma takes 5,461 at most
# A question, the questions before it, how many -> passages, best first.
Search = Callable[[str, Sequence[str], int], list[Passage]]


def documents(generation: Generation) -> dict[str, list[Passage]]:
    """The passages of each document that a member may see, by path."""
    found: dict[str, list[Passage]] = {}
    for passage in generation.passages:
        if passage.audience in READERS:
            found.setdefault(passage.path, []).append(passage)
    return found


def open_pipeline(store: Path, embedder: Embedder) -> Search:
    """This project's search on a store."""
    bot = Bot(Shelf(store), embedder, reader=reader_for(embedder.name))
    return lambda question, history, k: [
        hit.passage for hit in bot.search(question, k, history=history)
    ]


def open_answers(store: Path, embedder: Embedder) -> Search:
    """This project's whole answer, without a chat model: the passages that it cites."""
    bot = Bot(Shelf(store), embedder, reader=reader_for(embedder.name))
    return lambda question, history, k: [
        citation.passage
        for claim in bot.ask(question, history).claims
        for citation in claim.citations
    ]


def open_bm25(store: Path, embedder: Embedder) -> Search:
    """BM25 alone, on this project's terms. The embedder is not used."""
    generation = Shelf(store).current()
    lexical, visible = generation.lexical_for(READERS), generation.visible(READERS)
    return lambda question, history, k: [
        generation.passages[row]
        for row in best(lexical.scores(" ".join((*history, question))), k, visible)
    ]


def open_tutorial(store: Path, embedder: Embedder) -> Search:
    """The tutorial pipeline on the index that `write_tutorial` put beside a store."""
    vectors = _vectors(store, embedder)
    return lambda question, history, k: [
        _passage(piece.page_content, piece.metadata)
        for piece in vectors.similarity_search(" ".join((*history, question)), k)
    ]


OPEN: dict[str, Callable[[Path, Embedder], Search]] = {
    "this pipeline": open_pipeline,
    "tutorial pipeline": open_tutorial,
    "BM25 alone": open_bm25,
}
TIMED = OPEN | {"this pipeline, whole answer": open_answers}


def write_tutorial(store: Path, found: dict[str, list[Passage]], embedder: Embedder) -> int:
    """Index documents as the tutorial does. Returns how many pieces they make."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=PIECE, chunk_overlap=OVERLAP)
    pieces = splitter.create_documents(
        ["".join(passage.text for passage in passages) for passages in found.values()],
        [{"path": path, "title": passages[0].title} for path, passages in found.items()],
    )
    vectors = _vectors(store, embedder)
    for first in range(0, len(pieces), BATCH):
        vectors.add_documents(pieces[first : first + BATCH])
    return len(pieces)


def copy_tutorial(
    source: Path,
    target: Path,
    count: int,
    embedder: Embedder,
    noise: Callable[[np.ndarray], np.ndarray],
) -> None:
    """Fill a tutorial index with `count` copies of another's pieces, moved by `noise`.

    `noise` takes and gives unit vectors [n, d].
    """
    held = _vectors(source, embedder).get(include=["embeddings", "documents", "metadatas"])
    # LangChain's own way would encode the copies again.
    chroma = _vectors(target, embedder)._collection
    for first in range(0, count, BATCH):
        some = [place % len(held["ids"]) for place in range(first, min(first + BATCH, count))]
        chroma.add(
            ids=[str(first + place) for place in range(len(some))],
            embeddings=noise(np.asarray(held["embeddings"])[some]),
            documents=[held["documents"][place] for place in some],
            metadatas=[held["metadatas"][place] for place in some],
        )


def _vectors(store: Path, embedder: Embedder):
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

    class SameModel(Embeddings):
        """The project's embedder, prompts included, as LangChain asks for it."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [
                encoded.pooled.tolist()
                for encoded in embedder.encode_passages([("", text) for text in texts])
            ]

        def embed_query(self, text: str) -> list[float]:
            return embedder.encode_question(text).pooled.tolist()

    return Chroma("tutorial", SameModel(), persist_directory=str(store / "tutorial"))


def _passage(text: str, metadata: dict) -> Passage:
    return Passage(
        path=metadata["path"],
        title=metadata["title"],
        id=json.dumps([metadata["path"], text]),
        headings=(),
        page=0,
        start=0,
        end=len(text),
        text=text,
    )
