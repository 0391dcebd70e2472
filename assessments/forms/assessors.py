"""Forms of assessors' records, and of registering candidates."""

from __future__ import annotations

from typing import Any

from assessments.models import AssessorRecord
from assessments.queries import records
from pqip.core.clock import today
from pqip.govuk import forms


class AssessorForm(forms.Form):
    registered_on = forms.DateField(label="Registered for the award", required=False)
    achieved_on = forms.DateField(
        label="Award achieved",
        required=False,
        help_text="Decisions dated from this day on need no countersignature.",
    )
    certificate_number = forms.CharField(
        label="Certificate number", max_length=40, required=False, look=forms.Look(width=20)
    )
    lapsed_on = forms.DateField(label="Award lapsed", required=False)
    countersign_from = forms.DateField(label="May countersign from", required=False)
    countersign_until = forms.DateField(label="Last day they may countersign", required=False)
    allowed_qualifications = forms.CheckboxesField(
        label="Qualifications they may countersign", required=False
    )
    weekly_hours = forms.DecimalField(
        label="Hours a week for countersigning",
        max_digits=4,
        decimal_places=1,
        required=False,
        look=forms.Look(width=4),
    )
    assure_from = forms.DateField(label="May quality assure from", required=False)
    assure_until = forms.DateField(label="Last day they may quality assure", required=False)
    assured_qualifications = forms.CheckboxesField(
        label="Qualifications they may quality assure", required=False
    )
    competent_on = forms.DateField(label="Occupational competence confirmed", required=False)
    may_assess = forms.CheckboxesField(
        label="Qualifications they are occupationally competent to assess", required=False
    )
    target_caseload = forms.IntegerField(
        label="Target caseload",
        required=False,
        help_text="People they can assess at a time.",
        look=forms.Look(width=3),
    )
    reason = forms.CharField(
        label="Reason for the change",
        max_length=500,
        required=False,
        help_text="Needed when something recorded changes.",
    )

    def __init__(self, *args: Any, record: AssessorRecord | None = None, **kwargs: Any) -> None:
        if record is not None:
            names = [name for name in self.base_fields if hasattr(record, name)]
            kwargs["initial"] = {name: getattr(record, name) for name in names}
        super().__init__(*args, **kwargs)
        codes = [(one.code, one.name) for one in records.qualifications()]
        for name in ("allowed_qualifications", "assured_qualifications", "may_assess"):
            self.choice_field(name).choices = codes


class RegisterForm(forms.Form):
    qualification = forms.ModelRadioField(label="Qualification", queryset=None)
    version = forms.ModelChoiceField(
        label="Version",
        queryset=None,
        required=False,
        help_text="Leave blank for the one in force on the day they register.",
    )
    registered_on = forms.DateField(label="Date registered", initial=today)
    target_on = forms.DateField(label="Target date", required=False)
    centre_number = forms.CharField(
        label="Centre number", max_length=40, required=False, look=forms.Look(width=20)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("qualification").queryset = records.qualifications()
        self.model_field("version").queryset = chosen = records.versions_by_choice()
        if not chosen.exists():
            del self.fields["version"]


class SignOffForm(forms.Form):
    on = forms.DateField(label="Date signed off", initial=today)
