"""Opening a region: the list of regions, and the page to open one."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.formats import datetime_gov
from pqip.govuk.forms import Form
from pqip.govuk.pages import Action, Crumb
from pqip.govuk.tables import Cell, Column, Table
from pqip.pages.generic import ConfirmPage, Page
from workforce.accounts.fresh import FreshSignIn
from workforce.actions import opening as actions
from workforce.models import Region
from workforce.queries import records

LEAD = (
    "Once a region is open, its record is kept here: what was known in it at any moment can be asked for ever. Load its history "
    "from older systems first."
)


class OpenRegions(Page):
    """The list of regions, with the day from which the record of each is kept here."""

    permission = actions.MAY
    template_name = "layouts/list.html"
    page_title = "Opening of regions"
    lead = LEAD

    def shown(self) -> dict[str, Any]:
        columns = [Column("Region"), Column("Open since"), Column("Action", hidden=True)]
        rows = [
            [
                region.name,
                datetime_gov(since) if since else Cell("", empty="Not open"),
                Cell(actions=[] if since else [_open(region)]),
            ]
            for region, since in records.regions_with_openings()
        ]
        return {"table": Table(self.page_title, columns, rows, caption_hidden=True)}


class OpenRegion(FreshSignIn, ConfirmPage):
    """The page to open one region, once."""

    permission = actions.MAY
    form_class = Form
    submit = "Open the region"
    warn = "This cannot be undone."
    lead = (
        "From now on nobody may state another time of recording for what concerns this region. Reports of what was known before "
        "this moment will say so."
    )

    @cached_property
    def region(self) -> Region:
        found = [
            region
            for region, _since in records.regions_with_openings()
            if region.code == self.kwargs["code"]
        ]
        if not found:
            raise Http404
        return found[0]

    def get_success_url(self) -> str:
        return reverse("workforce:open_regions")

    def shown(self) -> dict[str, Any]:
        crumbs = [
            Crumb("Opening of regions", reverse("workforce:open_regions")),
            Crumb(self.region.name),
        ]
        return {"page_title": f"Open {self.region.name}", "breadcrumbs": crumbs}

    def perform(self, form: Any) -> str:
        actions.open_region(by=self.request.user, region=self.region)
        return f"{self.region.name} is open."


def _open(region: Region) -> Action:
    return Action(
        "Open", reverse("workforce:open_region", args=[region.code]), "link", hidden=region.name
    )
