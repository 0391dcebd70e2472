"""The `staff` dataset: people and the posts they hold.

A row without `effective_from` corrects the latest post. With it, what differs is a change from that
day: the current post ends the day before and another begins. An `end_date` means that they leave.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from pqip.core.bulk import copy_rows, take_keys
from pqip.core.clock import now
from pqip.core.errors import Conflict, RuleBroken
from pqip.exchange.cleaning import (
    Code,
    Codes,
    DatasetResource,
    Date,
    Email,
    ImportColumn,
    Number,
    Text,
    Words,
)
from pqip.exchange.datasets import NEW, Context, Dataset, Row, register
from workforce.actions.posts import PSO, stated
from workforce.derived.people import refresh_people
from workforce.imports import alike, numbers
from workforce.imports.current import Rows, staff
from workforce.imports.lookups import (
    check_place,
    grade_codes,
    pdu_codes,
    region_codes,
    regions_of_units,
    shown,
)
from workforce.imports.staff_again import replaced_by_programme
from workforce.models import Person, Spell
from workforce.models.holding import hold_people
from workforce.models.people import Contract, Function
from workforce.ports import posts as ports
from workforce.rules import posts

PERSONAL = ("first_name", "last_name", "email", "organisation")
#: Column of the file → attribute of a spell.
TERMS = {
    "grade": "grade_id",
    "region": "region_id",
    "pdu": "pdu_id",
    "function": "function",
    "fte": "fte",
    "contract": "contract",
    "start_date": "post_start_date",
    "service_start_date": "service_start_date",
    "end_date": "ended_on",
    "leave_reason": "leave_reason",
    "destination": "destination",
}
LEAVING = {"end_date", "leave_reason", "destination"}
CODED = ("grade", "region", "pdu")
BLANK = {"contract": Contract.PERMANENT, "function": "", "leave_reason": "", "destination": ""}
SPELL_COLUMNS = ["person_id", "effective_on", *TERMS.values(), "instead_of_id"]
MEANWHILE = "Somebody else has changed posts of people in this file meanwhile."
CORRECTED, CHANGED_LATER = "Corrected by an import", "Ended by a change from a later day"
AGREED = "Stated by an import, too"


class StaffResource(DatasetResource):
    staff_number = numbers.own_number("The payroll number; an outside assessor’s own reference.")
    email = ImportColumn(Email(), required=True)
    first_name = ImportColumn(Text(100), required=True)
    last_name = ImportColumn(Text(100), required=True)
    grade = ImportColumn(Code("grade", "a grade"), required=True)
    region = ImportColumn(Code("region", "a region"), required=True)
    pdu = ImportColumn(
        Code("pdu", "a probation delivery unit"),
        help="The unit; blank for a post of the whole region.",
    )
    function = ImportColumn(Words(Function.choices), help="What the post is for.")
    fte = ImportColumn(
        Number("0.1", "1.0"), required=True, help="Full-time equivalent, 0.1 to 1.0."
    )
    contract = ImportColumn(Words(Contract.choices), help="Blank: permanent.")
    organisation = ImportColumn(Text(100), help="Blank: the Service.")
    start_date = ImportColumn(Date(), required=True, help="Start in this post.")
    service_start_date = ImportColumn(Date(), help="Start in the Service.")
    end_date = ImportColumn(Date(), help="Last day in the post, for somebody who leaves.")
    leave_reason = ImportColumn(Text(60))
    destination = ImportColumn(Text(60))
    effective_from = ImportColumn(
        Date(),
        help="The day from which what differs is so; blank: the row corrects what was recorded.",
    )
    same_person_as = alike.same_column()
    different_person = alike.other_column()


@dataclass
class Plan:
    """What a row results in: personal details to write, spells to void with the reason, and spells
    to record.
    """

    person: Person | None
    personal: dict[str, Any] = field(default_factory=dict)
    corrected: list[Spell] = field(default_factory=list)
    ended: list[Spell] = field(default_factory=list)
    spells: list[dict[str, Any]] = field(default_factory=list)
    #: The post that the programme began and about which the row says just the same: HR has stated it, too.
    agreed: Spell | None = None
    #: Keys of the spells with which the row was compared.
    seen: set[int] = field(default_factory=set)


@register
class Staff(Dataset):
    name, title, permission = "staff", "Staff and their posts", "workforce.import_staff"
    resource, leads_to = StaffResource, "workforce:staff"

    def codes(self, context: Context) -> dict[str, Codes]:
        context.memory["units"] = regions_of_units()
        return {"region": region_codes(), "pdu": pdu_codes(), "grade": grade_codes()}

    def current(self, context: Context) -> Rows:
        return staff(context)

    def plan(self, rows: list[Row], context: Context) -> None:
        reached = context.scope.condition(Person.SCOPE)
        renamed = alike.identify(rows, context, reached)
        known = _known([row["staff_number"] for row in rows], reached)
        people = [person.pk for person in known.values()]
        spells = _spells(people)
        replaced = replaced_by_programme(people, spells)
        for row in rows:
            person = known.get(row["staff_number"])
            _check_consistency(row, context)
            if row.wrong:
                continue
            if person is None:
                _plan_new(row, context)
            else:
                _plan_known(
                    row,
                    context,
                    person,
                    spells.get(person.pk, []),
                    replaced.get(person.pk, []),
                    renamed.get(person.staff_number),
                )

    def corrects(self, row: Row) -> list[Spell]:
        return [*row.data.corrected, *row.data.ended]

    def write(self, rows: list[Row], context: Context) -> None:
        plans: list[Plan] = [row.data for row in rows]
        _hold([plan for plan in plans if plan.person])
        _write_people(rows)
        _void([spell for plan in plans for spell in plan.ended], CHANGED_LATER)
        _void([spell for plan in plans for spell in plan.corrected], CORRECTED)
        copy_rows(
            Spell,
            SPELL_COLUMNS,
            ([spell[name] for name in SPELL_COLUMNS] for plan in plans for spell in plan.spells),
        )
        _take_over(plans)
        people = [plan.person.pk for plan in plans if plan.person]
        ports.posts_stated(people)
        refresh_people(people)

    def confirm(self, rows: list[Row], context: Context) -> None:
        plans: list[Plan] = [row.data for row in rows if row.data is not None and row.data.agreed]
        if plans:
            _hold(plans)
            _take_over(plans)
            ports.posts_stated([plan.person.pk for plan in plans if plan.person])

    def finish(self, context: Context) -> None:
        alike.refuse_withheld(context)


def _known(staff_numbers: list[str | None], reached: Q) -> dict[str, Person]:
    """Return people within reach with these staff numbers."""
    wanted = Person.objects.filter(
        reached, staff_number__in={number for number in staff_numbers if number}
    )
    return {person.staff_number: person for person in wanted}


def _spells(people: list[int]) -> dict[int, list[Spell]]:
    """Return live spells by person, in order."""
    found: dict[int, list[Spell]] = {}
    for spell in Spell.objects.live().filter(person_id__in=people).order_by("effective_on"):
        found.setdefault(spell.person_id, []).append(spell)
    return found


def _check_consistency(row: Row, context: Context) -> None:
    """Add errors to a row whose place and dates do not agree with each other."""
    start, begins, ends = row["start_date"], row["effective_from"], row["end_date"]
    if start and begins and begins < start:
        row.error(
            "effective_from", "is before start_date. A change cannot come before the post began"
        )
    if ends and (begins or start) and ends < (begins or start):
        row.error(
            "end_date",
            f"is before {'effective_from' if begins else 'start_date'}. The last day comes after the first",
        )
    if row["region"] is not None:
        check_place(row, context, context.memory["units"])


def _plan_new(row: Row, context: Context) -> None:
    terms = {TERMS[column]: value for column, value in _terms(row, all_columns=True).items()}
    begins = row["effective_from"] or row["start_date"]
    plan = Plan(None, personal={name: row[name] or "" for name in PERSONAL})
    plan.spells.append({**terms, "effective_on": begins, "instead_of_id": None})
    row.new(_words(row, context, {**plan.personal, **_terms(row, all_columns=True)}), plan)


def _plan_known(
    row: Row,
    context: Context,
    person: Person,
    spells: list[Spell],
    replaced: list[Spell],
    numbered: str | None,
) -> None:
    """Plan a row about somebody on record.

    `numbered` is the number that the person had before this row. If HR repeats what the programme
    changed later, that is not a new statement.
    """
    before = {name: getattr(person, name) for name in PERSONAL if name in row.given}
    after: dict[str, Any] = {name: row[name] or "" for name in before}
    plan = Plan(
        person, personal={name: value for name, value in after.items() if value != before[name]}
    )
    plan.seen = {spell.pk for spell in spells}
    terms = _terms(row)
    again = _stated_before(row, terms, spells, replaced)
    if again is not None:
        spells = [again]
    try:
        held = again or _place_terms(row, plan, spells, terms)
    except RuleBroken as broken:
        row.rule_error("effective_from" if row["effective_from"] else "start_date", broken.message)
        return
    if held is not None and held is spells[-1] and not plan.spells and _is_begun(held, context):
        plan.agreed = held
    before |= {column: _held(held, spells, column) for column in terms}
    if numbered:
        before["staff_number"], after["staff_number"] = numbered, row.text("staff_number")
    row.settle(_words(row, context, before), _words(row, context, {**after, **terms}), plan)


def _is_begun(spell: Spell, context: Context) -> bool:
    """Whether the row is the whole of a PSO's post that the programme began, and that nobody has ended."""
    is_first = spell.instead_of_id is None and spell.effective_on == spell.post_start_date
    is_whole = spell.follows_programme and is_first and spell.ended_on is None
    return is_whole and context.code("grade", spell.grade_id) == PSO


