"""The checks as a page shows them: the meaning of each, what to do, how many records fail, and which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

import redis
from django.core.cache import cache
from django.urls import reverse

from learners.models import Enrolment
from pqip.core.clock import now
from pqip.core.formats import lower_first, number, short_date, time_gov
from pqip.govuk.links import record_url
from pqip.govuk.pages import Count, Empty, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table
from reports.figures.asking import Row
from reports.figures.data_quality import is_within
from reports.presenters.tables import behind_link
from reports.queries.answers import Answer
from reports.queries.asked import Asked
from reports.queries.places import VIEW
from workforce.data_quality import ABOUT_LEARNER, ABOUT_PERSON, Check, registered
from workforce.data_quality.asking import (
    Failing,
    count_to_mend,
    counted,
    mended_by,
    regions_of,
    to_mend,
)
from workforce.models import Person
from workforce.queries.records import regions as known_regions

#: The most seconds for which a number on a first page is kept before it is counted again.
COUNTED_FOR_SECONDS = 5 * 60
COLUMNS = [
    Column("Check"),
    Column("What to do"),
    Column("Records", numeric=True),
    Column("To put right", numeric=True),
    Column("Oldest (days)", numeric=True),
]
OF_LEARNERS = [Column("Learner", sort="name", second="Staff number")]
OF_STAFF = [Column("Name", sort="name", second="Staff number")]
STAFF_PAGE = "workforce:person"
BEHIND = [
    Column("Where", second="Probation delivery unit"),
    Column("What is wrong"),
    Column("Since", sort="since"),
]


def first_page_counts(user: Any) -> list[Count]:
    """Return, for first pages, how many records the user can correct today; empty where they can correct none.

    First pages are opened often, so this is counted again only every few minutes, and the page says when it was.
    """
    if not user.can(VIEW) or not (own := mended_by(user)):
        return []
    name = f"data-quality:{user.pk}:{sha256(repr(sorted(own.items(), key=str)).encode()).hexdigest()[:16]}"
    to_mend, counted_at = _remembered(name) or _remember(name, (count_to_mend(user), now()))
    return [
        Count(
            "Records to put right",
            to_mend,
            reverse("reports:data_quality"),
            f"Counted at {time_gov(counted_at)}",
        )
    ]


def _remembered(name: str) -> tuple[int, dt.datetime] | None:
    try:
        return cache.get(name)
    except redis.RedisError:  # without the cache it is counted each time
        return None


def _remember(name: str, found: tuple[int, dt.datetime]) -> tuple[int, dt.datetime]:
    with suppress(redis.RedisError):
        cache.set(name, found, COUNTED_FOR_SECONDS)
    return found


def checks_table(asked: Asked, answer: Answer) -> Table:
    """Return the table of every check with its counts over all places of the answer; checks without failures come last."""
    own = mended_by(asked.user)
    shown = [(check, rows) for check in registered() if (rows := _rows_of(answer, check))]
    lines = [_line(asked, answer, check, rows, check.code in own) for check, rows in shown]
    lines.sort(key=lambda line: not line[0])
    return Table(
        "Checks",
        COLUMNS,
        [cells for _failing, cells in lines],
        caption_hidden=True,
        empty=Empty("Nothing to check.", "Nothing is on record within reach on that day."),
    )


def own_total(asked: Asked, answer: Answer) -> int:
    """Return how many records of an answer the user can correct: the number that their first page would show for that day.

    Rows are of regions. For a user who may correct only a unit's records and see more, units are asked for.
    """
    own, place = mended_by(asked.user), asked.place
    units_alone = not (place.everywhere or place.regions)
    if any(scope.pdus and not (units_alone and place.pdus <= scope.pdus) for scope in own.values()):
        checks, regions = [one for one in registered() if one.code in own], regions_of(own.values())
        found = counted(asked.as_at, answer.known_at, checks, regions)
        return sum(
            to_mend(
                asked.user, [one for one in found if is_within(place, one.region_id, one.pdu_id)]
            ).values()
        )
    keys = {region.code: region.pk for region in known_regions()}
    return sum(
        row["failing"]
        for row in answer.main.rows
        if (scope := own.get(row["check"]))
        and (
            scope.everywhere
            or keys.get(row["region"]) in scope.regions
            or (units_alone and place.pdus <= scope.pdus)
        )
    )


def _rows_of(answer: Answer, check: Check) -> list[Row]:
    return [row for row in answer.main.rows if row["check"] == check.code]


def _line(
    asked: Asked, answer: Answer, check: Check, rows: Sequence[Row], is_own: bool
) -> tuple[bool, list[object]]:
    """Return the row of a check, and whether any record fails it."""
    records, failing = sum(row["records"] for row in rows), sum(row["failing"] for row in rows)
    days = [row["oldest_days"] for row in rows if row["oldest_days"] is not None]
    url = behind_link(asked, answer, {"check": check.code}) if failing else ""
    whose = [Tag("Yours to put right", "blue")] if is_own and failing else []
    return bool(failing), [
        Cell(check.title, second=check.means, tags=whose),
        check.to_do,
        Cell(number(records), second=check.counts),
        Cell(
            number(failing),
            url,
            hidden=f", {lower_first(check.title)}: open the list" if url else "",
        ),
        number(max(days)) if days else "",
    ]


def behind_columns(kind: str) -> list[Column]:
    """Return the columns of the records behind a check on learners, staff or places."""
    return [*({ABOUT_LEARNER: OF_LEARNERS, ABOUT_PERSON: OF_STAFF}.get(kind, [])), *BEHIND]


def behind_row(
    check: Check, record: Enrolment | Person, failing: Sequence[Failing], places: Places
) -> list[object]:
    """Return the cells of a person behind a check; the name links to the page on which it is corrected."""
    person, page = (
        (record.person, check.page) if isinstance(record, Enrolment) else (record, STAFF_PAGE)
    )
    first = failing[0]
    about = ". ".join(dict.fromkeys(one.about for one in failing if one.about))
    return [
        Cell(person.name, record_url(page, record.public_id), second=person.staff_number),
        *_where(first, about, places),
    ]


def place_rows(failing: Sequence[Failing], places: Places) -> list[list[object]]:
    """Return the rows of places that fail a check; they name nobody."""
    return [_where(one, one.about, places) for one in failing]


def _where(one: Failing, about: str, places: Places) -> list[object]:
    region, pdu = places.region(one.region_id), places.pdu(one.pdu_id)
    return [Cell(region or "Not known", second=pdu), about, short_date(one.since)]


class Places:
    """The names of regions and units, read once."""

    def __init__(self, regions: dict[int, str], pdus: dict[int, str]) -> None:
        self.regions, self.pdus = regions, pdus

    def region(self, key: int | None) -> str:
        return self.regions.get(key, "") if key else ""

    def pdu(self, key: int | None) -> str:
        return self.pdus.get(key, "") if key else ""


def behind_table(
    check: Check, kind: str, rows: list[list[object]], sorting: Sorting | None
) -> Table:
    """Return the table of the records behind a check."""
    empty = Empty("Nothing to put right.", "Nothing fails this check within what you may open.")
    return Table(
        check.title, behind_columns(kind), rows, sorting=sorting, caption_hidden=True, empty=empty
    )
