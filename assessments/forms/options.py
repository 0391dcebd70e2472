"""The form that chooses optional units."""

from __future__ import annotations

from typing import Any

from assessments.rules.options import Requirements
from pqip.core.clock import today
from pqip.govuk import forms


class ChooseUnitsForm(forms.Form):
    """A field for each group of optional units. `titles` holds the units' titles by key."""

    on = forms.DateField(label="Chosen on", initial=today)

    def __init__(
        self,
        *args: Any,
        asked: Requirements,
        titles: dict[int, str],
        chosen: set[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.groups = [f"group-{place}" for place in range(len(asked.groups))]
        lists = {
            name: forms.CheckboxesField(
                label=group.name,
                choices=[(str(key), titles[key]) for key in group.units],
                required=False,
                help_text=f"Choose {group.choose}.",
                initial=[str(key) for key in group.units if key in chosen],
            )
            for name, group in zip(self.groups, asked.groups, strict=True)
        }
        self.fields = {**lists, **self.fields}

    def units(self) -> list[int]:
        """Return the keys of the units chosen."""
        return [int(key) for name in self.groups for key in self.cleaned_data[name]]
