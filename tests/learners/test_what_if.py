"""What if: part time, a break, another pathway, an extension; the same dates on every page, in the report and the rules.

Dates by hand, from a start on 15 January 2025 on the 15-month pathway: 15 July 2025 opens, 15 April 2026 ends.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from learners.facts.milestones import milestones_of, stored_stretches, strands_of, supposing
from learners.facts.status import status_on, units_expected
from learners.facts.timelines import known_timings
from learners.models import Enrolment, Event
from learners.rules.milestones import PLANNED_END, milestones
from learners.rules.milestones_what_if import Move, Supposed, a_break, compare
from learners.rules.timeline import timeline
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from tests.factories import learners as make

from .conftest import Stated
from .test_pages import at, browser, somebody, text_of

pytestmark = pytest.mark.django_db
BY = Job("test")
START, ASKED = dt.date(2025, 1, 15), dt.date(2025, 8, 15)


def ends(of: Enrolment, *supposed: Supposed) -> Move:
    return next(move for move in supposing(of, supposed, ASKED).moves if move.title == PLANNED_END)


def test_a_ten_week_break(vocational: Stated) -> None:
    """70 days after 15 April 2026 is 24 June."""
    move = ends(make.enrolment(start=START), *a_break(dt.date(2025, 9, 1), 10))
    assert (move.before, move.after, move.days) == (dt.date(2026, 4, 15), dt.date(2026, 6, 24), 70)


def test_from_15_to_21_months_at_month_7(vocational: Stated) -> None:
    """21 months from the original start is 15 October 2026: 183 days later."""
    move = ends(
        make.enrolment(start=START),
        Supposed("moved_pathway", ASKED, to_pathway_id=make.pathway("PQIP21").pk),
    )
    assert (move.after, move.days) == (dt.date(2026, 10, 15), 183)


def test_part_time_from_a_date(vocational: Stated) -> None:
    """15 August 2025 to 15 April 2026 is 243 days; × 21 ÷ 15 = 340.2, up to 341: 22 July 2026."""
    move = ends(make.enrolment(start=START), Supposed("changed_fte", ASKED, to_fte=Decimal("0.6")))
    assert (move.after, move.days) == (dt.date(2026, 7, 22), 98)


def test_nothing_is_recorded_and_what_may_not_be_is_refused(vocational: Stated) -> None:
    made = make.enrolment(start=START)
    before = Event.objects.filter(enrolment=made).count(), made.segments.count()
    ends(made, *a_break(dt.date(2025, 9, 1), 10))
    assert (Event.objects.filter(enrolment=made).count(), made.segments.count()) == before
    with pytest.raises(RuleBroken, match="is due to start on that date"):
        supposing(made, a_break(START - dt.timedelta(days=30), 2), ASKED)


def test_ending_a_break_shows_all_that_it_moved(vocational: Stated) -> None:
    made = make.enrolment(start=START)
    make.event(made, "deferred", dt.date(2025, 5, 1))
    move = ends(made, Supposed("resumed", dt.date(2025, 6, 1)))
    assert (move.before, move.days) == (dt.date(2026, 4, 15), 31)


def test_a_milestone_only_one_side_knows_moves_by_no_number_of_days(vocational: Stated) -> None:
    move = ends(
        make.enrolment(start=START),
        Supposed("changed_fte", ASKED, to_fte=Decimal("0.6")),
        Supposed("moved_pathway", ASKED, to_pathway_id=make.pathway("PQIP27").pk),
    )
    assert (move.after, move.days) == (None, None)
    assert compare([], []) == []


def history() -> Enrolment:
    """A learner to whom everything happened: the fourth module to do, a break, fewer hours, another pathway, an extension."""
    made = make.enrolment(start=START)
    make.event(made, "deferred", dt.date(2025, 3, 1))
    make.event(made, "resumed", dt.date(2025, 3, 31))
    make.event(made, "changed_fte", dt.date(2025, 6, 1), to_fte=Decimal("0.8"))
    make.event(made, "moved_pathway", dt.date(2025, 7, 1), to_pathway=make.pathway("PQIP21"))
    make.event(made, "deferred", dt.date(2026, 1, 1), expected_return=dt.date(2026, 3, 1))
    make.event(made, "resumed", dt.date(2026, 2, 1))
    make.event(made, "extended", dt.date(2026, 3, 1), extended_to=dt.date(2027, 12, 24))
    return made


@pytest.mark.parametrize("day", [
    "2025-01-14", "2025-03-10", "2025-06-01", "2025-07-15", "2026-01-20", "2026-02-01", "2026-11-23",
])  # fmt: skip
def test_the_same_dates_from_what_is_kept_from_the_events_and_in_reports(
    vocational: Stated, day: str
) -> None:
    made, on = history(), dt.date.fromisoformat(day)
    events = list(Event.objects.live().filter(enrolment=made))
    given = timeline(events, known_timings())
    assert stored_stretches(made) == given
    found = {each.code: each.on for each in milestones_of(made, on)}
    strands = strands_of(made, given, on)
    assert found == {each.code: each.on for each in milestones(given, strands, on)}
    sql, parameters = status_on(on, None)
    with connection.cursor() as cursor:
        asked_of = (
            f"SELECT planned_end, assessment_opens FROM ({sql}) s WHERE enrolment_id = %(one)s"
        )
        cursor.execute(asked_of, {**parameters, "one": made.pk})
        assert cursor.fetchone() == (found["planned_end"], found["assessment_opens"])
    six = milestones(given, type(strands)(units=6), on)
    reached = sum(
        each.code.startswith("unit_") and each.on is not None and each.on <= on for each in six
    )
    assert units_expected({made.pk: 6}, on) == {made.pk: reached}


def test_the_same_dates_on_the_page_of_the_programme(vocational: Stated) -> None:
    made = history()
    page = text_of(browser(somebody()).get(at("programme", made.public_id)))
    found = {each.code: each.on for each in milestones_of(made, today())}
    made.refresh_from_db()
    assert made.planned_end == found["planned_end"] == dt.date(2027, 12, 24)
    for words in (
        "24 Dec 2027",
        "As extended",
        "Planned end before the extension",
        "Fourth knowledge module",
        "14 Aug 2025",
    ):
        assert words in page  # the fourth module: 15 July and the 30 days of the break in March
    for words in (
        "How the dates came about",
        "Other hours",
        "Another pathway",
        "Break",
        "Extension",
    ):
        assert words in page


def asked(client: Any, of: Enrolment, **answers: str) -> str:
    return text_of(client.get(at("what_if", of.public_id), answers))


def test_what_if_on_screen(vocational: Stated) -> None:
    made, client = make.enrolment(start=START), browser(somebody())
    assert "If nothing changes" in asked(client, made)
    found = asked(client, made, break_from="2025-09-01", break_weeks="10")
    assert "24 Jun 2026" in found
    assert "70 days later" in found
    both = asked(
        client, made, fte="0.6", fte_from="2025-08-15", pathway="PQIP21", pathway_from="2025-08-15"
    )
    assert "What if" in both
    three = asked(
        client,
        made,
        **{"break_from-day": "1", "break_from-month": "9", "break_from-year": "2025"},
        break_weeks="10",
    )
    assert "70 days later" in three
    assert Event.objects.filter(enrolment=made).count() == 2


@pytest.mark.parametrize(("answers", "said"), [
    ({"break_weeks": "10"}, "Enter first day of the break"), ({"fte": "0.6"}, "Enter other hours from"),
    ({"fte": "0.59", "fte_from": "2025-08-15"}, "Hours must be full time (1.0) or from 0.6 to 0.8"),
    ({"fte": "0.81", "fte_from": "2025-08-15"}, "Hours must be full time (1.0) or from 0.6 to 0.8"),
    ({"break_from": "2024-09-01", "break_weeks": "2"}, "is due to start on that date"),
    ({"extended_to": "2026-04-15", "extended_from": "2025-08-15"}, "The new end must be after the planned end"),
    ({"break_from": "2025-13-01", "break_weeks": "2"}, "must be a real date"),
])  # fmt: skip
def test_c1_22_what_cannot_be_is_said_at_its_question(
    vocational: Stated, answers: dict[str, str], said: str
) -> None:
    made = make.enrolment(start=START)
    found = asked(browser(somebody()), made, **answers)
    assert said in found
    assert "There is a problem" in found


def test_a_learner_may_ask_about_their_own(vocational: Stated) -> None:
    made = make.enrolment(start=START)
    me = somebody("learner")
    with acting_as(by=BY):
        type(me).objects.filter(pk=me.pk).update(person=made.person)
    assert "70 days later" in asked(browser(me), made, break_from="2025-09-01", break_weeks="10")
