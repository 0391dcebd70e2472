"""Who looks after a learner: whom, in which role, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import HiddenInput

from learners.models.allocations import AllocationRole
from pqip.govuk import forms
from pqip.pages.amending import AmendForm


class TakerForm(forms.Form):
    """The role, and who takes it.

    They are chosen by name from `offered` if the role is known, or given by staff number or name.
    """

    role = forms.RadioField(
        label="Role",
        choices=[(role.value, role.label) for role in AllocationRole if role != AllocationRole.EQA],
    )
    choice = forms.ChoiceField(
        label="Who takes it", required=False, prompt="Somebody else", help_text="Best placed first."
    )
    staff_number = forms.CharField(
        label="Staff number or name of who takes it",
        required=False,
        max_length=100,
        look=forms.Look(width=20),
    )
    field_order = ["role", "choice", "staff_number"]

    def __init__(
        self, *args: Any, role: str = "", offered: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if role:
            self.fields["role"].initial = role
            self.fields["role"].widget = HiddenInput()
        if offered:
            self.choice_field("choice").choices = offered
            self.fields["staff_number"].help_text = "Where somebody else takes it."
        else:
            del self.fields["choice"]

    def clean(self) -> dict[str, Any]:
        """Use the person who was typed in, or else the choice. One of the two is needed."""
        answers = super().clean() or self.cleaned_data
        chosen = answers.pop("choice", "")
        answers["staff_number"] = answers.get("staff_number") or chosen
        if not answers["staff_number"] and "staff_number" not in self.errors:
            self.add_error("staff_number", "Enter staff number or name of who takes it")
        return answers


class AllocateForm(TakerForm):
    from_date = forms.DateField(label="First day")
    to_date = forms.DateField(
        label="Last day", required=False, help_text="Leave blank while it lasts."
    )
    unit = forms.IntegerField(
        label="Unit",
        required=False,
        min_value=1,
        max_value=99,
        look=forms.Look(width=2),
        help_text="Only for an assessor of one unit; blank for the whole diploma.",
    )


class NameExternalForm(AllocateForm):
    """An external quality assurer, for a limited time."""

    role = forms.RadioField(
        label="Role", choices=[(AllocationRole.EQA.value, AllocationRole.EQA.label)]
    )
    to_date = forms.DateField(
        label="Last day", help_text="They read the candidate’s assessment up to this day."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["unit"]


class CorrectAllocationForm(AmendForm):
    from_date = forms.DateField(label="First day")
    to_date = forms.DateField(
        label="Last day", required=False, help_text="Leave blank while it lasts."
    )


class EndAllocationForm(forms.Form):
    on = forms.DateField(label="Last day")
    reason = forms.CharField(label="Reason", required=False, max_length=200)