def _place_terms(row: Row, plan: Plan, spells: list[Spell], terms: dict[str, Any]) -> Spell | None:
    """Place what the row says about the post among the spells.

    Return the spell with which it is compared.
    """
    begins = row["effective_from"]
    if begins is None and spells:
        return _correct(plan, spells[-1], spells, terms)
    begins = begins or row["start_date"]
    place = posts.place_of(spells, begins)
    if place.corrects:
        return _correct(plan, place.corrects, spells, terms)
    current = place.ends
    if current is None:
        _begin(plan, None, spells, begins, place.until, {**_terms(row, all_columns=True), **terms})
        return None
    differing = {
        column for column, value in terms.items() if _held(current, spells, column) != value
    }
    if differing <= LEAVING:
        return _correct(plan, current, spells, terms)
    plan.ended.append(current)
    plan.spells.append(
        {
            **_content(current),
            "ended_on": begins - posts.ONE_DAY,
            "leave_reason": "",
            "destination": "",
        }
    )
    _begin(plan, current, spells, begins, place.until, terms)
    return current


def _stated_before(
    row: Row, terms: dict[str, Any], spells: list[Spell], replaced: list[Spell]
) -> Spell | None:
    """Return the spell by which HR had stated what the row says again: that of the day the row names, or of the last post."""
    begins = row["effective_from"]
    said = [spell for spell in replaced if begins in (None, spell.effective_on)][-1:]
    for spell in said:
        is_last = not any(
            other.effective_on > spell.effective_on and not other.follows_programme
            for other in spells
        )
        is_of_it = begins is not None or is_last
        if is_of_it and all(_held(spell, [spell], name) == terms[name] for name in terms):
            return spell
    return None


