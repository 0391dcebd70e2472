"""What is asked of a figure, and the query that answers it.

    query = Query(question)
    query.define("standing", learners.facts.standing(question.as_at, question.known_at))
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
from workforce.merged import belonging

Sql = tuple[str, dict[str, Any]]
Row = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Which places are asked about: everywhere, or these regions and units. Empty and not everywhere is nowhere."""

    everywhere: bool = True
    regions: frozenset[int] = frozenset()
    pdus: frozenset[int] = frozenset()

    def condition(self, alias: str) -> str:
        """SQL that keeps rows of `alias` (with `region_id`, `pdu_id`) within the place; reads the question's parameters."""
        if self.everywhere:
            return "TRUE"
        return f"({alias}.region_id = ANY(%(place_regions)s) OR {alias}.pdu_id = ANY(%(place_pdus)s))"

    @property
    def parameters(self) -> dict[str, Any]:
        return {"place_regions": sorted(self.regions), "place_pdus": sorted(self.pdus)}


@dataclass(frozen=True)
class Question:
    """A day, an instant, a place, and how much of the detail whoever asks may see.

    `names`: keys of enrolments that may be named, None for all. `assessors`: keys of assessors that may be named, None
    for all. `equality`: whether breakdowns by special category data are shown. `by_pdu`: rows for each unit too.
    """

    as_at: dt.date
    known_at: dt.datetime | None = None
    place: Place = field(default_factory=Place)
    by_pdu: bool = False
    names: frozenset[int] | None = None
    with_names: bool = True
    assessors: frozenset[int] | None = None
    equality: bool = True

    @property
    def month_first(self) -> dt.date:
        """The first day of the month that contains the as-at date."""
        return self.as_at.replace(day=1)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        own = {"as_at": self.as_at, "known_at": self.known_at, "first": self.month_first, "last": self.as_at}
        return own | self.place.parameters

    def known(self, alias: str) -> str:
        """SQL that keeps a ledger's rows of `alias` as known at the instant asked for."""
        return known_sql(alias, self.known_at)


class Query:
    """Common table expressions in order, their parameters, and the answer as one list of rows.

    `reads_whole`: most of what is asked about is everybody's, so that joining by hash beats any number of look-ups by index.
    """

    reads_whole = False

    def __init__(self, question: Question) -> None:
        self.question = question
        self.parts: list[str] = []
        self.parameters: dict[str, Any] = dict(question.parameters)

    def define(self, name: str, sql: str | Sql, *, once: bool | None = None) -> Query:
        """Name a relation for what follows. `once` True works it out once, False lets it be read by index each time."""
        text, parameters = (sql, {}) if isinstance(sql, str) else sql
        how = {None: "", True: "MATERIALIZED ", False: "NOT MATERIALIZED "}[once]
        self.parts.append(f"{name} AS {how}({text})")
        self.parameters |= parameters
        return self

    def rows(self, select: str) -> list[Row]:
        """The rows of a SELECT over what was defined, by column name."""
        with self._asked(select) as cursor:
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def tuples(self, select: str) -> list[tuple[Any, ...]]:
        """The rows as they come, for what is counted further."""
        with self._asked(select) as cursor:
            return cursor.fetchall()

    @contextmanager
    def _asked(self, select: str) -> Iterator[Any]:
        """The cursor after the query, planned for data in memory: a month's facts are found by index, never by a scan.

        Of what was known then the planner has no statistics, and expects next to nothing: a loop over it that is thought to be
        short goes through everything for every row. Joined by hash, the worst is to read each relation once.
        """
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL seq_page_cost = 0.1; SET LOCAL random_page_cost = 0.11; SET LOCAL work_mem = '32MB'")
            if self.reads_whole or is_of_then(self.parameters):
                cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(self._text(select), self.parameters)
            yield cursor

    def _text(self, select: str) -> str:
        parts = [*belonging(self.question.known_at), *self.parts]
        return f"WITH {', '.join(parts)} {select}" if parts else select
