"""One import: its progress, what it would do, what is wrong, yes, and what came of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.errors import Conflict
from pqip.core.views import ConfirmPage, Page
from pqip.exchange import presenters
from pqip.exchange.actions.confirm_import import confirm_import
from pqip.exchange.models import ImportRun
from pqip.exchange.views.bring import HOME
from pqip.exchange.views.reach import run_for
from pqip.govuk.pages import Crumb


class Run(Page):
    """How far an import is. The page comes again by itself while a worker is busy with it."""

    permission = "exchange.view_imports"
    template_name = "exchange/run.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = run_for(self.request.user, self.kwargs["public_id"])
        title = run.described.title
        return super().get_context_data(**{
            "breadcrumbs": [Crumb(HOME, reverse("exchange:list")), Crumb(title, reverse("exchange:bring", args=[run.dataset])),
                            Crumb("This import")],
            **presenters.page(run),
            **kwargs,
        })


class Confirm(ConfirmPage):
    """Yes: import what the preview showed."""

    permission = "exchange.import_data"
    page_title = "Import this file"
    submit = "Import"

    @cached_property
    def run(self) -> ImportRun:
        return run_for(self.request.user, self.kwargs["public_id"])

    def perform(self, form: Any) -> str:
        try:
            confirm_import(by=self.request.user, run=self.run)
        except Conflict:
            self.run.refresh_from_db()
            if self.run.state not in (ImportRun.State.APPLYING, ImportRun.State.DONE):
                raise  # a second click of the same button is shown what the first has set going
        return ""

    def get_success_url(self) -> str:
        return reverse("exchange:run", args=[self.run.public_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=presenters.facts(self.run), **kwargs)
