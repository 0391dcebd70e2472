"""What the datasets of learners share: people and enrolments within reach, events, and bulk
writing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import Q

from learners.derived import enrolments as derive
from learners.derived.posts import follow_posts
from learners.models import Enrolment, Event, Pathway
from learners.models.holding import hold_learners
from learners.rules.events import check_hours
from learners.rules.events_moves import in_order
from pqip.core.bulk import copy_rows
from pqip.core.clock import now
from pqip.core.errors import RuleBroken
from pqip.core.ledger import LedgerModel
from pqip.core.scope import Scope
from pqip.exchange.cleaning import Codes, Number
from pqip.exchange.datasets import Context, Dataset, Row
from workforce.models import Person

PERMISSION = "learners.import_learners"
NOBODY = "is not a staff number of anybody you look after. Import them with learners or staff first"
NO_LEARNER = "is not a learner you look after. Import them with learners first"
CORRECTED = "Corrected by an import"
#: The columns of an event that hold the terms stated in a file.
TERMS = ("to_region_id", "to_pdu_id", "to_pathway_id", "to_fte")


class Hours(Number):
    """Hours as 1.0 or from 0.6 to 0.8, or as a percentage of full time."""

    def __init__(self) -> None:
        super().__init__(high="1")

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Decimal:
        number = super().clean(value)
        try:
            check_hours(number)
        except RuleBroken:
            raise ValueError(
                "is not hours a learner may work. Use 1.0, or from 0.6 to 0.8"
            ) from None
        return number

    right = "Use 1.0, or from 0.6 to 0.8"


@dataclass
class EventRow:
    """An event with the attributes that the rules and COPY need. `id` is None until it is recorded."""

    id: int | None
    enrolment_id: int
    kind: str
    effective_on: dt.date
    reason: str = ""
    other_reasons: Sequence[str] = ()
    ended_by: str = ""
    destination: str = ""
    exit_interview_offered_on: dt.date | None = None
    exit_interview_held_on: dt.date | None = None
    to_pathway_id: int | None = None
    to_region_id: int | None = None
    to_pdu_id: int | None = None
    to_fte: Decimal | None = None
    to_cohort_id: int | None = None
    expected_return: dt.date | None = None
    extended_to: dt.date | None = None
    board_outcome: str = ""
    note: str = ""
    approved_by_id: int | None = None


EVENT_COLUMNS = [field.name for field in fields(EventRow)]


def live_events(enrolments: Collection[int]) -> dict[int, list[EventRow]]:
    """Return the live events of these enrolments, by enrolment."""
    found: dict[int, list[EventRow]] = {}
    rows = Event.objects.live().filter(enrolment_id__in=enrolments).order_by()
    for values in rows.values_list(*EVENT_COLUMNS).iterator(chunk_size=10_000):
        event = EventRow(*values)
        found.setdefault(event.enrolment_id, []).append(event)
    return found


def terms_on(events: Iterable[EventRow], day: dt.date) -> dict[str, Any]:
    """Return the terms in force on a day, by their column in an event."""
    terms: dict[str, Any] = {}
    for event in in_order(events):
        if event.effective_on > day and event.kind != "enrolled":
            continue
        for name in TERMS:
            if getattr(event, name) is not None:
                terms[name] = getattr(event, name)
        if event.to_region_id is not None:
            terms["to_pdu_id"] = event.to_pdu_id
    return terms


def copy_events(events: Iterable[EventRow]) -> None:
    """Record events by COPY."""
    columns = EVENT_COLUMNS[1:]
    copy_rows(
        Event, columns, ([_plain(getattr(event, name)) for name in columns] for event in events)
    )


def void_rows(model: type[LedgerModel], keys: Iterable[int], reason: str) -> None:
    """Void ledger rows in one statement."""
    keys = list(keys)
    if keys:
        model._base_manager.filter(pk__in=keys).update(voided_at=now(), void_reason=reason)


def reached(scope: Scope) -> Q:
    """Return the filter for people within reach, as staff or as learners."""
    condition = scope.condition(Person.SCOPE)
    if not scope.everywhere:
        condition |= Q(
            pk__in=Enrolment.objects.filter(scope.condition(Enrolment.SCOPE)).values("person")
        )
    return condition


def people(rows: Iterable[Row], context: Context, *columns: str) -> dict[str, int]:
    """Return keys by staff number of people within reach, as staff or as learners.

    Every other number is an error of its row.
    """
    rows = list(rows)
    wanted = {row[column] for row in rows for column in columns if row[column]}
    found = dict(
        Person.objects.filter(reached(context.scope), staff_number__in=wanted).values_list(
            "staff_number", "pk"
        )
    )
    for row in rows:
        for column in columns:
            if row[column] and row[column] not in found:
                row.error(column, NOBODY)
    return found


@dataclass(frozen=True)
class Place:
    """An enrolment with the attributes that the datasets need."""

    id: int
    person_id: int
    entry_cohort_id: int
    cohort_id: int | None
    start_date: dt.date | None
    region_id: int | None
    pdu_id: int | None


def places(numbers: Collection[str | None], context: Context) -> dict[str, list[Place]]:
    """Return enrolments within reach by staff number, in order of start."""
    rows = Enrolment.objects.filter(
        context.scope.condition(Enrolment.SCOPE), person__staff_number__in={n for n in numbers if n}
    )
    found: dict[str, list[Place]] = {}
    order = rows.order_by("start_date", "pk")
    for number, key, person, entry_cohort, cohort, start, region, pdu in order.values_list(
        "person__staff_number",
        "pk",
        "person_id",
        "entry_cohort_id",
        "cohort_id",
        "start_date",
        "region_id",
        "pdu_id",
    ):
        found.setdefault(number, []).append(
            Place(key, person, entry_cohort, cohort, start, region, pdu)
        )
    return found


def without_errors(rows: Iterable[Row]) -> Iterator[Row]:
    """Return the rows that have no error so far."""
    return (row for row in rows if not row.wrong)


def pathway_codes() -> Codes:
    """Return pathways by code and name."""
    listed = list(Pathway.objects.values_list("code", "pk", "name"))
    return Codes({code: key for code, key, _ in listed}, {code: name for code, _, name in listed})


class PeopleDataset(Dataset):
    """A dataset about people by staff number, whether or not they are on the programme."""

    def hold(self, rows: list[Row], context: Context) -> None:
        numbers = {row["staff_number"] for row in rows if row["staff_number"]}
        reach = Person.objects.filter(reached(context.scope), staff_number__in=numbers)
        hold_learners(list(reach.values_list("pk", flat=True)))


class LearnerDataset(PeopleDataset):
    """A dataset about learners.

    What follows from its rows is worked out once, at the end of the file.
    """

    permission, leads_to = PERMISSION, "learners:list"

    def touched(self, context: Context, enrolments: Iterable[int]) -> None:
        """Remember enrolments that change."""
        context.memory.setdefault("enrolments", set()).update(enrolments)

    def finish(self, context: Context) -> None:
        derive.refresh(context.memory.get("enrolments", ()))
        follow_posts(context.memory.get("people", ()))

    def posts_may_change(self, context: Context, people: Iterable[int | None]) -> None:
        """Remember people whose posts the programme may change. The caller has locked them."""
        context.memory.setdefault("people", set()).update(people)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
