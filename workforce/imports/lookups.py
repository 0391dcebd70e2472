"""Lookups that every dataset uses: regions, units, grades, and people within reach by staff number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pqip.core.scope import Scope
from pqip.exchange.cleaning import Codes, one_of
from pqip.exchange.datasets import Context, Row
from workforce.models import EqualityOption, Grade, Pdu, Person, Region

NO_SUCH_PERSON = (
    "is not a staff number of anybody you look after. Import them with the staff dataset first"
)


def region_codes(*, national: bool = False) -> Codes:
    """Return regions by code and name; with `national`, `NAT` is included."""
    rows = Region.objects.all() if national else Region.objects.exclude(code=Region.NATIONAL)
    listed = list(rows.values_list("code", "pk", "name"))
    return Codes({code: key for code, key, _ in listed}, {code: name for code, _, name in listed})


def grade_codes() -> Codes:
    """Return grades by code and name."""
    listed = list(Grade.objects.values_list("code", "pk", "name"))
    return Codes({code: key for code, key, _ in listed}, {code: name for code, _, name in listed})


def pdu_codes() -> Codes:
    """Return units by code and name, including closed ones, because history names them."""
    listed = list(Pdu.objects.values_list("code", "pk", "name"))
    return Codes({code: key for code, key, _ in listed}, {code: name for code, _, name in listed})


def answer_codes(*questions: str) -> dict[str, Codes]:
    """Return the answers to equality questions, by question."""
    codes: dict[str, dict[str, str]] = {question: {} for question in questions}
    labels: dict[str, dict[str, str]] = {question: {} for question in questions}
    options = EqualityOption.objects.filter(question__in=questions)
    for question, code, label in options.values_list("question", "code", "label"):
        codes[question][code], labels[question][code] = code, label
    return {question: Codes(codes[question], labels[question]) for question in questions}


def regions_of_units() -> dict[int, int]:
    """Return the region of each unit, by key."""
    return dict(Pdu.objects.values_list("pk", "region_id"))


def people(numbers: Iterable[str | None], scope: Scope) -> dict[str, Person]:
    """Return people within reach by staff number, in one query.

    Anybody out of reach is treated as if they did not exist.
    """
    wanted = {number for number in numbers if number}
    found = Person.objects.filter(scope.condition(Person.SCOPE), staff_number__in=wanted)
    return {person.staff_number: person for person in found}


def check_place(row: Row, context: Context, units: dict[int, int]) -> bool:
    """Return True if region and unit belong together and lie within the importer's reach.

    Otherwise add an error to the row.
    """
    region, pdu = row["region"], row["pdu"]
    if pdu is not None and units[pdu] != region:
        row.error(
            "pdu",
            f"is not in {context.code('region', region)}. Use a unit of that region, or leave it blank",
        )
        return False
    if context.scope.covers_region(region) or pdu in context.scope.pdus:
        return True
    row.error("region", f"is not a region you look after. {one_of(reached_regions(context))}")
    return False


def shown(context: Context, table: str, key: Any) -> str | None:
    """Return the code to show for a key, or None."""
    return None if key is None else context.code(table, key)


def reached_regions(context: Context) -> list[str]:
    """Return the codes of the regions within the importer's reach."""
    return [
        code
        for code, key in zip(
            context.codes["region"].shown, context.codes["region"].code_of, strict=True
        )
        if key in context.scope.regions
    ]
