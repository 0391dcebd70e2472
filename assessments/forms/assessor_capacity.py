"""Of which region the capacity of assessors is shown."""

from __future__ import annotations

from typing import Any

from pqip.govuk import forms
from workforce.models import Region


class RegionFilter(forms.Form):
    """One region of those within reach; none means all of them."""

    region = forms.ChoiceField(label="Region", required=False, choices=[], prompt="All regions")

    def __init__(self, *args: Any, regions: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [(one.code, str(one)) for one in regions]  # type: ignore[attr-defined]
