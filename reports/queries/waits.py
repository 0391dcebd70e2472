"""Who waits for a decision in a place: how many, by what the decision is, as the lists of each count them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from learners.queries import records
from learners.queries.needs import needing
from learners.queries.withdrawals import APPROVE, codings, proposals
from pqip.core.clock import today
from reports.figures.asking import PlaceFilter

PROPOSALS, CODINGS = "proposals", "codings"
#: Needs of learners that wait for somebody's decision, by their code (`learners/queries/needs.py`).
NEEDS = ("board", "undecided", "no_offer")


@dataclass(frozen=True)
class Waiting:
    """How many wait in a place, by region (key), and how many wait everywhere within reach of who asks.

    `may_decide`: whether it is theirs to decide.
    """

    code: str
    by_region: dict[int, int]
    within_reach: int
    may_decide: bool = False

    @property
    def number(self) -> int:
        return sum(self.by_region.values())


def waiting(user: Any, place: PlaceFilter) -> list[Waiting]:
    """Withdrawals to approve and codings to check, then learners by what they need; nothing for who may see no learners."""
    if not user.can(records.VIEW):
        return []
    decides = user.can(APPROVE)
    by = APPROVE if decides else records.VIEW
    seconds: tuple[tuple[str, Callable[[], QuerySet]], ...] = (
        (PROPOSALS, lambda: proposals(user, by)),
        (CODINGS, lambda: codings(user, today(), by)),
    )
    found = [
        _counted(code, rows(), "enrolment__region", "enrolment__pdu", place, decides)
        for code, rows in seconds
    ]
    seen = records.enrolments(user)
    return found + [
        _counted(code, needing(seen, code, today()), "region", "pdu", place) for code in NEEDS
    ]


def _counted(
    code: str, rows: QuerySet, region: str, pdu: str, place: PlaceFilter, may_decide: bool = False
) -> Waiting:
    every = (
        rows.order_by()
        .values_list(region, pdu)
        .annotate(Count("pk"))
        .values_list(region, pdu, "pk__count")
    )
    counted = list(every)
    by_region: dict[int, int] = {}
    for region_key, pdu_key, number in counted:
        if place.everywhere or region_key in place.regions or pdu_key in place.pdus:
            by_region[region_key] = by_region.get(region_key, 0) + number
    return Waiting(code, by_region, sum(number for *_, number in counted), may_decide)
