"""Starters in the next 8 weeks, with what is missing, on a page and as a file."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from learners.facts.starting import Readiness, readiness
from learners.forms.starting import NOT_READ, StarterFilter
from learners.models import Enrolment
from learners.models.enrolments import EnrolmentQuerySet
from learners.presenters import starting_list as shown
from learners.presenters.needs import WORDS
from learners.queries import records
from learners.queries.needs import NEEDS
from learners.queries.support import SEE, seen_among
from learners.views.lists import LearnerRows
from learners.views.starting import as_seen, tells_of_support
from learners.views.support import log_readings
from pqip.core.access import SignedInRequest
from pqip.core.clock import today
from pqip.core.models import AccessEntry
from pqip.govuk.filters import Filter
from pqip.govuk.tables import Sorting, Table
from pqip.pages.lists import csv_file

SORTS: dict[str, tuple[str, ...]] = {
    "name": ("person__sort_name",),
    "start": ("start_date",),
    "office": ("region__order", "pdu__name"),
}


class Starters(LearnerRows):
    """The list of everybody within reach who starts in the next 8 weeks, the soonest first."""

    page_title = WORDS["starters"].title
    lead = "What is still to be arranged for each before their first day."
    sorts, default_sort = SORTS, "start"

    @cached_property
    def filter(self) -> StarterFilter:
        return filter_of(self.request)

    def rows(self) -> EnrolmentQuerySet:
        return chosen_rows(self.request, self.filter)

    def with_related(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        return rows.for_lists().select_related("line_manager")

    def table(self, rows: list[Enrolment], sorting: Sorting) -> Table:
        ready = ready_as_seen(self.request.user, [row.pk for row in rows])
        log_support(self.request.user, rows, ready, AccessEntry.Kind.VIEW)
        return shown.starters_table(rows, ready, today(), sorting, filtered=bool(self.request.GET))

    def file(self) -> HttpResponse:
        """Return the list as a file, with a column for each arrangement.

        Taking out a row that reveals adjustments is logged.
        """
        rows = list(
            self.with_related(self.rows())
            .select_related("cohort")
            .order_by("start_date", "person__sort_name", "pk")
        )
        self.hand_out(len(rows))
        ready = ready_as_seen(self.request.user, [row.pk for row in rows])
        log_support(self.request.user, rows, ready, AccessEntry.Kind.EXPORT)
        lines = map(partial(shown.file_row, ready=ready, on=today()), rows)
        return csv_file("starters", shown.FILE_COLUMNS, lines)

    def shown(self) -> dict[str, Any]:
        return {"filter": Filter(self.filter, self.request.GET)}


def filter_of(request: SignedInRequest) -> StarterFilter:
    """Return the filters of an address. A filter on what the user may not see is ignored."""
    return StarterFilter(request.GET, sees_support=request.user.can(SEE))


def chosen_rows(request: HttpRequest, chosen: StarterFilter) -> EnrolmentQuerySet:
    """Return the starters within reach that match the filters."""
    on = today()
    rows = chosen.applied_to(
        records.enrolments(request.user).filter(NEEDS["starters"].condition(on, {}))
    )
    missing = chosen.chosen("missing")
    if not missing:
        return rows
    ready = ready_as_seen(request.user, list(rows.order_by().values_list("pk", flat=True)))
    return rows.filter(pk__in=[key for key, found in ready.items() if _lacks(found, missing)])


def _lacks(ready: Readiness, missing: str) -> bool:
    return ready.read_on is None if missing == NOT_READ else missing in ready.missing()


def ready_as_seen(user: Any, keys: list[int]) -> dict[int, Readiness]:
    """Return the readiness of each enrolment, without what this user may not see."""
    seen = seen_among(user, keys)
    return {key: as_seen(found, key in seen) for key, found in readiness(keys, today()).items()}


def log_support(
    user: Any, rows: Iterable[Enrolment], ready: dict[int, Readiness], kind: str
) -> None:
    """Log the reading of each row that reveals adjustments."""
    log_readings(
        user, [row.person_id for row in rows if tells_of_support(ready[row.pk])], "starters", kind
    )
