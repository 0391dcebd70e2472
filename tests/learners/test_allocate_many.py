"""One person takes a role for many learners: checked, recorded, undone; all or nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learners.actions.allocations import allocate, end_allocation
from learners.actions.allocations_many import (
    MOST,
    allocate_many,
    allocations_within,
    planned,
    undo_allocations,
)
from learners.models import Allocation, Enrolment
from pqip.core.acting import Job
from pqip.core.clock import today
from pqip.core.errors import Conflict, RuleBroken
from tests.factories import learners as make
from workforce.models import Person

from .test_pages import at, browser, date, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)
FROM = dt.date(2025, 9, 1)


@pytest.fixture
def three() -> list[Person]:
    return [
        make.enrolment(who=make.person(f"M{n}", last_name=f"Name {n}")).person for n in range(3)
    ]


def stands(role: str = "pta") -> dict[str, list[tuple[str, dt.date, dt.date | None]]]:
    rows = (
        Allocation.objects.live()
        .filter(role=role)
        .order_by("effective_on")
        .select_related("person", "other")
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.person.staff_number, []).append(
            (row.other.staff_number, row.effective_on, row.ended_on)
        )
    return found


def test_who_has_the_role_hands_over_and_one_undo_takes_it_back(three: list[Person]) -> None:
    old, new, early = make.person("OLD"), make.person("NEW"), dt.date(2025, 2, 1)
    allocate(by=BY, person=three[0], role="pta", other=old, from_date=early)
    allocate(by=BY, person=three[1], role="pta", other=new, from_date=early)
    people = [person.pk for person in three]
    seen = {key: row.pk for key, row in allocations_within(people, "pta", FROM).items()}
    batch = allocate_many(by=BY, people=people, role="pta", other=new, from_date=FROM, seen=seen)
    assert stands() == {
        "M0": [("OLD", early, FROM - DAY), ("NEW", FROM, None)],
        "M1": [("NEW", early, None)],
        "M2": [("NEW", FROM, None)],
    }
    assert set(Enrolment.objects.values_list("pta__staff_number", flat=True)) == {"NEW"}
    again = allocate_many(by=BY, people=people, role="pta", other=new, from_date=FROM, seen=seen)
    assert not again.made, "the same once more changes nothing"
    undo_allocations(by=BY, batch=batch)
    assert stands() == {"M0": [("OLD", early, None)], "M1": [("NEW", early, None)]}
    with pytest.raises(Conflict):
        undo_allocations(by=BY, batch=batch)


def test_what_stands_in_the_way_is_said_and_nothing_is_recorded(three: list[Person]) -> None:
    new, people = make.person("NEW"), [person.pk for person in three]
    soon = allocate(
        by=BY, person=three[1], role="pta", other=make.person("OLD"), from_date=FROM + DAY
    )
    for on in (FROM, FROM + DAY):
        with pytest.raises(RuleBroken, match=r"Name 1: .* has this role"):
            allocate_many(
                by=BY,
                people=people,
                role="pta",
                other=new,
                from_date=on,
                seen={three[1].pk: soon.pk},
            )
    with pytest.raises(RuleBroken, match="themself"):
        allocate_many(by=BY, people=people, role="pta", other=three[0], from_date=FROM, seen={})
    with pytest.raises(RuleBroken, match=f"up to {MOST}"):
        planned(range(MOST + 1), {}, new, FROM)
    assert stands() == {"M1": [("OLD", FROM + DAY, None)]}


def test_what_was_changed_meanwhile_is_not_replaced_or_undone(three: list[Person]) -> None:
    new, other, people = make.person("NEW"), make.person("OTHER"), [person.pk for person in three]
    allocate(by=BY, person=three[0], role="pta", other=other, from_date=FROM - DAY)
    with pytest.raises(Conflict, match="Somebody else"):
        allocate_many(by=BY, people=people, role="pta", other=new, from_date=FROM, seen={})
    batch = allocate_many(by=BY, people=people[1:], role="pta", other=new, from_date=FROM, seen={})
    end_allocation(by=BY, allocation=Allocation.objects.live().get(person=three[2]), on=FROM + DAY)
    with pytest.raises(Conflict, match="changed since"):
        undo_allocations(by=BY, batch=batch)
    assert stands()["M1"] == [("NEW", FROM, None)]


def test_forty_cost_no_more_queries_than_two() -> None:
    first, new = make.person("FIRST"), make.person("NEW")
    asked = []
    for number in (2, 40):
        people = [make.enrolment().person_id for _ in range(number)]
        allocate_many(by=BY, people=people, role="pta", other=first, from_date=FROM - DAY, seen={})
        seen = {key: row.pk for key, row in allocations_within(people, "pta", FROM).items()}
        with CaptureQueriesContext(connection) as queries:
            allocate_many(by=BY, people=people, role="pta", other=new, from_date=FROM, seen=seen)
        asked.append(len(queries))
    assert asked[1] <= asked[0]


def test_on_screen_from_the_list_checked_recorded_and_undone(three: list[Person]) -> None:
    new, client = make.person("NEW", first_name="Ann", last_name="Rees"), browser(somebody())
    make.enrolment(who=make.person("FAR", of="WAL"), in_region="WAL")
    listed = client.get(at("list") + "?need=no_pta")
    url = at("allocate_many") + "?need=no_pta"
    assert url in listed.content.decode()
    form = client.get(url).context["form"]
    chosen = [value for value, _ in form.fields["people"].choices]
    assert len(chosen) == 3, "those of another region are not offered"
    asked = {
        "role": "pta",
        "staff_number": "new",
        **date("from_date", today()),
        "people": chosen[:2],
        "seen": "",
    }
    assert "nobody with this staff number" in text_of(
        client.post(url, {**asked, "staff_number": "X"})
    )
    assert "Select" in text_of(client.post(url, {**asked, "people": []}))
    check = client.post(url, asked)
    for words in ("What changes", "Name 0", "Nobody", "Ann Rees", "Left as they are"):
        assert words in text_of(check)
    assert not stands()
    confirmed = {**asked, "confirmed": "yes"}
    done = client.post(url, confirmed)
    assert "Ann Rees, practice tutor assessor of 2 learners" in text_of(client.get(done.url))
    assert "allocated so already" in text_of(client.post(url, confirmed, follow=True)), (
        "pressed twice"
    )
    assert {whose[0][0] for whose in stands().values()} == {new.staff_number}
    assert set(stands()) == {"M0", "M1"}
    undo = done.url.replace("/done/", "/undo/")
    assert "Undo all of it" in text_of(client.get(undo))
    assert client.post(undo).status_code == 302
    assert not stands()
    assert client.get(undo).status_code == 404
    assert browser(somebody()).get(done.url).status_code == 404, "it is its own session's"
    assert browser(somebody("pta")).get(url).status_code == 403


def test_a_line_manager_of_many_moves(three: list[Person]) -> None:
    client = browser(somebody())
    make.person("SPO1")
    form = client.get(at("allocate_many")).context["form"]
    chosen = [value for value, _ in form.fields["people"].choices]
    asked = {
        "role": "line_manager",
        "staff_number": "SPO1",
        **date("from_date", today()),
        "people": chosen,
        "confirmed": "yes",
    }
    assert client.post(at("allocate_many"), asked).status_code == 302
    assert set(Enrolment.objects.values_list("line_manager__staff_number", flat=True)) == {"SPO1"}
