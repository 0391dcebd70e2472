"""W4: the list of learners, by everybody who sees the whole nation."""

from __future__ import annotations

from typing import Any

from learners.models import Enrolment
from learners.views.lists import LearnerList
from pqip.core.clock import today
from pqip.core.words import sought
from tools.bench.measuring import Target, Workload
from tools.bench.workloads.asking import limit_rows
from tools.bench.workloads.pages import ListOf, account, plain, texts

WITHIN = Target(beyond_ms=8)
SIZE = LearnerList.page_size
WORDS = "Carys Hughes"
#: Name and number, pathway, region and unit, units.
COLUMNS = (0, 2, 3, 6)


def first_page() -> Workload:
    return _page("first page", 1)


def middle_page() -> Workload:
    return _page("middle page", max(Enrolment.objects.count() // SIZE // 2, 1))


def last_page() -> Workload:
    return _page("last page", max(-(-Enrolment.objects.count() // SIZE), 1))


def filtered_page() -> Workload:
    """The active learners of one region."""
    page = ListOf(LearnerList, account("national"), region="LON", status="active")
    return _workload("filtered", page, "learners_filtered", region="LON", status="active")


def searched_page() -> Workload:
    """Two words of a name, anywhere in it."""
    first, second = (f"%{word}%" for word in sought(WORDS))
    page = ListOf(LearnerList, account("national"), words=WORDS)
    return _workload("searched", page, "learners_searched", first=first, second=second)


def _page(name: str, number: int) -> Workload:
    return _workload(name, ListOf(LearnerList, account("national"), page=number), "learners", skip=(number - 1) * SIZE)


def _workload(name: str, page: ListOf, limit: str, **parameters: Any) -> Workload:
    asked = {"day": today(), "size": SIZE, **parameters}
    return Workload(
        f"W4 learners, {name}", WITHIN, page.table, lambda: limit_rows(limit, asked),
        seen=lambda table: texts(table, *COLUMNS), known=plain,
    )
