"""University modules due whether or not anybody typed them: each definition worked out by hand, at its boundaries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.actions.modules_results import record_module_result
from learners.facts import status
from learners.facts.milestones import stored_stretches
from learners.facts.modules import counts_of, states_of
from learners.facts.modules_attention import Flags, flags
from learners.facts.next_due import next_due_of
from learners.facts.timelines import timelines
from learners.models import AcademicModule, Enrolment, ModulePlan, ModuleResult, TaughtModule
from learners.rules.modules import Required, due_on
from pqip.core.acting import Job, acting_as
from tests.factories import learners as make
from workforce.models import RegionUniversity, University

pytestmark = pytest.mark.django_db
BY = Job("test")
ALL = ["CJS", "UCCB", "PPP", "REHAB"]
LEVEL_6 = ["L6-ETHICS", "L6-RISK", "L6-PLAN", "L6-SKILLS", "L6-REHAB", "L6-REPORTS"]


@pytest.fixture
def six() -> None:
    """The North East's university asks for six modules at level 6, as data says."""
    with acting_as(by=BY):
        for code in LEVEL_6:
            about = {
                "university": University.objects.get(name__contains="Sheffield"),
                "module": make.module(code),
            }
            if not TaughtModule.objects.filter(**about, is_required=True).exists():
                TaughtModule.objects.create(**about, effective_on=day("2014-01-02"))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def result(
    made: Enrolment,
    code: str,
    attempt: int = 1,
    due: str = "",
    *,
    handed_in: str = "",
    outcome: str = "pending",
) -> None:
    record_module_result(
        by=BY,
        enrolment=made,
        module=AcademicModule.objects.get(code=code),
        attempt=attempt,
        due_date=day(due) if due else None,
        submitted_date=day(handed_in) if handed_in else None,
        outcome=outcome,
    )


def counted(made: Enrolment, on: str) -> dict[str, Any]:
    return counts_of([made.pk], day(on)).get(made.pk, {})


def due(made: Enrolment, on: str) -> dict[str, dt.date | None]:
    return {row["code"]: row["due_on"] for row in states_of([made.pk], day(on))}


def test_c1_3_case_24_the_fourth_module_is_due_though_nobody_typed_it() -> None:
    """Three held, started on 1 December 2025: due on 1 June 2026, overdue since the 2nd."""
    made = make.enrolment(start=day("2025-12-01"), modules_held=["CJS", "UCCB", "PPP"])
    assert [
        counted(made, on)["modules_due"]
        for on in ("2026-05-31", "2026-06-01", "2026-06-02", "2026-08-31")
    ] == [0, 1, 1, 1]
    late = {on: flags([made.pk], day(on))[made.pk] for on in ("2026-06-01", "2026-06-02")}
    assert late == {
        "2026-06-01": Flags(),
        "2026-06-02": Flags(fourth_late=True, result_not_recorded=True),
    }
    assert counted(made, "2026-06-02")["days_unrecorded"] == 1
    found = next_due_of([made], day("2026-08-31"))[made.pk]
    assert (found.title, found.on, found.overdue) == (
        "Rehabilitation: result not recorded",
        day("2026-06-01"),
        True,
    )


def test_the_fourth_handed_in_in_time_waits_for_its_result_and_failed_is_late() -> None:
    made = make.enrolment(start=day("2025-12-01"), modules_held=["CJS", "UCCB", "PPP"])
    result(made, "REHAB", handed_in="2026-05-30")
    assert flags([made.pk], day("2026-08-01"))[made.pk] == Flags()
    result(made, "REHAB", handed_in="2026-05-30", outcome="fail")
    assert flags([made.pk], day("2026-06-01"))[made.pk].fourth_late is False
    assert flags([made.pk], day("2026-06-02"))[made.pk].fourth_late is True
    result(made, "REHAB", 2, handed_in="2026-07-01", outcome="pass")
    assert flags([made.pk], day("2026-06-30"))[made.pk].fourth_late is True
    assert flags([made.pk], day("2026-07-01"))[made.pk] == Flags()
    assert counted(made, "2026-07-01")["modules_passed"] == 1


def test_level_5_not_held_is_spread_evenly_to_the_opening_of_assessment() -> None:
    """PQIP21 from 1 January 2025: assessment opens on 1 January 2026, 365 days on. Four modules: after 91, 182, 273, 365 days."""
    made = make.enrolment(start=day("2025-01-01"), on="PQIP21", modules_held=[])
    found = due(made, "2025-01-01")
    assert [found[code] for code in ALL] == [
        day(on) for on in ("2025-04-02", "2025-07-02", "2025-10-01", "2026-01-01")
    ]
    assert counted(made, "2025-04-01")["modules_due"] == 0
    assert counted(made, "2025-04-02")["modules_due"] == 1


