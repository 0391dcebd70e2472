"""A region's capacity to assess: people to assess compared with assessors' places, now and in the next 12 months."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property

from assessments.facts import capacity_demand as demand_facts
from assessments.forms.capacity_assessors import RegionFilter
from assessments.presenters import capacity_demand as shown
from assessments.rules.capacity_demand import Capacity, Stretch, capacity_on, month_by_month
from pqip.core.clock import today
from pqip.core.formats import plural
from pqip.core.handing_out import hand_out
from pqip.core.models import AccessEntry
from pqip.govuk.filters import Filter
from pqip.govuk.links import with_query
from pqip.govuk.pages import Download
from pqip.govuk.tables import Table
from pqip.pages.generic import Page
from pqip.pages.lists import list_file
from workforce.models import Region

STAFFING = "workforce.view_staffing"


class AssessorCapacity(Page):
    """People to assess and assessors' places, today and at the end of each of the next 12 months; nobody is named."""

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
        """Return the region asked for, or the only visible one; None where there are several and none is asked for."""
        self.filter.form.is_valid()
        code = self.filter.form.cleaned_data.get("region", "")
        return next(
            (one for one in self.regions if one.code == code or len(self.regions) == 1), None
        )

    @cached_property
    def qualification(self) -> str:
        """Return the code of the qualification asked for; "" for all together."""
        self.filter.form.is_valid()
        return self.filter.form.cleaned_data.get("qualification") or ""

    @cached_property
    def stretches(self) -> list[Stretch]:
        return demand_facts.stretches(self.request.user.scope(self.permission))

    @cached_property
    def capacities(self) -> list[Capacity]:
        return month_by_month(self.within, today(), qualification=self.qualification)

    @cached_property
    def within(self) -> list[Stretch]:
        """Return the stretches of demand and capacity in the chosen region, or in all visible regions."""
        return [
            one for one in self.stretches if self.chosen is None or one.region_id == self.chosen.pk
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") != "csv":
            return super().get(request, *args, **kwargs)
        table = self.months()
        rows = list(table.rows)
        filters = {"region": [self.chosen.code] if self.chosen else []}
        if self.qualification:
            filters["qualification"] = [self.qualification]
        logged = {"filters": filters, "rows": len(rows)}
        hand_out(
            request,
            AccessEntry.Kind.EXPORT,
            "assessments:assessor_capacity",
            logged,
            rows=len(rows),
            of_people=False,
        )
        return list_file("assessor-capacity", table.columns, rows)

    def months(self) -> Table:
        return shown.months_table(self.capacities, demand_facts.usual_caseload())

    def shown(self) -> dict[str, Any]:
        file = Download(
            self.page_title, with_query(self.request.GET, self.request.path, format="csv"), "CSV"
        )
        several = len(self.regions) > 1
        place = str(self.chosen or "all regions")
        place += f", {shown.NAMES[self.qualification]}" if self.qualification else ""
        chart = shown.chart(self.capacities, place)
        return {
            "chart": chart,
            "table": replace(self.months(), downloads=[file]),
            "lead": "" if chart else shown.finding(self.capacities),
            "filter": self.filter,
            "apart": shown.qualifications_table(self.by_qualification()),
            "regions": shown.regions_table(self.by_region())
            if several and not self.chosen
            else None,
            "workshops": self.workshops(),
        }

    def by_region(self) -> list[tuple[Region, Capacity]]:
        return [
            (
                region,
                capacity_on(
                    [one for one in self.stretches if one.region_id == region.pk],
                    today(),
                    self.qualification,
                ),
            )
            for region in self.regions
        ]

    def by_qualification(self) -> list[tuple[str, Capacity]]:
        return [(code, capacity_on(self.within, today(), code)) for code in (*shown.NAMES, "")]

    def workshops(self) -> str:
        """Return the sentence about workshops, which also take PTAs' time and are in no caseload."""
        number = demand_facts.workshops(self.request.user.scope(self.permission), of=self.chosen)
        return f"Beside these, newly qualified officers attended {plural(number, 'workshop')} in the last 12 months."
