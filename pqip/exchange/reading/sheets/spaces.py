"""The two namespaces of SpreadsheetML: transitional, as programs write it, and strict."""

from __future__ import annotations

SHEETS = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
YES = ("1", "true", "on")


def named(*names: str) -> tuple[str, ...]:
    """Return the elements with these names, in either namespace."""
    return tuple(f"{space} {name}" for space in SHEETS for name in names)