def test_level_6_is_spread_evenly_from_the_opening_to_the_planned_end(six: None) -> None:
    """1 January to 1 October 2026 is 273 days: six modules after 45, 91, 136, 182, 227 and 273."""
    made = make.enrolment(start=day("2025-01-01"), on="PQIP21", modules_held=ALL)
    found = due(made, "2025-01-01")
    expected = ["2026-02-15", "2026-04-02", "2026-05-17", "2026-07-02", "2026-08-16", "2026-10-01"]
    assert [found.get(code) for code in LEVEL_6] == [day(on) for on in expected]
    assert set(found) == set(LEVEL_6), "a module held needs no result"


def test_the_two_that_ship_as_required_and_one_that_is_taken_though_nothing_requires_it() -> None:
    made = make.enrolment(start=day("2025-01-01"), on="PQIP21", modules_held=ALL)
    assert due(made, "2025-01-01") == {
        "L6-ETHICS": day("2026-05-17"),
        "L6-REHAB": day("2026-10-01"),
    }  # after 136 and 273 days
    result(made, "L6-PLAN", handed_in="2026-02-02", outcome="pass")
    assert due(made, "2026-02-02") == {
        "L6-ETHICS": day("2026-05-17"),
        "L6-REHAB": day("2026-10-01"),
        "L6-PLAN": day("2026-02-02"),
    }
    assert (
        counted(made, "2026-02-02")["modules_passed"],
        counted(made, "2026-02-02")["modules_due"],
    ) == (1, 1)


def test_an_attempt_is_on_record_from_the_day_it_was_handed_in_or_with_a_day_it_is_due() -> None:
    """PQIP21 from 1 January 2025, only Rehabilitation and one more to take: of two, due after 182 and 365 days, on 2 July and
    1 January. Both were handed in on 10 July 2025; of one a day was planned, 5 July, of the other none.
    """
    made = make.enrolment(start=day("2025-01-01"), on="PQIP21", modules_held=["CJS", "UCCB"])
    result(made, "PPP", handed_in="2025-07-10", outcome="pass")
    seen = {
        on: _seen(made, "PPP", on)
        for on in ("2025-07-02", "2025-07-03", "2025-07-09", "2025-07-10")
    }
    late = (day("2025-07-02"), False, True, None)
    assert seen == {
        "2025-07-02": (day("2025-07-02"), False, False, None),
        "2025-07-03": late,
        "2025-07-09": late,
        "2025-07-10": (day("2025-07-02"), True, False, day("2025-07-10")),
    }
    assert flags([made.pk], day("2025-07-09"))[made.pk] == Flags(result_not_recorded=True)
    assert counted(made, "2025-07-09")["days_unrecorded"] == 7
    assert flags([made.pk], day("2025-07-10"))[made.pk] == Flags()
    planned = make.enrolment(start=day("2025-01-01"), on="PQIP21", modules_held=["CJS", "UCCB"])
    result(planned, "PPP", due="2025-07-05", handed_in="2025-07-10", outcome="pass")
    assert _seen(planned, "PPP", "2025-07-09") == (day("2025-07-05"), True, False, None), (
        "the planned day is on record before"
    )
    assert [counted(planned, on)["days_overdue"] for on in ("2025-07-09", "2025-07-10")] == [4, 0]


def test_a_module_of_level_6_that_nothing_requires_is_taken_from_the_day_its_first_attempt_is_on_record() -> (
    None
):
    made = make.enrolment(start=day("2025-01-01"), on="PQIP21", modules_held=ALL)
    result(made, "L6-PLAN", handed_in="2026-02-02", outcome="pass")
    assert ["L6-PLAN" in due(made, on) for on in ("2026-02-01", "2026-02-02", "2026-02-03")] == [
        False,
        True,
        True,
    ]


def _seen(made: Enrolment, code: str, on: str) -> tuple[Any, ...]:
    row = next(row for row in states_of([made.pk], day(on)) if row["code"] == code)
    return row["due_on"], row["is_attempted"], row["is_unrecorded"], row["passed_on"]


def test_a_break_moves_what_was_still_to_come(six: None) -> None:
    """30 days from 1 May 2025 move the second module on, not the first; before the opening they move level 6 as well."""
    made = make.enrolment(start=day("2025-01-01"), on="PQIP21", modules_held=[])
    make.event(made, "deferred", day("2025-05-01"))
    make.event(made, "resumed", day("2025-05-31"))
    found = due(made, "2025-06-01")
    assert [found[code] for code in ALL] == [
        day(on) for on in ("2025-04-02", "2025-08-01", "2025-10-31", "2026-01-31")
    ]
    assert (found["L6-ETHICS"], found["L6-REPORTS"]) == (day("2026-03-17"), day("2026-10-31"))
    # Ten days into the break everything ahead is as of a return on that day.
    assert due(made, "2025-05-11")["UCCB"] == day("2025-07-12")


