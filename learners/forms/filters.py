"""Filters of the learner list: only values that name nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from learners import reading
from learners.models.enrolments import EnrolmentQuerySet, Status
from learners.needs import NEEDS, needing
from pqip.core.clock import today
from pqip.govuk import forms


def _codes(rows):  # type: ignore[no-untyped-def]
    return lambda: [(row.code, str(row)) for row in rows()]


class StrandFilter(forms.Form):
    """Of which strand to read; blank for all."""

    strand = forms.ChoiceField(label="Show", required=False, prompt="Everything")

    def __init__(self, *args: Any, strands: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["strand"].choices = [("", "Everything"), *((name, name) for name in strands)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        return self.cleaned_data.get("strand", "") if self.is_valid() else ""


class LearnerFilter(forms.Form):
    """Each filter holds one value, several or none; none means all."""

    need = forms.ChoiceField(
        label="What they need", required=False, choices=[(need.code, need.title) for need in NEEDS.values()], prompt="Anything"
    )
    status = forms.CheckboxesField(label="Status", required=False, choices=Status.choices, look=forms.Look(small=True))
    pathway = forms.CheckboxesField(
        label="Pathway", required=False, choices=_codes(reading.pathways), look=forms.Look(small=True)
    )
    region = forms.ChoiceField(label="Region", required=False, choices=_codes(reading.regions), prompt="All regions")
    pdu = forms.ChoiceField(label="Probation delivery unit", required=False, choices=_codes(reading.pdus), prompt="All units")
    cohort = forms.ChoiceField(label="Cohort", required=False, choices=_codes(reading.cohorts), prompt="All cohorts")

    def applied_to(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        """The rows that match what was chosen; a value not known is left out of account."""
        self.is_valid()
        chosen = self.cleaned_data
        for name in ("pathway", "region", "pdu", "cohort"):
            wanted = chosen.get(name)
            if wanted:
                codes = wanted if isinstance(wanted, list) else [wanted]
                rows = rows.filter(**{f"{name}__code__in": codes})
        if chosen.get("status"):
            rows = rows.filter(status__in=chosen["status"])
        return needing(rows, chosen.get("need", ""), today())
