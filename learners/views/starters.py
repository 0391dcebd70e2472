"""Starters in the next 8 weeks: what is missing of each, on a page and as a file."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from learners import reading
from learners.forms.starting import NOT_READ, StarterFilter
from learners.models import Enrolment
from learners.models.enrolments import EnrolmentQuerySet
from learners.needs import NEEDS
from learners.presenters import starters as shown
from learners.starting_facts import Readiness, readiness
from learners.support_facts import SEE, log_readings, seen_among
from learners.views.lists import LearnerRows
from learners.views.starting import as_seen, tells_of_support
from pqip.core.clock import today
from pqip.core.models import AccessEntry
from pqip.exchange.lists import csv_file
from pqip.govuk.filters import Filter
from pqip.govuk.tables import Sorting, Table

SORTS = {"name": ("person__sort_name",), "start": ("start_date",), "office": ("region__order", "pdu__name")}


class Starters(LearnerRows):
    """Everybody within reach who starts in the next 8 weeks, soonest first."""

    page_title = NEEDS["starters"].title
    lead = "What is still to be arranged for each before their first day."
    sorts, default_sort = SORTS, "start"

    @cached_property
    def filter(self) -> StarterFilter:
        return filter_of(self.request)

    def rows(self) -> EnrolmentQuerySet:
        return chosen_rows(self.request, self.filter)

    def whole(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        return rows.for_lists().select_related("line_manager")

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        ready = ready_as_seen(self.request.user, [row.pk for row in rows])
        log_support(self.request.user, rows, ready, AccessEntry.Kind.VIEW)
        return shown.starters_table(rows, ready, today(), sorting, filtered=bool(self.request.GET))

    def file(self) -> HttpResponse:
        """A column for each arrangement; of each whose adjustments it tells of, taking it out is logged."""
        rows = list(self.whole(self.rows()).select_related("cohort").order_by("start_date", "person__sort_name", "pk"))
        self.hand_out(len(rows))
        ready = ready_as_seen(self.request.user, [row.pk for row in rows])
        log_support(self.request.user, rows, ready, AccessEntry.Kind.EXPORT)
        lines = map(partial(shown.file_row, ready=ready, on=today()), rows)
        return csv_file("starters", shown.FILE_COLUMNS, lines)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=Filter(self.filter, self.request.GET), **kwargs)


def filter_of(request: HttpRequest) -> StarterFilter:
    """The filters of an address; what only some may see is no filter for others."""
    return StarterFilter(request.GET, sees_support=request.user.can(SEE))  # type: ignore[union-attr]


def chosen_rows(request: HttpRequest, chosen: StarterFilter) -> EnrolmentQuerySet:
    """The starters within reach that match."""
    on = today()
    rows = chosen.applied_to(reading.enrolments(request.user).filter(NEEDS["starters"].condition(on, {})))
    missing = chosen.chosen("missing")
    if not missing:
        return rows
    ready = ready_as_seen(request.user, list(rows.order_by().values_list("pk", flat=True)))
    return rows.filter(pk__in=[key for key, found in ready.items() if _lacks(found, missing)])


def _lacks(ready: Readiness, missing: str) -> bool:
    return ready.read_on is None if missing == NOT_READ else missing in ready.missing()


def ready_as_seen(user: Any, keys: list[int]) -> dict[int, Readiness]:
    """The readiness of each, without what this person may not see of them."""
    seen = seen_among(user, keys)
    return {key: as_seen(found, key in seen) for key, found in readiness(keys, today()).items()}


def log_support(user: Any, rows: Iterable[Enrolment], ready: dict[int, Readiness], kind: str) -> None:
    """Log the reading of each whose adjustments are told of."""
    log_readings(user, [row.person_id for row in rows if tells_of_support(ready[row.pk])], "starters", kind)
