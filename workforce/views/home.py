"""The first page, finding anyone, and one's own account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from pqip.core.access import SIGNED_IN
from pqip.core.views import Page
from pqip.govuk.formats import date_range, short_date
from pqip.govuk.pages import Empty, SummaryRow, Task
from pqip.govuk.search import after_search, words_sought
from pqip.govuk.tables import Cell, Column, Table
from workforce import finding, reading
from workforce.homes import homes_of
from workforce.models import RoleGrant
from workforce.roles import ROLES


class HomePage(Page):
    """Sends each role to its first list; somebody with several roles chooses."""

    permission = SIGNED_IN
    template_name = "workforce/home.html"
    page_title = "Your work"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        homes = homes_of(request.user.roles_today)
        if len(homes) == 1:
            return redirect(homes[0][1])
        return self.render_to_response(self.get_context_data(tasks=[Task(label, url) for label, url in homes]))


class FindPage(Page):
    """Anyone by name or staff number: learners first, then staff. The words are posted and stay out of the address."""

    permission = SIGNED_IN
    limited: ClassVar[dict[str, str]] = {"POST": "search"}
    template_name = "workforce/find.html"
    page_title = "Search results"

    def post(self, request: HttpRequest) -> HttpResponse:
        return after_search(request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = words_sought(self.request)
        found = finding.find(self.request.user, words) if words else []
        tables = [found_table(title, people) for title, people in found if people]
        return super().get_context_data(words=words, tables=tables, **kwargs)


def found_table(title: str, people: Any) -> Table:
    """People found of one kind."""
    shown = people[: finding.SHOWN]
    caption = title if len(people) == len(shown) else f"{title} (the first {finding.SHOWN}; add a word to narrow them down)"
    rows = [(Cell(who.name, who.url), who.staff_number, who.facts) for who in shown]
    return Table(caption, [Column("Name"), Column("Staff number"), Column("Where")], rows)


class MyAccountPage(Page):
    """Who one is here, what one may do, and how one signs in."""

    permission = SIGNED_IN
    template_name = "workforce/my_account.html"
    page_title = "Your account"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rows = [
            SummaryRow("Name", user.name or (user.person.name if user.person else "")),
            SummaryRow("Email address", user.email),
            SummaryRow("Password", "Hidden", reverse("account_change_password")),
            SummaryRow("Second factor", "", reverse("mfa_index"), empty="See and change", hidden="second factor"),
            SummaryRow("Where you are signed in", "", reverse("usersessions_list"), empty="See and end sessions"),
        ]
        return super().get_context_data(rows=rows, table=roles_table(list(reading.grants().filter(user=user))), **kwargs)


def roles_table(grants: list[RoleGrant], actions: Any = None) -> Table:
    """Roles held: what, where, when. `actions` gives a grant's links."""
    columns = [Column("Role"), Column("Where"), Column("When"), *([Column("Action", hidden=True)] if actions else [])]
    rows = [
        [Cell(ROLES[grant.role].title, second=ROLES[grant.role].sentence), where(grant), when(grant),
         *([Cell(actions=actions(grant))] if actions else [])]
        for grant in grants
    ]
    return Table("Roles", columns, rows, empty=Empty("No roles. Without one nothing can be seen."))


def where(grant: RoleGrant) -> str:
    """The place of a role in words."""
    if grant.pdu:
        return f"{grant.pdu}, {grant.region}"
    if grant.region:
        return str(grant.region)
    return "The whole country" if ROLES[grant.role].national else "Own learners and work"


def when(grant: RoleGrant) -> str:
    """The dates of a role in words."""
    if grant.is_waiting:
        return "Waits for a second administrator"
    if grant.ends_on and grant.ends_on < grant.starts_on:
        return f"{short_date(grant.starts_on)}, ended the same day"
    if grant.ends_on:
        return date_range(grant.starts_on, grant.ends_on)
    return f"From {short_date(grant.starts_on)}"


class ManageEmail(Page):
    """Addresses are changed by an administrator: allauth's own page leads here."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("workforce:my_account")


