"""W4: the list of learners, by everybody who sees the whole nation."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

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
    return _workload("first page", ListOf(LearnerList, account("national")), "learners")


def middle_page() -> Workload:
    """The page after that of the middle learner, as somebody comes to it who goes from page to page."""
    before = max(Enrolment.objects.count() // SIZE // 2, 1)
    names = Enrolment.objects.order_by("person__sort_name", "pk")
    name, key = names.values_list("person__sort_name", "pk")[before * SIZE - 1]
    leads = ListOf(LearnerList, account("national"), page=before).context()["pages"].next_url
    page = ListOf(LearnerList, account("national"), **dict(parse_qsl(leads.removeprefix("?"))))
    return _workload("middle page", page, "learners_after", after_name=name, after_key=key)


def last_page() -> Workload:
    page = ListOf(LearnerList, account("national"), page="last")
    return _workload("last page", page, "learners_last")


def filtered_page() -> Workload:
    """The active learners of one region."""
    page = ListOf(LearnerList, account("national"), region="LON", status="active")
    return _workload("filtered", page, "learners_filtered", region="LON", status="active")


def searched_page() -> Workload:
    """Two words of a name, anywhere in it."""
    first, second = (f"%{word}%" for word in sought(WORDS))
    page = ListOf(LearnerList, account("national"), words=WORDS)
    return _workload("searched", page, "learners_searched", first=first, second=second)


def _workload(name: str, page: ListOf, limit: str, **parameters: Any) -> Workload:
    asked = {"day": today(), "size": SIZE, **parameters}
    return Workload(
        f"W4 learners, {name}",
        WITHIN,
        page.table,
        lambda: limit_rows(limit, asked),
        seen=lambda table: texts(table, *COLUMNS),
        known=plain,
    )
