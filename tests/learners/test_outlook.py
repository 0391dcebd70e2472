"""A record tells what lies ahead as the check before a break told it, what was missed and whose turn it is, and how they do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from assessments.models import Qualification
from learners.actions.modules_results import record_module_result
from learners.facts.milestones_outlook import outlook_of
from learners.facts.progress import progress_group_of
from learners.models import Enrolment
from learners.ports import vocational
from learners.rules.dates import add_months
from pqip.core.clock import today
from pqip.core.formats import date_gov, short_date
from pqip.govuk.axis import Axis, Mark, Strand
from pqip.govuk.pages import Due
from tests.factories import assessments as assess
from tests.factories import learners as make
from tests.factories.reports import rows
from tests.learners.test_pages import at, browser, date, send, somebody, text_of
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def plain(words: str) -> str:
    return words.replace("\xa0", " ")


def started(days: int) -> Enrolment:
    """Somebody on the 15 months pathway, who started so many days ago and held all four modules of level 5, registered for the
    diploma of six units."""
    made = make.enrolment(start=today() - days * DAY, modules_held=["CJS", "UCCB", "PPP", "REHAB"])
    assess.registration(made.person, made.start_date, of=Qualification.objects.get(code="VQ5"))
    return made


def dues(made: Enrolment) -> list[Due]:
    return browser(somebody()).get(at("learner", made.public_id)).context["next_steps"]


def where(made: Enrolment) -> dict[str, str]:
    shown = browser(somebody()).get(at("learner", made.public_id)).context["where"]
    return {
        row.key: " ".join(filter(None, [str(row.value or ""), row.tag.text if row.tag else ""]))
        for row in shown
    }


@pytest.mark.parametrize("begins", [-10, 0, 5], ids=["lasting", "from today", "ahead"])
def test_what_the_check_promised_is_what_the_record_shows_until_they_are_back(begins: int) -> None:
    """Thirty days: 15 months from the start and thirty days, on the check page, on the record, and after the return."""
    made, client = started(60), browser(somebody())
    on, back = today() + begins * DAY, today() + (begins + 30) * DAY
    end = add_months(made.start_date, 15) + 30 * DAY
    answers = date("on", on) | date("expected_return", back)
    assert plain(short_date(end)) in text_of(send(client, "defer", made, **answers))
    assert send(client, "defer", made, **answers, confirmed="yes").status_code == 302
    made.refresh_from_db()
    assert where(made)["Planned end"] == f"{date_gov(end)} if they return on {date_gov(back)}"
    programme = text_of(client.get(at("programme", made.public_id)))
    assert plain(short_date(end)) in programme
    assert plain(f"if they return on {date_gov(back)}") in programme
    found = outlook_of(made, today())
    assert {"planned_end", "assessment_opens", "unit_1"} <= found.moved
    if begins <= 0:
        make.event(made, "resumed", back)
        assert outlook_of(made, back).on("planned_end") == end
        assert outlook_of(made, back).condition("planned_end") == ""


@pytest.mark.parametrize("expected", [None, -1], ids=["not known", "passed"])
def test_without_a_day_to_come_dates_are_those_of_a_return_today(expected: int | None) -> None:
    made = started(60)
    back = today() + expected * DAY if expected else None
    make.event(made, "deferred", today() - 10 * DAY, expected_return=back)
    made.refresh_from_db()
    end = add_months(made.start_date, 15) + 10 * DAY
    assert where(made)["Planned end"] == f"{date_gov(end)} if they return today"


def test_what_does_not_move_is_named_and_nothing_vocational_is_due_on_a_break() -> None:
    made = started(60)
    module = make.module("L6-ETHICS")
    record_module_result(
        by=make.BY, enrolment=made, module=module, attempt=1, due_date=today() + 40 * DAY
    )
    assert {due.strand for due in dues(made)} >= {"Vocational", "University"}
    make.event(made, "deferred", today() - 10 * DAY, expected_return=today() + 20 * DAY)
    made.refresh_from_db()
    assert "Vocational" not in {due.strand for due in dues(made)}
    found = outlook_of(made, today())
    module_code = next(each.code for each in found.milestones if each.title == module.title)
    assert found.condition(module_code) == "does not move with the break"
    assert "does not move with the break" in text_of(
        browser(somebody()).get(at("programme", made.public_id))
    )


def test_off_a_break_no_date_depends_on_anything() -> None:
    made = started(60)
    found = outlook_of(made, today())
    assert (found.returns_on, found.moved, found.stays) == (None, frozenset(), frozenset())
    assert where(made)["Planned end"] == date_gov(add_months(made.start_date, 15))


def test_a_missed_milestone_comes_first_with_whose_turn_it_is() -> None:
    """Of 15 months the latter nine are for six units: after 245 days one is expected, and none is achieved."""
    made = started(245)

    def missed() -> Due:
        found = dues(made)
        assert [due.overdue for due in found] == sorted(
            (due.overdue for due in found), reverse=True
        )
        return next(due for due in found if "expected" in due.title)

    assert (missed().title, missed().overdue, missed().waiting_for) == (
        "1 of 6 units expected, 0 achieved",
        True,
        "the service",
    )
    pta = make.person(staff_number="PTA1")
    assess.allocate(made.person, pta, on=made.start_date)
    assert missed().waiting_for == "the learner"
    assess.evidence(made.person.registrations.get(), today(), "1.1.1")
    assert missed().waiting_for == "the service"


def test_where_they_are_says_behind_and_why() -> None:
    assert where(started(30))["Progress"] == "On track"
    assert where(started(245))["Progress"] == "1 unit expected by now, 0 achieved Behind"
    assert where(started(350))["Progress"] == "3 units expected by now, 0 achieved Needs action"
    late = started(60)
    record_module_result(
        by=make.BY,
        enrolment=late,
        module=make.module("L6-ETHICS"),
        attempt=1,
        due_date=today() - 29 * DAY,
    )
    assert where(late)["Progress"] == "A module overdue for 29 days Needs action"
    three = make.enrolment(start=today() - 190 * DAY, modules_held=["CJS", "UCCB", "PPP"])
    assert (
        where(three)["Progress"]
        == "The fourth knowledge module not passed within 6 months Needs action"
    )
    gone = started(60)
    make.event(gone, "withdrawn", today() - DAY)
    gone.refresh_from_db()
    assert "Progress" not in where(gone)


def test_a_record_says_what_the_report_says() -> None:
    made = [started(days) for days in (30, 245, 300, 350, 600)]
    made.append(make.enrolment(start=today() - 200 * DAY, modules_held=["CJS", "UCCB", "PPP"]))
    away, late = started(70), started(60)
    make.event(away, "deferred", today() - 40 * DAY, expected_return=today() - DAY)
    record_module_result(
        by=make.BY,
        enrolment=late,
        module=make.module("L6-ETHICS"),
        attempt=1,
        due_date=today() - 29 * DAY,
    )
    said = {row["learner"]: row["progress"] for row in rows("progression", today())}
    for each in Enrolment.objects.filter(pk__in=[one.pk for one in (*made, away, late)]):
        progress = (
            vocational.vocational().progress_of([each.person_id], today()).get(each.person_id)
        )
        standing = progress_group_of(each, progress, today())
        assert standing is not None
        assert standing.progress == said[str(each.public_id)], standing
        assert bool(standing.reasons) == (standing.progress != "on_track")


def test_on_the_line_of_time_what_was_missed_is_crossed() -> None:
    day = dt.date(2026, 6, 1)
    marks = [Mark("A", day - DAY, done=True), Mark("B", day - DAY), Mark("C", day)]
    axis = Axis([Strand("S", marks=marks)], day - 90 * DAY, day + 90 * DAY, day)
    assert [axis.state_of(mark) for mark in marks] == ["done", "missed", "due"]
    assert [bool(mark["cross"]) for mark in axis.rows[0]["marks"]] == [False, True, False]  # type: ignore[attr-defined]
    over = Axis([Strand("S", marks=marks)], day - 90 * DAY, day + 90 * DAY, day, is_open=False)
    assert [over.state_of(mark) for mark in marks] == ["done", "not done", "not done"]


def test_the_learner_reads_it_in_their_own_words() -> None:
    made = started(60)
    make.event(made, "deferred", today() - 10 * DAY, expected_return=today() + 20 * DAY)
    text = (
        client_for(persona("learner", of=made.person)).get(reverse("learners:own")).content.decode()
    )
    assert f"if you return on {date_gov(today() + 20 * DAY)}" in text


@pytest.mark.parametrize(("days", "progress"), [(0, "on_track"), (1, "at_risk")])
def test_a_fourth_module_past_its_six_months_is_said_of_the_record_too(
    days: int, progress: str
) -> None:
    made = make.enrolment(start=dt.date(2025, 12, 1), modules_held=["CJS", "UCCB", "PPP"])
    on = dt.date(2026, 6, 1) + days * DAY
    standing = progress_group_of(made, None, on)
    assert standing is not None
    assert standing.progress == progress
    said = ("the fourth knowledge module not passed within 6 months",)
    assert standing.reasons == (said if days else ())
