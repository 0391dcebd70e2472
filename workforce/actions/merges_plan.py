"""What a merge of two records would move, and everything that prevents it, before anything is
changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.expressions import Combinable, Expression

from pqip.core.columns import own_field
from pqip.core.expressions import Days, DaysBefore
from pqip.core.formats import short_date
from pqip.core.ledger import content
from workforce.models import Person, User
from workforce.ports import merging
from workforce.ports.merging import How, Kind

Rows = dict[type[models.Model], list[Any]]


@dataclass
class MergePlan:
    """`kept` is the record that everything moves to, and `gone` the other.

    `named` is the one whose number and name remain.
    """

    kept: Person
    gone: Person
    named: Person
    #: Facts that are recorded anew for the person who stays, and facts that they have already,
    #: which are only voided.
    facts: Rows = field(default_factory=dict)
    spared: Rows = field(default_factory=dict)
    #: Rows of both people that are worked out again.
    remade: Rows = field(default_factory=dict)
    #: Identity rows that become those of the person who stays, by model and relation.
    rows: dict[tuple[type[models.Model], str], list[int]] = field(default_factory=dict)
    obstacles: list[str] = field(default_factory=list)

    @property
    def both(self) -> list[int]:
        """Keys of the record that is kept and of the other."""
        return [self.kept.pk, self.gone.pk]

    @property
    def other(self) -> Person:
        """The person whose number goes."""
        return self.gone if self.named.pk == self.kept.pk else self.kept


def plan_merge(stays: Person, goes: Person) -> MergePlan:
    """Compare what is recorded about two people.

    The number and name of `stays` remain, whichever of the two records is kept.
    """
    anchored = {person.pk: list(_anchors(person.pk)) for person in (stays, goes)}
    kept, gone = (goes, stays) if anchored[goes.pk] and not anchored[stays.pk] else (stays, goes)
    plan = MergePlan(kept, gone, stays)
    if anchored[stays.pk] and anchored[goes.pk]:
        plan.obstacles.append(_both_anchored(stays, goes, anchored))
    plan.obstacles += _facts_between(stays, goes)
    plan.obstacles += _other_contradictions(plan)
    for kind in merging.kinds():
        _plan_facts(plan, kind)
        _plan_rows(plan, kind)
    return plan


def _both_anchored(stays: Person, goes: Person, anchored: dict[int, list[str]]) -> str:
    reasons = "; ".join(
        f"{one.staff_number} has {', '.join(anchored[one.pk])}" for one in (stays, goes)
    )
    return (
        f"Both records have given judgement or hold authority, which stays with whoever gave it: {reasons}. "
        "Undo what one of them has, or end it and leave them two records."
    )


def _anchors(person: int) -> Iterator[str]:
    """Yield in words the kinds of judgement and authority that somebody has given or holds."""
    for kind in merging.kinds():
        if (
            kind.fields(How.ANCHOR)
            and kind.current().filter(kind.of(How.ANCHOR, [person])).exists()
        ):
            yield kind.title


def _facts_between(stays: Person, goes: Person) -> Iterator[str]:
    """Yield facts by which one of the two looked after, judged or released the other."""
    both = [stays.pk, goes.pk]
    for kind in merging.kinds():
        roles = [
            name
            for name in kind.how
            if name != kind.about and kind.how[name] in (How.RECORDED, How.ANCHOR)
        ]
        if not kind.about or not roles:
            continue
        found = kind.current().filter(**{f"{kind.about}__in": both})
        for name in roles:
            for row in found.filter(**{f"{name}__in": both})[:5]:
                yield (
                    f"Nobody looks after, judges or approves themself, as they would have by this: {kind.words(row)}. "
                    "Undo it, or correct who it was."
                )


def _other_contradictions(plan: MergePlan) -> Iterator[str]:
    """Yield other reasons against the merge: two accounts in use, and two dates of birth."""
    people = plan.kept, plan.gone
    if User.objects.filter(person__in=people, is_active=True).count() > 1:
        yield "Both have a sign-in account. Ask an administrator to switch off the one they no longer use."
    born = {person.date_of_birth for person in people if person.date_of_birth}
    if len(born) > 1:
        days = " and ".join(short_date(day) for day in sorted(born))
        yield f"Their dates of birth differ ({days}). Correct the one that is wrong, or leave them two records."


def _plan_facts(plan: MergePlan, kind: Kind) -> None:
    """Decide which dated facts move, which the person who stays has too, and which contradict
    theirs.
    """
    if not kind.fields(How.RECORDED):
        return
    rows = list(kind.current().filter(kind.of(How.RECORDED, [plan.gone.pk])).order_by("pk"))
    if not rows:
        return
    theirs = list(kind.current().filter(kind.of(How.RECORDED, [plan.kept.pk])))
    remade = [*kind.remade(rows), *kind.remade(theirs)]
    plan.remade[kind.model] = remade
    rows = [row for row in rows if row not in remade]
    theirs = [row for row in theirs if row not in rows and row not in remade]
    same, clashing = _compared(plan, kind, rows, theirs)
    plan.spared[kind.model] = [row for row in rows if row.pk in same]
    plan.facts[kind.model] = [row for row in rows if row.pk not in same]
    plan.obstacles += clashing


def _plan_rows(plan: MergePlan, kind: Kind) -> None:
    for name in kind.fields(How.POINTED):
        rows = list(kind.current().filter(**{name: plan.gone.pk}).order_by("pk"))
        spare = merging.spares().get(kind.model)
        if spare is not None and rows:
            left, facts = spare(plan.kept.pk, plan.gone.pk)
            rows = [row for row in rows if row.pk not in left]
            for row in facts:
                plan.spared.setdefault(type(row), []).append(row)
        theirs = list(kind.current().filter(**{name: plan.kept.pk})) if rows else []
        _same, clashing = _compared(plan, kind, rows, theirs)
        plan.obstacles += clashing
        plan.rows[kind.model, name] = [row.pk for row in rows]


def _compared(
    plan: MergePlan, kind: Kind, rows: Sequence[Any], theirs: Sequence[Any]
) -> tuple[set[int], list[str]]:
    """Compare rows with those of the person who stays.

    Return the keys of rows that say the same as one of theirs, and in words each row that
    contradicts one of theirs.
    """
    same: set[int] = set()
    contradictions: list[str] = []
    for row, other in product(rows, theirs):
        if not any(_clash(plan, kind, one, row, other) for one in kind.model._meta.constraints):
            continue
        if kind.is_ledger and renewed(plan.both, kind, row) == renewed(plan.both, kind, other):
            same.add(row.pk)
        else:
            where = (
                ""
                if kind.words(row) == kind.words(other)
                else f" and {kind.words(other)} ({plan.kept.staff_number})"
            )
            contradictions.append(
                f"{kind.words(row)[:1].upper()}{kind.words(row)[1:]} ({plan.gone.staff_number}{'' if where else ' and '}"
                f"{'' if where else plan.kept.staff_number}){where} cannot both be theirs. {kind.mend}"
            )
    return same, contradictions


def renewed(both: Sequence[int], kind: Kind, row: Any) -> dict[str, Any]:
    """Return what a fact says once it belongs to the person who stays (the first of `both`)."""
    kept, gone = both
    columns = {own_field(kind.model, name).attname for name in kind.fields(How.RECORDED)}
    return {
        name: kept if name in columns and value == gone else value
        for name, value in content(row).items()
    }


def _clash(plan: MergePlan, kind: Kind, rule: Any, row: Any, other: Any) -> bool:
    """Return True if a constraint would refuse the two rows for one person."""
    if isinstance(rule, models.UniqueConstraint) and rule.fields:
        values = [
            (_value(plan, kind, row, name), _value(plan, kind, other, name)) for name in rule.fields
        ]
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
    value = getattr(row, own_field(kind.model, name).attname)
    moves = kind.how.get(name) in (How.RECORDED, How.POINTED)
    return plan.kept.pk if moves and value == plan.gone.pk else value


def _parts(rule: ExclusionConstraint) -> tuple[list[str], Any]:
    """Return the columns that must be equal, and the span of days that may not overlap."""
    equal: list[str] = []
    span = None
    for expression, operator in rule.expressions:
        if operator == RangeOperators.EQUAL:
            equal.append(expression if isinstance(expression, str) else _column_in(expression))
        elif isinstance(expression, (Days, DaysBefore)):
            span = expression
    return equal, span


def _column_in(expression: Combinable) -> str:
    """Return the column that an equality condition reads, also within a function.

    Raises TypeError if it reads none.
    """
    if not isinstance(expression, Expression):
        raise TypeError(f"{expression} reads no column.")
    return expression.get_source_expressions()[0].name


def _overlap(span: Any, row: Any, other: Any) -> bool:
    """Return True if two spans share a day. A span without a first day shares none."""
    first, last = (one.name for one in span.get_source_expressions())
    (a, b), (c, d) = ((getattr(one, first), getattr(one, last)) for one in (row, other))
    if a is None or c is None:
        return False
    if isinstance(span, Days):
        return (d is None or a <= d) and (b is None or c <= b)
    return (d is None or a < d) and (b is None or c < b) and a != b and c != d