def test_a_break_in_the_window_moves_only_what_follows_it(six: None) -> None:
    made = make.enrolment(start=day("2025-01-01"), on="PQIP21", modules_held=ALL)
    make.event(
        made, "deferred", day("2026-04-02")
    )  # on the day the second is due: it was still in time
    make.event(made, "resumed", day("2026-04-12"))
    found = due(made, "2026-05-01")
    assert [found[code] for code in LEVEL_6[:3]] == [
        day(on) for on in ("2026-02-15", "2026-04-02", "2026-05-27")
    ]
    assert found["L6-REPORTS"] == day("2026-10-11")


def test_the_plan_of_the_intake_counts_before_an_even_share_and_an_attempts_own_date_before_both() -> (
    None
):
    made = make.enrolment(
        start=day("2025-01-01"), on="PQIP21", modules_held=[], in_cohort="Planned"
    )
    taught_by = RegionUniversity.for_region(make.region("NE"), day("2025-01-01"))
    about = {
        "university": taught_by,
        "cohort": make.cohort("Planned"),
        "module": make.module("CJS"),
    }
    with acting_as(by=BY):
        ModulePlan.objects.create(**about, effective_on=day("2025-01-01"), due_on=day("2025-03-10"))
        ModulePlan.objects.create(**about, effective_on=day("2025-03-01"), due_on=day("2025-03-20"))
    assert due(made, "2025-02-28")["CJS"] == day("2025-03-10")
    assert due(made, "2025-03-01")["CJS"] == day("2025-03-20")
    other = make.enrolment(
        start=day("2025-01-01"), on="PQIP21", modules_held=[], in_cohort="Unplanned"
    )
    assert due(other, "2025-03-01")["CJS"] == day("2025-04-02")
    # Planned and nothing handed in: the learner's turn, 28 days overdue are still in time, 29 need action.
    assert flags([made.pk], day("2025-04-17"))[made.pk] == Flags(days_overdue=28)
    assert [
        flags([made.pk], day(on))[made.pk].needs_action for on in ("2025-04-17", "2025-04-18")
    ] == [False, True]
    result(made, "CJS", due="2025-05-01")
    assert due(made, "2025-04-18")["CJS"] == day("2025-05-01")
    assert flags([made.pk], day("2025-04-18"))[made.pk] == Flags(result_not_recorded=False)


def test_a_due_module_of_which_nothing_is_on_record_waits_for_the_service_and_is_no_delay() -> None:
    made = make.enrolment(start=day("2025-01-01"), on="PQIP21", modules_held=[])
    assert flags([made.pk], day("2025-04-02"))[made.pk] == Flags()
    stands = flags([made.pk], day("2025-06-30"))[made.pk]
    assert (stands, stands.needs_action) == (Flags(result_not_recorded=True), False)


@pytest.mark.parametrize("code", ["CJS", "L6-RISK"])
def test_case_25_the_last_permitted_attempt_failed_at_either_level_is_due_and_flagged(
    code: str,
) -> None:
    made = make.enrolment(start=day("2025-01-01"), on="PQIP21", modules_held=["UCCB"])
    for attempt, on in enumerate(("2025-02-03", "2025-03-03", "2025-03-24"), start=1):
        result(made, code, attempt, handed_in=on, outcome="fail")
    second, third = counted(made, "2025-03-23"), counted(made, "2025-03-24")
    assert (second["failed_last_attempt"], third["failed_last_attempt"]) == (False, True)
    assert (counted(made, "2025-02-02")["modules_due"], third["modules_due"]) == (0, 1)


def test_passed_due_failed_and_overdue_by_attempts() -> None:
    made = make.enrolment(start=day("2025-01-15"), modules_held=["UCCB", "REHAB"])
    result(made, "CJS", due="2025-05-01", handed_in="2025-04-30", outcome="pass")
    result(made, "PPP", due="2025-06-01", handed_in="2025-06-01", outcome="fail")
    assert flags([made.pk], day("2025-06-29"))[made.pk] == Flags(
        days_overdue=28
    )  # failed, and no next attempt planned
    result(made, "PPP", 2, due="2025-09-01")

    def said(on: str) -> tuple[Any, ...]:
        row = counted(made, on)
        return (
            row["modules_passed"],
            row["modules_due"],
            row["failed_last_attempt"],
            row["days_overdue"],
        )

    assert said("2025-04-30") == (1, 0, False, 0)
    assert said("2025-06-01") == (1, 2, False, 0)
    # On 29 September the second attempt at PPP is 28 days overdue.
    assert said("2025-09-29") == (1, 2, False, 28)


