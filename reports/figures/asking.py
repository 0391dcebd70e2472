"""The question that a figure answers, and the query that answers it.

query = Query(question)
query.define("standing", learners.facts.status.status_on(question.as_at, question.known_at))
rows = query.rows("SELECT … FROM standing s")
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection, transaction

from pqip.core.known import known_sql
from pqip.core.then import is_of_then
from workforce.facts.merges import belonging

#: The grade that a question about one grade is about, unless another is asked for.
OFFICER = "PO"

Sql = tuple[str, dict[str, Any]]
Row = dict[str, Any]


@dataclass(frozen=True)
class PlaceFilter:
    """The places asked about: everywhere, or these regions and units (keys).

    Where both are empty and not everywhere, it is nowhere.
    """

    everywhere: bool = True
    regions: frozenset[int] = frozenset()
    pdus: frozenset[int] = frozenset()

    def condition(self, alias: str) -> str:
        """Return SQL that keeps rows of `alias` (with `region_id`, `pdu_id`) within the place; it uses the question's
        parameters.
        """
        if self.everywhere:
            return "TRUE"
        return (
            f"({alias}.region_id = ANY(%(place_regions)s) OR {alias}.pdu_id = ANY(%(place_pdus)s))"
        )

    @property
    def parameters(self) -> dict[str, Any]:
        return {"place_regions": sorted(self.regions), "place_pdus": sorted(self.pdus)}


@dataclass(frozen=True)
class Question:
    """A day, an instant, a place, and how much detail the user may see.

    `names` holds the keys of enrolments that may be named, None for all; `assessors` the keys of assessors that may be
    named, None for all. `equality` says whether breakdowns by special category data are shown; `by_pdu` asks for a row for
    each unit too. `grade` is the grade that a report about one grade is about (`Report.asks_grade`).
    """

    as_at: dt.date
    known_at: dt.datetime | None = None
    place: PlaceFilter = field(default_factory=PlaceFilter)
    by_pdu: bool = False
    names: frozenset[int] | None = None
    with_names: bool = True
    assessors: frozenset[int] | None = None
    equality: bool = True
    grade: str = OFFICER

    @property
    def month_first(self) -> dt.date:
        """Return the first day of the month that contains the as-at date."""
        return self.as_at.replace(day=1)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        own = {
            "as_at": self.as_at,
            "known_at": self.known_at,
            "first": self.month_first,
            "last": self.as_at,
        }
        return own | self.place.parameters

    def known(self, alias: str) -> str:
        """Return SQL that keeps the rows of a ledger `alias` that were known at the instant asked for."""
        return known_sql(alias, self.known_at)


class Query:
    """Common table expressions in order, with their parameters, answered as one list of rows.

    `reads_most_rows` says that most rows of the tables are read, so that a hash join is faster than many index look-ups.
    """

    reads_most_rows = False

    def __init__(self, question: Question) -> None:
        self.question = question
        self.parts: list[str] = []
        self.parameters: dict[str, Any] = dict(question.parameters)

    def define(self, name: str, sql: str | Sql, *, once: bool | None = None) -> Query:
        """Add a named relation that later SQL may use, and return the query.

        With `once` True it is computed once; with False each use reads it by index; with None PostgreSQL decides.
        """
        text, parameters = (sql, {}) if isinstance(sql, str) else sql
        how = {None: "", True: "MATERIALIZED ", False: "NOT MATERIALIZED "}[once]
        self.parts.append(f"{name} AS {how}({text})")
        self.parameters |= parameters
        return self

    def rows(self, select: str) -> list[Row]:
        """Return the rows of a SELECT over the defined relations, by column name."""
        with self._asked(select) as cursor:
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def tuples(self, select: str) -> list[tuple[Any, ...]]:
        """Return the rows as tuples, for further counting."""
        with self._asked(select) as cursor:
            return cursor.fetchall()

    @contextmanager
    def _asked(self, select: str) -> Iterator[Any]:
        """Yield a cursor after the query has run, planned for data in memory: a month's facts are found by index, never by
        a scan.

        For an earlier `known_at` the planner has no statistics and expects almost no rows; a nested loop over a relation
        thought to be short would then read everything for every row. With a hash join, the worst case is that each relation
        is read once.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL seq_page_cost = 0.1; SET LOCAL random_page_cost = 0.11; SET LOCAL work_mem = '32MB'"
            )
            if self.reads_most_rows or is_of_then(self.parameters):
                cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(self._text(select), self.parameters)
            yield cursor

    def _text(self, select: str) -> str:
        parts = [*belonging(self.question.known_at), *self.parts]
        return f"WITH {', '.join(parts)} {select}" if parts else select
