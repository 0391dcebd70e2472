"""Columns that name somebody by staff number: one form at every door, and one number whatever its case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models.functions import Upper

from pqip.exchange.cleaning import Column, Text
from workforce.models import Person, PersonMerge
from workforce.rules import numbers


def fault(number: str) -> str:
    """What is wrong with a staff number's form, by the setting; empty where nothing is."""
    return numbers.fault(number, settings.PQIP_STAFF_NUMBER_FORM)


def on_record(said: set[str]) -> Mapping[str, str]:
    """Numbers as people on record have them, by the numbers of a file; nothing of who is within reach.

    Of a record that was merged into another it is the number that stayed.
    """
    known = {numbers.folded(number): number for number in
             Person.objects.numbered(*said).values_list("staff_number", flat=True)}
    left = {number for number in said if numbers.folded(number) not in known}
    if left:
        went = PersonMerge.objects.live().alias(number=Upper("goes__staff_number"))
        went = went.filter(number__in={numbers.folded(number) for number in left})
        known |= {numbers.folded(was): now for was, now in went.values_list("goes__staff_number", "stays__staff_number")}
    return {number: known[numbers.folded(number)] for number in said if numbers.folded(number) in known}


def staff_number(**column: Any) -> Column:
    """A column that names somebody on record."""
    return Column(Text(numbers.LONGEST, fault), folded=numbers.folded, on_record=on_record, **column)


def own_number(help: str) -> Column:
    """The column that says whom a row is about, where rows may make people: as written, since a new number is."""
    return Column(Text(numbers.LONGEST, fault), key=True, required=True, help=help)
