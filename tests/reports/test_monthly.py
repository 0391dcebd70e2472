"""The month's status on paper. VQ5 as loaded; the 15-month pathway's assessment opens six months after the start."""

from __future__ import annotations

import datetime as dt

import pytest

from assessments.models import CountersignStamp, Qualification
from learners.derived.enrolments import refresh
from pqip.core.acting import Job, acting_as
from pqip.core.ledger import void
from pqip.core.snapshot import safe_known_at
from reports.figures.asking import PlaceFilter
from tests.factories import assessments as a
from tests.factories.learners import cohort, enrolment, event, pathway, person, region
from tests.factories.reports import row, rows

pytestmark = pytest.mark.django_db

END = dt.date(2025, 9, 30)
#: Whoever holds these has no fourth module to do.
ALL_HELD = ["CJS", "UCCB", "PPP", "REHAB"]


def day(month: int, number: int, year: int = 2025) -> dt.date:
    return dt.date(year, month, number)


@pytest.fixture(autouse=True)
def _vq5() -> None:
    """Two units of three criteria, where no VQ5 is loaded."""
    if not Qualification.objects.filter(code="VQ5").exists():
        a.qualification("VQ5")


def vq5(who: object) -> object:
    return a.registration(who, dt.date(2025, 1, 15), of=Qualification.objects.get(code="VQ5"))


def test_statuses_are_counted_as_they_stand_on_the_day() -> None:
    # Eight enrolments: 1 due to start in October, 1 that did not start, 6 starters. Of the starters: 2 active (1 started
    # this month), 1 on a break since August, 1 completed in July, 2 withdrawn (1 in September, left the Service).
    enrolment(start=day(10, 1), started=False)
    event(enrolment(start=day(9, 1), started=False), "did_not_start", day(9, 1))
    enrolment()
    enrolment(start=day(9, 15))
    event(enrolment(), "deferred", day(8, 1), expected_return=day(11, 1))
    event(enrolment(), "completed", day(7, 1))
    event(enrolment(), "withdrawn", day(6, 1), destination="returned_to_pso")
    event(enrolment(), "withdrawn", day(9, 10), destination="left_service")
    found = row("monthly-status", END, region="NE")
    wanted = {
        "starters": 6,
        "due_to_start": 1,
        "did_not_start": 1,
        "active": 2,
        "deferred": 1,
        "completed": 1,
        "withdrawn": 2,
        "started_in_month": 1,
        "completed_in_month": 0,
        "withdrawn_in_month": 1,
        "left_service": 1,
        "completion_rate": 16.7,  # 1 ÷ 6
        "withdrawal_rate": 33.3,  # 2 ÷ 6
    }
    assert {name: found[name] for name in wanted} == wanted


def test_what_happens_after_the_day_does_not_count() -> None:
    event(enrolment(), "withdrawn", day(10, 1))
    found = row("monthly-status", END)
    assert (found["active"], found["withdrawn"]) == (1, 0)


def test_rates_round_half_up_on_unrounded_values() -> None:
    # 1 of 16 is 6.25%, which is 6.3 half up (and 6.2 half to even).
    event(enrolment(), "completed", day(7, 1))
    for _ in range(15):
        enrolment()
    assert row("monthly-status", END)["completion_rate"] == 6.3


