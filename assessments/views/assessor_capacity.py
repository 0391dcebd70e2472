"""A region's capacity to assess: people to assess for each assessor, now and in the next 12 months, against their places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from assessments import demand_facts
from assessments.forms.assessor_capacity import RegionFilter
from assessments.presenters import demand as shown
from assessments.rules.demand import Standing, Stretch, month_by_month, standing_on
from pqip.core.clock import today
from pqip.core.handing_out import hand_out
from pqip.core.models import AccessEntry
from pqip.core.views import Page
from pqip.exchange.lists import list_file
from pqip.govuk.filters import Filter
from pqip.govuk.formats import plural
from pqip.govuk.links import with_query
from pqip.govuk.pages import Download
from pqip.govuk.tables import Table
from workforce.models import Region

STAFFING = "workforce.view_staffing"


class AssessorCapacity(Page):
    """People to assess and places with assessors, today and at the end of each of the next 12 months; nobody is named."""

    permission = STAFFING
    template_name = "assessments/assessor_capacity.html"
    page_title = "Assessor capacity"

    @cached_property
    def regions(self) -> list[Region]:
        return demand_facts.regions(self.request.user.scope(self.permission))

    @cached_property
    def filter(self) -> Filter:
        return Filter(RegionFilter(self.request.GET, regions=self.regions), self.request.GET)

    @cached_property
    def chosen(self) -> Region | None:
        """The region asked for, or the only one there is."""
        self.filter.form.is_valid()
        code = self.filter.form.cleaned_data.get("region", "")
        return next((one for one in self.regions if one.code == code or len(self.regions) == 1), None)

    @cached_property
    def qualification(self) -> str:
        """The qualification asked for; empty for all together."""
        self.filter.form.is_valid()
        return self.filter.form.cleaned_data.get("qualification") or ""

    @cached_property
    def stretches(self) -> list[Stretch]:
        return demand_facts.stretches(self.request.user.scope(self.permission))

    @cached_property
    def standings(self) -> list[Standing]:
        return month_by_month(self.within, today(), qualification=self.qualification)

    @cached_property
    def within(self) -> list[Stretch]:
        """What the chosen region holds."""
        return [one for one in self.stretches if self.chosen is None or one.region_id == self.chosen.pk]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") != "csv":
            return super().get(request, *args, **kwargs)
        table = self.months()
        rows = list(table.rows)
        told = {"filters": {"region": [self.chosen.code] if self.chosen else []}, "rows": len(rows)}
        if self.qualification:
            told["filters"]["qualification"] = [self.qualification]
        hand_out(request, AccessEntry.Kind.EXPORT, "assessments:assessor_capacity", told, rows=len(rows), of_people=False)
        return list_file("assessor-capacity", table.columns, rows)

    def months(self) -> Table:
        return shown.months_table(self.standings, demand_facts.usual_caseload())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file = Download(self.page_title, with_query(self.request.GET, self.request.path, format="csv"), "CSV")
        several = len(self.regions) > 1
        place = str(self.chosen or "all regions")
        place += f", {shown.NAMES[self.qualification]}" if self.qualification else ""
        chart = shown.chart(self.standings, place)
        return super().get_context_data(
            chart=chart, table=replace(self.months(), downloads=[file]),
            lead="" if chart else shown.finding(self.standings), filter=self.filter,
            apart=shown.apart_table(self.by_qualification()),
            regions=shown.regions_table(self.by_region()) if several and not self.chosen else None,
            workshops=self.workshops(), **kwargs,
        )

    def by_region(self) -> list[tuple[Region, Standing]]:
        return [
            (region, standing_on([one for one in self.stretches if one.region_id == region.pk], today(), self.qualification))
            for region in self.regions
        ]

    def by_qualification(self) -> list[tuple[str, Standing]]:
        return [(code, standing_on(self.within, today(), code)) for code in (*shown.NAMES, "")]

    def workshops(self) -> str:
        """What else asks for PTAs' time, which no caseload counts."""
        number = demand_facts.workshops(self.request.user.scope(self.permission), of=self.chosen)
        return f"Beside these, newly qualified officers attended {plural(number, 'workshop')} in the last 12 months."
