"""Pages that undo or correct one fact of a ledger, with a reason. The mistake stays in the history.

Two at once, or the same click twice, have one outcome: what was shown travels with the form, and whoever comes second is
told that somebody was faster.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.forms import HiddenInput
from django.http import Http404
from django.utils.functional import cached_property

from pqip.core.errors import Conflict
from pqip.core.views import ActionPage, ConfirmPage
from pqip.govuk import forms

MEANWHILE = "This has been undone or corrected since you opened it. Nothing was saved; look at what stands now."


class AmendForm(forms.Form):
    """Why, and which fact was shown."""

    seen = forms.IntegerField(widget=HiddenInput, required=False)
    reason = forms.TextField(label="Reason", max_length=500, rows=3, help_text="Stays in the history beside what was recorded.")

    def order_fields(self, field_order: Any) -> None:
        """The reason comes last, after what is put right."""
        super().order_fields(field_order or [name for name in self.fields if name != "reason"])


class AmendPage(ActionPage):
    """About one fact. Give `facts()`: within reach, those undone too; `amend(fact, **answers)`; and `said`."""

    form_class = AmendForm
    said: ClassVar[str] = "Corrected"
    submit = "Correct"
    lead = "What was recorded stays in the history, with your reason."

    def facts(self) -> QuerySet:
        """The rows this address may mean, of which at most one stands."""
        raise NotImplementedError

    def amend(self, fact: Any, **answers: Any) -> None:
        """Call the action."""
        raise NotImplementedError

    @cached_property
    def fact(self) -> Any:
        """The fact that stands. Not found where there never was one; Conflict where it was undone."""
        rows = self.facts()
        standing = rows.filter(voided_at=None).first()
        if standing is None:
            raise Conflict(MEANWHILE) if rows.exists() else Http404
        return standing

    def get_initial(self) -> dict[str, Any]:
        return {"seen": self.fact.pk, **self.stated()}

    def stated(self) -> dict[str, Any]:
        """What is recorded, by the form's fields."""
        return {name: getattr(self.fact, name) for name in self.form_class.base_fields if hasattr(self.fact, name)}

    def perform(self, form: Any) -> str:
        answers = dict(form.cleaned_data)
        if answers.pop("seen") not in (None, self.fact.pk):
            raise Conflict(MEANWHILE)
        self.amend(self.fact, **answers)
        return self.said


class UndoPage(AmendPage, ConfirmPage):
    """Undo a fact recorded in error."""

    said = "Undone"
    submit, danger = "Undo", True
    lead = "It stays in the history, marked as undone, with your reason."
