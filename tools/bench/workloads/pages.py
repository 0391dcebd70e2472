"""A page's own work: choosing, counting, fetching and putting into words, everything but the template's rendering."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.test import RequestFactory

from pqip.govuk.search import remember
from pqip.govuk.tables import Cell, Table
from pqip.pages.generic import ListPage
from workforce.models import User


def account(role: str) -> User:
    """The made-up account of a role."""
    return User.objects.get(email=f"{role.replace('_', '.')}@example.com")


class ListOf:
    """A list page as a person asks for it. What is timed includes finding out what the person may reach."""

    def __init__(self, view: type[ListPage], user: User, words: str = "", **query: Any) -> None:
        self.view, self.user = view, user
        self.session = SessionBase()
        found = {"find": remember(self.session, words)} if words else {}
        self.request = RequestFactory().get("/", query | found)
        self.request.user, self.request.session = user, self.session

    def context(self) -> dict[str, Any]:
        """All that the template is given."""
        self.user.__dict__.pop("grants_today", None)
        view = self.view()
        view.setup(self.request)
        return view.get_context_data()

    def table(self) -> Table:
        return self.context()["table"]


def texts(table: Table, *places: int) -> list[list[str]]:
    """What these columns of a table say, row by row; of a cell both lines."""
    return [[said for place in places for said in _lines(row[place])] for row in table.rows]


def _lines(value: object) -> list[str]:
    cell = value if isinstance(value, Cell) else Cell(value)
    return [str(cell.text), *([str(cell.second)] if cell.second else [])]


def plain(rows: list[tuple[Any, ...]]) -> list[list[str]]:
    """A limit's rows as words; of NULL nothing is said."""
    return [[str(value) for value in row if value is not None] for row in rows]
