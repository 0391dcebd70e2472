"""What pages about the professional register ask."""

from __future__ import annotations

from django.db.models import QuerySet

from pqip.core.amending import AmendForm
from pqip.govuk import forms
from workforce import reading
from workforce.models import AwardType, RegisterEntry
from workforce.rules.register import ACTIVE, LAPSED, REMOVED

STATUSES = [(ACTIVE, "Active"), (LAPSED, "Lapsed"), (REMOVED, "Removed")]


def grades() -> list[tuple[str, str]]:
    return [(row.code, str(row)) for row in reading.grades()]


class RegisterFilter(forms.Form):
    """Filters of the register; none means all."""

    award = forms.CheckboxesField(label="Award", required=False, choices=AwardType.choices, look=forms.Look(small=True))
    status = forms.CheckboxesField(label="Status", required=False, choices=STATUSES, look=forms.Look(small=True))
    grade = forms.CheckboxesField(label="Grade", required=False, choices=grades, look=forms.Look(small=True))

    def applied_to(self, rows: QuerySet[RegisterEntry]) -> QuerySet[RegisterEntry]:
        self.is_valid()
        columns = {"award": "award_type__in", "status": "status__in", "grade": "person__grade__code__in"}
        for name, wanted in self.cleaned_data.items():
            if wanted:
                rows = rows.filter(**{columns[name]: wanted})
        return rows


class EntryDates(forms.Form):
    qualified_on = forms.DateField(label="Date qualified")
    entered_on = forms.DateField(label="Date entered in the register")


class EnterForm(EntryDates):
    """Somebody is entered in the register."""

    award_type = forms.RadioField(label="Award", choices=AwardType.choices)
    field_order = ["award_type"]


class CorrectEntryForm(EntryDates, AmendForm):
    """When they qualified and were entered, put right with a reason."""


class StatusForm(forms.Form):
    """From a day the entry is active, lapsed or removed."""

    kind = forms.RadioField(label="Status", choices=STATUSES)
    on = forms.DateField(label="From")


class DeclareForm(forms.Form):
    """They declared that they keep up their professional development."""

    on = forms.DateField(label="Date declared")
