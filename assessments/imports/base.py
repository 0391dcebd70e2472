"""What the datasets of assessment share: looking up people, registrations and criteria for a whole batch at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assessments.derived import progress
from assessments.facts.options import chosen_by
from assessments.models import Criterion, Qualification, Registration, RegistrationFact, VersionMove
from assessments.models.holding import hold
from assessments.rules.evidence import may_show
from assessments.rules.options import check_is_chosen
from pqip.core.bulk import copy_rows
from pqip.core.errors import RuleBroken
from pqip.core.ledger import LedgerModel, void
from pqip.core.pii_check import refuse_case_identifiers
from pqip.exchange.cleaning import Codes, Words, one_of
from pqip.exchange.datasets import CHANGED, Context, Dataset, Row
from workforce.models import Person

QUALIFICATIONS = ("VQ5", "VQ3", "TAQA3")
PERMISSION = "assessments.import_assessments"
NOBODY = "is not a staff number you can reach. Use the number of somebody already imported by staff or learners"
NO_REASON = "Corrected by an import"


def qualification_words() -> Words:
    """Return the widget for a qualification's code."""
    return Words(QUALIFICATIONS)


@dataclass(frozen=True)
class Candidate:
    """A registration, as far as the datasets need it."""

    key: int
    person: int
    qualification: str
    version: int
    registered_on: dt.date
    moves: tuple[tuple[dt.date, int], ...] = ()
    chosen: frozenset[int] = frozenset()

    def on(self, day: dt.date) -> Candidate:
        """Return the candidate with the version by which they were assessed on a day."""
        held = [version for since, version in self.moves if since <= day]
        return replace(self, version=held[-1]) if held else self


def candidate_of(
    row: Row, found: Mapping[str, int], held: Mapping[tuple[int, str], Candidate]
) -> Candidate | None:
    """Return the candidate whom a row is about; None, said at the row, where they are not registered for its qualification."""
    candidate = held.get((found[row["staff_number"]], row["qualification"]))
    if candidate is None:
        row.error(
            "qualification",
            "is not one this candidate is registered for. Import the registration first",
        )
    return candidate


class AssessmentDataset(Dataset):
    """A dataset of assessment: it writes through the ledgers and recomputes the derived tables once for the whole file."""

    permission, leads_to = PERMISSION, "learners:list"

    def hold(self, rows: list[Row], context: Context) -> None:
        numbers = {row["staff_number"] for row in rows} - {None}
        reach = Person.objects.filter(
            context.scope.condition(Person.SCOPE), staff_number__in=numbers
        )
        hold(
            registrations=list(
                Registration.objects.filter(person__in=reach).values_list("pk", flat=True)
            )
        )

    def corrects(self, row: Row) -> Iterable[LedgerModel]:
        return [row.data["current"]] if row.data["current"] else []

    def touched(self, context: Context, registrations: Iterable[int]) -> None:
        """Note that something about these registrations changes, so that they are recomputed at the end."""
        context.memory.setdefault("registrations", set()).update(registrations)

    def finish(self, context: Context) -> None:
        progress.refresh(context.memory.get("registrations", ()))


def without_errors(rows: Iterable[Row]) -> list[Row]:
    """Return the rows without an error so far."""
    return [row for row in rows if not row.wrong]


def people(rows: Iterable[Row], context: Context, *columns: str) -> dict[str, int]:
    """Return the keys of the people that these columns name, by staff number.

    A number outside the user's reach is refused in the same words as one that does not exist.
    """
    rows = list(rows)
    wanted = {row[column] for row in rows for column in columns if row[column]}
    reach = Person.objects.filter(context.scope.condition(Person.SCOPE), staff_number__in=wanted)
    found = dict(reach.values_list("staff_number", "pk"))
    for row in rows:
        for column in columns:
            if row[column] and row[column] not in found:
                row.error(column, NOBODY)
    return found


def candidates(
    people_ids: Collection[int], codes: Collection[str]
) -> dict[tuple[int, str], Candidate]:
    """Return the registrations of these people for these qualifications, by person and qualification."""
    rows = Registration.objects.filter(person__in=people_ids, qualification__code__in=codes)
    return {(one.person, one.qualification): one for one in _candidates(rows)}


def candidates_by_key(keys: Collection[int]) -> dict[int, Candidate]:
    """Return registrations by key."""
    return {one.key: one for one in _candidates(Registration.objects.filter(pk__in=keys))}


def _candidates(rows: Any) -> list[Candidate]:
    stated = list(rows.values_list("pk", "person_id", "qualification__code", "version_id"))
    moves: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    moved = VersionMove.objects.live().filter(registration__in=rows).order_by("effective_on", "pk")
    for key, day, version in moved.values_list("registration_id", "effective_on", "version_id"):
        moves[key].append((day, version))
    live = RegistrationFact.objects.live().filter(registration__in=rows)
    since = dict(live.values_list("registration_id", "effective_on"))
    chosen = chosen_by([key for key, *_ in stated])
    return [
        Candidate(
            key,
            person,
            code,
            version,
            since.get(key, dt.date.min),
            moves=tuple(moves[key]),
            chosen=frozenset(chosen[key]),
        )
        for key, person, code, version in stated
    ]


