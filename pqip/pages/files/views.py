"""The page of rows whose file is missing."""

from __future__ import annotations

from itertools import islice
from typing import Any

from pqip.core.files.stores import MissingFile, missing_files
from pqip.core.formats import short_datetime
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Column, Table
from pqip.jobs.permissions import MANAGE
from pqip.pages.generic import Page

#: The number of files shown; `tidy_files` names every one.
SHOWN = 200


class GonePage(Page):
    """Rows whose file is missing, searched for each time the page is opened."""

    permission = MANAGE.code
    template_name = "layouts/list.html"
    page_title = "Files that are gone"
    lead = (
        "Files that a record names and that are not where they were kept, or not whole. Bring them back from the last backup, "
        "or do what the last column says. Files that belong to no record are taken away every night."
    )

    def shown(self) -> dict[str, Any]:
        return {"table": _table(list(islice(missing_files(), SHOWN)))}


def _table(found: list[MissingFile]) -> Table:
    rows: list[list[object]] = [
        [one.what, short_datetime(one.kept_at), one.instead] for one in found
    ]
    columns = [Column("File"), Column("Kept"), Column("What to do")]
    return Table(
        "Files that are gone",
        columns,
        rows,
        caption_hidden=True,
        empty=Empty("Every file is where it was kept."),
    )
