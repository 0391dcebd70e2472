"""The other figures on paper."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from assessments.models import CountersignStamp
from learners.facts.conversations import calls_of
from learners.models import Enrolment, NewlyQualified, Placement, ProtectedDay
from pqip.core.acting import Job, acting_as
from pqip.core.ledger import supersede
from pqip.core.snapshot import safe_known_at
from reports.figures.asking import PlaceFilter, Question
from reports.figures.countersigning import countersigning
from tests.factories import assessments as a
from tests.factories import workforce as w
from tests.factories.learners import enrolment, event, person, region
from tests.factories.reports import row, rows
from workforce.models import RecordsComplete, StaffingReturn, Target

pytestmark = pytest.mark.django_db

END = dt.date(2025, 9, 30)
#: Whoever holds these has no fourth module to do.
ALL_HELD = ["CJS", "UCCB", "PPP", "REHAB"]
BY, DAY = Job("test"), dt.timedelta(days=1)


def day(month: int, number: int, year: int = 2025) -> dt.date:
    return dt.date(year, month, number)


def test_attrition_counts_durations_from_the_start() -> None:
    # Start 15 January 2025. One withdrew after 60 days (16 March), one completed after 200 (3 August), one on a break and
    # one active for 258 days on 30 September. Three months are 91.3 days, six 182.6, nine 273.9: nobody was followed so far.
    event(enrolment(), "withdrawn", day(3, 16))
    event(enrolment(), "completed", day(8, 3))
    event(enrolment(), "deferred", day(9, 1))
    enrolment()
    found = [one for one in rows("attrition", END) if one["breakdown"] == "all"]
    assert [one["month_on_programme"] for one in found] == [0, 3, 6]
    assert [one["number_at_risk"] for one in found] == [4, 3, 3]
    assert [one["withdrawn"] for one in found] == [0, 1, 0]
    assert [one["retained_percent"] for one in found] == [100.0, 75.0, 75.0]
    assert [one["withdrawn_incidence_percent"] for one in found] == [0.0, 25.0, 25.0]


def test_attrition_and_outcomes_go_by_the_region_at_the_start() -> None:
    event(enrolment(), "moved_region", day(3, 1), to_region=region("WAL"))
    groups = {
        one["group"]
        for name in ("attrition", "cohort-outcomes")
        for one in rows(name, END)
        if one["breakdown"] == "region"
    }
    assert groups == {"NE"}


def test_cohort_outcomes() -> None:
    # Four starters: one completed after 200 days (6.6 months), two withdrew (one left the Service), one active.
    event(enrolment(), "completed", day(8, 3))
    event(enrolment(), "withdrawn", day(6, 1), destination="left_service")
    event(enrolment(), "withdrawn", day(6, 1), destination="other_role")
    enrolment()
    found = row("cohort-outcomes", END, breakdown="all")
    wanted = {
        "starters": 4,
        "completed": 1,
        "withdrawn": 2,
        "active": 1,
        "completion_rate": 25.0,
        "withdrawal_rate": 50.0,
        "left_service_rate": 25.0,
        "left_service_of_withdrawn_percent": 50.0,
        "still_on_programme": 1,
        "cohort_finished": "no",
        "median_months_to_complete": 6.6,
        "completion_lower": 4.6,
        "completion_upper": 69.9,  # Wilson, 1 of 4
    }
    assert {name: found[name] for name in wanted} == wanted
    assert row("cohort-outcomes", END, breakdown="sex")["group"] == "not_stated"


def test_withdrawals_by_quarter_and_reason() -> None:
    event(
        enrolment(),
        "withdrawn",
        day(3, 31),
        reason="workload",
        destination="left_service",
        exit_interview_offered_on=day(4, 2),
    )
    event(enrolment(), "withdrawn", day(4, 1))
    first, second = rows("withdrawals", END)
    assert (first["quarter"], first["reason"], first["destination"], first["withdrawn"]) == (
        "2025-Q1",
        "workload",
        "left_service",
        1,
    )
    assert (first["interview_offered"], first["interview_held"]) == (1, 0)
    assert (second["quarter"], second["reason"], second["destination"]) == (
        "2025-Q2",
        "not_recorded",
        "unknown",
    )


def test_progression_of_one_learner() -> None:
    # Start 31 January, seven whole months by 30 September (31 August; 30 September is not the 31st, but clipping makes it 8).
    one = enrolment(start=day(1, 31), modules_held=ALL_HELD)
    found = row("progression", END)
    assert found["learner"] == str(one.public_id)
    assert found["months_elapsed"] == 8
    assert found["planned_end"] == day(4, 30, 2026)
    assert found["waiting_for_service"] == "no PTA; placement not offered"
    assert found["waiting_for_learner"] == ""


def placed(one: Enrolment) -> None:
    """A placement from the start, so that none is owed."""
    with acting_as(by=BY):
        Placement.objects.create(
            enrolment=one, setting="court", effective_on=one.start_date, planned_to=one.start_date
        )


def test_study_days_lost_and_a_placement_not_offered_are_what_calls_for_a_conversation() -> None:
    """The same relation says both, on the day before and on the day, on a break, and as known before."""
    one, owed = enrolment(start=day(1, 31)), day(7, 31)
    waits = ("study days lost", "placement not offered")
    codes = ("study_days_lost", "placement_not_offered")

    def said(on: dt.date, known_at: dt.datetime | None = None) -> list[str]:
        found = row("progression", on, known_at)["waiting_for_service"].split("; ")
        called = {each.call for each in calls_of([one.pk], on, known_at).get(one.pk, [])}
        assert [words in found for words in waits] == [code in called for code in codes]
        return [words for words in waits if words in found]

    assert said(owed - DAY) == []
    assert said(owed) == ["placement not offered"]
    before = safe_known_at()
    with acting_as(by=BY):
        for nth, reason in enumerate(("case_work", "leave_or_sickness", "case_work")):
            ProtectedDay.objects.create(
                person=one.person, kind="university", effective_on=owed - nth * DAY, taken=False,
                reason_lost=reason,
            )  # fmt: skip
    assert said(owed - DAY) == []
    assert said(owed) == list(waits)
    assert said(owed, before) == ["placement not offered"]
    assert row("monthly-status", owed)["waiting_for_service"] == 1
    placed(one)
    assert said(owed) == ["study days lost"]
    event(one, "deferred", owed)
    assert said(owed) == []


def test_an_absent_pta_is_the_services_to_mend() -> None:
    one, pta = enrolment(modules_held=ALL_HELD), a.assessor()
    a.allocate(one.person, pta)
    placed(one)
    assert row("progression", END)["waiting_for_service"] == ""
    w.absence(pta, day(9, 1), "long_term_absence")
    assert row("progression", END)["waiting_for_service"] == "PTA absent"


def test_names_only_of_those_who_may_be_named() -> None:
    enrolment()
    named = row("progression", END)
    assert named["name"] == "Sam Jones"
    hidden = rows("progression", END, names=frozenset())[0]
    assert (hidden["name"], hidden["staff_number"]) == ("", "")


def _month_of_decisions(trainee: object, agreed: int, returned: int, waiting: int) -> None:
    registered, checker = a.registration(person()), a.countersigner(of=trainee)
    for nth in range(agreed + returned + waiting):
        made = a.decision(a.evidence(registered, day(9, 1)), trainee, day(9, 2), number=1)
        with acting_as(by=BY):
            CountersignStamp.objects.get_or_create(
                decision=made, defaults={"is_needed": True, "effective_on": day(9, 2)}
            )
            a.progress.refresh([registered.pk])
        if nth < agreed + returned:
            a.countersignature(made, checker, day(9, 12), "agreed" if nth < agreed else "returned")


def test_countersigning_of_a_trainee() -> None:
    # Ten decisions on 2 September: six agreed and two returned after ten days, two waiting for 28 days. 2 ÷ 8 = 25%.
    trainee = a.trainee()
    w.spell(trainee)
    _month_of_decisions(trainee, 6, 2, 2)
    found = row("countersigning", END, assessor=trainee.staff_number)
    wanted = {
        "region": "NE",
        "assessor_status": "trainee",
        "decisions": 10,
        "awaiting_countersignature": 2,
        "agreed": 6,
        "returned": 2,
        "return_rate": 25.0,
        "median_days_to_countersign": 10.0,
        "oldest_waiting_days": 28,
    }
    assert {name: found[name] for name in wanted} == wanted


def test_rates_of_few_decisions_are_blank_and_others_see_regions() -> None:
    trainee = a.trainee()
    _month_of_decisions(trainee, 2, 1, 0)
    assert row("countersigning", END, assessor=trainee.staff_number)["return_rate"] is None
    of_region = countersigning(Question(END, assessors=frozenset()))
    assert [(one["region"], one["assessor"], one["decisions"]) for one in of_region] == [
        ("NE", None, 3)
    ]
    assert countersigning(Question(END, assessors=frozenset({trainee.pk + 1000}))) == []


def test_assessor_development() -> None:
    # Registered: one 13 months ago and not achieved (overdue), one in June (in progress), one achieved after 365 days.
    a.assessor(achieved_on=None, registered_on=day(8, 1, 2024))
    a.assessor(achieved_on=None, registered_on=day(6, 1))
    a.assessor(achieved_on=day(6, 1), registered_on=day(6, 1, 2024))
    found = row("assessor-development", END, region="NE")
    wanted = {
        "registered": 3,
        "in_progress": 2,
        "overdue": 1,
        "achieved": 1,
        "achievement_rate": 33.3,
        "median_months_to_achieve": 12.0,
    }
    assert {name: found[name] for name in wanted} == wanted


def test_a_unit_of_a_region_that_rests_on_its_return_has_no_figures_of_its_own() -> None:
    """One post of sixty is on record in the unit; the region returned 410 for all of its units together."""
    unit = w.pdu("N54DUR")
    w.spell(w.person(), in_pdu=unit.code, in_grade="PSO")
    with acting_as(by=Job("test")):
        Target.objects.create(
            region=unit.region, pdu=unit, grade=w.grade("PSO"), effective_on=END, target_fte=60
        )
        StaffingReturn.objects.create(
            region=unit.region, grade=w.grade("PSO"), effective_on=END, fte=410
        )
    asked = {"place": PlaceFilter(regions=(unit.region_id,)), "by_pdu": True}
    for day, source, vacancy in ((END - dt.timedelta(days=1), "records", None), (END, None, None)):
        found = next(
            one for one in rows("workforce-position", day, **asked) if one["pdu"] == unit.code
        )
        assert (found["source"], found["vacancy_rate"]) == (source, vacancy)
    assert (found["target_fte"], found["in_post_fte"]) == (60, None)
    with acting_as(by=Job("test")):
        RecordsComplete.objects.create(region=unit.region, grade=w.grade("PSO"), effective_on=END)
    found = next(one for one in rows("workforce-position", END, **asked) if one["pdu"] == unit.code)
    assert (found["source"], found["in_post_fte"], found["vacancy_rate"]) == ("records", 1, 98.3)


def test_workforce_position_from_records() -> None:
    # Probation officers of the North East. Target 5.0. In post: A 1.0; B 0.8 with 0.2 lost to reduced hours; C 1.0 away for
    # 40 days, so wholly non-effective; D came in May. E left in March. In post 3.8 of 4 people, non-effective 1.2.
    with acting_as(by=BY):
        Target.objects.create(
            region=w.region(), grade=w.grade(), target_fte=5, effective_on=day(1, 1)
        )
    w.spell(w.person())
    reduced = w.person()
    w.spell(reduced, fte="0.8")
    w.absence(reduced, day(9, 1), "reduced_hours", fte_lost=Decimal("0.2"))
    away = w.person()
    w.spell(away)
    w.absence(away, day(8, 22), "long_term_absence")
    w.spell(w.person(), day(5, 1))
    w.spell(w.person(), ended_on=day(3, 31))
    found = row("workforce-position", END, region="NE", grade="PO")
    wanted = {
        "target_fte": 5,
        "in_post_fte": Decimal("3.8"),
        "in_post_headcount": 4,
        "non_effective_fte": Decimal("1.2"),
        "effective_fte": Decimal("2.6"),
        "shortfall_fte": Decimal("1.2"),
        "vacancy_rate": 24.0,
        "effective_vacancy_rate": 48.0,
        "joiners_12m": 1,
        "leavers_12m": 1,
        "source": "records",
        "learners_fte": 0,
        # Headcount at the 13 month ends: 4 from September to March (7), 3 in April, 4 from May to September (5): 51 ÷ 13.
        "leaving_rate": 25.5,  # 1 ÷ 3.923
    }
    assert {name: found[name] for name in wanted} == wanted


def test_a_move_to_another_post_is_no_leaving_and_pso_figures_include_learners() -> None:
    one = enrolment(start=day(3, 1)).person
    w.spell(one, day(1, 1), in_grade="PSO", ended_on=day(5, 31))
    w.spell(one, day(6, 1), in_grade="PSO", fte="0.8")
    found = row("workforce-position", END, grade="PSO")
    assert (
        found["in_post_fte"],
        found["learners_fte"],
        found["in_post_excluding_learners_fte"],
    ) == (Decimal("0.8"), Decimal("0.8"), 0)
    assert (found["joiners_12m"], found["leavers_12m"]) == (1, 0)
    assert found["vacancy_rate"] is None


def test_returns_stand_in_where_there_are_no_records_and_the_nation_comes_last() -> None:
    with acting_as(by=BY):
        for place, total in (("NAT", 100), ("WAL", 20)):
            StaffingReturn.objects.create(
                region=w.region(place),
                grade=w.grade(),
                fte=total,
                effective_on=day(6, 30),
                source="published",
            )
    found = rows("workforce-position", END)
    assert [(one["region"], one["in_post_fte"], one["source"]) for one in found] == [
        ("WAL", 20, "return"),
        ("NAT", 100, "return"),
    ]


def test_units_of_a_region() -> None:
    unit = w.Pdu.objects.filter(region=w.region()).first()
    w.spell(w.person(), in_pdu=unit.code)
    w.spell(w.person())
    place = PlaceFilter(False, regions=frozenset({w.region().pk}))
    found = rows("workforce-position", END, place=place, by_pdu=True)
    assert [(one["pdu"], one["in_post_headcount"]) for one in found] == [(None, 2), (unit.code, 1)]


def test_a_target_alone_says_nothing_of_who_is_in_post() -> None:
    with acting_as(by=BY):
        Target.objects.create(
            region=region("NAT"), grade=w.grade("PO"), effective_on=day(4, 1), target_fte=7115
        )
    found = row("workforce-position", END, region="NAT", grade="PO")
    assert found["target_fte"] == 7115
    assert {
        found[name]
        for name in ("in_post_fte", "shortfall_fte", "vacancy_rate", "leaving_rate", "source")
    } == {None}


def test_the_leaving_rate_is_rounded_once() -> None:
    # Twelve in post at all 13 month ends, two at the first two of them: 160 heads. 2 × 13 ÷ 160 = 16.25%, half up 16.3.
    for _ in range(12):
        w.spell(w.person())
    for _ in range(2):
        w.spell(w.person(), ended_on=day(11, 15, 2024))
    found = row("workforce-position", END, region="NE", grade="PO")
    assert (found["leavers_12m"], found["leaving_rate"]) == (2, 16.3)


def test_a_sum_of_units_is_known_only_where_each_is() -> None:
    with acting_as(by=BY):
        for unit, headcount in (("N54DUR", 11), ("N54SUND", None)):
            StaffingReturn.objects.create(
                region=w.region(),
                pdu=w.pdu(unit),
                grade=w.grade(),
                effective_on=day(6, 30),
                fte="10.0",
                headcount=headcount,
                source="return",
            )
    found = row("workforce-position", END, region="NE", grade="PO")
    assert (found["in_post_fte"], found["in_post_headcount"], found["source"]) == (
        20,
        None,
        "return",
    )


def test_a_registration_for_the_award_counts_without_a_record_of_the_assessor() -> None:
    # Registered for TAQA3 only: one with a target that passed in August, one certificated after 61 days (2.0 months).
    for target, certificated in ((day(8, 31), None), (None, day(5, 16))):
        made = a.registration(on=day(3, 16), of=a.qualification("TAQA3"))
        with acting_as(by=BY):
            supersede(
                made.facts.get(),
                by=BY,
                reason="Target",
                target_on=target,
                certificated_on=certificated,
            )
    found = row("assessor-development", END, region="NE")
    wanted = {
        "registered": 2,
        "in_progress": 1,
        "overdue": 1,
        "achieved": 1,
        "median_months_to_achieve": 2.0,
    }
    assert {name: found[name] for name in wanted} == wanted


def test_protection_counts_where_the_officer_is_and_ratios_where_learners_are() -> None:
    # An officer of Wales who completed in the North East on 2 June 2025: 20% of 0.8 is taken from 9 June, 0.1 by reduced
    # hours: 0.26. The learner of the North East loses nothing here. Two managers for one learner: 0.5. No assessor.
    officer = enrolment(start=day(3, 1, 2024))
    event(officer, "completed", day(6, 2))
    event(officer, "qualified", day(6, 16))
    w.spell(officer.person, day(3, 1, 2024), in_grade="PSO", ended_on=day(6, 8))
    w.spell(officer.person, day(6, 9), in_region="WAL", fte="0.8")
    w.absence(officer.person, day(7, 1), "reduced_hours", fte_lost=Decimal("0.1"))
    with acting_as(by=BY):
        NewlyQualified.objects.create(
            enrolment=officer,
            effective_on=day(6, 9),
            protected_until=day(3, 8, 2026),
            reduction_from=day(6, 9),
        )
    learner = enrolment(start=day(3, 1))
    w.spell(learner.person, day(3, 1), in_grade="PSO")
    for _ in range(2):
        w.spell(w.person(), in_grade="SPO")
    there = row("workforce-position", END, region="WAL", grade="PO")
    assert (there["non_effective_fte"], there["qualified_12m"], there["joiners_12m"]) == (
        Decimal("0.26"),
        1,
        0,
    )
    here = row("workforce-position", END, region="NE", grade="PSO")
    assert (here["non_effective_fte"], here["learners_per_manager"], here["learners_per_pta"]) == (
        0,
        0.5,
        None,
    )
    # Nine months count from qualifying on 16 June 2025, the later of the two: to 15 March 2026.
    last, after = (
        row("workforce-position", day(3, of, 2026), region="WAL", grade="PO") for of in (15, 16)
    )
    assert [last["non_effective_fte"], after["non_effective_fte"]] == [
        Decimal("0.26"),
        Decimal("0.1"),
    ]
    assert row("workforce-position", day(6, 8), grade="PSO", region="NE")["qualified_12m"] == 0
