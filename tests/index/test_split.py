"""Documents -> passages: verbatim, whole, on the document's own structure."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.passage import Document, Section
from index.split import MOST, split


def document(*sections: Section) -> Document:
    return Document(path="a.txt", title="A", sections=sections)


def sentences(text: str) -> list[str]:
    (passage,) = split(document(Section((), text)))
    return [text[start:end] for start, end in passage.sentences()]


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_passages_put_together_are_the_document(texts: list[str]):
    whole = document(*(Section((f"h{number}",), text) for number, text in enumerate(texts)))
    passages = split(whole)
    assert "".join(passage.text for passage in passages) == whole.text
    assert all(passage.text == whole.text[passage.start : passage.end] for passage in passages)
    assert len({passage.id for passage in passages}) == len(passages)


@given(st.text(alphabet=st.sampled_from("abé .!?…«»’'\n-1M\u00a0,;:()"), max_size=400))
def test_sentences_lie_in_order_within_the_passage(text: str):
    for passage in split(document(Section((), text))):
        spans = passage.sentences()
        assert all(start < end for start, end in spans)
        assert all(end <= after for (_, end), (after, _) in pairwise(spans))
        assert all(
            passage.text[start:end].strip() == passage.text[start:end] for start, end in spans
        )


def test_abbreviations_initials_and_figures_end_no_sentence():
    assert sentences(
        "Le député M. Paul Midy, cf. art. 5, gagne 1,5 million. J. Monnet aussi (loi n° "
        "2016-1691). Fin !"
    ) == [
        "Le député M. Paul Midy, cf. art. 5, gagne 1,5 million.",
        "J. Monnet aussi (loi n° 2016-1691).",
        "Fin !",
    ]


def test_closing_quotation_marks_belong_to_their_sentence():
    assert sentences("« C'est non. » Elle l'a dit. « Et alors ? » demande-t-il.") == [
        "« C'est non. »",
        "Elle l'a dit.",
        "« Et alors ? » demande-t-il.",
    ]


def test_a_list_item_is_a_sentence_without_its_marker():
    assert sentences("Nous demandons :\n- un fonds ;\n- 20 % d'achats.\n1. Payer en 30 jours.") == [
        "Nous demandons :",
        "un fonds ;",
        "20 % d'achats.",
        "Payer en 30 jours.",
    ]


def test_a_heading_is_not_a_sentence():
    (passage,) = split(
        document(Section(("Financement",), "Financement\n\nNous voulons un fonds.\n\n"))
    )
    assert [passage.text[start:end] for start, end in passage.sentences()] == [
        "Nous voulons un fonds."
    ]


def test_a_long_paragraph_is_cut_between_sentences_only():
    sentence = "La fédération demande " + "un effort " * 12 + "clair."
    passages = split(document(Section((), " ".join([sentence] * 12))))
    assert len(passages) > 2
    assert all(
        passage.text.rstrip().endswith("clair.") and len(passage.text.split()) <= MOST
        for passage in passages
    )


def test_a_paragraph_that_refers_back_stays_with_the_one_it_refers_to():
    topic = "Le 24 mars, " + "nous parlons de formation " * 12 + ".\n\n"
    meeting = "Le 30 mars, nous avons rencontré la rapporteure " + "au ministère " * 20 + ".\n\n"
    reply = "Nous lui avons demandé un fonds " + "pour les startups " * 10 + "."
    passages = split(document(Section((), topic + meeting + reply)))
    assert [passage.text for passage in passages] == [topic, meeting + reply]


def test_a_lead_in_stays_with_the_list_it_opens():
    filler = "Mot " * 70 + "fin.\n\n"
    passages = split(
        document(
            Section(
                (),
                filler + "Nous demandons :\n\n- un fonds " + "national " * 20 + ";\n- un guichet.",
            )
        )
    )
    assert passages[-1].text.startswith("Nous demandons :\n\n- un fonds national")
