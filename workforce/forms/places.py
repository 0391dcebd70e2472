"""The place of a post.

Only regions and units within reach are offered, and a single choice is not asked for.
"""

from __future__ import annotations

from typing import Any

from pqip.core.scope import Scope
from pqip.govuk import forms
from workforce.models import Region
from workforce.queries import records


class PlaceFields(forms.Form):
    """A region and a unit within `scope`.

    If only one region is possible, it is used without asking. A user who reaches only units, not
    the whole region, must choose one of them.
    """

    region = forms.ModelChoiceField(None, label="Region")
    pdu = forms.ModelChoiceField(
        None, label="Probation delivery unit", required=False, prompt="The whole region"
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions, units = records.regions_within(scope), records.pdus_within(scope)
        self.model_field("region").queryset, self.model_field("pdu").queryset = regions, units
        self.only_region: Region | None = None
        found = list(regions[:2])
        if len(found) == 1:
            self.only_region = found[0]
            del self.fields["region"]
        if not scope.everywhere and not scope.regions:
            self.fields["pdu"].required = True
            self.model_field("pdu").empty_label = ""

    def clean(self) -> dict[str, Any]:
        """Add the region if it was not asked for."""
        answers = super().clean() or self.cleaned_data
        return answers | ({"region": self.only_region} if self.only_region else {})