def _begin(
    plan: Plan,
    current: Spell | None,
    spells: list[Spell],
    begins: dt.date,
    until: dt.date | None,
    terms: dict[str, Any],
) -> None:
    """Add a spell from `begins`, with the terms of the one before and of the row.

    It lasts until the next known spell at most.
    """
    content = _content(current) if current else dict.fromkeys(SPELL_COLUMNS)
    content |= {TERMS[column]: value for column, value in terms.items()}
    content |= {"person_id": plan.person.pk if plan.person else None, "effective_on": begins}
    content["ended_on"] = content["ended_on"] or until
    posts.check_no_overlap(
        [spell for spell in spells if spell is not current], begins, content["ended_on"]
    )
    plan.spells.append(content)


def _correct(plan: Plan, spell: Spell, spells: list[Spell], terms: dict[str, Any]) -> Spell:
    """Add the corrected spell if it differs.

    The first spell of a post begins with the post.
    """
    differing = {
        column: value for column, value in terms.items() if _held(spell, spells, column) != value
    }
    if not differing:
        return spell
    content = _content(spell) | {TERMS[column]: value for column, value in differing.items()}
    is_first = spell.effective_on == spell.post_start_date
    if is_first and not _goes_on(spell, spells, content["post_start_date"]):
        content["effective_on"] = content["post_start_date"]
    posts.check_dates(content["effective_on"], content["ended_on"])
    posts.check_no_overlap(
        [each for each in spells if each is not spell], content["effective_on"], content["ended_on"]
    )
    plan.corrected.append(spell)
    plan.spells.append(content)
    return spell


