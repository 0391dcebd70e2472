"""Which answers to equality questions are offered on a day, in England or in Wales."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

WALES = "wales"
#: The region in which people are in Wales.
REGION_OF_WALES = "WAL"


class OfferedRow(Protocol):
    """A row of the lists, as the rule reads it."""

    @property
    def code(self) -> str: ...

    @property
    def nation(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def is_offered(self) -> bool: ...

    @property
    def order(self) -> int: ...

    @property
    def effective_on(self) -> dt.date: ...


def nation_of(region: str) -> str:
    """Return the nation of a region, by its code."""
    return WALES if region == REGION_OF_WALES else ""


def offered(rows: Iterable[OfferedRow], on: dt.date, nation: str) -> list[tuple[str, str]]:
    """Return the codes and words of one question's answers as they are offered on a day, in their order.

    In Wales a row for Wales counts before one for both nations; of the rest the latest row by the day counts.
    """
    latest: dict[str, OfferedRow] = {}
    for row in sorted(rows, key=lambda row: (row.nation, row.effective_on)):
        if row.effective_on <= on and row.nation in ("", nation):
            latest[row.code] = row
    found = sorted(latest.values(), key=lambda row: (row.order, row.code))
    return [(row.code, row.label) for row in found if row.is_offered]
