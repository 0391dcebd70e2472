"""Pages of data quality: every check with its meaning and what to do, and the records behind each."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, F, Func, IntegerField, QuerySet, Value
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from learners.queries import records as learners
from pqip.core.access_log import log_access
from pqip.core.formats import date_gov, plural
from pqip.core.models import AccessEntry
from pqip.govuk.pages import Action
from pqip.govuk.tables import Sorting, Table
from pqip.pages.generic import ListPage, Page
from pqip.pages.lists import list_file
from reports.figures.data_quality import records_behind
from reports.presenters.data_quality import (
    Places,
    behind_row,
    behind_table,
    checks_table,
    own_total,
    place_rows,
)
from reports.queries.answers import Answer
from reports.queries.asked import Asked
from reports.queries.places import VIEW, opened_as, place_names, region_and_pdu
from reports.views.asked import strictly_asked
from reports.views.pages import ReportPage
from workforce.data_quality import ABOUT_LEARNER, ABOUT_PLACE, Check, find
from workforce.data_quality.asking import Failing, mended_by
from workforce.queries import records as staff

NAME = "data-quality"


class DataQuality(ReportPage):
    """The report, below a table of every check with its meaning and what to do."""

    template_name = "reports/data_quality.html"

    def _answered(self, asked: Asked, answer: Answer) -> dict[str, Any]:
        shown = {**super()._answered(asked, answer), "checks": checks_table(asked, answer)}
        if mended_by(asked.user):
            total = own_total(asked, answer)
            shown["total"] = (
                f"{plural(total, 'record')} {'is' if total == 1 else 'are'} yours to put right."
            )
        return shown


class BehindCheck(ListPage):
    """The records that fail a check, as at the day and instant of the page before, longest first."""

    permission = VIEW
    limited: ClassVar[dict[str, str]] = {"GET": "report"}
    page_title = "Records to put right"
    sorts = {"since": ("nth",), "name": ()}
    default_sort = "since"

    @cached_property
    def check(self) -> Check:
        found = find(self.kwargs["check"])
        if found is None:
            raise Http404(self.kwargs["check"])
        return found

    @cached_property
    def kind(self) -> str:
        """Return whether its records open as learners, staff or places.

        Raises PermissionDenied where the user gets only counts.
        """
        if not (found := opened_as(self.request.user, self.check)):
            raise PermissionDenied(self.check.code)
        return found

    @property
    def of_people(self) -> bool:  # type: ignore[override]
        """Return whether the failures are about people, rather than places."""
        return self.kind != ABOUT_PLACE

    @cached_property
    def asked(self) -> Asked:
        return strictly_asked(self.request, NAME)

    @cached_property
    def failing(self) -> list[Failing]:
        """Return what fails at the places asked about, whether or not the user may open it."""
        code = self.request.GET.get("of_region", "")
        region, _none = region_and_pdu(code, "")
        with self.asked.question() as question:
            return records_behind(question, self.check, region.pk if region else None)

    @cached_property
    def by_record(self) -> dict[int, list[Failing]]:
        """Return the failures of each enrolment or person (by key), longest first."""
        found: dict[int, list[Failing]] = {}
        for one in self.failing:
            key = one.enrolment_id if self.kind == ABOUT_LEARNER else one.person_id
            if key is not None:
                found.setdefault(key, []).append(one)
        return found

    @cached_property
    def places(self) -> Places:
        return Places(*place_names())

    def rows(self) -> QuerySet:
        """Return the people behind the check whom this user may see, longest first."""
        keys = list(self.by_record)
        rows: QuerySet = (learners.enrolments if self.kind == ABOUT_LEARNER else staff.people)(
            self.request.user
        )
        nth = Func(
            Value(keys, ArrayField(BigIntegerField())),
            F("pk"),
            function="array_position",
            output_field=IntegerField(),
        )
        return rows.filter(pk__in=keys).annotate(nth=nth)

    def order(self, sorting: Sorting) -> list[str]:
        if sorting.key == "name":
            path = "person__sort_name" if self.kind == ABOUT_LEARNER else "sort_name"
            return [f"-{path}" if sorting.descending else path, "pk"]
        return super().order(sorting)

    def with_related(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("person") if self.kind == ABOUT_LEARNER else rows

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        shown = [behind_row(self.check, row, self.by_record[row.pk], self.places) for row in rows]
        return behind_table(self.check, self.kind, shown, sorting)

    def file(self) -> HttpResponse:
        if self.kind != ABOUT_PLACE:
            return super().file()
        table, rows = self._of_places(), place_rows(self.failing, self.places)
        self.hand_out(len(rows))
        return list_file(self.check.code, table.columns, rows)

    def common(self) -> dict[str, Any]:
        if self.kind == ABOUT_PLACE:
            return {**Page.common(self), "table": self.with_file(self._of_places())}
        return super().common()

    def shown(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "heading": self.check.title,
            "lead": f"{self.check.means} {self.check.to_do} {date_gov(self.asked.as_at)}.",
            "back_url": f"{reverse('reports:data_quality')}?{self.asked.address()}",
            "actions": self._actions(),
        }
        if self.kind == ABOUT_PLACE:
            return shown
        self._log()
        return {**shown, "total": self._total()}

    def _total(self) -> str:
        """Return how many records fail, where that is more than the people listed: some have several, some may not be
        opened.
        """
        opened = [len(self.by_record[key]) for key in self.rows().values_list("pk", flat=True)]
        records = len(self.failing)
        if records == len(opened):
            return ""
        text = f"{plural(records, 'record')} to put right."
        if records > sum(opened):
            text += f" Outside what you may open: {plural(records - sum(opened), 'record')} more."
        if len(opened) < sum(opened):
            text += f" {plural(sum(opened), 'record')} of {plural(len(opened), 'person', 'people')} can be opened here."
        return text

    def _of_places(self) -> Table:
        return behind_table(self.check, self.kind, place_rows(self.failing, self.places), None)

    def _actions(self) -> list[Action]:
        """Return the link to the list in which this work is done, where there is one and the user may open it."""
        if not self.check.list_url:
            return []
        url = reverse(self.check.list_url)
        return [
            Action(
                "Work through them",
                f"{url}?{self.check.list_filter}" if self.check.list_filter else url,
            )
        ]

    def _log(self) -> None:
        detail = {
            "check": self.check.code,
            "as_at": self.asked.as_at.isoformat(),
            "rows": len(self.by_record),
        }
        if region := self.request.GET.get("of_region"):
            detail["region"] = region
        log_access(self.request.user, AccessEntry.Kind.OPENED, "reports:behind_check page", detail)
