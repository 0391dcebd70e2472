"""The form to give one person a role for many people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import HiddenInput

from pqip.core.clock import today
from pqip.govuk import forms


class AllocateManyForm(forms.Form):
    """`roles` are choices. `rows` are the people it may be for, by key, in words.

    With `chosen`, all of them are selected at first.
    """

    role = forms.RadioField(label="Role")
    staff_number = forms.CharField(
        label="Staff number or name of who takes it", max_length=100, look=forms.Look(width=20)
    )
    from_date = forms.DateField(
        label="First day",
        initial=today,
        help_text="Whoever has the role now hands over the day before.",
    )
    to_date = forms.DateField(
        label="Last day", required=False, help_text="Leave blank while it lasts."
    )
    people = forms.CheckboxesField(label="People", look=forms.Look(small=True))
    seen = forms.CharField(widget=HiddenInput, required=False, max_length=4000)

    def __init__(
        self,
        *args: Any,
        roles: Sequence[tuple[str, str]],
        rows: Sequence[tuple[str, str]],
        chosen: bool = True,
        label: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("role").choices = roles
        self.choice_field("people").choices, self.fields["people"].label = rows, label
        self.fields["people"].initial = [key for key, _ in rows] if chosen else []

    def seen_keys(self) -> dict[int, int]:
        """Return, by person, the allocation that was shown; the field holds `7:12,9:14`."""
        pairs = (pair.partition(":") for pair in self.cleaned_data["seen"].split(",") if pair)
        return {
            int(person): int(key) for person, _, key in pairs if person.isdigit() and key.isdigit()
        }
