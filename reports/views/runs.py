"""Pages of runs: request one, watch it being made, download its files; and the latest complete month."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.db.models import Count as CountOf
from django.db.models import F, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.access import SignedInRequest, requires
from pqip.core.formats import date_gov, datetime_gov, month_gov
from pqip.core.handing_out import hand_out
from pqip.core.models import AccessEntry
from pqip.core.patience import TakesTooLong
from pqip.exchange.writing import CONTENT_TYPES
from pqip.files.serving import serve
from pqip.govuk.charts import Chart
from pqip.govuk.errors import too_slow
from pqip.govuk.pages import Action, Count, Empty, SummaryRow
from pqip.govuk.tables import Sorting, Table
from pqip.pages.generic import ActionPage, ListPage, Page
from reports.actions.request_run import request_run
from reports.actions.schedule_month import SCHEDULE
from reports.catalogue import find
from reports.catalogue.monthly_status import REPORT as MONTHLY_STATUS
from reports.figures.names import Names
from reports.forms.runs import InFullForm, RequestForm
from reports.models import Run
from reports.models.run import RunQuerySet, visible_runs
from reports.presenters.downloads import downloads_table
from reports.presenters.runs import STATES, downloads, month_tables, runs_table, title_of
from reports.presenters.tables import month_counts
from reports.queries.asked import Asked
from reports.queries.downloads import VIEW_DOWNLOADS, downloads_seen_by
from reports.queries.places import VIEW, region_and_pdu
from reports.queries.runs import sees_in_full
from reports.render.files import check_format, file_name, suppression_words, write
from reports.views.asked import asked_again, reason_for_in_full, show_in_full, strictly_asked
from reports.views.pages import crumbs
from reports.views.patience import answer_in_page
from reports.views.stood import stood
from workforce.accounts.fresh import FreshSignIn
from workforce.ports.landing_pages import counts_for

REFRESH_SECONDS = 3
#: The number of downloads listed below a run; the list of downloads shows all.
LATEST = 50
NO_MONTH = (
    "No month's reports have been made yet. They are made on the first working day of each month."
)


class Runs(ListPage):
    """My downloads: the runs the user requested, and the monthly reports of their places."""

    permission = VIEW
    page_title = "My downloads"
    of_people = False
    sorts = {"asked": ("requested_at",)}
    default_sort = "-asked"

    def rows(self) -> RunQuerySet:
        return visible_runs(self.request.user)

    def with_related(self, rows: Any) -> Any:
        return rows.select_related("region", "pdu", "requested_by").prefetch_related("files")

    def table(self, rows: list[Run], sorting: Sorting) -> Table:
        return runs_table("My downloads", rows, "Nothing has been asked for yet.")


class RunPage(Page):
    """One run: its state, its question and its files. While it is being made the page reloads itself."""

    permission = VIEW
    template_name = "reports/run.html"

    @cached_property
    def run(self) -> Run:
        return get_object_or_404(
            visible_runs(self.request.user), public_id=self.kwargs["public_id"]
        )

    def shown(self) -> dict[str, Any]:
        run = self.run
        rows = [
            SummaryRow("State", tag=STATES[Run.State(run.state)]),
            SummaryRow("As at", date_gov(run.as_at)),
            SummaryRow("Known at", datetime_gov(run.known_at), empty="When it is made"),
            SummaryRow("Place", run.place),
            SummaryRow("Asked for by", str(run.requested_by or "Monthly schedule")),
            SummaryRow("Asked for", datetime_gov(run.requested_at)),
            SummaryRow("Small numbers", suppression_words(run.suppressed)),
            *([SummaryRow("Why in full", run.reason)] if run.reason else []),
            SummaryRow("Files kept until", datetime_gov(run.expires_at), empty="They are made"),
            *(
                SummaryRow(f"SHA-256 of the {one.format.upper()} file", one.sha256)
                for one in run.files.all()
            ),
        ]
        waiting = run.state == Run.State.WAITING
        logged = self.request.user.can(VIEW_DOWNLOADS)
        entries = (
            downloads_seen_by(self.request.user, run)
            .select_related("user")
            .order_by("-at", "-pk")[:LATEST]
            if logged
            else ()
        )
        return {
            "page_title": title_of(run),
            "rows": rows,
            "files": downloads(run) if sees_in_full(self.request.user, run) else [],
            "actions": self._in_full(),
            "is_waiting": waiting,
            "has_failed": run.state == Run.State.FAILED,
            "downloads": downloads_table(entries) if logged else None,
            "refresh": REFRESH_SECONDS if waiting else 0,
            "breadcrumbs": crumbs(title_of(run)),
        }

    def _in_full(self) -> list[Action]:
        """Return the link to the same numbers in full, for whoever may open everybody they count."""
        run = self.run
        if not run.suppressed or run.known_at is None:
            return []
        asked = asked_again(self.request, run)
        if asked.suppressed:
            return []
        url = f"{reverse('reports:report', args=[run.report])}?{asked.address()}"
        return [Action("See the same with small numbers", url, kind="secondary")]


class Month(Page):
    """The latest complete month: the monthly reports of the user's place, with their files."""

    permission = VIEW
    limited: ClassVar[dict[str, str]] = {"GET": "report"}
    template_name = "reports/month.html"

    def shown(self) -> dict[str, Any]:
        runs = visible_runs(self.request.user).filter(schedule=SCHEDULE)
        chosen = self._month(runs)
        of_month = runs.ready().filter(as_at=chosen) if chosen else runs.none()
        month = list(of_month.order_by(F("region__order").asc(nulls_first=True), "pk"))
        charts, stood = self._stood(month)
        return {
            "page_title": f"Reports for {month_gov(chosen)}" if chosen else "Latest complete month",
            "charts": charts,
            "stood": stood,
            "stood_label": f"On {date_gov(chosen)}" if chosen else "",
            "tables": month_tables(month),
            "empty": Empty(NO_MONTH),
            "breadcrumbs": crumbs("Month"),
            "counts": counts_for(self.request.user),
        }

    def _stood(self, month: list[Run]) -> tuple[list[Chart], list[Count]]:
        """Return charts and counts of learners' status from the stored report of the widest place, with links.

        Empty where that takes too long.
        """
        run = next((run for run in month if run.report == MONTHLY_STATUS.name), None)
        if run is None or MONTHLY_STATUS.charts is None:
            return [], []
        asked = asked_again(self.request, run)
        try:
            answer = stood(asked, run)
        except TakesTooLong:
            return [], []
        charts = MONTHLY_STATUS.charts(
            answer.main.rows, Names(), f"{run.place}, {date_gov(run.as_at)}"
        )
        return charts, month_counts(asked, answer)

    def _month(self, runs: RunQuerySet) -> dt.date | None:
        """Return the month asked for, or the latest for which everything requested for some place is ready."""
        asked = self.request.GET.get("month", "")
        missing = CountOf("pk", filter=~Q(state=Run.State.READY))
        places = runs.order_by("-as_at").values_list("as_at", "region").annotate(missing=missing)
        return next(
            (
                as_at
                for as_at, _, left in places
                if f"{as_at:%Y-%m}" == asked or not (asked or left)
            ),
            None,
        )


