"""The picture of a timeline: every point labelled, no label over another, all of it inside."""

import itertools
import random
from dataclasses import replace

import pytest

from bot.records import Citation
from bot.statements import standing
from bot.web.picture import CHARACTER, NARROW, REACH, WIDE, Picture, picture
from index.passage import Passage

TEXT = "Nous demandons un fonds."
PASSAGE = Passage(
    path="a.md", title="A", id="1", headings=(), page=0, start=0, end=len(TEXT), text=TEXT
)


def cited(*dates: str) -> list[Citation]:
    return [
        Citation(number, replace(PASSAGE, date=date), TEXT, 0, len(TEXT))
        for number, date in enumerate(dates, 1)
    ]


def drawn(width: int, *dates: str) -> Picture:
    found = picture(
        cited(*dates), [f"{date} · Nous demandons un fonds national" for date in dates], width
    )
    assert found is not None
    return found


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("seed", range(6))
def test_labels_stay_inside_and_touch_neither_each_other_nor_another_point(width: int, seed: int):
    chance = random.Random(seed)
    dates = [
        f"{chance.randint(2015, 2025)}-{chance.randint(1, 12):02}"
        for _ in range(chance.randint(1, 40))
    ]
    found = drawn(width, *dates)
    boxes = []
    for point in found.points:
        length = REACH + CHARACTER * len(point.label)
        box = (
            (point.x - length, point.x + REACH)
            if point.is_left
            else (point.x - REACH, point.x + length)
        )
        assert box[0] >= 0 and box[1] <= width and 0 < point.y < found.base
        assert len(point.label) >= 10
        boxes.append((point.y, *box))
    for place, (y, first, last) in enumerate(boxes):
        for other_y, begin, end in boxes[place + 1 :]:
            assert y != other_y or last < begin or end < first


def test_years_on_the_axis_do_not_touch_on_a_phone():
    found = drawn(NARROW, "1998", "2025-06")
    xs = [x for _, x in found.ticks]
    assert min(after - before for before, after in itertools.pairwise(xs)) >= 40
    assert (found.first, found.last, found.ticks[0][0]) == (1998, 2025, 1998)


def test_points_keep_the_numbers_of_the_list_and_undated_ones_have_none():
    found = drawn(WIDE, "2023-05-04", "", "2021")
    assert [(point.number, point.passage.date) for point in found.points] == [
        (1, "2023-05-04"),
        (3, "2021"),
    ]
    assert picture(cited("", ""), ["a", "b"]) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Notre **projet** de position est ouvert aux remarques.", "reported"),
        ("Our draft response is open for comments.", "reported"),
        ("Le projet de position du Conseil est connu.", "adopted"),
        ("Le projet de loi de finances arrive.", "adopted"),
        ("Nous avons adopté notre position.", "adopted"),
    ],
)
def test_a_newsletter_that_reports_on_a_draft_of_ours_is_no_adopted_position(
    text: str, expected: str
):
    newsletter = replace(PASSAGE, kind="newsletter", text=text)
    assert standing(newsletter) == expected
    assert standing(replace(newsletter, kind="position")) == "adopted"
    assert standing(replace(newsletter, status="withdrawn")) == "withdrawn"
