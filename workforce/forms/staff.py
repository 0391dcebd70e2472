"""What pages about staff ask."""

from __future__ import annotations

from typing import Any

from pqip.core.amending import AmendForm
from pqip.core.clock import today
from pqip.govuk import forms
from workforce import reading
from workforce.models import Absence
from workforce.models.people import Contract, Function, PersonQuerySet


def _codes(rows: Any) -> Any:
    return lambda: [(row.code, str(row)) for row in rows()]


class StaffFilter(forms.Form):
    """Filters of the staff list; none means all."""

    grade = forms.CheckboxesField(label="Grade", required=False, choices=_codes(reading.grades), look=forms.Look(small=True))
    region = forms.ChoiceField(label="Region", required=False, choices=_codes(reading.regions), prompt="All regions")
    pdu = forms.ChoiceField(label="Probation delivery unit", required=False, choices=_codes(reading.pdus), prompt="All units")

    def applied_to(self, rows: PersonQuerySet) -> PersonQuerySet:
        """The rows that match what was chosen; a value not known is left out of account."""
        self.is_valid()
        for name, wanted in self.cleaned_data.items():
            if wanted:
                rows = rows.filter(**{f"{name}__code__in": wanted if isinstance(wanted, list) else [wanted]})
        return rows


class ChangePostForm(forms.Form):
    """What is different in somebody's post from a day. What is left as it is does not change."""

    on = forms.DateField(label="First day of the change")
    grade = forms.ModelChoiceField(None, label="Grade")
    region = forms.ModelChoiceField(None, label="Region")
    pdu = forms.ModelChoiceField(None, label="Probation delivery unit", required=False, prompt="The whole region")
    function = forms.ChoiceField(label="Function", required=False, choices=Function.choices, prompt="Not recorded")
    fte = forms.DecimalField(
        label="Hours", max_digits=3, decimal_places=2, look=forms.Look(width=4),
        help_text="As a part of full time, from 0.1 to 1.0.",
    )
    contract = forms.RadioField(label="Contract", choices=Contract.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].queryset = reading.grades()
        self.fields["region"].queryset = reading.regions()
        self.fields["pdu"].queryset = reading.pdus()


class EndPostForm(forms.Form):
    """Somebody leaves."""

    ended_on = forms.DateField(label="Last day in post")
    leave_reason = forms.CharField(label="Reason", required=False, max_length=60)
    destination = forms.CharField(label="Where they went", required=False, max_length=60)


class CorrectPostForm(AmendForm):
    """When a post was held, and how it ended. The rest of it is changed from the day it began."""

    effective_on = forms.DateField(label="First day in post")
    ended_on = forms.DateField(label="Last day in post", required=False, help_text="Leave blank while they hold it.")
    leave_reason = forms.CharField(label="Reason for leaving", required=False, max_length=60)
    destination = forms.CharField(label="Where they went", required=False, max_length=60)


class CorrectAbsenceForm(AmendForm):
    """When somebody was away, and how much of full time was lost; never why."""

    effective_on = forms.DateField(label="First day")
    expected_end_date = forms.DateField(label="Expected last day", required=False)
    ended_on = forms.DateField(label="Last day away", required=False, help_text="Leave blank while it lasts.")
    fte_lost = forms.DecimalField(
        label="Part of full time lost", required=False, max_digits=3, decimal_places=2, look=forms.Look(width=4),
        help_text="Only for reduced hours, such as 0.4. Do not record any medical reason.",
    )


class AbsenceForm(forms.Form):
    """Somebody is away, or works fewer hours; never why."""

    kind = forms.RadioField(label="What it is", choices=Absence.Kind.choices)
    starts_on = forms.DateField(label="First day")
    expected_end_date = forms.DateField(label="Expected last day", required=False)
    fte_lost = forms.DecimalField(
        label="Part of full time lost", max_digits=3, decimal_places=2, look=forms.Look(width=4),
        help_text="Such as 0.4. Do not record any medical reason.",
    )
    reveals = {"fte_lost": ("kind", Absence.Kind.REDUCED_HOURS)}


class EndAbsenceForm(forms.Form):
    """Somebody is back."""

    ended_on = forms.DateField(label="Last day away", initial=today)
