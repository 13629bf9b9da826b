"""Makes the one passage of a document, for tests that need no index."""

from index.passage import Passage


def one_passage(path: str, title: str, text: str, **fields: str) -> Passage:
    """A document's only passage, under its title; `fields`: of `Passage`."""
    return Passage(
        path=path,
        title=title,
        id=path + text,
        headings=(title,),
        page=0,
        start=0,
        end=len(text),
        text=text,
        **fields,
    )
