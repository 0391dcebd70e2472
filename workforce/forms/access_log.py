"""Filters of the access log."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from pqip.core.clock import now
from pqip.core.models import AccessEntry
from pqip.govuk import forms

AREAS = {
    "learners": "Learners",
    "assessments": "Assessments",
    "workforce": "Staff and accounts",
    "reports": "Reports",
    "exchange": "Imports",
    "jobs": "Background work",
    "messages": "E-mails",
}
UNUSUAL = [("unusual", "More taken out than usual")]
PERIODS = {
    "1": "The last day",
    "7": "The last 7 days",
    "30": "The last 30 days",
    "365": "The last 12 months",
}


class AccessFilter(forms.Form):
    """What was done, where, and how recently; an empty filter means all."""

    kind = forms.ChoiceField(
        label="What they did", required=False, choices=AccessEntry.Kind.choices, prompt="Anything"
    )
    area = forms.ChoiceField(
        label="Area", required=False, choices=list(AREAS.items()), prompt="All areas"
    )
    remark = forms.ChoiceField(label="Remark", required=False, choices=UNUSUAL, prompt="All")
    days = forms.ChoiceField(
        label="When", required=False, choices=list(PERIODS.items()), prompt="At any time"
    )

    def applied_to(self, rows: QuerySet[AccessEntry]) -> QuerySet[AccessEntry]:
        """Return the entries that match the chosen values. Unknown values are ignored."""
        self.is_valid()
        chosen = self.cleaned_data
        if chosen.get("kind"):
            rows = rows.filter(kind=chosen["kind"])
        if chosen.get("area"):
            rows = rows.filter(what__startswith=f"{chosen['area']}:")
        if chosen.get("remark"):
            rows = rows.filter(detail__has_key="unusual")
        if chosen.get("days"):
            rows = rows.filter(at__gte=now() - dt.timedelta(days=int(chosen["days"])))
        return rows


class AllowForm(forms.Form):
    """An allowance of more rows in somebody's files."""

    email = forms.EmailField(label="Email address they sign in with")
    rows = forms.IntegerField(
        label="How many rows more?",
        min_value=1,
        max_value=1_000_000,
        error_messages={"required": "Enter how many rows more"},
    )
    reason = forms.CharField(
        label="Reason", max_length=200, help_text="Kept with the allowance. Name no learner."
    )
