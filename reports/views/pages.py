"""The page of a report, the list of reports, the people behind a number, and the definitions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.access_log import log_access
from pqip.core.clock import today
from pqip.core.formats import date_gov, datetime_gov
from pqip.core.models import AccessEntry
from pqip.core.patience import TakesTooLong
from pqip.govuk.pages import Action, Crumb
from pqip.govuk.pagination import numbered
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.generic import Page
from reports.catalogue import REPORTS
from reports.catalogue.base import Rows
from reports.catalogue.crossed import (
    CROSSINGS,
    CUT_OFF,
    IN_FULL_ONLY,
    MOST_ROWS,
    TOO_LONG,
    choices_of,
)
from reports.catalogue.progression import REPORT as PROGRESSION
from reports.figures.names import Names
from reports.figures.settings import ASSUMED
from reports.forms.question import QuestionForm
from reports.models import Run
from reports.models.run import visible_runs
from reports.presenters import own
from reports.presenters.runs import latest_by_report, ready_words
from reports.presenters.tables import file_links, page_table, people_links, sorted_rows
from reports.queries.answers import Answer
from reports.queries.answers import Table as AnswerTable
from reports.queries.asked import Asked, own_assessors
from reports.queries.people import OPENS, rows_behind
from reports.queries.places import VIEW
from reports.render.files import suppression_words
from reports.views.asked import asked_of, find_report, strictly_asked
from reports.views.patience import answer_in_page, people_in_page, within_a_page
from reports.views.waited import ask_the_worker, shown_when_ready, still_waiting, waited_for

PAGE_SIZE = 100


class Index(Page):
    """Every report with its question, its audience, and when it was last made."""

    permission = VIEW
    template_name = "layouts/list.html"
    page_title = "Reports"
    lead = "Every figure as at any day, as it was known at any moment."

    def shown(self) -> dict[str, Any]:
        latest = latest_by_report(visible_runs(self.request.user))
        columns = [
            Column("Report"),
            Column("The question it answers"),
            Column("For whom"),
            Column("Last made"),
        ]
        rows = [
            [
                Cell(one.title, url=reverse("reports:report", args=[one.name])),
                one.asks,
                one.for_whom,
                ready_words(latest.get(one.name)),
            ]
            for one in REPORTS.values()
        ]
        table = Table("Reports", columns, rows, caption_hidden=True)
        actions = [
            Action("Latest complete month", reverse("reports:month"), kind=""),
            Action("Who leaves, and why", reverse("reports:withdrawals"), kind="secondary"),
            Action("Workforce explorer", reverse("reports:explorer"), kind="secondary"),
            Action("My downloads", reverse("reports:runs"), kind="link"),
            Action("What the words mean", reverse("reports:definitions"), kind="link"),
        ]
        return {"table": table, "actions": actions}


#: What the page of a report shows while its question is not valid.
UNASKED: dict[str, Any] = {
    "as_at": "",
    "notes": (),
    "charts": (),
    "table": None,
    "more": (),
    "columns": (),
}


class ReportPage(Page):
    """A report: its question, the fields to choose it, charts, rows, the definition of every column, and its files."""

    permission = VIEW
    limited: ClassVar[dict[str, str]] = {"GET": "report"}
    template_name = "reports/report.html"
    unasked = UNASKED

    @cached_property
    def report(self) -> Any:
        return find_report(self.kwargs["name"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        equality = self.request.user.can("workforce.view_equality")
        form = QuestionForm(
            request.GET,
            user=request.user,
            asks_grade=self.report.asks_grade,
            crosses=choices_of(self.report.name, equality=equality),
        )
        shown = self.unasked
        if form.is_valid():
            asked = asked_of(self.request, self.report, form)
            run = waited_for(request, asked)
            if run and run.state != Run.State.READY:
                return still_waiting(request, asked, run, crumbs(self.report.title))
            try:
                answer = (run and shown_when_ready(asked, run)) or answer_in_page(asked)
            except TakesTooLong:
                return ask_the_worker(request, asked, instead_of=run)
            shown = self._answered(asked, answer)
            if form.cleaned_data.get("cross"):
                crossed, notes = self._crossed(asked, answer, form)
                shown |= {"more": [*crossed, *shown["more"]], "notes": [*shown["notes"], *notes]}
        return self.render_to_response(self.get_context_data(form=form, **shown))

    def shown(self) -> dict[str, Any]:
        shown = {
            "page_title": self.report.title,
            "lead": self.report.asks,
            "breadcrumbs": crumbs(self.report.title),
        }
        return shown

    def _answered(self, asked: Asked, answer: Answer) -> dict[str, Any]:
        names = Names()
        main, period = answer.main, f"{asked.place_words}, {date_gov(asked.as_at)}"
        sorting = Sorting.chosen(
            self.request, [one.name for one in main.columns], self.report.page_sort
        )
        page = Paginator(sorted_rows(main.rows, sorting), PAGE_SIZE).get_page(
            self.request.GET.get("page")
        )
        table = page_table(
            main,
            list(page.object_list),
            names,
            sorting=sorting,
            downloads=file_links(asked, answer),
            opens=people_links(asked, answer),
        )
        draw = self.report.charts
        return {
            "table": table,
            "pages": numbered(page, self.request.GET),
            "charts": draw(main.rows, names, period) if draw else [],
            "more": [
                page_table(one, _of_page(one.rows, page.number), names) for one in answer.tables[1:]
            ],
            "columns": main.columns,
            "as_at": date_gov(asked.as_at),
            "known_at": datetime_gov(answer.known_at),
            "place": asked.place_words,
            "order": self.report.order,
            "small_numbers": suppression_words(answer.suppressed),
            "notes": answer.notes,
            "actions": self._actions(asked, answer.known_at),
        }

    def _crossed(
        self, asked: Asked, answer: Answer, form: QuestionForm
    ) -> tuple[list[Table], list[str]]:
        """Return the table of two breakdowns crossed, at the same instant, or why there is none."""
        if answer.suppressed:
            return [], [IN_FULL_ONLY]
        crossing = CROSSINGS[self.report.name]
        table = crossing.table(form.cleaned_data["cross"], form.cleaned_data["cross_with"])
        try:
            with (
                within_a_page(f"{self.report.name}-crossed"),
                replace(asked, known_at=answer.known_at).question() as question,
            ):
                rows = table.figure(question)
        except TakesTooLong:
            return [], [TOO_LONG]
        shown = AnswerTable(table, table.columns, rows[:MOST_ROWS])
        notes = [CUT_OFF] if len(rows) > MOST_ROWS else []
        return [page_table(shown, shown.rows, Names())], notes

    def _actions(self, asked: Asked, known_at: Any) -> list[Action]:
        """Return what this user may do with the report: keep a copy, see small numbers in full."""
        offers = [
            (
                "reports:request",
                "Keep a copy",
                "secondary",
                asked.user.can("reports.request_report"),
            )
        ]
        may_see = (
            self.report.on_screen and asked.suppressed and asked.user.can("reports.unsuppressed")
        )
        offers.append(("reports:in_full", "Show small numbers in full", "link", may_see))
        return [
            Action(
                label,
                f"{reverse(name, args=[self.report.name])}?{asked.address(known_at)}",
                kind=kind,
            )
            for name, label, kind, may in offers
            if may
        ]


def _of_page(rows: Rows, number: int) -> Rows:
    """Return the rows of a further table beside a page of the first: all, or a page of them where they are many."""
    return rows if len(rows) <= PAGE_SIZE else list(Paginator(rows, PAGE_SIZE).get_page(number))


class MyCountersigning(Page):
    """The countersigning figures of an assessor themself, and of those for whom they countersign."""

    permission = "reports.view_assessors"
    limited: ClassVar[dict[str, str]] = {"GET": "report"}
    template_name = "reports/own.html"
    page_title = "My countersigning figures"

    def shown(self) -> dict[str, Any]:
        with within_a_page("my-countersigning"):
            rows, question = own_assessors(self.request.user, today())
        shown = (
            {"rows": own.summary(rows[0], Names())}
            if len(rows) == 1
            else {"table": own.of_several(rows, Names())}
        )
        lead = f"This month up to {date_gov(question.as_at)}."
        return {"lead": lead, **shown}


class PeoplePage(Page):
    """The learners, or the pieces of evidence, behind a number of the monthly report, as at the same day and instant."""

    permission = "learners.view_learner"
    limited: ClassVar[dict[str, str]] = {"GET": "report"}
    template_name = "layouts/list.html"
    page_title = "Behind a number"

    def shown(self) -> dict[str, Any]:
        column = self.request.GET.get("column", "")
        if (
            column not in OPENS
            or self.kwargs["name"] != "monthly-status"
            or not self.request.user.can(VIEW)
        ):
            raise Http404(column)
        asked = strictly_asked(self.request, "monthly-status")
        keys = {
            name: self.request.GET[f"of_{name}"]
            for name in ("region", "cohort", "pathway")
            if f"of_{name}" in self.request.GET
        }
        with people_in_page(asked), asked.question() as question:
            rows, columns = rows_behind(question, column, keys), OPENS[column].columns(question)
        page = Paginator(rows, PAGE_SIZE).get_page(self.request.GET.get("page"))
        asked_for = {"column": column, "as_at": asked.as_at.isoformat(), **keys, "rows": len(rows)}
        log_access(self.request.user, AccessEntry.Kind.OPENED, "reports:people page", asked_for)
        found = next(one for one in find_report("monthly-status").columns if one.name == column)
        table = learners_table(
            list(page.object_list), [one for one in columns if one.name != "learner"]
        )
        lead = f"{found.title}: {found.meaning} {date_gov(asked.as_at)}."
        back = f"{reverse('reports:report', args=['monthly-status'])}?{asked.address()}"
        return {
            "table": table,
            "pages": numbered(page, self.request.GET),
            "lead": lead,
            "back_url": back,
        }


def learners_table(rows: list[Any], columns: list[Any]) -> Table:
    """Return the table of learners, each name linked to the record."""

    def opens(column: Any, row: Any) -> str:
        return (
            reverse("learners:learner", args=[row["learner"]])
            if column.name == "name" and row["name"]
            else ""
        )

    ordered = sorted(columns, key=lambda one: one.name != "name")
    return page_table(AnswerTable(PROGRESSION, ordered, rows), rows, Names(), opens=opens)


class Definitions(Page):
    """The definition of every column of every report, and the numbers that are assumed."""

    permission = VIEW
    template_name = "reports/definitions.html"
    page_title = "What the words in reports mean"

    def shown(self) -> dict[str, Any]:
        columns = [Column("What it decides"), Column("Value", numeric=True)]
        rows = [[Cell(one.meaning, second=one.setting), str(one.value)] for one in ASSUMED]
        assumed = Table("Numbers marked †", columns, rows)
        tables = [
            Table(
                one.title,
                [Column("Column"), Column("Meaning")],
                [[Cell(column.title, second=column.name), column.note] for column in one.columns],
                caption_hidden=True,
            )
            for report in REPORTS.values()
            for one in (report, *report.more)
            if one is report or one.name not in REPORTS
        ]
        return {
            "assumed": assumed,
            "tables": tables,
            "breadcrumbs": crumbs(self.page_title),
            "today": today(),
        }


def crumbs(title: str) -> list[Crumb]:
    """Return the breadcrumbs back to the list of reports."""
    return [Crumb("Reports", reverse("reports:index")), Crumb(title)]
