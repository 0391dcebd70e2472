"""What merging two records of one person would move, and what stands in its way: all of it, before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from pqip.core.expressions import Days, DaysBefore
from pqip.core.ledger import content
from pqip.govuk.formats import short_date
from workforce import merging
from workforce.merging import How, Kind
from workforce.models import Person, User

Rows = dict[type[models.Model], list[Any]]


@dataclass
class MergePlan:
    """`kept` is the record that everything comes to, `gone` the other; `said` is the one whose number and name are to stay."""

    kept: Person
    gone: Person
    said: Person
    #: Facts recorded anew for who stays; facts who stays has too, which are only voided.
    facts: Rows = field(default_factory=dict)
    spared: Rows = field(default_factory=dict)
    #: Identity rows that become those of who stays, by their model and relation.
    rows: dict[tuple[type[models.Model], str], list[int]] = field(default_factory=dict)
    obstacles: list[str] = field(default_factory=list)

    @property
    def both(self) -> list[int]:
        return [self.kept.pk, self.gone.pk]

    @property
    def other(self) -> Person:
        """Whose number goes."""
        return self.gone if self.said.pk == self.kept.pk else self.kept


def plan_merge(stays: Person, goes: Person) -> MergePlan:
    """Compare what stands of two people. The number and name of `stays` remain, whichever record is kept beneath."""
    anchored = {person.pk: list(_anchors(person.pk)) for person in (stays, goes)}
    kept, gone = (goes, stays) if anchored[goes.pk] and not anchored[stays.pk] else (stays, goes)
    plan = MergePlan(kept, gone, stays)
    if anchored[stays.pk] and anchored[goes.pk]:
        plan.obstacles.append(_both_anchored(stays, goes, anchored))
    plan.obstacles += _of_themselves(stays, goes)
    plan.obstacles += _of_themselves_apart(plan)
    for kind in merging.kinds():
        _plan_facts(plan, kind)
        _plan_rows(plan, kind)
    return plan


def _both_anchored(stays: Person, goes: Person, anchored: dict[int, list[str]]) -> str:
    said = "; ".join(f"{one.staff_number} has {', '.join(anchored[one.pk])}" for one in (stays, goes))
    return (
        f"Both records have given judgement or hold authority, which stays with whoever gave it: {said}. "
        "Undo what one of them has, or end it and leave them two records."
    )


def _anchors(person: int) -> Iterator[str]:
    """What somebody has decided, countersigned and the like, in words."""
    for kind in merging.kinds():
        if kind.fields(How.ANCHOR) and kind.standing().filter(kind.of(How.ANCHOR, [person])).exists():
            yield kind.title


def _of_themselves(stays: Person, goes: Person) -> Iterator[str]:
    """Facts by which one of the two looked after, judged or released the other."""
    both = [stays.pk, goes.pk]
    for kind in merging.kinds():
        roles = [name for name in kind.how if name != kind.about and kind.how[name] in (How.RECORDED, How.ANCHOR)]
        if not kind.about or not roles:
            continue
        found = kind.standing().filter(**{f"{kind.about}__in": both})
        for name in roles:
            for row in found.filter(**{f"{name}__in": both})[:5]:
                yield (
                    f"Nobody looks after, judges or approves themself, as they would have by this: {kind.words(row)}. "
                    "Undo it, or correct who it was."
                )


def _of_themselves_apart(plan: MergePlan) -> Iterator[str]:
    """Two accounts in use, and two dates of birth."""
    people = plan.kept, plan.gone
    if User.objects.filter(person__in=people, is_active=True).count() > 1:
        yield "Both have a sign-in account. Ask an administrator to switch off the one they no longer use."
    born = {person.date_of_birth for person in people if person.date_of_birth}
    if len(born) > 1:
        days = " and ".join(short_date(day) for day in sorted(born))
        yield f"Their dates of birth differ ({days}). Correct the one that is wrong, or leave them two records."


def _plan_facts(plan: MergePlan, kind: Kind) -> None:
    """Which dated facts move, which who stays has too, and which cannot stand beside what who stays has."""
    if not kind.fields(How.RECORDED):
        return
    rows = list(kind.standing().filter(kind.of(How.RECORDED, [plan.gone.pk])).order_by("pk"))
    if not rows:
        return
    theirs = list(kind.standing().filter(kind.of(How.RECORDED, [plan.kept.pk])))
    theirs = [row for row in theirs if row.pk not in {one.pk for one in rows}]
    same, clashing = _compared(plan, kind, rows, theirs)
    plan.spared[kind.model] = [row for row in rows if row.pk in same]
    plan.facts[kind.model] = [row for row in rows if row.pk not in same]
    plan.obstacles += clashing


def _plan_rows(plan: MergePlan, kind: Kind) -> None:
    for name in kind.fields(How.POINTED):
        rows = list(kind.standing().filter(**{name: plan.gone.pk}).order_by("pk"))
        spare = merging.spares().get(kind.model)
        if spare is not None and rows:
            left, facts = spare(plan.kept.pk, plan.gone.pk)
            rows = [row for row in rows if row.pk not in left]
            for row in facts:
                plan.spared.setdefault(type(row), []).append(row)
        theirs = list(kind.standing().filter(**{name: plan.kept.pk})) if rows else []
        _same, clashing = _compared(plan, kind, rows, theirs)
        plan.obstacles += clashing
        plan.rows[kind.model, name] = [row.pk for row in rows]


def _compared(plan: MergePlan, kind: Kind, rows: Sequence[Any], theirs: Sequence[Any]) -> tuple[set[int], list[str]]:
    """Keys of rows that say just what one of who stays says; and in words, each that cannot stand beside one of theirs."""
    same: set[int] = set()
    said: list[str] = []
    for row, other in product(rows, theirs):
        if not any(_clash(plan, kind, one, row, other) for one in kind.model._meta.constraints):
            continue
        if kind.is_ledger and renewed(plan.both, kind, row) == renewed(plan.both, kind, other):
            same.add(row.pk)
        else:
            where = "" if kind.words(row) == kind.words(other) else f" and {kind.words(other)} ({plan.kept.staff_number})"
            said.append(
                f"{kind.words(row)[:1].upper()}{kind.words(row)[1:]} ({plan.gone.staff_number}{'' if where else ' and '}"
                f"{'' if where else plan.kept.staff_number}){where} cannot both be theirs. {kind.mend}"
            )
    return same, said


def renewed(both: Sequence[int], kind: Kind, row: Any) -> dict[str, Any]:
    """What a fact says once it is of who stays (the first of `both`)."""
    kept, gone = both
    columns = {kind.model._meta.get_field(name).attname for name in kind.fields(How.RECORDED)}
    return {name: kept if name in columns and value == gone else value for name, value in content(row).items()}


def _clash(plan: MergePlan, kind: Kind, rule: Any, row: Any, other: Any) -> bool:
    """Whether a constraint would refuse two rows of one person."""
    if isinstance(rule, models.UniqueConstraint) and rule.fields:
        values = [(_value(plan, kind, row, name), _value(plan, kind, other, name)) for name in rule.fields]
        blank = any(None in pair for pair in values) and rule.nulls_distinct is not False
        return not blank and all(one == two for one, two in values) and _concerns(kind, rule.fields)
    if not isinstance(rule, ExclusionConstraint):
        return False
    equal, span = _parts(rule)
    if not _concerns(kind, equal) or span is None:
        return False
    alike = all(_value(plan, kind, row, name) == _value(plan, kind, other, name) for name in equal)
    return alike and _overlap(span, row, other)


def _concerns(kind: Kind, names: Sequence[str]) -> bool:
    return any(kind.how.get(name) in (How.RECORDED, How.POINTED) for name in names)


def _value(plan: MergePlan, kind: Kind, row: Any, name: str) -> Any:
    value = getattr(row, kind.model._meta.get_field(name).attname)
    moves = kind.how.get(name) in (How.RECORDED, How.POINTED)
    return plan.kept.pk if moves and value == plan.gone.pk else value


def _parts(rule: ExclusionConstraint) -> tuple[list[str], Any]:
    """The columns that are equal, and the span of days that may not overlap."""
    equal: list[str] = []
    span = None
    for said, operator in rule.expressions:
        if operator == RangeOperators.EQUAL:
            equal.append(said if isinstance(said, str) else said.get_source_expressions()[0].name)
        elif isinstance(said, (Days, DaysBefore)):
            span = said
    return equal, span


def _overlap(span: Any, row: Any, other: Any) -> bool:
    """Whether two spans of days share one; nothing does where a span has no first day."""
    first, last = (one.name for one in span.get_source_expressions())
    (a, b), (c, d) = ((getattr(one, first), getattr(one, last)) for one in (row, other))
    if a is None or c is None:
        return False
    if isinstance(span, Days):
        return (d is None or a <= d) and (b is None or c <= b)
    return (d is None or a < d) and (b is None or c < b) and a != b and c != d
