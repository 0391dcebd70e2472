"""The form that settles what waits once an assessor has qualified."""

from __future__ import annotations

from typing import Any

from django.forms import HiddenInput

from pqip.govuk import forms

KEEP, MOVE = "keep", "move"


class SettleForm(forms.Form):
    """`signer` is who countersigns for the assessor today, if anybody; `waits` says whether any decision waits."""

    who = forms.RadioField(label="Who countersigns what waits")
    staff_number = forms.CharField(
        label="Staff number or name of who takes it",
        required=False,
        max_length=100,
        look=forms.Look(width=20),
    )
    last_day = forms.DateField(
        label="Last day of whoever countersigns",
        help_text="What an assessor decides once qualified needs no countersignature.",
    )
    seen = forms.CharField(widget=HiddenInput, required=False, max_length=8000)

    def __init__(self, *args: Any, signer: str, waits: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep = [(KEEP, f"{signer} finishes it")] if signer else []
        self.choice_field("who").choices = [*keep, (MOVE, "Somebody else takes all of it")]
        if not waits:
            del self.fields["who"], self.fields["staff_number"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("who") == MOVE and not answers.get("staff_number"):
            self.add_error("staff_number", "Enter the staff number of who takes it.")
        return answers

    def moves(self) -> bool:
        return self.cleaned_data.get("who") == MOVE

    def seen_keys(self) -> list[int]:
        """Return the keys of the decisions that were shown."""
        return [int(key) for key in self.cleaned_data["seen"].split(",") if key.isdigit()]
