"""A new version of a qualification from a spreadsheet: one row for each criterion.

A version that exists is never rewritten, since candidates may be assessed against it: what differs needs a new name.
Each row says which criteria of an earlier version it replaces, so that candidates can move to it (`actions/versions.py`).
"""

from __future__ import annotations

from typing import Any

from assessments.models import Criterion, Qualification, QualificationVersion, Unit, UnitGroup
from assessments.models.methods import Method
from pqip.exchange.cleaning import (
    Code,
    Codes,
    DatasetResource,
    Date,
    ImportColumn,
    ListOf,
    Text,
    Whole,
    Words,
    YesNo,
    one_of,
)
from pqip.exchange.datasets import Context, Dataset, Row, register

#: Columns that must be the same in every row of a unit.
OF_UNIT = (
    "unit_title",
    "unit_code",
    "unit_credit",
    "unit_group",
    "unit_pieces",
    "unit_methods",
    "unit_methods_needed",
)


class CriteriaResource(DatasetResource):
    qualification = ImportColumn(Code("qualification", "a qualification"), key=True, required=True)
    version = ImportColumn(
        Text(40), key=True, required=True, help="The name of the new version, such as 2027."
    )
    from_date = ImportColumn(
        Date(), required=True, help="Candidates registered from this day take it."
    )
    source = ImportColumn(Text(200), required=True, help="Where the criteria are published.")
    unit = ImportColumn(Whole("1", "99"), required=True, help="The unit’s number.")
    unit_title = ImportColumn(Text(200), required=True)
    unit_code = ImportColumn(
        Text(20), help="The awarding body’s code for the unit; blank: not known."
    )
    unit_credit = ImportColumn(Whole("0", "999"), help="Credit of the unit; blank: not known.")
    unit_group = ImportColumn(
        Text(80), help="The name of the optional units it is one of; blank: it is mandatory."
    )
    choose = ImportColumn(Whole("1", "99"), help="How many units of the group are to be achieved.")
    by_choice = ImportColumn(
        YesNo(), help="yes: candidates are on the version only where somebody chooses it for them."
    )
    criterion = ImportColumn(
        Text(12), key=True, required=True, help="unit.outcome.criterion, such as 3.2.1."
    )
    text = ImportColumn(Text(500), required=True, help="The awarding body’s own words.")
    required_count = ImportColumn(
        Whole("1", "99"), help="On how many pieces of evidence it must be met; blank: 1."
    )
    outcome = ImportColumn(Text(300), help="The learning outcome it belongs to.")
    methods = ImportColumn(
        ListOf(Words(Method.choices)), help="Methods by which it may be shown; blank: any."
    )
    unit_pieces = ImportColumn(
        Whole("1", "99"),
        help="Pieces of evidence the unit needs before it is signed off; blank: 1.",
    )
    unit_methods = ImportColumn(Whole("1", "6"), help="Different methods among them; blank: 1.")
    unit_methods_needed = ImportColumn(
        ListOf(Words(Method.choices)), help="Methods that must be among them."
    )
    replaces_version = ImportColumn(
        Text(40), help="The version whose criteria it replaces, such as 2023."
    )
    replaces = ImportColumn(
        ListOf(Text(12)), help="Criteria of that version it takes the place of; blank: it is new."
    )


@register
class Criteria(Dataset):
    name, title, permission = (
        "criteria",
        "New versions of qualifications",
        "assessments.load_criteria",
    )
    resource, of_people = CriteriaResource, False

    def codes(self, context: Context) -> dict[str, Codes]:
        listed = list(Qualification.objects.values_list("code", "pk", "name"))
        context.memory["versions"] = _versions()
        context.memory["units"] = {}
        context.memory["criteria"] = _keys()
        return {
            "qualification": Codes(
                {code: key for code, key, _ in listed}, {code: name for code, _, name in listed}
            )
        }

    def plan(self, rows: list[Row], context: Context) -> None:
        held = _held()
        _refuse_small_groups(rows)
        for row in rows:
            if (
                not row.wrong
                and _agrees(row, context.memory)
                and _replaced(row, context.memory) is not None
            ):
                _plan(row, context, held)

    def write(self, rows: list[Row], context: Context) -> None:
        made, units = (
            context.memory.setdefault("made", {}),
            context.memory.setdefault("made_units", {}),
        )
        for row in rows:
            version = _of(row)
            if version not in made:
                made[version] = QualificationVersion.objects.create(
                    qualification_id=row["qualification"],
                    name=row["version"],
                    from_date=row["from_date"],
                    source=row["source"],
                    by_choice=bool(row["by_choice"]),
                )
            if (version, row["unit"]) not in units:
                units[version, row["unit"]] = Unit.objects.create(
                    version=made[version],
                    number=row["unit"],
                    title=row["unit_title"],
                    least_pieces=row["unit_pieces"] or 1,
                    least_methods=row["unit_methods"] or 1,
                    methods_needed=row["unit_methods_needed"] or [],
                    code=row["unit_code"] or "",
                    credit=row["unit_credit"],
                    group=_group(row, made[version]),
                )
        Criterion.objects.bulk_create(
            Criterion(
                unit=units[_of(row), row["unit"]],
                code=row["criterion"],
                text=row["text"],
                required_count=row["required_count"] or 1,
                order=row.number,
                outcome=row["outcome"] or "",
                methods=row["methods"] or [],
                replaces=_replaced(row, context.memory) or [],
            )
            for row in rows
        )


