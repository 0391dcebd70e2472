"""What the pages of campaigns ask."""

from __future__ import annotations

from typing import Any

from learners.models.intakes import MOST_PLACES
from learners.queries import records
from pqip.govuk import forms
from pqip.pages.amending import AmendForm


class CampaignForm(forms.Form):
    """A campaign. Who reaches one region only is not asked which."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        look=forms.Look(width=20),
        help_text="As files name it, such as Cohort 17.",
    )
    name = forms.CharField(label="Name", required=False, max_length=100)
    region = forms.ModelChoiceField(
        label="Region", queryset=None, required=False, prompt="The whole country"
    )
    opens_on = forms.DateField(label="Opens on", required=False)
    closes_on = forms.DateField(
        label="Closes on", required=False, help_text="The last day on which applications are taken."
    )
    target_applications = forms.IntegerField(
        label="Applications wanted",
        required=False,
        min_value=0,
        max_value=999_999,
        look=forms.Look(width=5),
    )
    selection_version = forms.CharField(
        label="How applicants are selected",
        required=False,
        max_length=100,
        help_text="Such as: values-based sift and online assessment centre, version 2.",
    )
    channels = forms.CharField(
        label="Where it is advertised",
        required=False,
        max_length=200,
        help_text="Each channel after a comma, such as Civil Service Jobs, universities.",
    )

    def __init__(self, *args: Any, regions: Any, everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.model_field("region")
        field.queryset = regions
        self.only_region = None
        if not everywhere:
            field.required, field.empty_label = True, ""
            found = list(regions[:2])
            if len(found) == 1:
                self.only_region = found[0]
                del self.fields["region"]

    def clean(self) -> dict[str, Any]:
        """With the region that was not asked."""
        answers = super().clean() or self.cleaned_data
        return answers | ({"region": self.only_region} if self.only_region else {})


class HowManyPlaces(forms.Form):
    """How many places there are to fill."""

    places = forms.IntegerField(
        label="Places",
        min_value=0,
        max_value=MOST_PLACES,
        look=forms.Look(width=4),
        help_text="0 where nobody is taken after all.",
    )


class PlacesForm(HowManyPlaces):
    """Places of a campaign in a region. A region that can only be one is taken without asking."""

    region = forms.ModelChoiceField(label="Region", queryset=None)
    pathway = forms.ModelChoiceField(
        label="Pathway", queryset=None, required=False, prompt="None: posts as PSOs"
    )
    field_order = ["region", "pathway", "places"]

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
        answers = super().clean() or self.cleaned_data
        return answers | ({"region": self.only_region} if self.only_region else {})


class ChangePlacesForm(AmendForm, HowManyPlaces):
    """Another number of places."""
