"""One import: its progress, what it would do, what is wrong or asked, yes, and what came of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.errors import Conflict
from pqip.core.views import ActionPage, ConfirmPage, Page
from pqip.exchange import presenters
from pqip.exchange.actions.answer_import import answer_import
from pqip.exchange.actions.confirm_import import confirm_import
from pqip.exchange.forms import AnswersForm
from pqip.exchange.models import ImportRun
from pqip.exchange.views.bring import HOME
from pqip.exchange.views.reach import run_for
from pqip.govuk.navigation import link_for
from pqip.govuk.pages import Crumb


class Run(Page):
    """How far an import is. The page comes again by itself while a worker is busy with it."""

    permission = "exchange.view_imports"
    template_name = "exchange/run.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = run_for(self.request.user, self.kwargs["public_id"])
        shown: dict[str, Any] = {"breadcrumbs": _trail(run, Crumb("This import")), **presenters.page(run)}
        if run.state == ImportRun.State.ASKED and not run.file_deleted_at:
            shown["form"] = AnswersForm(questions=presenters.to_answer(run))
            shown |= {"answers_url": reverse("exchange:answers", args=[run.public_id]), "own": presenters.own_file(run)}
        elif run.state == ImportRun.State.DONE:
            shown["lead_to"] = link_for(self.request.user, run.described.leads_to)
        return super().get_context_data(**{**shown, **kwargs})


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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(lead=presenters.ASKED, breadcrumbs=_trail(self.run, Crumb("Answers")), **kwargs)


def _trail(run: ImportRun, here: Crumb) -> list[Crumb]:
    dataset = Crumb(run.described.title, reverse("exchange:bring", args=[run.dataset]))
    return [Crumb(HOME, reverse("exchange:list")), dataset, here]


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
