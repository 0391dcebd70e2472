"""Pages to undo or correct a post or an absence. Each is identified by the day it began."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from pqip.govuk.pages import SummaryRow
from pqip.pages.amending import AmendPage, UndoPage
from workforce.actions.absences import correct_absence, void_absence
from workforce.actions.posts import correct_spell, void_spell
from workforce.forms.staff import CorrectAbsenceForm, CorrectPostForm
from workforce.models import Absence, Spell
from workforce.queries import records
from workforce.views.staff import PersonAction, when


class OfPerson(PersonAction, AmendPage):
    """A page about a fact of one person."""

    template_name = "layouts/confirm.html"

    @property
    def began(self) -> dt.date:
        try:
            return dt.date.fromisoformat(self.kwargs["began"])
        except ValueError:
            raise Http404 from None

    def rows(self) -> list[SummaryRow]:
        """Return rows that say which fact it is."""
        raise NotImplementedError

    def shown(self) -> dict[str, Any]:
        return {"rows": self.rows()}


class OfPost(OfPerson):
    def facts(self) -> QuerySet[Spell]:
        return records.posts_begun(self.person, self.began)

    def rows(self) -> list[SummaryRow]:
        where = self.fact.pdu or self.fact.region
        return [
            SummaryRow("Post", self.fact.grade),
            SummaryRow("Where", where),
            SummaryRow("When", when(self.fact)),
        ]


class CorrectPost(OfPost):
    form_class = CorrectPostForm
    page_title = "Correct when a post was held"

    def amend(self, fact: Spell, **answers: Any) -> None:
        correct_spell(by=self.request.user, spell=fact, **answers)


class UndoPost(OfPost, UndoPage):
    page_title = "Undo a post"
    warn = "A post that ended to make way for this one keeps its last day. Correct that too if they still hold it."

    def amend(self, fact: Spell, **answers: Any) -> None:
        void_spell(by=self.request.user, spell=fact, **answers)


class OfAbsence(OfPerson):
    def facts(self) -> QuerySet[Absence]:
        return records.absences_begun(
            self.request.user, self.person, self.kwargs["kind"], self.began
        )

    def rows(self) -> list[SummaryRow]:
        return [
            SummaryRow("What it is", self.fact.get_kind_display()),
            SummaryRow("When", when(self.fact)),
        ]


class CorrectAbsence(OfAbsence):
    form_class = CorrectAbsenceForm
    page_title = "Correct an absence"

    def amend(self, fact: Absence, **answers: Any) -> None:
        correct_absence(by=self.request.user, absence=fact, **answers)


class UndoAbsence(OfAbsence, UndoPage):
    page_title = "Undo an absence"

    def amend(self, fact: Absence, **answers: Any) -> None:
        void_absence(by=self.request.user, absence=fact, **answers)
