"""Data quality: every check with what it means and what to do, and the records behind each."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, F, Func, IntegerField, QuerySet, Value
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from learners import reading as learners
from pqip.core.access_log import log_access
from pqip.core.models import AccessEntry
from pqip.core.views import ListPage, Page
from pqip.exchange.lists import list_file
from pqip.govuk.formats import date_gov, plural
from pqip.govuk.pages import Action
from pqip.govuk.tables import Sorting, Table
from reports.answers import Answer
from reports.asked import Asked, strictly_asked
from reports.figures.data_quality import records_behind
from reports.places import VIEW, opened_as, place_names, region_and_pdu
from reports.presenters.data_quality import Places, behind_row, behind_table, checks_table, place_rows
from reports.views.pages import ReportPage
from workforce import reading as staff
from workforce.data_quality import ABOUT_LEARNER, ABOUT_PLACE, Check, find
from workforce.data_quality.asking import Failing

NAME = "data-quality"


class DataQuality(ReportPage):
    """The report, beneath a table of every check with what it means and what to do."""

    template_name = "reports/data_quality.html"

    def _answered(self, asked: Asked, answer: Answer) -> dict[str, Any]:
        return {**super()._answered(asked, answer), "checks": checks_table(asked, answer)}


class BehindCheck(ListPage):
    """The records that fail a check, as at the same day and as known at the same moment, longest first."""

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
        """As what its records are opened: learners, staff or places. Raises PermissionDenied for those who get counts."""
        if not (found := opened_as(self.request.user, self.check)):
            raise PermissionDenied(self.check.code)
        return found

    @cached_property
    def asked(self) -> Asked:
        return strictly_asked(self.request, NAME)

    @cached_property
    def failing(self) -> list[Failing]:
        """What fails at the places asked about, whoever may see it."""
        code = self.request.GET.get("of_region", "")
        region, _none = region_and_pdu(code, "")
        with self.asked.question() as question:
            return records_behind(question, self.check, region.pk if region else None)

    @cached_property
    def by_record(self) -> dict[int, list[Failing]]:
        """What fails of each enrolment or person, longest first."""
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
        """Whoever is behind it of those this person may see, in the order of how long."""
        keys = list(self.by_record)
        rows: QuerySet = (learners.enrolments if self.kind == ABOUT_LEARNER else staff.people)(self.request.user)
        nth = Func(Value(keys, ArrayField(BigIntegerField())), F("pk"), function="array_position", output_field=IntegerField())
        return rows.filter(pk__in=keys).annotate(nth=nth)

    def order(self, sorting: Sorting) -> list[str]:
        if sorting.key == "name":
            path = "person__sort_name" if self.kind == ABOUT_LEARNER else "sort_name"
            return [f"-{path}" if sorting.descending else path, "pk"]
        return super().order(sorting)

    def whole(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("person") if self.kind == ABOUT_LEARNER else rows

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        shown = [behind_row(self.check, row, self.by_record[row.pk], self.places) for row in rows]
        return behind_table(self.check, self.kind, shown, sorting)

    def file(self) -> HttpResponse:
        if self.kind != ABOUT_PLACE:
            return super().file()
        table = self._of_places()
        self.hand_out(len(table.rows))
        return list_file(self.check.code, table.columns, table.rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {
            "heading": self.check.title, "lead": f"{self.check.means} {self.check.to_do} {date_gov(self.asked.as_at)}.",
            "back_url": f"{reverse('reports:data_quality')}?{self.asked.address()}", "actions": self._actions(),
        }
        if self.kind == ABOUT_PLACE:
            return Page.get_context_data(self, table=self.with_file(self._of_places()), **shown, **kwargs)
        self._log()
        hidden = len(self.by_record) - self.rows().count()
        if hidden:
            shown["lead"] += f" Outside what you may open: {plural(hidden, 'record')} more."
        return super().get_context_data(**shown, **kwargs)

    def _of_places(self) -> Table:
        return behind_table(self.check, self.kind, place_rows(self.failing, self.places), None)

    def _actions(self) -> list[Action]:
        """The list that this is worked from, where there is one, for those who may open it."""
        if not self.check.list_url:
            return []
        url = reverse(self.check.list_url)
        return [Action("Work through them", f"{url}?{self.check.list_filter}" if self.check.list_filter else url)]

    def _log(self) -> None:
        detail = {"check": self.check.code, "as_at": self.asked.as_at.isoformat(), "rows": len(self.by_record)}
        if region := self.request.GET.get("of_region"):
            detail["region"] = region
        log_access(self.request.user, AccessEntry.Kind.OPENED, "reports:behind_check page", detail)