def criteria_of(context: Context, version: int) -> Codes:
    """Return the criteria of a version by code. All versions are read once for a file."""
    if "criteria" not in context.memory:
        found: dict[int, dict[str, int]] = defaultdict(dict)
        rows = Criterion.objects.order_by("unit__number", "order", "pk").values_list(
            "unit__version_id", "code", "pk"
        )
        for of, code, key in rows:
            found[of][code] = key
        context.memory["criteria"] = {of: Codes(codes) for of, codes in found.items()}
    return context.memory["criteria"].get(version) or Codes({})


def named_criteria(row: Row, column: str, context: Context, candidate: Candidate) -> list[int]:
    """Return the keys of the criteria that a cell names, in the candidate's version.

    Each unknown code is an error of the row.
    """
    codes, keys = criteria_of(context, candidate.version), []
    for code in row[column] or []:
        key = codes.find(code)
        if key is None:
            row.error(
                column,
                f'"{code}" is not a criterion of {candidate.qualification}. {one_of(codes.shown)}',
                quote=False,
            )
        else:
            keys.append(key)
    refuse_not_chosen(row, column, context, candidate, keys)
    return sorted(keys)


def refuse_not_chosen(
    row: Row, column: str, context: Context, candidate: Candidate, criteria: Iterable[int]
) -> None:
    """Add an error for criteria of optional units that the candidate has not chosen, which the screen does not offer
    either.
    """
    if "optional" not in context.memory:
        optional = Criterion.objects.filter(unit__group__isnull=False)
        context.memory["optional"] = {
            key: unit for key, *unit in optional.values_list("pk", "unit_id", "unit__number")
        }
    units = {
        tuple(context.memory["optional"][key])
        for key in criteria
        if key in context.memory["optional"]
    }
    for unit, number in sorted(units):
        refuse_unit(row, column, number, is_chosen=unit in candidate.chosen)


def refuse_unit(row: Row, column: str, number: int, *, is_chosen: bool) -> None:
    """Add an error for an optional unit that the candidate has not chosen."""
    try:
        check_is_chosen(number, is_chosen=is_chosen)
    except RuleBroken as broken:
        row.error(column, broken.message, quote=False)


def refuse_methods(row: Row, context: Context, criteria: Iterable[int]) -> None:
    """Add an error for a method by which a criterion may not be shown."""
    if "criteria_methods" not in context.memory:
        limited = Criterion.objects.filter(methods__len__gt=0).values_list("pk", "code", "methods")
        context.memory["criteria_methods"] = {
            key: (code, methods) for key, code, methods in limited
        }
    for key in criteria:
        code, methods = context.memory["criteria_methods"].get(key, ("", ()))
        if row["method"] and not may_show(methods, row["method"]):
            row.error("method", f"is not a way in which {code} may be shown. {one_of(methods)}")


def shown_criteria(context: Context, candidate: Candidate, keys: Iterable[int]) -> list[str]:
    """Return the codes of criteria, for showing a value before and after."""
    criteria_of(context, candidate.version)
    if "criteria_codes" not in context.memory:
        every = context.memory["criteria"].values()
        context.memory["criteria_codes"] = {
            key: code for codes in every for key, code in codes.code_of.items()
        }
    return [context.memory["criteria_codes"][key] for key in sorted(keys)]


def refuse_identifiers(row: Row, *columns: str) -> None:
    """Add an error for cells that hold what looks like the identifier of a person on probation."""
    for column in columns:
        try:
            refuse_case_identifiers(column, row[column] or "")
        except RuleBroken as broken:
            row.error(column, broken.message, quote=False)


def refuse_future(row: Row, context: Context, *columns: str) -> None:
    """Add an error for each of these cells with a date in the future."""
    for column in columns:
        if row[column] and row[column] > context.today:
            row.error(column, "is in the future. Use today's date or an earlier one")


def copy_facts(
    model: type[LedgerModel], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert ledger rows by COPY; the database adds when and by whom."""
    copy_rows(
        model,
        [*columns, "recorded_by", "voided_by", "void_reason"],
        ((*row, "", "", "") for row in rows),
    )


def void_changed(rows: Iterable[Row], context: Context) -> None:
    """Void the ledger row that each changed row replaces (`row.data["current"]`)."""
    void(
        [row.data["current"] for row in rows if row.kind == CHANGED],
        by=context.by,
        reason=NO_REASON,
    )


def qualifications() -> dict[str, Qualification]:
    """Return the qualifications with their versions, by code."""
    return {one.code: one for one in Qualification.objects.prefetch_related("versions")}
