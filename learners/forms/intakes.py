"""What the pages of intakes ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from learners.models.intakes import MOST_PLACES
from learners.queries import records
from pqip.govuk import forms
from pqip.pages.amending import AmendForm


class CohortFields(forms.Form):
    """A cohort that is known, or the name of a new one."""

    cohort = forms.ModelChoiceField(
        label="Cohort",
        queryset=None,
        required=False,
        prompt="One that is not in this list",
        to_field_name="code",
    )
    new_cohort = forms.CharField(
        label="Name of the new cohort",
        required=False,
        max_length=40,
        look=forms.Look(width=20),
        help_text="Only where the cohort is not in the list.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("cohort").queryset = records.cohorts()

    def clean(self) -> dict[str, Any]:
        """With the cohort's code, or the new one's name."""
        said = super().clean() or self.cleaned_data
        chosen, named = said.pop("cohort", None), said.pop("new_cohort", "")
        if bool(chosen) == bool(named) and not {"cohort", "new_cohort"} & set(self.errors):
            self.add_error(
                "cohort", "Select a cohort or name a new one" + (", not both" if named else "")
            )
        return said | {"cohort": chosen.code if chosen else named}


class HowMany(forms.Form):
    """When they start, and how many."""

    starts_on = forms.DateField(label="First day")
    places = forms.IntegerField(
        label="Places",
        min_value=0,
        max_value=MOST_PLACES,
        look=forms.Look(width=4),
        help_text="0 where nobody is to start after all.",
    )


class IntakeForm(CohortFields, HowMany):
    """An intake to come, or one that has begun. A region that can only be one is taken without asking."""

    region = forms.ModelChoiceField(label="Region", queryset=None)
    pathway = forms.ModelChoiceField(label="Pathway", queryset=None)
    field_order = ["cohort", "new_cohort", "region", "pathway", "starts_on", "places"]

    def __init__(self, *args: Any, regions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model_field("region").queryset = regions
        self.model_field("pathway").queryset = records.pathways()
        found = list(regions[:2])
        self.only_region = found[0] if len(found) == 1 else None
        if self.only_region:
            del self.fields["region"]

    def clean(self) -> dict[str, Any]:
        """With the region that was not asked."""
        return super().clean() | ({"region": self.only_region} if self.only_region else {})


class ChangeIntakeForm(AmendForm, HowMany):
    """Another day, or another number of places."""


class IntakeFilter(forms.Form):
    """Which intakes; none means all."""

    region = forms.ChoiceField(label="Region", required=False, prompt="All regions")
    year = forms.ChoiceField(label="Year of the first day", required=False, prompt="All years")

    def __init__(
        self, *args: Any, regions: Iterable[Any], years: Iterable[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("region").choices = [(row.code, str(row)) for row in regions]
        self.choice_field("year").choices = [(str(year), str(year)) for year in years]
