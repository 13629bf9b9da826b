"""Any document -> passages that are its text: nothing lost, doubled, empty or across sections."""

from hypothesis import given, settings
from hypothesis import strategies as st

from index.passage import Document, Passage, Section
from index.readers.sections import text_sections
from index.split import split

WORDS = st.lists(
    st.sampled_from(
        [
            "fonds",
            "M.",
            "art. 5",
            "été !",
            "« oui »",
            "1,5",
            "- un",
            "2. agir",
            "Cela",
            "Titre",
            "\u00a0:",
            "…",
            "x" * 1500,
            "😀",
            "\n",
            "\n\n",
        ]
    ),
    max_size=400,
).map(" ".join)
TEXTS = st.one_of(st.text(), WORDS, st.text(alphabet="ab .\n\t-", max_size=3000))
SECTIONS = st.lists(
    st.builds(
        Section,
        st.lists(TEXTS.map(lambda text: text[:40]), max_size=3).map(tuple),
        TEXTS.filter(bool),
        st.integers(0, 9),
    ),
    max_size=5,
)


def checked(sections: list[Section]) -> list[Passage]:
    """The passages of these sections, after the promises that hold for any."""
    document = Document(path="a.txt", title="A", sections=tuple(sections))
    passages = split(document)
    assert "".join(passage.text for passage in passages) == document.text
    assert all(
        passage.text and document.text[passage.start : passage.end] == passage.text
        for passage in passages
    )
    assert len({passage.id for passage in passages}) == len(passages)
    begins = 0
    for section in sections:
        ends = begins + len(section.text)
        inside = [passage for passage in passages if begins <= passage.start < ends]
        assert all(
            passage.end <= ends
            and (passage.headings, passage.page) == (section.headings, section.page)
            for passage in inside
        )
        assert "".join(passage.text for passage in inside) == section.text
        begins = ends
    return passages


@settings(deadline=None)
@given(SECTIONS)
def test_passages_are_the_document_and_cross_no_section(sections: list[Section]):
    checked(sections)


@settings(deadline=None)
@given(TEXTS)
def test_passages_of_any_plain_text_hold_words(text: str):
    for passage in checked(text_sections(text)):
        assert passage.text.strip()
        assert all(start < end <= len(passage.text) for start, end in passage.sentences())
