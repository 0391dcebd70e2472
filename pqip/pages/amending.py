"""Pages that undo or correct one fact of a ledger, with a reason. The mistake stays in the history.

Two users at once, or the same click twice, have one outcome: the form carries the key of the fact that was shown, and
whoever comes second is told that somebody was faster.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.forms import HiddenInput
from django.http import Http404
from django.utils.functional import cached_property

from pqip.core.errors import Conflict
from pqip.govuk import forms
from pqip.pages.generic import ActionPage, ConfirmPage

MEANWHILE = "This has been undone or corrected since you opened it. Nothing was saved; look at what stands now."


class AmendForm(forms.Form):
    """The reason, and the fact that was shown."""

    seen = forms.IntegerField(widget=HiddenInput, required=False)
    reason = forms.TextField(
        label="Reason",
        max_length=500,
        rows=3,
        help_text="Stays in the history beside what was recorded.",
    )

    def order_fields(self, field_order: Any) -> None:
        """Put the reason last, after what is corrected."""
        super().order_fields(field_order or [name for name in self.fields if name != "reason"])


class AmendPage(ActionPage):
    """Base of the pages about one fact.

    A page defines `facts()` (visible ones, including those undone), `amend(fact, **answers)` and `success_message`.
    """

    form_class = AmendForm
    success_message: ClassVar[str] = "Corrected"
    submit = "Correct"
    lead = "What was recorded stays in the history, with your reason."

    def facts(self) -> QuerySet:
        """Return the rows that this address may mean, of which at most one is live."""
        raise NotImplementedError

    def amend(self, fact: Any, *_none: Any, **answers: Any) -> None:
        """Call the action with the form's answers."""
        raise NotImplementedError

    @cached_property
    def fact(self) -> Any:
        """Return the live fact. Raises Http404 where there never was one; Conflict where it was undone."""
        rows = self.facts()
        live = rows.filter(voided_at=None).first()
        if live is None:
            raise Conflict(MEANWHILE) if rows.exists() else Http404
        return live

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.fact.pk, **self.stated()}

    def stated(self) -> dict[str, Any]:
        """Return what is recorded, by the form's fields."""
        return {
            name: getattr(self.fact, name)
            for name in self.form_class.base_fields
            if hasattr(self.fact, name)
        }

    def perform(self, form: Any) -> str:
        answers = dict(form.cleaned_data)
        if answers.pop("seen") not in (None, self.fact.pk):
            raise Conflict(MEANWHILE)
        self.amend(self.fact, **answers)
        return self.success_message


class UndoPage(AmendPage, ConfirmPage):
    """Base of the pages that undo a fact recorded in error."""

    success_message = "Undone"
    submit, danger = "Undo", True
    lead = "It stays in the history, marked as undone, with your reason."
