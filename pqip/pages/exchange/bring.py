"""Pages that choose what to import, and upload a file."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.formats import lower_first
from pqip.exchange.actions.start_import import start_import
from pqip.exchange.datasets import Dataset
from pqip.exchange.models import ImportRun
from pqip.govuk.pages import Action, Crumb
from pqip.govuk.tables import Sorting, Table
from pqip.pages.exchange import presenters
from pqip.pages.exchange.forms import UploadForm
from pqip.pages.exchange.reach import dataset_for, datasets_for
from pqip.pages.generic import ActionPage, ListPage, Page

HOME = "Import data"


class Imports(ListPage):
    """What the user may import, and their own imports, latest first."""

    permission = "exchange.import_data"
    template_name = "exchange/list.html"
    page_title = HOME
    of_people = False
    lead = "Bring in records from a spreadsheet. You see what would change before anything does."
    sorts = {"when": ("requested_at",)}
    default_sort = "-when"

    def rows(self) -> QuerySet:
        return ImportRun.objects.made_by(self.request.user)

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        return presenters.runs(rows, sorting)

    def shown(self) -> dict[str, Any]:
        listed = presenters.datasets(datasets_for(self.request.user))
        actions = [Action("Templates to fill in", reverse("exchange:templates"))]
        return {"datasets": listed, "actions": actions}


class Templates(Page):
    """A file to fill in for every dataset, empty or with what is recorded now."""

    permission = "exchange.import_data"
    template_name = "layouts/list.html"
    page_title = "Templates"
    lead = "Files to fill in and bring back. One that comes with current rows, brought back as it is, changes nothing."

    def shown(self) -> dict[str, Any]:
        trail = [Crumb(HOME, reverse("exchange:list")), Crumb(self.page_title)]
        table = presenters.templates(datasets_for(self.request.user))
        return {"table": table, "breadcrumbs": trail}


class Bring(ActionPage):
    """One dataset: its columns, a template, and the file."""

    permission = "exchange.import_data"
    limited: ClassVar[dict[str, str]] = {"POST": "import"}
    template_name = "exchange/bring.html"
    form_class = UploadForm
    submit = "Check this file"
    run: ImportRun

    @cached_property
    def dataset(self) -> Dataset:
        return dataset_for(self.request.user, self.kwargs["dataset"])

    def perform(self, form: Any) -> str:
        self.run = start_import(
            by=self.request.user, dataset=self.dataset, file=form.cleaned_data["file"]
        )
        return ""

    def get_success_url(self) -> str:
        return reverse("exchange:run", args=[self.run.public_id])

    def get_cancel_url(self) -> str:
        return reverse("exchange:list")

    def shown(self) -> dict[str, Any]:
        return {
            "page_title": f"Import {lower_first(self.dataset.title)}",
            "breadcrumbs": [Crumb(HOME, reverse("exchange:list")), Crumb(self.dataset.title)],
            "columns": presenters.columns(self.dataset),
        }
