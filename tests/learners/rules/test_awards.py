"""University awards: which are offered to whom, and the days on which one may be given; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from learners.rules.awards import check_award, offered_to
from pqip.core.errors import RuleBroken

START, TODAY, DAY = dt.date(2025, 3, 17), dt.date(2026, 6, 1), dt.timedelta(days=1)


def offer(
    university: int, code: str, title: str, on: dt.date = dt.date(2020, 1, 1)
) -> SimpleNamespace:
    return SimpleNamespace(university_id=university, code=code, title=title, effective_on=on)


@pytest.mark.parametrize(("from_on", "title"), [
    (START - DAY, "New"), (START, "New"), (START + DAY, "Old"),
])  # fmt: skip
def test_the_latest_title_by_the_day_they_started(from_on: dt.date, title: str) -> None:
    offers = [offer(5, "DIP", "Old"), offer(5, "DIP", "New", from_on)]
    assert offered_to(offers, 5, START) == {"DIP": title}


def test_of_the_own_university_alone_and_of_every_one_where_it_is_not_known() -> None:
    offers = [offer(4, "A", "Four"), offer(5, "B", "Five"), offer(6, "C", "Six", TODAY)]
    assert offered_to(offers, 5, START) == {"B": "Five"}
    assert offered_to(offers, 6, START) == {}
    assert offered_to(offers, 6, None) == {"C": "Six"}
    assert offered_to(offers, None, START) == {"A": "Four", "B": "Five", "C": "Six"}


@pytest.mark.parametrize(("on", "words"), [
    (START - DAY, "before the programme started"), (START, ""), (START + DAY, ""),
    (TODAY - DAY, ""), (TODAY, ""), (TODAY + DAY, "a day to come"),
])  # fmt: skip
def test_a_day_on_which_an_award_may_be_given(on: dt.date, words: str) -> None:
    said = {"award": "DIP", "awarded_on": on, "offered": ["DIP"], "start": START, "today": TODAY}
    if not words:
        check_award(**said)
        return
    with pytest.raises(RuleBroken, match=words) as refused:
        check_award(**said)
    assert refused.value.field == "awarded_on"


def test_who_has_no_start_has_no_award() -> None:
    with pytest.raises(RuleBroken, match="before the programme started"):
        check_award(award="DIP", awarded_on=TODAY, offered=["DIP"], start=None, today=TODAY)


@pytest.mark.parametrize(("offered", "words"), [
    (["B", "A"], "Use one of A, B."), ([], "Add its awards to the reference data first."),
])  # fmt: skip
def test_an_award_that_is_not_offered(offered: list[str], words: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_award(award="DIP", awarded_on=TODAY, offered=offered, start=START, today=TODAY)
    assert refused.value.message == f"DIP is not an award that their university gives. {words}"
    assert refused.value.field == "award"
