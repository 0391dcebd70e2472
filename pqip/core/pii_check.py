"""Refuses data about people on probation: text about work must not name them or hold a case identifier."""

from __future__ import annotations

import re

from pqip.core.errors import RuleBroken

#: Patterns of obvious identifiers, by what each is called.
IDENTIFIERS = {
    "a case reference number (CRN)": re.compile(r"\b[A-Z]\d{6}\b", re.IGNORECASE),
    "a prison (NOMIS) number": re.compile(r"\b[A-Z]\d{4}[A-Z]{2}\b", re.IGNORECASE),
    "a Police National Computer number": re.compile(
        r"\b(?:19|20)?\d{2}/\d{1,7}[A-Z]\b", re.IGNORECASE
    ),
}


def refuse_case_identifiers(field: str, text: str) -> None:
    """Raise RuleBroken where `text` holds what looks like the identifier of a person on probation or in custody."""
    for name, pattern in IDENTIFIERS.items():
        found = pattern.search(text)
        if found:
            raise RuleBroken(
                f"“{found.group()}” looks like {name}. Describe the work without identifying anybody.",
                field,
            )
