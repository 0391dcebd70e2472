"""Settling what waits once an assessor has qualified."""

from __future__ import annotations

from typing import Any

from django.forms import HiddenInput

from pqip.govuk import forms

KEEP, MOVE = "keep", "move"


class SettleForm(forms.Form):
    """`signer`: who countersigns for them today, if anybody; `waits`: whether anything does."""

    who = forms.RadioField(label="Who countersigns what waits")
    staff_number = forms.CharField(
        label="Staff number or name of who takes it", required=False, max_length=100, look=forms.Look(width=20)
    )
    last_day = forms.DateField(
        label="Last day of whoever countersigns", help_text="What an assessor decides once qualified needs no countersignature."
    )
    seen = forms.CharField(widget=HiddenInput, required=False, max_length=8000)

    def __init__(self, *args: Any, signer: str, waits: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep = [(KEEP, f"{signer} finishes it")] if signer else []
        self.fields["who"].choices = [*keep, (MOVE, "Somebody else takes all of it")]  # type: ignore[attr-defined]
        if not waits:
            del self.fields["who"], self.fields["staff_number"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("who") == MOVE and not said.get("staff_number"):
            self.add_error("staff_number", "Enter the staff number of who takes it.")
        return said

    def moves(self) -> bool:
        return self.cleaned_data.get("who") == MOVE

    def seen_keys(self) -> list[int]:
        """Decisions that were shown."""
        return [int(key) for key in self.cleaned_data["seen"].split(",") if key.isdigit()]
