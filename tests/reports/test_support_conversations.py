"""Support conversations in reports, worked out on paper: how often one was offered and what came of it, and nothing else."""

from __future__ import annotations

import datetime as dt
from itertools import product
from typing import Any

import pytest
from django.urls import reverse

from learners.models import Allocation, Conversation, ConversationAction, Enrolment, Placement
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from pqip.core.ledger import supersede, void
from pqip.exchange.writing import SUPPRESSED
from reports.figures.asking import PlaceFilter
from reports.presenters.tables import few
from reports.suppression.conversations import withheld
from tests.factories import learners as make
from tests.factories.reports import row, rows
from tests.personas import client_for, persona

pytestmark = pytest.mark.django_db
BY, DAY = Job("test"), dt.timedelta(days=1)
ON, START = dt.date(2025, 6, 30), dt.date(2025, 1, 13)
NAME = "support-conversations"


def learner(of: str = "NE", owed: bool = False) -> Enrolment:
    """Somebody on the programme; the service owes them a mentor where `owed`, and nothing else."""
    made = make.enrolment(start=START, in_region=of)
    with acting_as(by=BY):
        for role in ("pta",) if owed else ("pta", "mentor"):
            Allocation.objects.create(
                person=made.person, other=make.person(), role=role, effective_on=START
            )
        Placement.objects.create(
            enrolment=made, setting="court", effective_on=START, planned_to=START
        )
    return made


def talk(made: Enrolment, on: dt.date, **came: dt.date) -> Conversation:
    with acting_as(by=BY):
        return Conversation.objects.create(enrolment=made, effective_on=on, **came)


def agreed(of: Conversation, on: dt.date, do_by: dt.date, done: dt.date | None = None) -> None:
    with acting_as(by=BY):
        ConversationAction.objects.create(
            enrolment=of.enrolment, offered_on=of.effective_on, effective_on=on, what=str(do_by),
            owner="pta", do_by=do_by, done_on=done,
        )  # fmt: skip


def in_june() -> dict[str, Any]:
    """In the North East two are owed a mentor: one was offered a conversation, the other was not. In Wales a third is.

    The first was offered one on 1 July 2024, before the window; on 1 April, held on 3 April, where three things were agreed:
    done on the as-at date, due on it, and due the day before; and on 1 May, declined the day after the as-at date.
    Somebody who is owed nothing was offered one and declined it, and has moved to Wales since.
    """
    first, other = learner(owed=True), learner(owed=True)
    learner("WAL", owed=True)
    moved = learner()
    talk(first, ON - dt.timedelta(days=365), declined_on=ON)  # a year ago: no more in the window
    held = talk(first, dt.date(2025, 4, 1), held_on=dt.date(2025, 4, 3))
    for do_by, done in ((ON, ON), (ON + DAY, None), (ON - DAY, None)):
        agreed(held, dt.date(2025, 4, 3), do_by, done)
    last = talk(first, dt.date(2025, 5, 1), declined_on=ON + DAY)
    talk(moved, dt.date(2025, 5, 1), declined_on=dt.date(2025, 5, 2))
    make.event(moved, "moved_region", dt.date(2025, 6, 1), to_region=make.region("WAL"))
    return {"first": first, "other": other, "held": held, "last": last}


def told(on: dt.date, **asked: Any) -> dict[str, list[int]]:
    return {one["region"]: list(one.values())[1:] for one in rows(NAME, on, **asked)}


def test_by_region_on_the_day_and_around_it() -> None:
    in_june()
    # called for, not offered; offered, held, declined; agreed, done, overdue
    assert told(ON) == {"NE": [2, 1, 3, 1, 1, 3, 1, 1], "WAL": [1, 1, 0, 0, 0, 0, 0, 0]}
    assert told(ON - DAY)["NE"] == [2, 1, 4, 1, 1, 3, 0, 0], "the window holds the older offer"
    assert told(ON + DAY)["NE"] == [2, 1, 3, 1, 2, 3, 1, 1]
    assert told(ON + 2 * DAY)["NE"] == [2, 1, 3, 1, 2, 3, 1, 2]
    assert told(dt.date(2025, 4, 2))["NE"] == [2, 1, 2, 0, 0, 0, 0, 0]


def test_of_a_place_and_as_known_then() -> None:
    world = in_june()
    wales = PlaceFilter(everywhere=False, regions=frozenset({make.region("WAL").pk}))
    assert told(ON, place=wales) == {"WAL": [1, 1, 0, 0, 0, 0, 0, 0]}
    instant = now()
    with acting_as(by=BY, reason="test"):
        void([world["last"]], by=BY, reason="test")
        supersede(world["held"], by=BY, reason="test", held_on=dt.date(2025, 4, 2))
    assert row(NAME, ON, region="NE")["offered"] == 2
    assert row(NAME, ON, instant, region="NE")["offered"] == 3


def test_small_counts_are_told_to_whoever_reads_conversations_and_to_nobody_else() -> None:
    in_june()

    def page(role: str) -> str:
        address = reverse("reports:report", args=[NAME])
        said = client_for(persona(role)).get(address, {"as_at": ON.isoformat()})
        return said.content.decode().split("What the columns mean")[0]

    assert few() not in page("learning_manager")
    assert few() in page("regional_manager")
    assert few() in page("national")


def ranges(shown: dict[str, Any], total: str, parts: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """What each hidden count, and what is left of the total, could be at least and at most, by trying everything."""
    most = 40
    names = [*parts, "rest"]
    could: dict[str, set[int]] = {}
    fixed = [
        [shown[name]] if name in shown and shown[name] is not SUPPRESSED else range(most)
        for name in names
    ]
    for values in product(*fixed):
        if shown[total] is SUPPRESSED or sum(values) == shown[total]:
            for name, value in zip((*names, total), (*values, sum(values)), strict=True):
                could.setdefault(name, set()).add(value)
    return {name: (min(found), max(found)) for name, found in could.items()}


@pytest.mark.parametrize(("offered", "held", "declined"), [
    (20, 15, 2), (20, 2, 13), (20, 17, 1), (20, 18, 2), (3, 1, 1), (6, 6, 0), (12, 6, 6), (9, 5, 0), (0, 0, 0),
])  # fmt: skip
def test_no_small_count_can_be_worked_out_from_what_is_told(
    offered: int, held: int, declined: int
) -> None:
    counts = {
        "called_for": 0, "not_offered": 0, "offered": offered, "held": held, "declined": declined,
        "actions_agreed": 0, "actions_done": 0, "actions_overdue": 0,
    }  # fmt: skip
    shown = withheld([{"region": "NE"} | counts], 5)[0]
    true = {**counts, "rest": offered - held - declined}
    for name, (least, most) in ranges(shown, "offered", ("held", "declined")).items():
        if 0 < true[name] < 5:
            assert most - least >= 5, f"{name} lies from {least} to {most}"


def test_a_total_is_told_though_a_detail_is_not() -> None:
    counts = dict.fromkeys(
        ("called_for", "not_offered", "actions_agreed", "actions_done", "actions_overdue"), 0
    )
    shown = withheld([counts | {"offered": 30, "held": 20, "declined": 3}], 5)[0]
    assert shown["offered"] == 30
    assert shown["declined"] is SUPPRESSED
