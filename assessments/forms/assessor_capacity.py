"""Of which region and qualification the capacity of assessors is shown."""

from __future__ import annotations

from typing import Any

from assessments.presenters.demand import NAMES
from pqip.govuk import forms
from workforce.models import Region


class RegionFilter(forms.Form):
    """One region of those within reach, where there are several, and one qualification; none means all of them."""

    qualification = forms.ChoiceField(label="Qualification", required=False, prompt="All together", choices=list(NAMES.items()))
    region = forms.ChoiceField(label="Region", required=False, choices=[], prompt="All regions")

    def __init__(self, *args: Any, regions: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [(one.code, str(one)) for one in regions]  # type: ignore[attr-defined]
        if len(regions) < 2:
            del self.fields["region"]