def _group(row: Row, version: QualificationVersion) -> UnitGroup | None:
    if not row["unit_group"]:
        return None
    return UnitGroup.objects.get_or_create(
        version=version, name=row["unit_group"], defaults={"choose": row["choose"]}
    )[0]


def _plan(row: Row, context: Context, held: dict[tuple[Any, ...], tuple[Any, ...]]) -> None:
    if _of(row) not in context.memory["versions"]:
        context.announce(
            "version", f"{context.code('qualification', row['qualification'])} {row['version']}"
        )
        row.new({"criterion": row["criterion"], "text": row["text"]})
        return
    stated = (
        row["unit"],
        row["unit_title"],
        row["text"],
        row["required_count"] or 1,
        row["from_date"],
        row["source"],
        row["outcome"] or "",
        row["methods"] or [],
        _replaced(row, context.memory),
        row["unit_pieces"] or 1,
        row["unit_methods"] or 1,
        row["unit_methods_needed"] or [],
        row["unit_code"] or "",
        row["unit_credit"],
        row["unit_group"],
        row["choose"],
        bool(row["by_choice"]),
    )
    if held.get((*_of(row), row["criterion"])) == stated:
        row.unchanged()
    else:
        row.error(
            "version", "is there already and says something else. Give the new version another name"
        )


def _refuse_small_groups(rows: list[Row]) -> None:
    """Refuse a group with fewer units than are to be chosen from it, since nobody could complete it."""
    units: dict[tuple[Any, ...], set[int]] = {}
    for row in rows:
        if row["unit_group"] and row["unit"]:
            units.setdefault((*_of(row), row["unit_group"]), set()).add(row["unit"])
    for row in rows:
        held = units.get((*_of(row), row["unit_group"]), set())
        if row["unit_group"] and row["choose"] and len(held) < row["choose"]:
            row.error("choose", f"is more than the group’s units, of which there are {len(held)}")


def _agrees(row: Row, memory: dict[str, Any]) -> bool:
    """Return whether the row agrees with the rows before it about its version and unit."""
    if not row["criterion"].startswith(f"{row['unit']}."):
        row.error("criterion", f"does not begin with its unit. Write it as {row['unit']}.1.1")
    for of, column, value in (
        (_of(row), "from_date", row["from_date"]),
        (_of(row), "source", row["source"]),
        (_of(row), "by_choice", bool(row["by_choice"])),
        *([((*_of(row), row["unit_group"]), "choose", row["choose"])] if row["unit_group"] else []),
        *(((*_of(row), row["unit"]), column, row[column]) for column in OF_UNIT),
    ):
        if memory["units"].setdefault((of, column), value) != value:
            row.error(column, "is not what an earlier row of the same version says")
    if bool(row["unit_group"]) != bool(row["choose"]):
        row.error(
            "choose",
            "say how many of a group of optional units are chosen, and the name of the group.",
            quote=False,
        )
    first = memory["versions"].get(("from", row["qualification"], row["from_date"]), row["version"])
    if first != row["version"]:
        row.error("from_date", f"is when version {first} begins. Use another day")
    return not row.wrong


def _replaced(row: Row, memory: dict[str, Any]) -> list[int] | None:
    """Return the keys of the criteria that the row replaces, or None after adding an error to the row."""
    if not row["replaces"]:
        return []
    if not row["replaces_version"]:
        row.error("replaces_version", "is blank. Name the version whose criteria these are")
        return None
    held = memory["criteria"].get((row["qualification"], row["replaces_version"]))
    if held is None:
        row.error("replaces_version", "is not a version that is there already")
        return None
    for code in row["replaces"]:
        if code not in held:
            row.error(
                "replaces",
                f'"{code}" is not a criterion of {row["replaces_version"]}. {one_of(held)}',
                quote=False,
            )
    return sorted(held[code] for code in row["replaces"]) if not row.wrong else None


def _of(row: Row) -> tuple[int, str]:
    return row["qualification"], row["version"]


def _versions() -> dict[tuple[Any, ...], str]:
    """Return the existing versions: their names by qualification and name, and by qualification and first day."""
    found: dict[tuple[Any, ...], str] = {}
    for qualification, name, begins in QualificationVersion.objects.values_list(
        "qualification_id", "name", "from_date"
    ):
        found[qualification, name] = found["from", qualification, begins] = name
    return found


def _held() -> dict[tuple[Any, ...], tuple[Any, ...]]:
    rows = Criterion.objects.values_list(
        "unit__version__qualification_id",
        "unit__version__name",
        "code",
        "unit__number",
        "unit__title",
        "text",
        "required_count",
        "unit__version__from_date",
        "unit__version__source",
        "outcome",
        "methods",
        "replaces",
        "unit__least_pieces",
        "unit__least_methods",
        "unit__methods_needed",
        "unit__code",
        "unit__credit",
        "unit__group__name",
        "unit__group__choose",
        "unit__version__by_choice",
    )
    return {tuple(row[:3]): tuple(row[3:]) for row in rows}


def _keys() -> dict[tuple[int, str], dict[str, int]]:
    """Return the keys of criteria by code, for each version by qualification and name."""
    found: dict[tuple[int, str], dict[str, int]] = {}
    rows = Criterion.objects.order_by("unit__number", "order", "pk").values_list(
        "unit__version__qualification_id", "unit__version__name", "code", "pk"
    )
    for qualification, name, code, key in rows:
        found.setdefault((qualification, name), {})[code] = key
    return found
