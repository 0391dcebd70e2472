"""Columns that name somebody by staff number.

The form of a number is the same everywhere, and its case does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models.functions import Upper

from pqip.exchange.cleaning import ImportColumn, Text
from workforce.models import Person, PersonMerge
from workforce.rules import numbers


def fault(number: str) -> str:
    """Return what is wrong with the form of a staff number, by the setting; empty if nothing is."""
    return numbers.fault(number, settings.PQIP_STAFF_NUMBER_FORM)


def on_record(stated: set[str]) -> Mapping[str, str]:
    """Return numbers as people on record have them, by the numbers of a file.

    Reach plays no part here. The number of a merged record gives the number that stayed.
    """
    known = {
        numbers.folded(number): number
        for number in Person.objects.numbered(*stated).values_list("staff_number", flat=True)
    }
    left = {number for number in stated if numbers.folded(number) not in known}
    if left:
        went = PersonMerge.objects.live().alias(number=Upper("goes__staff_number"))
        went = went.filter(number__in={numbers.folded(number) for number in left})
        known |= {
            numbers.folded(was): now
            for was, now in went.values_list("goes__staff_number", "stays__staff_number")
        }
    return {
        number: known[numbers.folded(number)]
        for number in stated
        if numbers.folded(number) in known
    }


def staff_number(**column: Any) -> ImportColumn:
    """Return a column that names somebody on record."""
    return ImportColumn(
        Text(numbers.LONGEST, fault), folded=numbers.folded, on_record=on_record, **column
    )


def own_number(help: str) -> ImportColumn:
    """Return the column that says whom a row is about, where rows may create people.

    It is read as written, because a new number is recorded as written.
    """
    return ImportColumn(Text(numbers.LONGEST, fault), key=True, required=True, help=help)
