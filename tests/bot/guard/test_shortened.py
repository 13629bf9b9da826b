"""What a claim in its quote's own words leaves out, and what it may not."""

import pytest

from bot.guard.shortened import shortened


@pytest.mark.parametrize(
    "claim, quote, left",
    [
        (
            "La commission ne veut aucun délai.",
            "La commission s'y oppose et ne veut aucun délai.",
            "La commission ne veut aucun délai.",
        ),
        (
            "Our hosting members have sent a paper.",
            "Our hosting members disagree and have sent a paper.",
            "Our hosting members have sent a paper.",
        ),
        (
            "Nous demandons un guichet unique.",
            "Le calendrier ne bouge pas. Nous demandons un guichet unique.",
            " Nous demandons un guichet unique.",
        ),
        (
            "We want the form repealed.",
            "We want the form repealed, which nobody reads.",
            "We want the form repealed ",
        ),
        (
            "Nous voulons une phase de deux ans.",
            "Nous voulons une phase de deux ans, et non de six mois.",
            "Nous voulons une phase de deux ans ",
        ),
        (
            "Ces chiffres ne valent pas pour les hôpitaux.",
            "Ces chiffres ne valent pas pour les hôpitaux, ni pour les écoles.",
            "Ces chiffres ne valent pas pour les hôpitaux ",
        ),
    ],
)
def test_a_whole_clause_that_the_claim_leaves_out_goes(claim: str, quote: str, left: str):
    assert shortened(quote, claim) == left


@pytest.mark.parametrize(
    "claim, quote",
    [
        ("Nous voulons la taxe.", "Nous ne voulons pas la taxe."),
        ("La taxe serait utile aux PME.", "Nous n'y croyons pas : la taxe serait utile aux PME."),
        (
            "Nos adhérents cesseraient d'investir.",
            "Sans accord, nos adhérents cesseraient d'investir.",
        ),
        (
            "La taxe aiderait les petites entreprises.",
            "La taxe aiderait les petites entreprises ; nous contestons cette idée.",
        ),
        ("Nous soutenons la directive.", "Nous soutenons la directive, mais pas son calendrier."),
        (
            "We support a fund for the regions.",
            "Nous ne demandons rien. Nous soutenons un fonds pour les régions.",
        ),
    ],
)
def test_a_word_a_condition_and_what_takes_back_the_rest_stay(claim: str, quote: str):
    assert shortened(quote, claim) == quote
