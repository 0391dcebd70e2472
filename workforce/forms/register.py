"""Forms of pages about the professional register."""

from __future__ import annotations

from django.db.models import QuerySet

from pqip.govuk import forms
from pqip.pages.amending import AmendForm
from workforce.models import AwardType, RegisterEntry
from workforce.queries import records
from workforce.rules.register import ACTIVE, LAPSED, REMOVED

STATUSES = [(ACTIVE, "Active"), (LAPSED, "Lapsed"), (REMOVED, "Removed")]


def grades() -> list[tuple[str, str]]:
    return [(row.code, str(row)) for row in records.grades()]


class RegisterFilter(forms.Form):
    """Filters of the register; an empty filter means all."""

    award = forms.CheckboxesField(
        label="Award", required=False, choices=AwardType.choices, look=forms.Look(small=True)
    )
    status = forms.CheckboxesField(
        label="Status", required=False, choices=STATUSES, look=forms.Look(small=True)
    )
    grade = forms.CheckboxesField(
        label="Grade", required=False, choices=grades, look=forms.Look(small=True)
    )

    def applied_to(self, rows: QuerySet[RegisterEntry]) -> QuerySet[RegisterEntry]:
        self.is_valid()
        columns = {
            "award": "award_type__in",
            "status": "status__in",
            "grade": "person__grade__code__in",
        }
        for name, wanted in self.cleaned_data.items():
            if wanted:
                rows = rows.filter(**{columns[name]: wanted})
        return rows


class EntryDates(forms.Form):
    qualified_on = forms.DateField(label="Date qualified")
    entered_on = forms.DateField(label="Date entered in the register")


class EnterForm(EntryDates):
    """An entry in the register."""

    award_type = forms.RadioField(label="Award", choices=AwardType.choices)
    field_order = ["award_type"]


class CorrectEntryForm(EntryDates, AmendForm):
    """The corrected days on which they qualified and were entered, with the reason."""


class StatusForm(forms.Form):
    """The status of an entry from a day: active, lapsed or removed."""

    kind = forms.RadioField(label="Status", choices=STATUSES)
    on = forms.DateField(label="From")


class DeclareForm(forms.Form):
    """A declaration that they keep up their professional development."""

    on = forms.DateField(label="Date declared")
