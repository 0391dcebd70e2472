"""Where a post is: only regions and units within reach are offered, and what can only be one is not asked."""

from __future__ import annotations

from typing import Any

from pqip.core.scope import Scope
from pqip.govuk import forms
from workforce import reading
from workforce.models import Region


class PlaceFields(forms.Form):
    """A region and a unit within `scope`. A region that can only be one is taken without asking.

    Whoever reaches units alone, not the whole region, names one of them.
    """

    region = forms.ModelChoiceField(None, label="Region")
    pdu = forms.ModelChoiceField(None, label="Probation delivery unit", required=False, prompt="The whole region")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions, units = reading.regions_within(scope), reading.pdus_within(scope)
        self.fields["region"].queryset, self.fields["pdu"].queryset = regions, units  # type: ignore[attr-defined]
        self.only_region: Region | None = None
        found = list(regions[:2])
        if len(found) == 1:
            self.only_region = found[0]
            del self.fields["region"]
        if not scope.everywhere and not scope.regions:
            self.fields["pdu"].required = True
            self.fields["pdu"].empty_label = ""  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """With the region that was not asked."""
        said = super().clean() or self.cleaned_data
        return said | ({"region": self.only_region} if self.only_region else {})
