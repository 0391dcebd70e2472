"""Filters of the learner list. Their values name nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from learners.models.enrolments import EnrolmentQuerySet, Status
from learners.presenters.needs import titles
from learners.queries import records
from learners.queries.needs import needing
from pqip.core.clock import today
from pqip.govuk import forms


class StrandFilter(forms.Form):
    """The strand to read; blank for all."""

    strand = forms.ChoiceField(label="Show", required=False, prompt="Everything")

    def __init__(self, *args: Any, strands: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("strand").choices = [
            ("", "Everything"),
            *((name, name) for name in strands),
        ]

    @property
    def chosen(self) -> str:
        return self.cleaned_data.get("strand", "") if self.is_valid() else ""


class LearnerFilter(forms.Form):
    """Filters of learners. Each takes one value, several or none; none means all."""

    need = forms.ChoiceField(
        label="What they need", required=False, choices=titles(), prompt="Anything"
    )
    status = forms.CheckboxesField(
        label="Status", required=False, choices=Status.choices, look=forms.Look(small=True)
    )
    pathway = forms.CheckboxesField(
        label="Pathway",
        required=False,
        choices=forms.codes_of(records.pathways),
        look=forms.Look(small=True),
    )
    region = forms.ChoiceField(
        label="Region",
        required=False,
        choices=forms.codes_of(records.regions),
        prompt="All regions",
    )
    pdu = forms.ChoiceField(
        label="Probation delivery unit",
        required=False,
        choices=forms.codes_of(records.pdus),
        prompt="All units",
    )
    cohort = forms.ChoiceField(
        label="Cohort",
        required=False,
        choices=forms.codes_of(records.cohorts),
        prompt="All cohorts",
    )

    def applied_to(self, rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
        """Return the rows that match the chosen values. Unknown values are ignored."""
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