class RequestPage(ActionPage):
    """Request a stored copy, as at the same day and known at the same instant as the page."""

    permission = "reports.request_report"
    limited: ClassVar[dict[str, str]] = {"POST": "request"}
    form_class = RequestForm
    page_title = "Keep a copy"
    submit = "Make the files"

    @cached_property
    def asked(self) -> Asked:
        return strictly_asked(self.request, self.kwargs["name"])

    def perform(self, form: Any) -> str:
        region, pdu = region_and_pdu(self.asked.region, self.asked.pdu)
        self.made = request_run(
            by=self.request.user,
            report=self.asked.report.name,
            as_at=self.asked.as_at,
            known_at=self.asked.known_at,
            formats=form.cleaned_data["formats"],
            region=region,
            pdu=pdu,
            grade=self.asked.grade,
            reason=reason_for_in_full(self.request, self.asked.report),
        )
        return "Your report is being made. You will get an e-mail when it is ready."

    def get_success_url(self) -> str:
        return reverse("reports:run", args=[self.made.public_id])

    def get_cancel_url(self) -> str:
        return f"{reverse('reports:report', args=[self.asked.report.name])}?{self.asked.address()}"

    def shown(self) -> dict[str, Any]:
        lead = f"{self.asked.report.title}, {self.asked.place_words}, as at {date_gov(self.asked.as_at)}."
        if self.asked.report.on_screen and not self.asked.in_full:
            lead += " Small numbers are withheld in files that are kept, as these are sent on."
        return {"lead": lead}


