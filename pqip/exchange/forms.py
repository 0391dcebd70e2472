"""The one question of an import: which file."""

from __future__ import annotations

from typing import Any

from pqip.exchange.limits import MIB, limits
from pqip.govuk import forms


class UploadForm(forms.Form):
    """A file to be brought in. `too_large` where the upload was stopped at the limit."""

    file = forms.FileField(label="File", help_text="A .csv, .xlsx or .ods file with one row for each record")

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if too_large:
            said = f"The selected file must be smaller than {limits().uploaded // MIB} MB"
            self.fields["file"].error_messages["required"] = said
