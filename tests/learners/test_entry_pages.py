"""Pages of entry: what the rules say, what is recorded, what is decided, and who sees how much of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.actions.entry import record_entry_facts
from learners.models import Enrolment, EntryFacts, PathwayDecision
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from tests.factories import assessments
from tests.factories import learners as make
from workforce.models import User

from .test_pages import at, browser, date, send, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY = Job("test")
APPLIED, START = dt.date(2024, 9, 2), dt.date(2025, 1, 15)
FACTS = {
    "entry_route": "external",
    "level5_held": "yes",
    "level5_credits": "120",
    "modules_held": ["CJS", "UCCB"],
    "modules_started": ["PPP"],
    "right_to_work": "yes",
    "has_experience": "yes",
    "resident_three_years": "yes",
}


def applicant(**fields: Any) -> Enrolment:
    return make.enrolment(
        who=make.person(date_of_birth=dt.date(1990, 5, 1)), start=START, started=False, **fields
    )


def of_role(role: str, made: Enrolment) -> User:
    """Somebody who reaches the record: the learner themself, or their assessor."""
    who = somebody(role)
    person = made.person if role == "learner" else make.person()
    with acting_as(by=BY):
        User.objects.filter(pk=who.pk).update(person=person)
    if role == "pta":
        assessments.allocate(made.person, person, "pta")
    return who


def test_facts_are_recorded_and_the_rules_answer_clause_by_clause() -> None:
    made, client = applicant(), browser(somebody())
    before = text_of(client.get(at("entry", made.public_id)))
    assert "Not enough is recorded to advise a pathway" in before
    assert (
        send(client, "entry_facts", made, **date("applied_on", APPLIED), **FACTS).status_code == 302
    )
    page = text_of(client.get(at("entry", made.public_id)))
    assert (
        f"The rules lead to {make.pathway('PQIP15')}. The fourth knowledge module is due within the first 6 months."
        in page
    )
    for words in (
        "1 of them only begun when they applied",
        "C1 2: S4",
        "At least 18 on the day they",
        "Rules of every campaign",
    ):
        assert words in page
    again = client.get(at("entry_facts", made.public_id))
    assert again.context["form"].initial["applied_on"] == APPLIED


def test_a_day_to_come_stands_at_its_question() -> None:
    made, client = applicant(), browser(somebody())
    answer = send(
        client, "entry_facts", made, **date("applied_on", today() + dt.timedelta(days=1)), **FACTS
    )
    assert "They cannot have applied on a day to come" in text_of(answer)


def test_another_routes_answers_are_dropped() -> None:
    made, client = applicant(), browser(somebody())
    send(
        client,
        "entry_facts",
        made,
        **date("applied_on", APPLIED),
        **{**FACTS, "entry_route": "internal_moj"},
    )
    facts = EntryFacts.objects.live().get(enrolment=made)
    assert (facts.has_experience, facts.level5_credits, facts.days_absent) == (None, 120, 0)


def test_a_decision_shows_every_milestone_before_and_after() -> None:
    made, client = applicant(), browser(somebody())
    send(client, "entry_facts", made, **date("applied_on", APPLIED), **FACTS)
    answers = {**date("on", APPLIED), "chosen": make.pathway("PQIP21").pk, "reason": ""}
    refused = text_of(send(client, "decide_pathway", made, **answers))
    assert "The rules lead to PQIP15. Give the reason for your choice." in refused, (
        "before there is anything to check"
    )
    answers["reason"] = "Their wish"
    check = text_of(send(client, "decide_pathway", made, **answers))
    assert "15 Apr 2026" in check
    assert "15 Oct 2026" in check
    assert send(client, "decide_pathway", made, **answers, confirmed="yes").status_code == 302
    assert PathwayDecision.objects.live().get(enrolment=made).chosen.code == "PQIP21"
    assert "Their wish" in text_of(client.get(at("entry", made.public_id)))


def test_moving_region_says_that_the_university_stays() -> None:
    made, client = make.enrolment(start=START), browser(somebody())
    answers = {**date("on", dt.date(2025, 3, 1)), "to_region": make.region("WAL").pk}
    assert "Their university stays Sheffield Hallam University" in text_of(
        send(client, "move_region", made, **answers)
    )


@pytest.mark.parametrize(("role", "sees"), [("learner", True), ("pta", False)])
def test_what_they_came_with_is_for_them_and_for_who_decides(role: str, sees: bool) -> None:
    made = applicant(entry_route="pso_progression")
    record_entry_facts(
        by=BY,
        enrolment=made,
        applied_on=APPLIED,
        entry_route="pso_progression",
        level5_held=True,
        modules_held=[],
        days_absent=40,
        procedure_bars=False,
    )
    page = text_of(browser(of_role(role, made)).get(at("entry", made.public_id)))
    assert "What the pathway follows from" in page
    assert ("Days of long absence" in page) == sees
    assert ("No formal performance" in page) == sees
    assert "Decide the pathway" not in page


def test_an_earlier_place_and_why_it_ended() -> None:
    who = make.person(date_of_birth=dt.date(1990, 5, 1))
    before = make.enrolment(who=who, start=dt.date(2023, 1, 15), in_cohort="Intake 10")
    make.event(before, "withdrawn", dt.date(2024, 1, 10), reason=make.reason("pay_and_reward").code)
    made = make.enrolment(who=who, start=START, started=False)
    page = text_of(browser(somebody()).get(at("entry", made.public_id)))
    assert "Intake 10, left on 10 January 2024. Reason: pay and reward" in page
    assert at("history", before.public_id) in page
    assert "Within 12 months of leaving the programme" in page


def test_an_extension_on_screen_names_who_approved_it() -> None:
    made, client = make.enrolment(start=START), browser(somebody())
    make.person("APPROVER", first_name="Priya", last_name="Rao")
    answers = {
        **date("on", dt.date(2026, 1, 5)),
        **date("extended_to", dt.date(2026, 7, 1)),
        "staff_number": "APPROVER",
    }
    assert "Enter reason" in text_of(send(client, "extend", made, **answers))
    answers["note"] = "University closed for a month"
    check = text_of(send(client, "extend", made, **answers))
    assert "15 Apr 2026" in check
    assert "1 Jul 2026" in check
    nobody = send(client, "extend", made, **{**answers, "staff_number": "X"}, confirmed="yes")
    assert "nobody with this staff number" in text_of(nobody)
    assert send(client, "extend", made, **answers, confirmed="yes").status_code == 302
    page = text_of(client.get(at("programme", made.public_id)))
    assert "Approved by Priya Rao. University closed for a month." in page
    assert "Planned end before the extension" in page