class InFullPage(FreshSignIn, ActionPage):
    """Show small numbers in full, for a reason that is logged."""

    permission = "reports.unsuppressed"
    form_class = InFullForm
    page_title = "Show small numbers in full"
    lead = "Small numbers can tell who somebody is. Your name, the time and your reason are logged."
    submit = "Show them"

    @cached_property
    def asked(self) -> Asked:
        return strictly_asked(self.request, self.kwargs["name"])

    def perform(self, form: Any) -> str:
        show_in_full(self.request, self.asked.report, form.cleaned_data["reason"])
        return "Small numbers are shown in full for one hour."

    def get_success_url(self) -> str:
        return f"{reverse('reports:report', args=[self.asked.report.name])}?{self.asked.address()}"


@requires(VIEW, limited="report")
def file(request: SignedInRequest, name: str) -> HttpResponseBase:
    """Return the page's rows as a file, made at once; the download is logged."""
    asked = strictly_asked(request, name)
    format = request.GET.get("format", "csv")
    if format not in CONTENT_TYPES:
        raise Http404(format)
    try:
        answer = answer_in_page(asked)
    except TakesTooLong:
        return _ask_for_a_copy(request, asked)
    hand_out(
        request,
        AccessEntry.Kind.EXPORT,
        f"reports:{name}",
        {
            "as_at": asked.as_at.isoformat(),
            "known_at": answer.known_at.isoformat(),
            "scope": asked.place_words,
            "format": format,
            "rows": len(answer.main.rows),
            "suppressed": answer.suppressed,
        },
        rows=len(answer.main.rows),
        of_people=asked.report.of_people,
    )
    stream = io.BytesIO()
    write(answer, check_format(format), stream)
    stream.seek(0)
    named = file_name(name, asked.as_at, asked.pdu or asked.region or "all", format)
    response = FileResponse(
        stream, as_attachment=True, filename=named, content_type=CONTENT_TYPES[format]
    )
    response.columns = [column.name for column in answer.main.columns]  # type: ignore[attr-defined]
    return response


def _ask_for_a_copy(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Redirect to the page that requests files from the worker, where the user may; tell others to ask for less."""
    if not asked.user.can(RequestPage.permission):
        return too_slow()
    messages.info(
        request,
        "This file takes longer than a page may wait. Ask for a copy here, and it is made for you.",
    )
    return redirect(f"{reverse('reports:request', args=[asked.report.name])}?{asked.address()}")


@requires(VIEW)
def download(request: HttpRequest, public_id: Any, format: str) -> HttpResponseBase:
    """Return a stored file exactly as it was made.

    The permission to see the run is checked again, and each download is logged.
    """
    run = get_object_or_404(visible_runs(request.user).ready(), public_id=public_id)
    found = next((one for one in run.files.all() if one.format == format), None)
    if found is None or not sees_in_full(request.user, run):
        raise Http404(format)

    def log_download() -> None:
        hand_out(
            request,
            AccessEntry.Kind.DOWNLOAD,
            f"reports:{run.report}",
            {
                "run": str(run.public_id),
                "as_at": run.as_at.isoformat(),
                "scope": run.place,
                "format": format,
                "sha256": found.sha256,
                "rows": found.rows,
            },
            rows=found.rows,
            of_people=find(run.report).of_people,
        )

    place = run.pdu.code if run.pdu else run.region.code if run.region else "all"
    return serve(
        request,
        settings.MEDIA_ROOT / found.path,
        sha256=found.sha256,
        name=file_name(run.report, run.as_at, place, format),
        content_type=CONTENT_TYPES[format],
        before_sending=log_download,
        instead="Ask for the report again, as at the same day and known at the same moment: it will say the same.",
    )
