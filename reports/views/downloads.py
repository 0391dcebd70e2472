"""The page of downloads from reports."""

from __future__ import annotations

from django.db.models import QuerySet

from pqip.core.models import AccessEntry
from pqip.govuk.tables import Sorting, Table
from pqip.pages.generic import ListPage
from reports.presenters.downloads import downloads_table
from reports.queries.downloads import VIEW_DOWNLOADS, downloads_seen_by


class Downloads(ListPage):
    """Every file downloaded from a report, by anybody, latest first."""

    permission = VIEW_DOWNLOADS
    page_title = "Downloads of reports"
    lead = "Who took which file when. Every download is logged, a stored file as well as one made for the occasion."
    sorts = {"when": ("at",), "who": ("actor", "-at")}
    default_sort = "-when"

    def rows(self) -> QuerySet[AccessEntry]:
        return downloads_seen_by(self.request.user)

    def with_related(self, rows: QuerySet[AccessEntry]) -> QuerySet[AccessEntry]:
        return rows.select_related("user")

    def table(self, rows: list[AccessEntry], sorting: Sorting) -> Table:
        return downloads_table(rows, sorting)
