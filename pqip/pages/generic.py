"""Pages that carry what every page of their kind needs, so that one page is a few declarations.

`ListPage` shows rows a person may reach, filtered, sorted and in pages. `ActionPage` asks, calls one action and says
what was done; a broken rule stands at its field, and nothing typed is lost. docs/pages.md draws who extends whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, ClassVar

from django.contrib import messages
from django.core.paginator import Page as DjangosPage
from django.db.models import QuerySet
from django.forms import BaseForm
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.views.generic import FormView, TemplateView

from pqip.core.access import PermissionRequired, SignedInRequest, address_name
from pqip.core.errors import RuleBroken
from pqip.core.formats import number
from pqip.core.handing_out import hand_out
from pqip.core.models import AccessEntry
from pqip.core.once import AlreadySent, done_before, once
from pqip.core.typed import EMPTY, Typed, forget, given_back
from pqip.files import held
from pqip.govuk.forms import FileField, Form
from pqip.govuk.links import with_query
from pqip.govuk.pages import Download
from pqip.govuk.pagination import Pagination, keyset, numbered
from pqip.govuk.search import after_search, words_sought
from pqip.govuk.tables import Sorting, Table, in_words
from pqip.pages.lists import list_file
from pqip.pages.paging import COUNTED, ByKey, chosen
from pqip.pages.sending import outcome

#: Rows of a list fetched at a time for its file.
FILE_ROWS = 2_000


class Shows:
    """What a page hands to its template. A page fills `shown()`; a kind of page, which others extend, adds to `common()`."""

    def shown(self) -> dict[str, Any]:
        """What this one page shows. Asked before `common()`, and wins over it."""
        return {}

    def common(self) -> dict[str, Any]:
        """What every page of this kind shows; a kind of its own gives `{**super().common(), …}`."""
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = self.shown()
        return super().get_context_data(**{**self.common(), **shown, **kwargs})  # type: ignore[misc]


class Page(PermissionRequired, Shows, TemplateView):
    """A page that shows. `page_title` holds no personal data; `heading` may."""

    request: SignedInRequest
    page_title = ""
    heading = ""
    lead = ""

    def common(self) -> dict[str, Any]:
        return {"page_title": self.page_title, "heading": self.heading, "lead": self.lead}


class ListPage(Page):
    """A list in pages of `page_size`. Give `rows()` (scoped, filtered), `sorts`, and `table(rows, sorting)`.

    Only keys are counted and cut (`paging.py`); the page's rows are then fetched whole (a deferred join). `?format=csv` is every
    row of the list as a file, and a line in the log of exports.
    """

    template_name = "layouts/list.html"
    page_size: ClassVar[int] = 50
    #: What may be sorted by: the key in the address and the columns it orders by.
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {}
    default_sort: ClassVar[str] = ""
    #: Whether rows are about people, so that its file may not be taken out by whoever finds a browser open.
    of_people: ClassVar[bool] = True

    def rows(self) -> QuerySet:
        """The rows this person may reach, filtered by what was asked."""
        raise NotImplementedError

    def with_related(self, rows: Any) -> QuerySet:
        """What the table needs of each row of a page, in as many queries at any size."""
        return rows

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        """The page's rows as a table."""
        raise NotImplementedError

    def common(self) -> dict[str, Any]:
        sorting = Sorting.chosen(self.request, self.sorts, self.default_sort)
        rows, page = self.page_of(self.rows(), sorting)
        table = self.table(rows, sorting)
        return {
            **super().common(),
            "table": self.with_file(table),
            "pages": self.links(page, table),
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            return self.file()
        return super().get(request, *args, **kwargs)

    def file(self) -> HttpResponse:
        """Every row, in the page's order and words."""
        sorting = Sorting.chosen(self.request, self.sorts, self.default_sort)
        rows = self.rows()
        keys = list(rows.order_by(*self.order(sorting)).values_list("pk", flat=True))
        self.hand_out(len(keys))
        starts = range(0, max(len(keys), 1), FILE_ROWS)
        parts = (
            self.table(self._fetched(rows, keys[start : start + FILE_ROWS]), sorting)
            for start in starts
        )
        first = next(parts)  # the others are fetched as they are written, so that few are held
        written = chain(first.rows, chain.from_iterable(one.rows for one in parts))
        return list_file(slugify(self.page_title), first.columns, written)

    def hand_out(self, rows: int) -> None:
        """Before the file is made. Logged: which list, with which filters, how many rows; never the values."""
        name = address_name(self.request)
        asked = {key: values for key, values in self.request.GET.lists() if key != "format"}
        detail = {"filters": asked, "rows": rows}
        hand_out(
            self.request, AccessEntry.Kind.EXPORT, name, detail, rows=rows, of_people=self.of_people
        )

    def with_file(self, table: Table) -> Table:
        """The table with the link to its file, unless it has its own or nothing to show."""
        if table.downloads or not table.rows:
            return table
        download = Download(
            self.page_title, with_query(self.request.GET, self.request.path, format="csv"), "CSV"
        )
        return replace(table, downloads=[download])

    def page_of(self, rows: QuerySet, sorting: Sorting) -> tuple[list[Any], DjangosPage | ByKey]:
        """The rows of the page asked for, in order, and which page it is."""
        found = chosen(rows, self.order(sorting), self.request.GET, self.page_size)
        return self._fetched(rows, found.keys), found.page

    def links(self, page: DjangosPage | ByKey, table: Table) -> Pagination:
        """The links to the other pages. Of a list read by key they say from whom to whom its rows are, in place of numbers."""
        if isinstance(page, DjangosPage):
            return numbered(page, self.request.GET)
        heads = [in_words(row[0]) for row in table.rows]
        if page.is_first and page.is_long:
            showing = f"Showing 1 to {len(heads)} of more than {number(COUNTED)}"
        else:
            showing = f"Showing {len(heads)} from {heads[0]} to {heads[-1]}" if heads else ""
        return keyset(self.request.GET, page.before, page.after, showing)

    def _fetched(self, rows: QuerySet, chosen: Sequence[Any]) -> list[Any]:
        whole = (
            self.with_related(rows.model._default_manager.filter(pk__in=chosen)).in_bulk()
            if chosen
            else {}
        )
        return [whole[key] for key in chosen if key in whole]

    def order(self, sorting: Sorting) -> list[str]:
        """Columns to order by, with the key last so that the order is the same every time."""
        columns = self.sorts.get(sorting.key, ())
        return [*(_turned(column, sorting.descending) for column in columns), "pk"]


class SearchedList(ListPage):
    """A list beside a box that finds people: the words stay in the session, the address holds a token."""

    limited: ClassVar[dict[str, str]] = {"POST": "search"}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return after_search(request)

    @cached_property
    def words(self) -> str:
        """What was typed in the box; empty for nothing."""
        return words_sought(self.request)


class ActionPage(PermissionRequired, Shows, FormView):
    """A form that calls one action. Give `form_class`, `page_title`, `submit`, `perform(form)` and where to go next."""

    template_name = "layouts/form.html"
    form_class: type[BaseForm] = Form
    request: SignedInRequest
    page_title = ""
    heading = ""
    lead = ""
    submit = "Save"
    warn = ""
    danger = False
    #: What an action calls a field that the form calls otherwise.
    renamed: ClassVar[dict[str, str]] = {}
    #: Its forms carry a token, so that one sent twice is done once, and what was typed comes back (`once.py`, `typed.py`).
    carries_token = True
    #: What comes back of the form, where it could not be taken before.
    typed: Typed | None = None

    def perform(self, form: Any) -> str:
        """Call the action with what was asked. Returns what to say when it is done; may raise RuleBroken or Conflict."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get(EMPTY) == "no":
            forget(request)
            return redirect(with_query(request.GET, request.path, **{EMPTY: None}))
        self.typed = given_back(self.request)
        if (
            self.typed is not None
            and (first := done_before(self.typed.token, request.user)) is not None
        ):
            forget(request)
            return redirect(first.went_to)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return {**kwargs, "data": self.typed.data} if self.typed is not None else kwargs

    def get_form(self, form_class: Any = None) -> Any:
        """The form; as it was typed, but not checked, where it comes back to who typed it.

        Its fields of files know of an upload that was stopped on its way (`pqip/exchange/uploads.py`).
        """
        form = super().get_form(form_class)
        for field in form.fields.values():
            if isinstance(field, FileField):
                field.stopped = getattr(self.request, "upload_stopped", "")
        held.take_up(self.request, form)
        if self.typed is not None:
            _as_typed(form)
        self.request.sent_form = form  # type: ignore[attr-defined]
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with once(self.request) as sending:
                said, leads_to = self.perform(form), self.get_success_url()
                sending.became(leads_to, said)
        except RuleBroken as broken:
            return self.form_refused(form, broken)
        except AlreadySent as sent:
            return outcome(self.request, sent.first)
        held.let_go(self.request, form)
        if said:
            messages.success(self.request, said)
        return redirect(leads_to)

    def form_invalid(self, form: Any) -> HttpResponse:
        held.hold(self.request, form)
        return super().form_invalid(form)

    def form_refused(self, form: Any, broken: RuleBroken) -> HttpResponse:
        """The form again, with the broken rule at its field, or above the form where it is of none."""
        field = self.renamed.get(broken.field or "", broken.field)
        form.add_error(field if field in form.fields else None, broken.message)
        return self.form_invalid(form)

    def common(self) -> dict[str, Any]:
        return {
            "page_title": self.page_title,
            "heading": self.heading,
            "lead": self.lead,
            "submit": self.submit,
            "warn": self.warn,
            "danger": self.danger,
            "typed": self.typed,
            "empty_url": with_query(self.request.GET, self.request.path, **{EMPTY: "no"}),
            "cancel_url": self.get_cancel_url(),
        }

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class ConfirmPage(ActionPage):
    """An action that asks nothing but whether to do it; shows what it will do as summary rows."""

    template_name = "layouts/confirm.html"


def _as_typed(form: Any) -> None:
    """The form shows what was typed and finds no fault with it yet. What it carries of the record is as the record is now."""
    form._errors = ErrorDict()
    for field in form.hidden_fields():
        if field.initial is not None:
            form.data[field.html_name] = str(field.initial)


def _turned(column: str, descending: bool) -> str:
    if not descending:
        return column
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"
