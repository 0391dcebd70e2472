"""Who takes a role for many learners, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import HiddenInput

from learners.models import Enrolment
from learners.models.allocations import AllocationRole
from pqip.core.clock import today
from pqip.govuk import forms

ROLES = [(role.value, role.label) for role in (AllocationRole.PTA, AllocationRole.LINE_MANAGER, AllocationRole.MENTOR)]


class AllocateManyForm(forms.Form):
    role = forms.RadioField(label="Role", choices=ROLES)
    staff_number = forms.CharField(label="Staff number of who takes it", max_length=30, look=forms.Look(width=20))
    from_date = forms.DateField(label="First day", initial=today, help_text="Whoever has the role now hands over the day before.")
    learners = forms.CheckboxesField(label="Learners", look=forms.Look(small=True))
    seen = forms.CharField(widget=HiddenInput, required=False, max_length=4000)

    def __init__(self, *args: Any, rows: Sequence[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["learners"].choices = [(str(row.public_id), _said(row)) for row in rows]  # type: ignore[attr-defined]
        self.fields["learners"].initial = [str(row.public_id) for row in rows]

    def seen_keys(self) -> dict[int, int]:
        """By person, the allocation that was shown: `7:12,9:14`."""
        pairs = (pair.partition(":") for pair in self.cleaned_data["seen"].split(",") if pair)
        return {int(person): int(key) for person, _, key in pairs if person.isdigit() and key.isdigit()}


def _said(row: Enrolment) -> str:
    return (
        f"{row.person.name}, {row.person.staff_number}, {row.pdu or row.region}. Assessor: {row.pta or 'none'}. "
        f"Line manager: {row.line_manager or 'none'}"
    )
