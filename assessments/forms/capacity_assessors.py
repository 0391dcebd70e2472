"""The filter of the page on assessors' capacity: region and qualification."""

from __future__ import annotations

from typing import Any

from assessments.presenters.capacity_demand import NAMES
from pqip.govuk import forms
from workforce.models import Region


class RegionFilter(forms.Form):
    """One visible region, where there are several, and one qualification; nothing chosen means all of them."""

    qualification = forms.ChoiceField(
        label="Qualification", required=False, prompt="All together", choices=list(NAMES.items())
    )
    region = forms.ChoiceField(label="Region", required=False, choices=[], prompt="All regions")

    def __init__(self, *args: Any, regions: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_field("region").choices = [(one.code, str(one)) for one in regions]
        if len(regions) < 2:
            del self.fields["region"]
