"""The checks as a page shows them: what each means, what to do, how many, and the records behind it."""

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
from pqip.govuk.formats import lower_first, number, short_date, time_gov
from pqip.govuk.links import record_url
from pqip.govuk.pages import Count, Empty, Tag
from pqip.govuk.tables import Cell, Column, Sorting, Table
from reports.answers import Answer
from reports.asked import Asked
from reports.figures.asking import Row
from reports.places import VIEW
from reports.presenters.tables import behind_link
from workforce.data_quality import ABOUT_LEARNER, ABOUT_PERSON, Check, registered
from workforce.data_quality.asking import Failing, count_to_mend, mended_by
from workforce.models import Person

#: How long the number on a first page may be old.
COUNTED_FOR_SECONDS = 5 * 60
COLUMNS = [
    Column("Check"), Column("What to do"), Column("Records", numeric=True), Column("To put right", numeric=True),
    Column("Oldest (days)", numeric=True),
]
OF_LEARNERS = [Column("Learner", sort="name", second="Staff number")]
OF_STAFF = [Column("Name", sort="name", second="Staff number")]
STAFF_PAGE = "workforce:person"
BEHIND = [Column("Where", second="Probation delivery unit"), Column("What is wrong"), Column("Since", sort="since")]


def first_page_counts(user: Any) -> list[Count]:
    """What somebody can put right today, for first pages; nothing for those who can put nothing right.

    First pages are opened many times a day, so it is counted anew every few minutes, and the page says when it was.
    """
    if not user.can(VIEW) or not (own := mended_by(user)):
        return []
    name = f"data-quality:{user.pk}:{sha256(repr(sorted(own.items(), key=str)).encode()).hexdigest()[:16]}"
    to_mend, counted_at = _remembered(name) or _remember(name, (count_to_mend(user), now()))
    return [Count("Records to put right", to_mend, reverse("reports:data_quality"), f"Counted at {time_gov(counted_at)}")]


def _remembered(name: str) -> tuple[int, dt.datetime] | None:
    try:
        return cache.get(name)
    except redis.RedisError:  # counted anew each time while the cache is away
        return None


def _remember(name: str, found: tuple[int, dt.datetime]) -> tuple[int, dt.datetime]:
    with suppress(redis.RedisError):
        cache.set(name, found, COUNTED_FOR_SECONDS)
    return found


def checks_table(asked: Asked, answer: Answer) -> Table:
    """Every check with its counts over all the places of the answer; those with nothing to put right last."""
    own = mended_by(asked.user)
    shown = [(check, rows) for check in registered() if (rows := _rows_of(answer, check))]
    lines = [_line(asked, answer, check, rows, check.code in own) for check, rows in shown]
    lines.sort(key=lambda line: not line[0])
    return Table("Checks", COLUMNS, [cells for _failing, cells in lines], caption_hidden=True,
                 empty=Empty("Nothing to check.", "Nothing is on record within reach on that day."))


def _rows_of(answer: Answer, check: Check) -> list[Row]:
    return [row for row in answer.main.rows if row["check"] == check.code]


def _line(asked: Asked, answer: Answer, check: Check, rows: Sequence[Row], is_own: bool) -> tuple[bool, list[object]]:
    """A check in the table, and whether anything fails it."""
    records, failing = sum(row["records"] for row in rows), sum(row["failing"] for row in rows)
    days = [row["oldest_days"] for row in rows if row["oldest_days"] is not None]
    url = behind_link(asked, answer, {"check": check.code}) if failing else ""
    whose = [Tag("Yours to put right", "blue")] if is_own and failing else []
    return bool(failing), [
        Cell(check.title, second=check.means, tags=whose), check.to_do, Cell(number(records), second=check.counts),
        Cell(number(failing), url, hidden=f", {lower_first(check.title)}: open the list" if url else ""),
        number(max(days)) if days else "",
    ]


def behind_columns(kind: str) -> list[Column]:
    """The columns of the records behind a check: learners, staff, or places."""
    return [*({ABOUT_LEARNER: OF_LEARNERS, ABOUT_PERSON: OF_STAFF}.get(kind, [])), *BEHIND]


def behind_row(check: Check, record: Enrolment | Person, failing: Sequence[Failing], places: Places) -> list[object]:
    """Somebody behind a check, whose name opens the page where it is put right."""
    is_learner = isinstance(record, Enrolment)
    person, page = (record.person, check.page) if is_learner else (record, STAFF_PAGE)
    first = failing[0]
    said = ". ".join(dict.fromkeys(one.about for one in failing if one.about))
    return [Cell(person.name, record_url(page, record.public_id), second=person.staff_number), *_where(first, said, places)]


def place_rows(failing: Sequence[Failing], places: Places) -> list[list[object]]:
    """What fails a check of places, which names nobody."""
    return [_where(one, one.about, places) for one in failing]


def _where(one: Failing, said: str, places: Places) -> list[object]:
    region, pdu = places.region(one.region_id), places.pdu(one.pdu_id)
    return [Cell(region or "Not known", second=pdu), said, short_date(one.since)]


class Places:
    """Names of regions and units, read once."""

    def __init__(self, regions: dict[int, str], pdus: dict[int, str]) -> None:
        self.regions, self.pdus = regions, pdus

    def region(self, key: int | None) -> str:
        return self.regions.get(key, "") if key else ""

    def pdu(self, key: int | None) -> str:
        return self.pdus.get(key, "") if key else ""


def behind_table(check: Check, kind: str, rows: list[list[object]], sorting: Sorting | None) -> Table:
    empty = Empty("Nothing to put right.", "Nothing fails this check within what you may open.")
    return Table(check.title, behind_columns(kind), rows, sorting=sorting, caption_hidden=True, empty=empty)
