"""The form of a report's question: the day, the instant at which it is known, the place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from pqip.core.clock import now
from pqip.core.dates import parse_instant
from pqip.core.errors import RuleBroken
from pqip.govuk import forms
from reports.figures.asking import OFFICER
from reports.queries.places import grades, places_of


class QuestionForm(forms.Form):
    """Read from the address. Places are those within the user's scope; any other is treated as if it did not exist."""

    as_at = forms.DateField(
        label="As at", required=False, help_text="The day the figures describe. Blank is today."
    )
    known_at = forms.CharField(
        label="Known at",
        required=False,
        max_length=40,
        look=forms.Look(width=20),
        help_text="What the records said at that moment, such as 2026-11-02 09:00. Blank is now.",
    )
    region = forms.ChoiceField(label="Region", required=False, prompt="All within reach")
    pdu = forms.ChoiceField(label="PDU", required=False, prompt="All")
    grade = forms.ChoiceField(label="Grade", required=False, prompt="Probation officer")

    cross = forms.ChoiceField(
        label="Cross one breakdown",
        required=False,
        prompt="None",
        help_text="A further table, on this page only.",
    )
    cross_with = forms.ChoiceField(label="with another", required=False, prompt="None")

    def __init__(
        self,
        *args: Any,
        user: Any,
        asks_grade: bool = False,
        crosses: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("cross", "cross_with"):
            if crosses:
                self.choice_field(name).choices = list(crosses)
            else:
                del self.fields[name]
        if asks_grade:
            self.choice_field("grade").choices = [one for one in grades() if one[0] != OFFICER]
        else:
            del self.fields["grade"]
        self.regions, self.pdus = places_of(user)
        self.choice_field("region").choices = [(code, name) for code, _key, name in self.regions]
        self.choice_field("pdu").choices = [(code, name) for code, _key, name, _region in self.pdus]

    def clean(self) -> dict[str, Any]:
        """With two breakdowns that are crossed, or none."""
        said = super().clean() or self.cleaned_data
        first, second = said.get("cross"), said.get("cross_with")
        if bool(first) != bool(second) or (first and first == second):
            self.add_error("cross_with", "Choose two different breakdowns to cross, or none.")
        return said

    def clean_known_at(self) -> dt.datetime | None:
        text = self.cleaned_data["known_at"].strip()
        if not text:
            return None
        try:
            instant = parse_instant(text)
        except RuleBroken as broken:
            raise ValidationError(broken.message) from broken
        if instant > now():
            raise ValidationError("Known at must not be in the future.")
        return instant
