"""What a learner needs: each condition at its boundary, counted and listed alike."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from learners.actions.allocations import allocate
from learners.actions.board import refer_to_board
from learners.actions.modules_results import record_module_result
from learners.models import Enrolment, Review
from learners.ports import vocational as ports
from learners.presenters.needs import WORDS
from learners.queries.needs import NEEDS, count_needs, needing, needing_anything, strand_keys
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from tests.factories import learners as make
from tests.personas import persona
from workforce.roles import ROLES

from .conftest import Stated
from .test_pages import at, browser, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)


def codes(of: Enrolment, on: dt.date | None = None) -> set[str]:
    rows = Enrolment.objects.filter(pk=of.pk)
    return {code for code in NEEDS if needing(rows, code, on or today()).exists()}


#: Whoever holds these has no fourth module to do.
ALL_HELD = ["CJS", "UCCB", "PPP", "REHAB"]


def looked_after(**came_with: Any) -> Enrolment:
    """Started 30 days ago, with an assessor, a manager and a mentor: nothing is needed."""
    made = make.enrolment(start=today() - 30 * DAY, **came_with)
    for role in ("pta", "line_manager", "mentor"):
        allocate(
            by=BY, person=made.person, role=role, other=make.person(), from_date=today() - 20 * DAY
        )
    return made


def test_somebody_looked_after_needs_nothing() -> None:
    assert codes(looked_after()) == set()


def test_no_mentor_once_the_last_day_has_passed() -> None:
    made = make.enrolment(start=today() - 30 * DAY)
    allocate(
        by=BY,
        person=made.person,
        role="mentor",
        other=make.person(),
        from_date=today() - 9 * DAY,
        to_date=today() - DAY,
    )
    assert "no_mentor" in codes(made)
    assert "no_mentor" not in codes(made, today() - DAY)


@pytest.mark.parametrize(("days", "needs"), [(28, False), (29, True)])
def test_a_module_overdue_for_more_than_28_days_needs_action(days: int, needs: bool) -> None:
    made = looked_after()
    record_module_result(
        by=BY, enrolment=made, module=make.module("REHAB"), attempt=1, due_date=today() - days * DAY
    )
    assert ({"modules", "at_risk"} <= codes(made)) is needs


@pytest.mark.parametrize(
    ("short", "needs"), [(0, set()), (1, {"behind"}), (2, {"behind", "at_risk"})]
)
def test_one_unit_short_is_behind_and_two_need_action(
    vocational: Stated, short: int, needs: set[str]
) -> None:
    made = make.enrolment(start=dt.date(2025, 1, 1), modules_held=ALL_HELD)
    vocational.progress[made.person_id] = ports.Progress(3 - short, 6)
    assert codes(made, dt.date(2025, 11, 15)) & {"behind", "at_risk"} == needs


def test_the_fourth_module_not_passed_in_six_months_needs_action_from_the_day_after() -> None:
    """Started on 1 June 2025, three held: due on 1 December. Nothing is on record of it, so that is the service's to record."""
    made = make.enrolment(start=dt.date(2025, 6, 1))
    assert {"modules", "at_risk", "results"} & codes(made, dt.date(2025, 12, 1)) == set()
    assert {"modules", "at_risk", "results"} <= codes(made, dt.date(2025, 12, 2))


def test_a_module_due_and_not_recorded_is_the_services_to_record_and_no_delay_of_the_learners() -> (
    None
):
    """Assessment from 1 December 2025 to 1 September 2026, 274 days: the first of two modules of level 6 on 17 April."""
    made = make.enrolment(start=dt.date(2025, 6, 1), modules_held=ALL_HELD)
    assert "results" not in codes(made, dt.date(2026, 4, 17))
    assert {"modules", "at_risk", "results"} & codes(made, dt.date(2026, 4, 18)) == {"results"}


def test_past_the_planned_end_needs_action_from_the_day_after() -> None:
    made = looked_after(modules_held=ALL_HELD)
    made.refresh_from_db()
    end = made.planned_end
    assert end is not None
    assert not {"past_end", "at_risk"} & codes(made, end)
    assert {"past_end", "at_risk"} <= codes(made, end + DAY)


def test_reviews_and_the_board() -> None:
    made = looked_after()
    with acting_as(by=BY):
        Review.objects.create(person=made.person, effective_on=today())
    assert "review" not in codes(made)
    assert "review" in codes(made, today() + DAY)
    refer_to_board(by=BY, enrolment=made, on=today(), note="Progress")
    assert "board" in codes(made)


def counts_of(client: Any, address: str) -> dict[str, tuple[int, str]]:
    """What a first page counts, and where each count leads."""
    return {
        count.label: (count.number, count.url) for count in client.get(address).context["counts"]
    }


def test_waiting_for_the_board_is_the_work_of_those_who_hear_it_and_told_to_the_region() -> None:
    title, made = WORDS["board"].title, looked_after(modules_held=ALL_HELD)
    refer_to_board(by=BY, enrolment=made, on=today(), note="Progress")
    region = browser(persona("learning_manager"))
    assert title not in counts_of(region, at("decisions"))
    assert made.person.name not in text_of(region.get(at("decisions")))
    assert made.person.name in text_of(region.get(at("referrals"))), (
        "the region's own list tells who waits"
    )
    assert WORDS["board"].of_one in text_of(region.get(at("list") + "?need=board"))
    hears = browser(persona("national"))
    assert counts_of(hears, reverse("reports:month"))[title] == (1, at("referrals"))
    assert made.person.name in text_of(hears.get(at("referrals")))
    make.event(made, "board_decision", today(), board_outcome="Continue")
    assert counts_of(hears, reverse("reports:month"))[title] == (0, at("referrals"))
    assert title not in counts_of(browser(persona("regional_manager")), reverse("reports:month"))


def test_every_count_on_a_first_page_leads_to_a_list_that_opens() -> None:
    counted = {}
    for role in ROLES:
        client = browser(persona(role, of=make.enrolment().person if role == "learner" else None))
        page = client.get(reverse("workforce:home"), follow=True)
        assert page.status_code == 200, role
        counted[role] = {
            count.url: client.get(count.url).status_code
            for count in page.context.get("counts") or []
        }
    assert {
        (role, url)
        for role, found in counted.items()
        for url, status in found.items()
        if status != 200
    } == set()
    assert at("referrals") in counted["national"]
    assert len(counted["learning_manager"]) > 15


def test_training_overdue_is_counted_and_listed_but_nobody_decides_it() -> None:
    made = looked_after()
    make.course("LATE", due_months=0)
    rows = Enrolment.objects.filter(pk=made.pk)
    known = strand_keys(rows, today())
    assert count_needs(rows, today(), known)["training"] == 1
    assert not needing_anything(rows, today(), known).exists()
    client = browser(somebody())
    home = client.get(at("decisions")).content.decode()
    assert "?need=training" in home
    listed = text_of(client.get(at("list") + "?need=training"))
    assert "Required training is overdue" in listed
    assert made.person.name in listed
