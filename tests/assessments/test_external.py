"""External quality assurers: named candidates, on the named days, to read only; every page they read is written down."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from learners.actions.allocations import allocate, end_allocation
from learners.models import Allocation
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.models import AccessEntry
from tests.access import table
from tests.factories import assessments as made
from tests.factories import learners
from tests.factories.workforce import BY
from tests.personas import client_for, persona
from workforce.models import User
from workforce.ports.landing_pages import landing_pages_of
from workforce.roles import ROLES

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def assurer() -> User:
    return persona("eqa")


def address(of: object, page: str = "candidate") -> str:
    return reverse(f"assessments:{page}", args=[of.public_id])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("first", "last", "answer"),
    [(0, 0, 200), (-9, 0, 200), (0, 9, 200), (1, 9, 404), (-9, -1, 404)],
)
def test_the_first_and_the_last_day_count(
    assurer: User, first: int, last: int, answer: int
) -> None:
    candidate = made.registration()
    made.allocate(
        candidate.person,
        assurer.person,
        "eqa",
        today() + first * DAY,
        ended_on=today() + last * DAY,
    )
    client = client_for(assurer)
    assert client.get(address(candidate)).status_code == answer
    assert client.get(address(made.evidence(candidate), "evidence")).status_code == answer
    listed = candidate.person.name in client.get(reverse("assessments:named")).content.decode()
    assert listed is (answer == 200)


def test_nobody_else_is_seen_and_the_empty_list_says_who_names_them(assurer: User) -> None:
    other = made.registration()
    made.allocate(other.person, persona("eqa").person, "eqa", ended_on=today())
    client = client_for(assurer)
    assert client.get(address(other)).status_code == 404
    assert client.get(address(made.evidence(other), "evidence")).status_code == 404
    page = client.get("/", follow=True).content.decode()
    assert "No candidates are named to you today." in page
    assert "The national team names them" in page


def test_every_page_they_read_is_written_down_and_their_list_too(assurer: User) -> None:
    candidate = made.registration()
    made.allocate(candidate.person, assurer.person, "eqa", ended_on=today())
    pages = [
        reverse("assessments:named"),
        address(candidate),
        address(made.evidence(candidate), "evidence"),
    ]
    for page in pages:
        client_for(assurer).get(page)
    read = AccessEntry.objects.order_by("pk").values_list("user", "kind", "what", "person_key")
    of = candidate.person_id
    assert list(read) == [
        (assurer.pk, "view", "assessments:candidates named to me", None),
        (assurer.pk, "opened", "assessments:candidate page", of),
        (assurer.pk, "opened", "assessments:evidence page", of),
    ]


def test_they_change_nothing_but_what_they_say_of_the_sampling_plan() -> None:
    assert set(ROLES["eqa"].permissions) == {
        "assessments.view_assessment",
        "assessments.view_named",
        "assessments.agree_sampling",
    }
    opened = {
        name
        for name, row in table.read().items()
        if row["eqa"] in {"opens", "near"} and row["learner"] == "refused"
    }
    assert opened == {
        "assessments:named",
        "assessments:external_plans",
        "assessments:external_plan",
        "assessments:agree_sampling",
        "assessments:take_back_agreement",
    }


def test_naming_needs_a_last_day_and_can_be_ended(assurer: User) -> None:
    candidate = made.registration()
    named = {
        "by": BY,
        "person": candidate.person,
        "role": "eqa",
        "other": assurer.person,
        "from_date": today() - DAY,
    }
    with pytest.raises(RuleBroken, match="Enter the last day"):
        allocate(**named)
    end_allocation(by=BY, allocation=allocate(**named, to_date=today() + DAY), on=today() - DAY)
    assert client_for(assurer).get(address(candidate)).status_code == 404


def test_a_file_cannot_name_one() -> None:
    from learners.imports.allocations import ROLES as IN_FILES

    assert [code for code, _words in IN_FILES] == [
        "pta",
        "countersigner",
        "iqa",
        "line_manager",
        "mentor",
    ]


def test_every_role_but_one_s_own_page_lands_on_a_list() -> None:
    """Each of the twelve roles has one first page."""
    assert len(ROLES) == 12
    assert {role for role in ROLES if len(landing_pages_of([role])) != 1} == set()


def test_naming_is_for_the_national_team_at_every_door(assurer: User) -> None:
    """A region neither names an external quality assurer, nor ends, corrects or undoes what the national team named."""
    candidate, manager, national = (
        learners.enrolment(),
        client_for(persona("learning_manager")),
        client_for(persona("national")),
    )
    last = {
        "from_date": today().isoformat(),
        "to_date": (today() + DAY).isoformat(),
        "staff_number": assurer.person.staff_number,
    }
    asked = {**last, "role": "eqa", "confirmed": "yes"}
    assert (
        manager.post(
            reverse("learners:name_external", args=[candidate.public_id]), asked
        ).status_code
        == 403
    )
    page = manager.post(reverse("learners:allocate", args=[candidate.public_id]), asked)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not Allocation.objects.filter(role="eqa").exists()
    assert (
        national.post(
            reverse("learners:name_external", args=[candidate.public_id]), asked
        ).status_code
        == 302
    )
    where = [candidate.public_id, Allocation.objects.live().get(role="eqa").public_id]
    for step in ("end", "correct", "undo"):
        assert manager.get(reverse(f"learners:{step}_allocation", args=where)).status_code == 404
        assert manager.get(reverse(f"learners:{step}_external", args=where)).status_code == 403
        assert national.get(reverse(f"learners:{step}_external", args=where)).status_code == 200
    assert (
        national.post(
            reverse("learners:undo_external", args=where), {"reason": "Wrong"}
        ).status_code
        == 302
    )
    assert not Allocation.objects.live().filter(role="eqa").exists()
