"""Forms that hand over the people an assessor or countersigner looks after, and accept a handover."""

from __future__ import annotations

from assessments.models import Handover
from pqip.core.clock import today
from pqip.govuk import forms

ROLES = [("pta", "The learners they assess"), ("countersigner", "The assessors they countersign")]


class HandOverForm(forms.Form):
    role = forms.RadioField(label="What is handed over", choices=ROLES)
    why = forms.RadioField(label="Why", choices=Handover.Why.choices)
    staff_number = forms.CharField(
        label="Staff number or name of who takes over", max_length=100, look=forms.Look(width=20)
    )
    on = forms.DateField(label="First day of who takes over", initial=today)
    note = forms.TextField(
        label="What they must know",
        max_length=4000,
        rows=5,
        help_text="Where each stands, what is agreed, what comes next. Name nobody on probation.",
    )
