"""Answers without a model: the sentences that answer, verbatim, and never an item without what introduces it."""

from dataclasses import replace

from bot.quotes import MOST, compose
from bot.records import Hit, Sentence
from index.passage import Passage


def hit(text: str, scores: dict[str, float], score: float = 0.9, path: str = "a.md") -> Hit:
    """A hit on `text`; a sentence that holds a key of `scores` has its score, any other 0.5."""
    passage = Passage(path=path, title="A", id=path + text, headings=(), page=0, start=0, end=len(text), text=text)
    scored = tuple(Sentence(start, end, next((value for key, value in scores.items() if key in text[start:end]), 0.5))
                   for start, end in passage.sentences())
    return Hit(passage, score, scored)


def quotes(*hits: Hit) -> list[list[str]]:
    claims = compose(hits)
    for claim in claims:
        for citation in claim.citations:
            assert citation.passage.text[citation.start:citation.end] == citation.quote
    assert [citation.number for claim in claims for citation in claim.citations] == list(range(1, 1 + sum(len(claim.citations) for claim in claims)))
    return [[citation.quote for citation in claim.citations] for claim in claims]


def test_the_best_sentence_is_cited_first():
    assert quotes(hit("Le budget reste stable cette année.\n\nNous demandons un fonds national.", {"fonds": 0.9}))[0] == ["Nous demandons un fonds national."]


def test_sentences_that_adjoin_in_a_paragraph_are_one_quote():
    assert quotes(hit("Nous demandons un fonds. Il aurait 200 millions.", {"fonds": 0.9, "Il": 0.88})) == [["Nous demandons un fonds. Il aurait 200 millions."]]


def test_a_question_in_a_document_is_no_answer():
    assert quotes(hit("Faut-il un fonds national ?\n\nNous demandons un guichet unique.", {"Faut-il": 0.95, "guichet": 0.9})) == [["Nous demandons un guichet unique."]]


def test_a_list_item_is_quoted_with_the_lead_in_that_says_what_the_list_is():
    text = "Ces pistes ne nous engagent pas encore :\n\n- réduire l'empreinte de 35 % ;\n- viser 40 % de reconditionné."
    first = quotes(hit(text, {"35 %": 0.95}))
    assert first == [["Ces pistes ne nous engagent pas encore :\n\n- réduire l'empreinte de 35 % ;"]]
    assert quotes(hit(text, {"40 %": 0.95})) == [["Ces pistes ne nous engagent pas encore :", "viser 40 % de reconditionné."]]


def test_a_table_row_is_quoted_with_the_header_that_says_what_its_columns_are():
    text = "Mesure | Règle actuelle | Notre demande\nPlafond du CIR | 30 % | 30 %\nPlafond du CII | 400 000 € | 800 000 €"
    assert quotes(hit(text, {"CII": 0.95})) == [["Mesure | Règle actuelle | Notre demande", "Plafond du CII | 400 000 € | 800 000 €"]]


def test_what_two_documents_say_alike_is_quoted_once():
    sentence = "Nous demandons un fonds national de 500 millions d'euros."
    assert quotes(hit(sentence, {"fonds": 0.9}), hit(sentence, {"fonds": 0.89}, path="b.md")) == [[sentence]]


def test_there_are_not_many_sentences():
    hits = [hit(f"Nous demandons la mesure numéro {word} pour nos entreprises {word}{word}.", {word: 0.9}, path=word)
            for word in ("alpha", "beta", "gamma", "delta", "omega", "sigma", "kappa")]
    assert len(quotes(*hits)) == MOST


def test_a_sentence_far_from_the_best_is_left_out():
    assert quotes(hit("Nous demandons un fonds.\n\nLe buffet était très bon.", {"fonds": 0.95, "buffet": 0.7})) == [["Nous demandons un fonds."]]


def test_what_introduces_a_list_is_quoted_once_for_all_its_items():
    text = "Nous demandons :\n\n- un fonds national pour tous ;\n- un guichet unique pour tous."
    assert quotes(hit(text, {"fonds": 0.95, "guichet": 0.94})) == [["Nous demandons :\n\n- un fonds national pour tous ;", "un guichet unique pour tous."]]


def test_a_list_that_is_asked_for_comes_whole():
    text = "Nous demandons :\n\n- un fonds national pour tous ;\n- un guichet unique pour tous ;\n- une formation gratuite pour tous."
    (claim,) = compose([hit(text, {"guichet": 0.95})], "quelles sont nos demandes ?", "list")
    assert [citation.quote for citation in claim.citations] == [
        "Nous demandons :\n\n- un fonds national pour tous ;", "un guichet unique pour tous ;", "une formation gratuite pour tous."]


def test_a_sentence_that_refers_back_is_quoted_with_the_one_before():
    text = "Nous avons rencontré le rapporteur. Nous lui avons demandé un fonds."
    assert quotes(hit(text, {"lui": 0.95, "rencontré": 0.6})) == [[text]]


def test_a_heading_in_disguise_is_no_statement():
    assert quotes(hit("Des fonds propres bien calibrés\n\nNous demandons un fonds national.", {"propres": 0.95, "national": 0.9})) == [
        ["Nous demandons un fonds national."]]


def test_the_sentence_that_holds_what_is_sought_leads():
    hits = [hit("Le plafond du crédit est trop bas.", {"plafond": 0.91}, path="a.md"), hit("Le plafond du crédit serait de 800 000 €.", {"800": 0.9}, path="b.md")]
    assert compose(hits, "quel plafond ?", "figure")[0].citations[0].passage.path == "b.md"
    assert compose(hits, "quel plafond ?")[0].citations[0].passage.path == "a.md"


def test_the_figure_that_is_sought_comes_before_what_stands_above_it():
    text = "Nos entreprises ont besoin de financement pour innover.\n\nLe secteur va recruter 232 000 personnes."
    assert [claim.citations[0].quote for claim in compose([hit(text, {"232": 0.95, "financement": 0.93})], "combien de recrutements ?", "figure")] == [
        "Le secteur va recruter 232 000 personnes.", "Nos entreprises ont besoin de financement pour innover."]


def test_a_figure_of_a_superseded_text_never_leads_before_one_in_force():
    old = hit("Le plafond serait de 600 000 € par an.", {"600": 0.95}, path="old.md")
    old = replace(old, passage=replace(old.passage, status="superseded"))
    new = hit("Le plafond doit être de 800 000 € chaque année.", {"800": 0.94}, path="new.md")
    assert [claim.citations[0].passage.path for claim in compose([old, new], "quel plafond ?", "figure")] == ["new.md", "old.md"]
    assert [claim.citations[0].passage.path for claim in compose([old, new], "quel plafond ?", "figure", timed=True)] == ["old.md", "new.md"]


def test_no_hits_make_no_claims():
    assert compose([]) == ()