def test_progress_compares_units_with_the_share_of_the_window_gone_by() -> None:
    # Start 15 January 2025, 15 months: planned end 15 April 2026; assessment opens 15 July 2025: 274 days.
    # On 30 September 77 days have gone by: 6 units × 77 ÷ 274 = 1.69, so 1 unit of 6 (of 2: 0).
    who = person()
    enrolment(who=who, modules_held=ALL_HELD)
    registered = vq5(who)
    units = registered.version.units.count()
    expected = units * 77 // 274
    found = row("monthly-status", END)
    assert found["units_expected"] == expected
    assert (found["on_track"], found["behind"]) == ((0, 1) if expected == 1 else (1, 0))
    # On 31 January 2026 200 days have gone by: 6 × 200 ÷ 274 = 4.38, so 4 short: needs action.
    later = row("monthly-status", day(1, 31, 2026))
    assert later["units_expected"] == units * 200 // 274
    assert later["behind" if units * 200 // 274 == 1 else "at_risk"] == 1


def test_a_unit_counts_once_every_criterion_is_met_and_it_is_signed_off() -> None:
    who, assessor = person(), a.assessor()
    enrolment(who=who, modules_held=ALL_HELD)
    registered = vq5(who)
    first = sorted(registered.version.units.get(number=1).criteria.values_list("code", flat=True))
    a.decision(a.evidence(registered, day(8, 1), *first), assessor, day(8, 10), met=tuple(first))
    assert row("monthly-status", END)["units_achieved"] == 0
    a.signoff(registered, assessor, 1, day(9, 1))
    found = row("monthly-status", END)
    assert (found["units_achieved"], found["behind"], found["at_risk"]) == (1, 0, 0)
    assert row("monthly-status", day(8, 31))["units_achieved"] == 0


def test_past_its_planned_end_or_expected_return_a_learner_needs_action() -> None:
    event(enrolment(modules_held=ALL_HELD), "deferred", day(8, 1), expected_return=day(9, 1))
    assert row("monthly-status", END)["at_risk"] == 1
    assert row("monthly-status", day(8, 31))["at_risk"] == 0


def test_evidence_decisions_and_waits_of_the_month() -> None:
    # Submitted 1 September, decided 11 September by a qualified assessor: final after 10 days.
    # Submitted 2 September, decided 4 September by a trainee, agreed 22 September: final after 20 days.
    # Submitted 3 September and decided 5 September by the trainee, waiting since: 17 working days on the 30th, overdue.
    # Submitted 29 September and waiting for a decision since, not overdue.
    who, qualified, trainee = person(), a.assessor(), a.trainee()
    enrolment(who=who)
    registered = vq5(who)
    code = (
        a.Criterion.objects.filter(unit__version=registered.version).order_by("code").first().code
    )
    checker = a.countersigner(of=trainee)
    a.decision(a.evidence(registered, day(9, 1), code), qualified, day(9, 11), met=(code,))
    agreed = a.decision(a.evidence(registered, day(9, 2), code), trainee, day(9, 4), met=(code,))
    waiting = a.decision(a.evidence(registered, day(9, 3), code), trainee, day(9, 5), met=(code,))
    with acting_as(by=Job("test")):
        for decision in (agreed, waiting):
            CountersignStamp.objects.get_or_create(
                decision=decision,
                defaults={"is_needed": True, "effective_on": decision.effective_on},
            )
    a.countersignature(agreed, checker, day(9, 22))
    a.evidence(registered, day(9, 29), code)
    found = row("monthly-status", END)
    wanted = {
        "evidence_submitted_in_month": 4,
        "decisions_in_month": 3,
        "countersigned_in_month": 1,
        "awaiting_decision": 1,
        "awaiting_countersignature": 1,
        "overdue": 1,
        "median_turnaround_days": 15.0,  # of 10 and 20
        "p90_turnaround_days": 19.0,  # 10 + 0.9 × 10
        "waiting_for_service": 1,
    }
    assert {name: found[name] for name in wanted} == wanted


def test_moves_are_counted_where_they_left_and_where_they_came() -> None:
    enrolment()
    event(enrolment(), "moved_region", day(9, 10), to_region=region("WAL"))
    north, wales = rows("monthly-status", END)
    assert (north["active"], north["moved_in"], north["moved_out"]) == (1, 0, 1)
    assert (wales["active"], wales["moved_in"], wales["moved_out"]) == (1, 1, 0)


def test_a_move_alone_makes_a_row() -> None:
    event(enrolment(), "moved_pathway", day(9, 10), to_pathway=pathway("PQIP21"))
    assert [(one["pathway"], one["starters"]) for one in rows("monthly-status", END)] == [
        ("PQIP15", 0),
        ("PQIP21", 1),
    ]


def test_a_late_import_leaves_the_month_as_it_was_known() -> None:
    enrolment()
    before = safe_known_at()
    first = row("monthly-status", END, before)
    event(enrolment(), "withdrawn", day(9, 5))
    assert row("monthly-status", END)["withdrawn"] == 1
    assert row("monthly-status", END, before) == first


def test_a_voided_event_still_stands_as_it_was_known() -> None:
    one = enrolment()
    withdrawn = event(one, "withdrawn", day(9, 5))
    before = safe_known_at()
    with acting_as(by=Job("test")):
        void([withdrawn], by=Job("test"), reason="Recorded on the wrong learner")
        refresh([one.pk])
    assert row("monthly-status", END)["withdrawn"] == 0
    assert row("monthly-status", END, before)["withdrawn"] == 1


def test_cohorts_and_pathways_have_rows_of_their_own() -> None:
    enrolment(in_cohort="Intake 14")
    enrolment(in_cohort="Intake 15", on="PQIP21")
    assert [(one["cohort"], one["pathway"]) for one in rows("monthly-status", END)] == [
        (cohort("Intake 14").code, "PQIP15"),
        (cohort("Intake 15").code, "PQIP21"),
    ]


def test_a_late_decision_leaves_the_queue_as_it_was_known() -> None:
    who = person()
    enrolment(who=who)
    registered = vq5(who)
    piece = a.evidence(
        registered, day(9, 1), registered.version.units.get(number=1).criteria.first().code
    )
    before = safe_known_at()
    first = row("monthly-status", END, before)
    assert (first["awaiting_decision"], first["overdue"], first["decisions_in_month"]) == (1, 1, 0)
    made = a.decision(piece, a.assessor(), day(9, 3))
    with acting_as(by=Job("test")):
        CountersignStamp.objects.get_or_create(
            decision=made, defaults={"is_needed": False, "effective_on": day(9, 3)}
        )
        a.progress.refresh([registered.pk])
    now = row("monthly-status", END)
    assert (now["awaiting_decision"], now["decisions_in_month"], now["median_turnaround_days"]) == (
        0,
        1,
        2.0,
    )
    assert row("monthly-status", END, before) == first


def test_one_region_says_of_itself_what_the_nation_says_of_it() -> None:
    # Somebody withdrew in the North East and began again in Wales: what they hand in counts in Wales, however one asks.
    who = person()
    event(enrolment(who=who, start=day(1, 15, 2024)), "withdrawn", day(6, 1, 2024))
    enrolment(who=who, in_region="WAL", in_cohort="Intake 15")
    registered = vq5(who)
    a.evidence(registered, day(9, 1), registered.version.units.get(number=1).criteria.first().code)
    everywhere = rows("monthly-status", END)
    assert {one["region"]: one["evidence_submitted_in_month"] for one in everywhere} == {
        "NE": 0,
        "WAL": 1,
    }
    for code in ("NE", "WAL"):
        place = PlaceFilter(False, regions=frozenset({region(code).pk}))
        assert rows("monthly-status", END, place=place) == [
            one for one in everywhere if one["region"] == code
        ]
