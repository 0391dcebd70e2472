"""Forms of an assessor's record of professional development."""

from __future__ import annotations

from pqip.core.clock import today
from pqip.govuk import forms
from pqip.pages.amending import AmendForm


class CpdForm(forms.Form):
    on = forms.DateField(label="Day", initial=today)
    what = forms.CharField(
        label="What you did",
        max_length=200,
        help_text="Such as “Standardisation meeting” or “Read the new units”.",
    )
    hours = forms.DecimalField(
        label="Hours", max_digits=4, decimal_places=1, look=forms.Look(width=4)
    )
    learned = forms.TextField(
        label="What you took from it",
        required=False,
        max_length=2000,
        help_text="Name nobody on probation.",
    )


class CorrectCpdForm(AmendForm, CpdForm):
    """The form of an entry, with the reason for its correction."""
