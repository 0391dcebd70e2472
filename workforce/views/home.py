"""The first page, the search, and the user's own account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from pqip.core.access import SIGNED_IN
from pqip.core.formats import date_range, short_date
from pqip.govuk.pages import Empty, SummaryRow, Task
from pqip.govuk.search import after_search, words_sought
from pqip.govuk.tables import Cell, Column, Table
from pqip.pages.generic import Page
from workforce.models import RoleGrant
from workforce.ports import finding
from workforce.ports.landing_pages import landing_pages_of
from workforce.queries import records
from workforce.roles import ROLES


class HomePage(Page):
    """Sends each role to its first list. A user with several roles chooses."""

    permission = SIGNED_IN
    template_name = "workforce/home.html"
    page_title = "Your work"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        landing_pages = landing_pages_of(self.request.user.roles_today)
        if len(landing_pages) == 1:
            return redirect(landing_pages[0][1])
        return self.render_to_response(
            self.get_context_data(tasks=[Task(label, url) for label, url in landing_pages])
        )


class FindPage(Page):
    """The search by name or staff number: learners first, then staff.

    The words are posted, so that addresses do not hold them.
    """

    permission = SIGNED_IN
    limited: ClassVar[dict[str, str]] = {"POST": "search"}
    template_name = "workforce/find.html"
    page_title = "Search results"

    def post(self, request: HttpRequest) -> HttpResponse:
        return after_search(request)

    def shown(self) -> dict[str, Any]:
        words = words_sought(self.request)
        found = finding.find(self.request.user, words) if words else []
        tables = [found_table(title, people) for title, people in found if people]
        return {"words": words, "tables": tables}


def found_table(title: str, people: Any) -> Table:
    """Return a table of the people found of one kind."""
    shown = people[: finding.SHOWN]
    caption = (
        title
        if len(people) == len(shown)
        else f"{title} (the first {finding.SHOWN}; add a word to narrow them down)"
    )
    rows = [(Cell(who.name, who.url), who.staff_number, who.facts) for who in shown]
    return Table(caption, [Column("Name"), Column("Staff number"), Column("Where")], rows)


class MyAccountPage(Page):
    """The page about the user's own account: who they are here, their roles, and how they sign in."""

    permission = SIGNED_IN
    template_name = "workforce/my_account.html"
    page_title = "Your account"

    def shown(self) -> dict[str, Any]:
        user = self.request.user
        rows = [
            SummaryRow("Name", user.name or (user.person.name if user.person else "")),
            SummaryRow("Email address", user.email),
            SummaryRow("Password", "Hidden", reverse("account_change_password")),
            SummaryRow(
                "Second factor",
                "",
                reverse("mfa_index"),
                empty="See and change",
                hidden="second factor",
            ),
            SummaryRow(
                "Where you are signed in",
                "",
                reverse("usersessions_list"),
                empty="See and end sessions",
            ),
        ]
        return {"rows": rows, "table": roles_table(list(records.grants().filter(user=user)))}


def roles_table(grants: list[RoleGrant], actions: Any = None) -> Table:
    """Return a table of roles: what, where and when. `actions` returns the links of a grant."""
    columns = [
        Column("Role"),
        Column("Where"),
        Column("When"),
        *([Column("Action", hidden=True)] if actions else []),
    ]
    rows = [
        [
            Cell(ROLES[grant.role].title, second=ROLES[grant.role].sentence),
            where(grant),
            when(grant),
            *([Cell(actions=actions(grant))] if actions else []),
        ]
        for grant in grants
    ]
    return Table("Roles", columns, rows, empty=Empty("No roles. Without one nothing can be seen."))


def where(grant: RoleGrant) -> str:
    """Return the place of a role in words."""
    if grant.pdu:
        return f"{grant.pdu}, {grant.region}"
    if grant.region:
        return str(grant.region)
    return "The whole country" if ROLES[grant.role].national else "Own learners and work"


def when(grant: RoleGrant) -> str:
    """Return the dates of a role in words."""
    if grant.is_waiting:
        return "Waits for a second administrator"
    if grant.ends_on and grant.ends_on < grant.starts_on:
        return f"{short_date(grant.starts_on)}, ended the same day"
    if grant.ends_on:
        return date_range(grant.starts_on, grant.ends_on)
    return f"From {short_date(grant.starts_on)}"


class ManageEmail(Page):
    """Addresses are changed by an administrator, so allauth's own page redirects here."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("workforce:my_account")
