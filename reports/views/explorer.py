"""The workforce explorer: people in post counted by what one chooses, and the people behind each number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.access_log import log_access
from pqip.core.formats import date_gov, datetime_gov, number
from pqip.core.models import AccessEntry
from pqip.govuk.pages import Action, Crumb, Download, Empty
from pqip.govuk.tables import Sorting, Table
from pqip.pages.generic import ListPage, Page
from pqip.pages.lists import counts_file
from reports.catalogue.workforce_position import REPORT
from reports.figures.names import Names
from reports.figures.position_explorer import FILTERS, Exploration, explored, people_behind
from reports.forms.explorer import MEASURES, OF_PEOPLE, ExplorerForm
from reports.presenters.explorer import (
    ALL,
    Explored,
    explorer_chart,
    explorer_table,
    explorer_tables,
)
from reports.queries.asked import Asked
from reports.queries.places import VIEW
from reports.views.asked import asked_of
from reports.views.patience import within_a_page
from workforce.presenters.staff import staff_table
from workforce.queries import records as staff

NAME = "workforce-explorer"


class Chosen:
    """What the address asks, for the explorer and for the list of people behind its numbers."""

    def __init__(self, request: Any, form: ExplorerForm) -> None:
        self.asked: Asked = asked_of(request, REPORT, form)
        said = form.cleaned_data
        self.rows, self.columns, self.measure = said["rows"], said["columns"], said["measure"]
        self.filters = {name: said[name] for name in FILTERS if said[name]}

    def address(self, known_at: Any = None, **more: str) -> str:
        """The same view as a query string; with an instant, it shows the same for ever."""
        own = {"rows": self.rows, "columns": self.columns, "measure": self.measure}
        return self.asked.address(known_at, **own, **self.filters, **more)

    def exploration(self, question: Any) -> Exploration:
        return Exploration(question, self.rows, self.columns, self.filters)

    @property
    def period(self) -> str:
        """Where and when, in words."""
        return f"{self.asked.place_words}, {date_gov(self.asked.as_at)}"


class Explorer(Page):
    """People in post by what one chooses, with totals first, a chart, a file, and the people behind each number."""

    permission = VIEW
    limited: ClassVar[dict[str, str]] = {"GET": "report"}
    template_name = "reports/explorer.html"
    page_title = "Workforce explorer"
    lead = "Who is in post, by whatever you choose to count them by."

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ExplorerForm(request.GET, user=request.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        chosen = Chosen(request, form)
        with within_a_page(NAME), chosen.asked.question() as question:
            rows, known_at = explored(chosen.exploration(question)), question.known_at
        of = Explored(
            chosen.exploration(question),
            chosen.measure,
            rows,
            Names(),
            self._opens(chosen, known_at),
        )
        if request.GET.get("format") == "csv":
            table = explorer_table(of)
            return counts_file(request, "reports:explorer", NAME, table, chosen.address())
        first, *more = explorer_tables(of)
        shown = {
            "table": self._with_file(first, chosen, known_at),
            "more": more,
            "has_targets": of.asked.has_targets,
            "charts": explorer_chart(of, chosen.period),
            "as_at": date_gov(chosen.asked.as_at),
            "known_at": datetime_gov(known_at),
            "place": chosen.asked.place_words,
        }
        return self.render_to_response(self.get_context_data(form=form, **shown))

    def shown(self) -> dict[str, Any]:
        position = _position()
        return {
            "table": None,
            "more": (),
            "has_targets": True,
            "charts": (),
            "as_at": "",
            "breadcrumbs": [Crumb("Reports", reverse("reports:index")), Crumb(self.page_title)],
            "actions": [
                Action("Workforce position against target", position, kind="link"),
                Action("What the words mean", reverse("reports:definitions"), kind="link"),
            ],
        }

    def _with_file(self, table: Table, chosen: Chosen, known_at: Any) -> Table:
        address = f"{self.request.path}?{chosen.address(known_at, format='csv')}"
        return replace(table, downloads=[Download(self.page_title, address, "CSV")])

    def _opens(self, chosen: Chosen, known_at: Any) -> Any:
        """The address of what a number counts: the people, for those who may see staff by name; the position of a target."""
        people, position = reverse("reports:explorer_people"), _position()
        names_staff = self.request.user.can(staff.VIEW)

        def opens(row: str | None, column: str | None, measure: str) -> str:
            if measure == "target_fte":
                region = next(
                    (
                        code
                        for name, code in ((chosen.rows, row), (chosen.columns, column))
                        if name == "region" and code
                    ),
                    chosen.asked.region,
                )
                return f"{position}?{chosen.asked.address(known_at, region=region)}"
            if measure not in OF_PEOPLE or not names_staff:
                return ""
            keys = {"of_row": row or ALL, "of_column": column or ALL, "of": measure}
            return f"{people}?{chosen.address(known_at, **keys)}"

        return opens


def _position() -> str:
    return reverse("reports:report", args=[REPORT.name])


class ExplorerPeople(ListPage):
    """The people a number of the explorer counts, as at the same day and as known at the same moment."""

    permission = staff.VIEW
    limited: ClassVar[dict[str, str]] = {"GET": "report"}
    page_title = "People in post"
    sorts = {
        "name": ("sort_name",),
        "grade": ("grade__order", "sort_name"),
        "region": ("region__order", "sort_name"),
    }
    default_sort = "name"

    @cached_property
    def chosen(self) -> Chosen:
        """What the address asks. Raises Http404 for what is not right, or not theirs."""
        form = ExplorerForm(self.request.GET, user=self.request.user)
        if not self.request.user.can(VIEW) or not form.is_valid():
            raise Http404(self.request.path)
        return Chosen(self.request, form)

    @property
    def measure(self) -> str:
        """What the number counts. Raises Http404 where it counts nobody."""
        measure = self.request.GET.get("of", OF_PEOPLE[0])
        if measure not in OF_PEOPLE:
            raise Http404(self.request.path)
        return measure

    @cached_property
    def keys(self) -> list[int]:
        """Keys of everybody counted, whoever may see them."""
        chosen = self.chosen
        of_both = {
            chosen.rows: "of_row",
            **({chosen.columns: "of_column"} if chosen.columns else {}),
        }
        values = {
            dimension: self.request.GET[name]
            for dimension, name in of_both.items()
            if self.request.GET.get(name, ALL) != ALL
        }
        with within_a_page(f"{NAME}-people"), chosen.asked.question() as question:
            return people_behind(chosen.exploration(question), values, self.measure)

    def rows(self) -> QuerySet:
        return staff.people(self.request.user).filter(pk__in=self.keys)

    def with_related(self, rows: Any) -> QuerySet:
        return staff.for_lists(rows)

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        empty = Empty(
            "Nobody you may see.", "The people this number counts are outside your reach."
        )
        return staff_table(self.page_title, rows, sorting, empty)

    def shown(self) -> dict[str, Any]:
        log_access(
            self.request.user,
            AccessEntry.Kind.OPENED,
            "reports:explorer_people page",
            {"asked": self.chosen.address(), "rows": len(self.keys)},
        )
        return {
            "lead": (
                f"{MEASURES[self.measure]}: {number(len(self.keys))}. {self.chosen.period}. "
                "Places and grades are those of today."
            ),
            "back_url": f"{reverse('reports:explorer')}?{self.chosen.address()}",
        }
