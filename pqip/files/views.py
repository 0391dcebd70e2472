"""Files that rows name and nobody has."""

from __future__ import annotations

from itertools import islice
from typing import Any

from pqip.core.views import Page
from pqip.files.stores import Gone, gone
from pqip.govuk.formats import short_datetime
from pqip.govuk.pages import Empty
from pqip.govuk.tables import Column, Table
from pqip.jobs.permissions import MANAGE

#: So many are shown; `tidy_files` names every one.
SHOWN = 200


class GonePage(Page):
    """Looked for anew each time the page is opened."""

    permission = MANAGE.code
    template_name = "layouts/list.html"
    page_title = "Files that are gone"
    lead = (
        "Files that a record names and that are not where they were kept, or not whole. Bring them back from the last backup, "
        "or do what the last column says. Files that belong to no record are taken away every night."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(table=_table(list(islice(gone(), SHOWN))), **kwargs)


def _table(found: list[Gone]) -> Table:
    rows: list[list[object]] = [[one.what, short_datetime(one.kept_at), one.instead] for one in found]
    columns = [Column("File"), Column("Kept"), Column("What to do")]
    return Table("Files that are gone", columns, rows, caption_hidden=True, empty=Empty("Every file is where it was kept."))