def _goes_on(spell: Spell, spells: list[Spell], start: dt.date) -> bool:
    """Whether the programme began another post with the spell, where HR says that the one before, begun on a day, goes on."""
    return spell.follows_programme and any(
        other.follows_programme
        and other.instead_of_id == spell.instead_of_id
        and other.effective_on < spell.effective_on
        and other.post_start_date == start
        for other in spells
    )


def _held(spell: Spell | None, spells: list[Spell], column: str) -> Any:
    """Return what a spell says in a column of the file.

    An end that only makes way for the next spell is None.
    """
    if spell is None:
        return None
    return posts.left_on(spell, spells) if column == "end_date" else getattr(spell, TERMS[column])


def _content(spell: Spell) -> dict[str, Any]:
    return {name: getattr(spell, name) for name in SPELL_COLUMNS} | {
        "instead_of_id": stated(spell)["instead_of_id"]
    }


def _terms(row: Row, *, all_columns: bool = False) -> dict[str, Any]:
    """Return what the row says about the post, by column.

    Only columns of the file are included, unless all are asked for.
    """
    columns = TERMS if all_columns else [column for column in TERMS if column in row.given]
    return {column: BLANK.get(column) if row[column] is None else row[column] for column in columns}


def _words(row: Row, context: Context, values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: shown(context, name, value) if name in CODED else value
        for name, value in values.items()
    }


def _hold(plans: list[Plan]) -> None:
    """Lock the people who change, as late as possible.

    Raises Conflict if they are no longer as they were when the rows were compared.
    """
    people = {plan.person.pk: plan.person for plan in plans if plan.person}
    hold_people(list(people))
    now_known = {
        key: stated
        for key, *stated in Person.objects.filter(pk__in=people).values_list("pk", *PERSONAL)
    }
    spells = _spells(list(people))
    for plan in plans:
        key = plan.person.pk if plan.person else 0
        is_as_compared = now_known.get(key) == [getattr(plan.person, name) for name in PERSONAL]
        if not is_as_compared or {spell.pk for spell in spells.get(key, [])} != plan.seen:
            raise Conflict(MEANWHILE)


def _write_people(rows: list[Row]) -> None:
    """Write new people by COPY and changed names in bulk. Each plan then knows its person's key."""
    new = [row for row in rows if row.kind == NEW]
    columns = ["id", "staff_number", *PERSONAL, "region_id", "pdu_id", "grade_id"]
    keys = take_keys(Person, len(new)) if new else []
    for row, key in zip(new, keys, strict=True):
        row.data.spells[0]["person_id"] = key
    copy_rows(
        Person,
        columns,
        (
            [
                key,
                row["staff_number"],
                *row.data.personal.values(),
                row["region"],
                row["pdu"],
                row["grade"],
            ]
            for row, key in zip(new, keys, strict=True)
        ),
    )
    renamed = [row.data for row in rows if row.data.person and row.data.personal]
    for plan in renamed:
        for name, value in plan.personal.items():
            setattr(plan.person, name, value)
    Person.objects.bulk_update([plan.person for plan in renamed], PERSONAL, batch_size=1000)


def _take_over(plans: list[Plan]) -> None:
    """What HR states, as the programme had begun it, is HR's from now on: what they say again later says nothing new."""
    agreed = [plan.agreed for plan in plans if plan.agreed]
    _void(agreed, AGREED)
    if agreed:
        rows = [_content(spell) for spell in agreed]
        copy_rows(Spell, SPELL_COLUMNS, ([row[name] for name in SPELL_COLUMNS] for row in rows))


def _void(spells: list[Spell], reason: str) -> None:
    if spells:
        Spell.objects.filter(pk__in=[spell.pk for spell in spells]).update(
            voided_at=now(), void_reason=reason
        )
