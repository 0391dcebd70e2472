"""An answer kept as a page shows it, for a report that takes longer than a page may: made by a worker, read by the page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from typing import Any, BinaryIO
from uuid import UUID

from pqip.exchange.writing import Marker
from reports.answers import Answer, Table, definitions_version
from reports.catalogue.base import Report
from reports.figures.asking import Question

#: What JSON has no word for: its kind, how it is written and read. A date and time is a date too, so it stands first.
KINDS: tuple[tuple[str, type, Callable[[Any], str], Callable[[str], Any]], ...] = (
    ("instant", dt.datetime, dt.datetime.isoformat, dt.datetime.fromisoformat),
    ("date", dt.date, dt.date.isoformat, dt.date.fromisoformat),
    ("decimal", Decimal, str, Decimal),
    ("uuid", UUID, str, UUID),
    ("marker", Marker, lambda marker: marker.value, Marker),
)
#: What decides whom and which columns an answer shows, beside its place (`places.question_for`).
SEEN_BY = ("learners.view_learner", "reports.view_assessors", "workforce.view_equality")
READ = {name: read for name, _kind, _write, read in KINDS}


def keep(answer: Answer, stream: BinaryIO, rights: str) -> None:
    """Write an answer, every table of it, and with which rights it was made (`places.rights_of`)."""
    said = {
        "rights": rights,
        "as_at": answer.question.as_at, "known_at": answer.known_at, "suppressed": answer.suppressed, "place": answer.place,
        "by": answer.by, "notes": list(answer.notes),
        "tables": [{"columns": [one.name for one in table.columns], "rows": table.rows} for table in answer.tables],
    }
    stream.write(json.dumps(said, default=_written).encode())


def kept(report: Report, stream: BinaryIO, rights: str) -> Answer | None:
    """The answer again; None where it was made with other rights than these.

    Its question holds the day and the instant only: who may see what was decided when it was made.
    """
    said = json.loads(stream.read(), object_hook=_read)
    if said["rights"] != rights:
        return None
    tables = [
        Table(one, [column for column in one.columns if column.name in set(table["columns"])], table["rows"])
        for one, table in zip((report, *report.more), said["tables"], strict=False)
    ]
    question = Question(said["as_at"], said["known_at"])
    return Answer(report, question, tables, said["suppressed"], said["place"], said["by"], said["notes"])


def page_version(report: Report, user: Any) -> str:
    """Changes whenever a column does, or what somebody may see of it: a page that was kept stands for a new one only while it
    says the same. Of a scope's records the relation counts; who is tied by it today is asked when the page is made."""
    scopes = [user.scope(name) for name in SEEN_BY]
    reach = [(one.everywhere, sorted(one.regions), sorted(one.pdus), sorted(one.own), one.person_id) for one in scopes]
    return sha256(repr((definitions_version(report), reach)).encode()).hexdigest()[:12]


def _written(value: Any) -> dict[str, str]:
    for name, kind, write, _read in KINDS:
        if isinstance(value, kind):
            return {f"${name}": write(value)}
    raise TypeError(f"A page holds no {type(value).__name__}.")


def _read(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        [(name, value)] = found.items()
        if name.startswith("$"):
            return READ[name[1:]](value)
    return found