def test_which_modules_are_required_is_data_by_university_and_first_day() -> None:
    portsmouth, sheffield = (
        University.objects.get(name__contains=name) for name in ("Portsmouth", "Sheffield")
    )
    reports = AcademicModule.objects.get(code="L6-REPORTS")
    with acting_as(by=BY):
        TaughtModule.objects.create(
            university=sheffield, module=reports, is_required=True, effective_on=day("2025-01-01")
        )
        TaughtModule.objects.create(
            university=sheffield, module=reports, is_required=False, effective_on=day("2025-09-01")
        )
    before, after, elsewhere = (
        make.enrolment(start=day(start), modules_held=ALL, in_region=region)
        for start, region in (("2025-08-31", "NE"), ("2025-09-01", "NE"), ("2025-09-01", "WAL"))
    )
    rows = states_of([before.pk, after.pk, elsewhere.pk], day("2025-10-01"))
    by_learner = {
        key: {row["code"] for row in rows if row["enrolment_id"] == key}
        for key in (before.pk, after.pk, elsewhere.pk)
    }
    assert [("L6-REPORTS" in by_learner[each.pk]) for each in (before, after, elsewhere)] == [
        True,
        False,
        False,
    ]
    assert {row["university_id"] for row in rows} == {portsmouth.pk, sheffield.pk}


def test_nothing_falls_due_after_an_ending_and_nothing_is_guessed() -> None:
    made = make.enrolment(start=day("2025-01-01"), on="PQIP21", modules_held=[])
    make.event(made, "withdrawn", day("2025-07-01"))
    assert counted(made, "2026-12-31")["modules_due"] == 1
    unknown = make.enrolment(start=day("2025-01-01"), on="PQIP27", fte="0.6", modules_held=[])
    assert set(due(unknown, "2026-12-31").values()) == {None}
    assert counted(unknown, "2026-12-31")["modules_due"] == 0
    fourth = make.enrolment(start=day("2025-01-01"), on="PQIP27", fte="0.6")
    assert due(fourth, "2025-01-01")["REHAB"] == day("2025-07-01")


def test_as_known_before_a_correction() -> None:
    from pqip.core.snapshot import safe_known_at
    from reports.figures.asking import Question
    from reports.figures.progression import progression

    made = make.enrolment(start=day("2025-12-01"), modules_held=["CJS", "UCCB", "PPP"])
    before = safe_known_at()
    with acting_as(by=BY):
        Enrolment.objects.filter(pk=made.pk).update(modules_held=ALL)
    result(made, "L6-ETHICS", due="2026-06-15", handed_in="2026-06-15", outcome="pass")
    asked = [Question(day("2026-07-01"), known) for known in (before, None)]
    rows = [
        next(row for row in progression(one) if row["enrolment_id"] == made.pk) for one in asked
    ]
    said = [(row["modules_passed"], row["modules_due"], row["progress"]) for row in rows]
    assert said == [(0, 1, "at_risk"), (1, 1, "on_track")]
    assert [row["waiting_for_service"] for row in rows] == [
        "no PTA; placement not offered; result not recorded",
        "no PTA; placement not offered",
    ]
    assert ModuleResult.objects.count() == 1


@pytest.mark.parametrize(
    "on",
    [
        "2025-01-01",
        "2025-03-10",
        "2025-06-01",
        "2025-07-15",
        "2026-01-20",
        "2026-02-01",
        "2026-11-23",
    ],
)
def test_one_learners_dates_in_plain_steps_are_those_of_many_in_sql(on: str) -> None:
    from decimal import Decimal

    from learners.facts.timelines import known_timings
    from learners.models import Event

    made = [
        make.enrolment(start=day("2025-01-15"), modules_held=held)
        for held in ([], ["CJS", "UCCB"], ["CJS", "UCCB", "PPP"])
    ]
    for each in made:
        make.event(each, "deferred", day("2025-03-01"))
        make.event(each, "resumed", day("2025-03-31"))
        make.event(each, "changed_fte", day("2025-06-01"), to_fte=Decimal("0.8"))
        make.event(each, "moved_pathway", day("2025-07-01"), to_pathway=make.pathway("PQIP21"))
        make.event(each, "deferred", day("2026-01-01"), expected_return=day("2026-03-01"))
        make.event(each, "resumed", day("2026-02-01"))
        make.event(each, "extended", day("2026-03-01"), extended_to=day("2027-12-24"))
        result(each, "L6-RISK", due="2026-05-05", handed_in="2025-05-01", outcome="fail")
    parts = dict(timelines(Event.objects.live().filter(enrolment__in=made), known_timings()))
    rows = states_of([each.pk for each in made], day(on))
    assert len(rows) == (4 + 3) + (2 + 3) + (1 + 3)
    for row in rows:
        assert row["due_on"] == due_on(parts[row["enrolment_id"]], day(on), Required.of(row)), (
            on,
            row["code"],
        )
    assert stored_stretches(made[0]) == parts[made[0].pk]
    assert status.status_on(day(on), None)
