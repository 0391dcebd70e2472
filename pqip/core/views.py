"""Pages that carry what every page of their kind needs, so that one page is a few declarations.

`ListPage` shows rows a person may reach, filtered, sorted and in pages. `ActionPage` asks, calls one action and says
what was done; a broken rule stands at its field, and nothing typed is lost.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpResponse
from django.views.generic import FormView, TemplateView

from pqip.core.access import PermissionRequired
from pqip.core.errors import RuleBroken
from pqip.govuk.forms import Form
from pqip.govuk.pagination import LongPaginator, Pagination, numbered
from pqip.govuk.tables import Sorting, Table


class Page(PermissionRequired, TemplateView):
    """A page that shows. `page_title` holds no personal data; `heading` may."""

    page_title = ""
    heading = ""
    lead = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"page_title": self.page_title, "heading": self.heading, "lead": self.lead}
        return super().get_context_data(**{**shown, **kwargs})


class ListPage(Page):
    """A list in pages of `page_size`. Give `rows()` (scoped, filtered), `sorts`, and `table(rows, sorting)`.

    Only keys are counted and cut; the page's rows are then fetched whole (a deferred join), so that a late page costs
    no more than an early one.
    """

    template_name = "layouts/list.html"
    page_size: ClassVar[int] = 50
    #: What may be sorted by: the key in the address and the columns it orders by.
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {}
    default_sort: ClassVar[str] = ""

    def rows(self) -> QuerySet:
        """The rows this person may reach, filtered by what was asked."""
        raise NotImplementedError

    def whole(self, rows: QuerySet) -> QuerySet:
        """What the table needs of each row of a page, in as many queries at any size."""
        return rows

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        """The page's rows as a table."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sorting = Sorting.chosen(self.request, self.sorts, self.default_sort)
        rows, pages = self.page_of(self.rows(), sorting)
        return super().get_context_data(**{"table": self.table(rows, sorting), "pages": pages, **kwargs})

    def page_of(self, rows: QuerySet, sorting: Sorting) -> tuple[list[Any], Pagination]:
        """The rows of the page asked for, in order, and the links to the others."""
        order = self.order(sorting)
        keys = rows.order_by(*order).values_list("pk", flat=True)
        page = LongPaginator(keys, self.page_size).get_page(self.request.GET.get("page"))
        chosen = list(page.object_list)
        whole = self.whole(rows.model._default_manager.filter(pk__in=chosen)).in_bulk() if chosen else {}
        return [whole[key] for key in chosen if key in whole], numbered(page, self.request.GET)

    def order(self, sorting: Sorting) -> list[str]:
        """Columns to order by, with the key last so that the order is the same every time."""
        columns = self.sorts.get(sorting.key, ())
        return [*(_turned(column, sorting.descending) for column in columns), "pk"]


class ActionPage(PermissionRequired, FormView):
    """A form that calls one action. Give `form_class`, `page_title`, `submit`, `perform(form)` and where to go next."""

    template_name = "layouts/form.html"
    form_class: type[BaseForm] = Form
    page_title = ""
    heading = ""
    lead = ""
    submit = "Save"
    warn = ""
    danger = False

    def perform(self, form: Any) -> str:
        """Call the action with what was asked. Returns what to say when it is done; may raise RuleBroken or Conflict."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            said = self.perform(form)
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, broken.message)
            return self.form_invalid(form)
        if said:
            messages.success(self.request, said)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {
            "page_title": self.page_title,
            "heading": self.heading,
            "lead": self.lead,
            "submit": self.submit,
            "warn": self.warn,
            "danger": self.danger,
            "cancel_url": self.get_cancel_url(),
        }
        return super().get_context_data(**{**shown, **kwargs})

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class ConfirmPage(ActionPage):
    """An action that asks nothing but whether to do it; shows what it will do as summary rows."""

    template_name = "layouts/confirm.html"


def _turned(column: str, descending: bool) -> str:
    if not descending:
        return column
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"
