"""Entry facts and the pathway decided from them: actions, versions of the rules, and what the database refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from learners.actions.enrolments import enrol
from learners.actions.entry import record_entry_facts
from learners.actions.pathways_decide import decide_pathway, forget_selection_answers
from learners.facts.entry import entry_of, rules_for, university_of
from learners.facts.modules import states_of
from learners.models import (
    Campaign,
    Enrolment,
    EntryFacts,
    EntryRules,
    PathwayDecision,
    SelectionAnswer,
)
from learners.rules.entry import Verdict
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from tests.factories import learners as make
from tests.factories import workforce
from workforce.models import RegionUniversity, University

from .conftest import Stated
from .test_pages import browser

pytestmark = pytest.mark.django_db
BY = Job("test")
APPLIED, START, DAY = dt.date(2024, 9, 2), dt.date(2025, 1, 15), dt.timedelta(days=1)
ENOUGH = {"right_to_work": True, "has_experience": True, "resident_three_years": True}


def adult(**fields: Any) -> Any:
    return make.person(date_of_birth=dt.date(1990, 5, 1), **fields)


def applicant(**fields: Any) -> Enrolment:
    return make.enrolment(who=adult(), start=START, started=False, **fields)


def came(of: Enrolment, **facts: Any) -> EntryFacts:
    own = {
        "entry_route": of.entry_route,
        "level5_held": of.level5_held,
        "modules_held": of.modules_held,
    }
    return record_entry_facts(by=BY, enrolment=of, applied_on=APPLIED, **{**own, **ENOUGH, **facts})


def test_what_they_came_with_is_corrected_by_voiding() -> None:
    made = applicant()
    first = came(made)
    came(made, modules_held=["CJS", "UCCB"], modules_started=["PPP", "CJS"])
    first.refresh_from_db()
    assert first.is_void
    kept = EntryFacts.objects.live().get(enrolment=made)
    assert (made.modules_held, kept.modules_started) == (["CJS", "UCCB"], ["PPP"])
    assert entry_of(made).advice.pathway == "PQIP15"


@pytest.mark.parametrize(("facts", "said"), [
    ({"modules_held": ["ART"]}, "Not a knowledge module: ART"), ({"pso_until": APPLIED}, "the day they became a PSO"),
    ({"pso_from": APPLIED, "pso_until": APPLIED - DAY}, "the day they became a PSO"),
])  # fmt: skip
def test_facts_that_cannot_be_are_refused(facts: dict[str, Any], said: str) -> None:
    with pytest.raises(RuleBroken, match=said):
        came(applicant(), **facts)


def test_nobody_applied_on_a_day_to_come() -> None:
    with pytest.raises(RuleBroken, match="day to come"):
        record_entry_facts(
            by=BY,
            enrolment=applicant(),
            applied_on=today() + DAY,
            entry_route="external",
            level5_held=True,
        )


def test_a_decision_as_advised_needs_no_reason_and_stands_beside_the_advice() -> None:
    made = applicant()
    came(made)
    decision = decide_pathway(by=BY, enrolment=made, on=APPLIED, chosen=make.pathway("PQIP15"))
    assert (decision.advised.code, decision.chosen.code, decision.reason) == (
        "PQIP15",
        "PQIP15",
        "",
    )
    assert not made.events.live().filter(kind="moved_pathway").exists()


def test_another_pathway_than_advised_needs_a_reason_and_moves_the_learner() -> None:
    made, longer = applicant(), make.pathway("PQIP21")
    came(made)
    with pytest.raises(RuleBroken, match="The rules lead to PQIP15"):
        decide_pathway(by=BY, enrolment=made, on=APPLIED, chosen=longer)
    decision = decide_pathway(
        by=BY, enrolment=made, on=APPLIED, chosen=longer, reason="Asked for more time"
    )
    made.refresh_from_db()
    assert (decision.advised.code, decision.chosen.code, made.pathway.code) == (
        "PQIP15",
        "PQIP21",
        "PQIP21",
    )
    assert made.planned_end == dt.date(2026, 10, 15)  # 21 months from 15 January 2025
    first = made.events.live().get(kind="enrolled")
    assert first.to_pathway.code == "PQIP15"  # what was first agreed stays


def test_without_enough_recorded_nothing_is_advised() -> None:
    made = applicant()
    with pytest.raises(RuleBroken, match="Not enough is recorded"):
        decide_pathway(by=BY, enrolment=made, on=APPLIED, chosen=make.pathway("PQIP15"))
    decision = decide_pathway(
        by=BY, enrolment=made, on=APPLIED, chosen=make.pathway("PQIP15"), reason="Seen on paper"
    )
    assert decision.advised is None


def test_deciding_twice_on_a_day_leaves_one_and_later_both() -> None:
    made = applicant()
    came(made)
    for on, code in ((APPLIED, "PQIP15"), (APPLIED, "PQIP15"), (APPLIED + DAY, "PQIP21")):
        decide_pathway(by=BY, enrolment=made, on=on, chosen=make.pathway(code), reason="Why")
    assert PathwayDecision.objects.live().filter(enrolment=made).count() == 2
    assert PathwayDecision.objects.filter(enrolment=made).count() == 3


def test_c1_13_the_answer_about_a_procedure_is_deleted_once_decided() -> None:
    made = applicant(entry_route="pso_progression")
    pso = {
        "pso_from": dt.date(2023, 1, 1),
        "directly_employed": True,
        "probation_passed": True,
        "mandatory_in_date": True,
    }
    came(made, **pso, procedure_bars=False)
    assert SelectionAnswer.objects.get(enrolment=made).procedure_bars is False
    assert entry_of(made).advice.verdict == Verdict.FITS
    decide_pathway(by=BY, enrolment=made, on=APPLIED, chosen=make.pathway("PQIP15"))
    assert not SelectionAnswer.objects.exists()
    assert entry_of(made).advice.verdict == Verdict.FITS  # and is not missed
    came(made, **pso, procedure_bars=True)
    assert not SelectionAnswer.objects.exists()  # nor asked for again


def test_c1_13_nor_is_it_kept_of_whoever_started_undecided() -> None:
    waiting, started = applicant(), make.enrolment(start=START)
    with acting_as(by=BY):
        for each in (waiting, started):
            SelectionAnswer.objects.create(enrolment=each, procedure_bars=True)
    forget_selection_answers(by=BY)
    assert list(SelectionAnswer.objects.values_list("enrolment", flat=True)) == [waiting.pk]


def test_c1_1_rules_of_the_campaign_come_before_those_of_all() -> None:
    with acting_as(by=BY):
        campaign = Campaign.objects.create(code="Cohort 17")
        own = EntryRules.objects.create(
            campaign=campaign, effective_on=dt.date(2024, 6, 1), level_required=4, source="test"
        )
    assert rules_for(campaign.pk, APPLIED) == own
    assert rules_for(campaign.pk, dt.date(2024, 5, 31)).campaign is None
    assert rules_for(None, APPLIED).campaign is None


@pytest.mark.parametrize(("on", "level"), [
    (dt.date(2010, 1, 1), 5), (dt.date(2023, 12, 31), 5), (dt.date(2024, 1, 1), 3), (dt.date(2026, 1, 1), 3),
])  # fmt: skip
def test_c1_1_versions_that_ship(on: dt.date, level: int) -> None:
    assert rules_for(None, on).level_required == level


def test_c1_3_who_has_the_fourth_module_to_do() -> None:
    of_each = [
        applicant(modules_held=held.split())
        for held in ("CJS UCCB PPP", "CJS UCCB PPP REHAB", "CJS UCCB")
    ]
    rows = states_of([each.pk for each in of_each], START)
    assert [
        [row["code"] for row in rows if row["enrolment_id"] == each.pk and row["is_fourth"]]
        for each in of_each
    ] == [["REHAB"], [], []]


def test_c1_19_and_f27_whoever_returns_is_linked_to_what_was_before() -> None:
    who = adult()
    before = make.enrolment(who=who, start=dt.date(2023, 1, 15), in_cohort="Intake 10")
    make.event(before, "withdrawn", dt.date(2024, 1, 10), reason=make.reason("pay_and_reward").code)
    made = make.enrolment(who=who, start=START, started=False)
    came(made)
    entry = entry_of(made)
    assert (entry.earlier.place, entry.applicant.left_on) == (before, dt.date(2024, 1, 10))
    assert entry.earlier.left_event.reason == "pay_and_reward"
    assert (
        entry.advice.verdict == Verdict.NOT_RECORDED
    )  # within 12 months of leaving: agreement is needed
    came(made, rejoin_agreed=True)
    assert entry_of(made).advice.pathway == "PQIP15"


def test_c1_24_the_region_at_application_decides_the_university() -> None:
    with acting_as(by=BY):
        for code in ("NE", "WAL"):
            taught_by = University.objects.get_or_create(name=f"University of {code}")[0]
            RegionUniversity.objects.create(
                region=make.region(code), university=taught_by, effective_on=dt.date(2024, 1, 2)
            )
    made = make.enrolment(start=START, in_region="NE")
    make.event(made, "moved_region", dt.date(2025, 3, 1), to_region=make.region("WAL"))
    assert made.region.code == "WAL"
    assert str(university_of(made)) == "University of NE"


def test_enrolling_with_the_day_they_applied_decides_the_pathway(vocational: Stated) -> None:
    terms = {
        "by": BY,
        "person": adult(),
        "cohort": make.cohort(),
        "region": make.region(),
        "fte": 1,
        "start_date": START,
        "entry_route": "external",
        "level5_held": True,
        "modules_held": ["CJS", "UCCB"],
        "applied_on": APPLIED,
        "entry_facts": ENOUGH,
    }
    with pytest.raises(RuleBroken, match="The rules lead to PQIP21"):
        enrol(**terms, pathway=make.pathway("PQIP15"))
    made = enrol(**terms, pathway=make.pathway("PQIP21"))
    assert PathwayDecision.objects.live().get(enrolment=made).advised.code == "PQIP21"
    assert EntryFacts.objects.live().get(enrolment=made).has_experience


def test_the_database_refuses_a_different_choice_without_a_reason() -> None:
    made = applicant()
    rules = rules_for(None, APPLIED)
    for advised in (None, make.pathway("PQIP21")):
        with pytest.raises(IntegrityError), acting_as(by=BY), transaction.atomic():
            PathwayDecision.objects.create(
                enrolment=made,
                effective_on=APPLIED,
                rules=rules,
                advised=advised,
                chosen=make.pathway("PQIP15"),
            )


def test_the_database_refuses_a_pso_who_stopped_before_they_became_one() -> None:
    with pytest.raises(IntegrityError), acting_as(by=BY), transaction.atomic():
        EntryFacts.objects.create(
            enrolment=applicant(), effective_on=APPLIED, pso_from=APPLIED, pso_until=APPLIED - DAY
        )


def test_an_administrator_changes_a_version_and_adds_one_for_a_campaign() -> None:
    with acting_as(by=BY):
        campaign = Campaign.objects.create(code="Cohort 18")
    client = browser(workforce.user("administrator"))
    url = reverse("workforce:reference_change", args=["entry-rules", "every/2024-01-01"])
    assert client.get(url).status_code == 200
    said = {
        "level_required": "3",
        "modules_for_short": "3",
        "modules_started": "0",
        "level5_credits": "120",
        "service_months": "6",
        "minimum_age": "18",
        "rejoin_months": "12",
        "short_without_level5": "no",
        "source": "Told so",
        "assumed": "no",
    }
    changed = client.post(
        url, {**said, "campaign": "", "effective_on": "2024-01-01", "reason": "The service said so"}
    )
    assert changed.status_code == 302, changed.context["form"].errors
    assert rules_for(None, APPLIED).modules_started == 0
    added = client.post(
        reverse("workforce:reference_add", args=["entry-rules"]),
        {**said, "campaign": campaign.pk, "effective_on": "2024-06-01", "modules_started": "1"},
    )
    assert added.status_code == 302, added.context["form"].errors
    assert rules_for(campaign.pk, APPLIED).modules_started == 1
    assert (
        "Cohort 18"
        in client.get(reverse("workforce:reference_kind", args=["entry-rules"])).content.decode()
    )
