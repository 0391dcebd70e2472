"""Pages of one import: progress, preview, errors and questions, confirmation, and result."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.errors import Conflict
from pqip.exchange.actions.answer_import import answer_import
from pqip.exchange.actions.confirm_import import confirm_import
from pqip.exchange.models import ImportRun
from pqip.govuk.navigation import link_for
from pqip.govuk.pages import Crumb
from pqip.pages.exchange import presenters
from pqip.pages.exchange.bring import HOME
from pqip.pages.exchange.forms import AnswersForm
from pqip.pages.exchange.reach import run_for
from pqip.pages.generic import ActionPage, ConfirmPage, Page


class Run(Page):
    """The state of an import. The page reloads itself while a worker is processing it."""

    permission = "exchange.view_imports"
    template_name = "exchange/run.html"

    def shown(self) -> dict[str, Any]:
        run = run_for(self.request.user, self.kwargs["public_id"])
        shown: dict[str, Any] = {
            "breadcrumbs": _trail(run, Crumb("This import")),
            "lead_to": None,
            **presenters.page(run),
        }
        if run.state == ImportRun.State.ASKED and not run.file_deleted_at:
            shown["form"] = AnswersForm(questions=presenters.to_answer(run))
            shown |= {
                "answers_url": reverse("exchange:answers", args=[run.public_id]),
                "own": presenters.own_file(run),
            }
        elif run.state == ImportRun.State.DONE:
            shown["lead_to"] = link_for(self.request.user, run.described.leads_to)
        return shown


class Answers(ActionPage):
    """Whether new rows are about somebody known. Once all are answered the file is checked again with the answers."""

    permission = "exchange.import_data"
    template_name = "layouts/form.html"
    form_class = AnswersForm
    page_title = "Some rows may be the same person as somebody known"
    submit = "Save answers"

    @cached_property
    def run(self) -> ImportRun:
        return run_for(self.request.user, self.kwargs["public_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        questions = presenters.to_answer(self.run)
        if not questions:
            raise Http404
        return {**super().get_form_kwargs(), "questions": questions, "answers": self.run.answers}

    def perform(self, form: Any) -> str:
        run = answer_import(by=self.request.user, run=self.run, answers=form.answers)
        return "" if run.state == ImportRun.State.CHECKING else "Answers saved."

    def get_success_url(self) -> str:
        return reverse("exchange:run", args=[self.run.public_id])

    def shown(self) -> dict[str, Any]:
        return {"lead": presenters.ASKED, "breadcrumbs": _trail(self.run, Crumb("Answers"))}


def _trail(run: ImportRun, here: Crumb) -> list[Crumb]:
    dataset = Crumb(run.described.title, reverse("exchange:bring", args=[run.dataset]))
    return [Crumb(HOME, reverse("exchange:list")), dataset, here]


class Confirm(ConfirmPage):
    """Confirm: import what the preview showed."""

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
                raise  # a second click on the same button is shown the import that the first has started
        return ""

    def get_success_url(self) -> str:
        return reverse("exchange:run", args=[self.run.public_id])

    def shown(self) -> dict[str, Any]:
        return {"rows": presenters.facts(self.run)}
