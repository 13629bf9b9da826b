"""What is asked: its bounds, its language, and what a follow-up leaves unsaid."""

import pytest

from bot.question import LONGEST, QuestionRefused, understand


@pytest.mark.parametrize(("text", "reason"), [("", "empty"), (" \n\t ", "empty"), ("?!", "empty"), ("a" * 20_000, "long")])
def test_an_empty_or_overlong_question_is_refused_with_its_reason(text: str, reason: str):
    with pytest.raises(QuestionRefused) as refused:
        understand(text)
    assert refused.value.reason == reason


def test_a_question_of_the_greatest_length_is_taken():
    assert len(understand("a" * LONGEST).text) == LONGEST


@pytest.mark.parametrize(("text", "language"), [
    ("Qu'avons-nous recommandé sur le financement des startups ?", "fr"), ("what did we recommend on startup funding", "en"),
    ("plafond du CII", "fr"), ("who did we meet in Brussels", "en")])
def test_a_question_is_answered_in_its_own_language(text: str, language: str):
    assert understand(text).language == language


def test_a_follow_up_is_looked_for_together_with_what_it_follows():
    history = ["Qu'avons-nous recommandé sur les délais de paiement ?"]
    assert understand("et pour les PME ?", history).search == "Qu'avons-nous recommandé sur les délais de paiement ? et pour les PME ?"
    assert understand("et en 2022 ?", [*history, "et pour les PME ?"]).search == (
        "Qu'avons-nous recommandé sur les délais de paiement ? et pour les PME ? et en 2022 ?")


def test_a_question_that_stands_alone_forgets_the_history():
    question = "Quel est notre objectif pour la part des femmes dans les métiers techniques ?"
    assert understand(question, ["Qu'avons-nous recommandé sur le cloud ?"]).search == question


def test_line_ends_and_nul_characters_are_blanks():
    assert understand("plafond\n\0 du  CII ?").text == "plafond du CII ?"
