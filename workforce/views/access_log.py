"""Who saw and took out what: the data protection officer's first page.

It shows the log, never the content.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from pqip.core.formats import number, short_datetime
from pqip.core.models import AccessEntry
from pqip.govuk.filters import Filter, Search
from pqip.govuk.pages import Action, Empty
from pqip.govuk.tables import Cell, Column, Sorting, Table
from pqip.pages.generic import ActionPage, SearchedList
from workforce.accounts.fresh import FreshSignIn
from workforce.actions.exports import ALLOW, allow_export
from workforce.forms.access_log import AREAS, AccessFilter, AllowForm
from workforce.queries import records

COLUMNS = [
    Column("When", sort="when"),
    Column("Who", sort="who", second="E-mail address"),
    Column("Did"),
    Column("What", second="Area"),
    Column("Whose record"),
    Column("Rows", numeric=True),
    Column("Reason or remark"),
]


class AccessLog(SearchedList):
    """The list of every sensitive reading, export and download, the latest first."""

    permission = records.ACCESS_LOG
    page_title = "Who saw what"
    lead = (
        "Records that were opened, sensitive panels that were read, lists and files that were taken out, and what was refused: "
        "who, when, of whom. Never what they held."
    )
    sorts = {"when": ("at",), "who": ("user__email", "-at")}
    default_sort = "-when"

    def rows(self) -> QuerySet[AccessEntry]:
        return AccessFilter(self.request.GET).applied_to(
            records.access_entries(self.request.user, self.words)
        )

    def with_related(self, rows: QuerySet[AccessEntry]) -> QuerySet[AccessEntry]:
        return rows.select_related("user")

    def table(self, rows: list[AccessEntry], sorting: Sorting) -> Table:
        numbers = records.staff_numbers(row.person_key for row in rows)
        empty = (
            Empty("Nothing matches.", "Remove a filter or search for somebody else.")
            if self.request.GET
            else Empty("Nobody has read or taken out anything that is logged yet.")
        )
        return Table(
            "Who saw what",
            COLUMNS,
            [_row(row, numbers) for row in rows],
            caption_hidden=True,
            sorting=sorting,
            empty=empty,
        )

    def shown(self) -> dict[str, Any]:
        search = Search(
            "Name or email address of who looked, or staff number of whose record", words=self.words
        )
        allow = [Action("Allow somebody more rows", reverse("workforce:allow_export"), "secondary")]
        actions = allow if self.request.user.can(ALLOW) else []
        panel = Filter(AccessFilter(self.request.GET), self.request.GET, search)
        return {"filter": panel, "actions": actions}


class AllowExport(FreshSignIn, ActionPage):
    """The page to allow somebody more rows in files about people than their roles do, for a day."""

    permission = ALLOW
    form_class = AllowForm
    page_title = "Allow somebody more rows"
    lead = (
        "Each role allows a number of rows about people in files within a day. You can allow somebody else more, for the 24 "
        "hours from now on. They told you what for, and you are satisfied that they need it."
    )
    submit = "Allow them"

    def perform(self, form: Any) -> str:
        answers = form.cleaned_data
        given = allow_export(
            by=self.request.user,
            email=answers["email"],
            rows=answers["rows"],
            reason=answers["reason"],
        )
        return f"{given.user} may take out {number(given.rows)} rows more until this time tomorrow."

    def get_success_url(self) -> str:
        return reverse("workforce:access_log")


def _row(entry: AccessEntry, numbers: dict[int, str]) -> list[object]:
    area, _, what = entry.what.partition(":")
    detail = entry.detail
    return [
        short_datetime(entry.at),
        Cell(entry.user or entry.actor, second=entry.user.email if entry.user else ""),
        entry.get_kind_display(),
        Cell(what.replace("-", " ").replace("_", " ").capitalize(), second=AREAS.get(area, area)),
        numbers.get(entry.person_key or 0, ""),
        number(detail["rows"]) if isinstance(detail.get("rows"), int) else "",
        detail.get("reason", "")
        or ("More than usual within a day" if detail.get("unusual") else ""),
    ]
