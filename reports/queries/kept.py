"""Stored answers for pages: a worker computes an answer that takes longer than a page may wait, and the page reads it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from typing import Any, BinaryIO
from uuid import UUID

from pqip.exchange.writing import Marker
from reports.catalogue.base import Report
from reports.figures.asking import Question
from reports.queries.answers import Answer, Table, definitions_version

#: Types that JSON lacks: name, type, and how to write and read them. A datetime is also a date, so it comes first.
KINDS: tuple[tuple[str, type, Callable[[Any], str], Callable[[str], Any]], ...] = (
    ("instant", dt.datetime, dt.datetime.isoformat, dt.datetime.fromisoformat),
    ("date", dt.date, dt.date.isoformat, dt.date.fromisoformat),
    ("decimal", Decimal, str, Decimal),
    ("uuid", UUID, str, UUID),
    ("marker", Marker, lambda marker: marker.value, Marker),
)
#: The permissions that, beside the place, decide which people and columns an answer shows (`places.question_for`).
SEEN_BY = ("learners.view_learner", "reports.view_assessors", "workforce.view_equality")
READ = {name: read for name, _kind, _write, read in KINDS}


def keep(answer: Answer, stream: BinaryIO, rights: str) -> None:
    """Write an answer with all its tables, and the rights with which it was made (`places.rights_of`)."""
    stored = {
        "rights": rights,
        "as_at": answer.question.as_at,
        "known_at": answer.known_at,
        "suppressed": answer.suppressed,
        "place": answer.place,
        "by": answer.by,
        "notes": list(answer.notes),
        "tables": [
            {"columns": [one.name for one in table.columns], "rows": table.rows}
            for table in answer.tables
        ],
    }
    stream.write(json.dumps(stored, default=_written).encode())


def kept(report: Report, stream: BinaryIO, rights: str) -> Answer | None:
    """Read an answer; return None where it was made with rights other than these.

    Its question holds only the day and the instant: whom the user may see was decided when it was made.
    """
    stored = json.loads(stream.read(), object_hook=_read)
    if stored["rights"] != rights:
        return None
    tables = [
        Table(
            one,
            [column for column in one.columns if column.name in set(table["columns"])],
            table["rows"],
        )
        for one, table in zip((report, *report.more), stored["tables"], strict=False)
    ]
    question = Question(stored["as_at"], stored["known_at"])
    return Answer(
        report,
        question,
        tables,
        stored["suppressed"],
        stored["place"],
        stored["by"],
        stored["notes"],
    )


def page_version(report: Report, user: Any) -> str:
    """Return a value that changes whenever a column, or what the user may see of it, does.

    A stored page may be shown only while this value is the same. Of scopes by relation only the relation counts; which
    people are related today is asked when the page is made.
    """
    scopes = [user.scope(name) for name in SEEN_BY]
    reach = [
        (one.everywhere, sorted(one.regions), sorted(one.pdus), sorted(one.own), one.person_id)
        for one in scopes
    ]
    return sha256(repr((definitions_version(report), reach)).encode()).hexdigest()[:12]


def _written(value: Any) -> dict[str, str]:
    for name, kind, write, _read in KINDS:
        if isinstance(value, kind):
            return {f"${name}": write(value)}
    raise TypeError(type(value).__name__)


def _read(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        [(name, value)] = found.items()
        if name.startswith("$"):
            return READ[name[1:]](value)
    return found
