"""Merge two records of one person, and undo it: at one instant, in one transaction.

What is in force at the record that goes is voided and recorded anew for the one that stays;
identity rows are pointed at it. So everything known before is still answered by the rows that were
known then. The record that goes keeps its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction

from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.columns import own_field
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from pqip.core.ledger import content, void
from workforce.actions import merges_details as details
from workforce.actions.merges_plan import MergePlan, plan_merge, renewed
from workforce.derived.people import refresh_people
from workforce.models import Person, PersonMerge, User
from workforce.models.holding import hold_alone
from workforce.ports import merging
from workforce.ports.merging import Kind

MAY = "workforce.merge_people"
ALREADY = "These two are one record already."
REASON = "Two records of one person merged"


def merge_people(*, by: Any, stays: Person, goes: Person, why: str) -> PersonMerge:
    """Merge two records.

    The number, name and address of `stays` remain, and everything of both becomes theirs.

    Raises NotAllowed for anybody but the national team, RuleBroken with everything that prevents
    the merge, and Conflict if one of the two was merged in the meantime.
    """
    check_may_merge(by)
    if not why.strip():
        raise RuleBroken("Say how it is known that they are one person.", "why")
    if stays.pk == goes.pk:
        raise RuleBroken("These are one record already. Choose another.", "other")
    with acting_as(by=by, reason=f"{REASON}: {why}"), _in_words():
        hold_alone([stays.pk, goes.pk])
        if PersonMerge.objects.live().filter(goes__in=[stays.pk, goes.pk]).exists():
            raise Conflict(ALREADY)
        merging.hold([stays.pk, goes.pk])
        stays.refresh_from_db()
        goes.refresh_from_db()
        plan = plan_merge(stays, goes)
        if plan.obstacles:
            raise RuleBroken(" ".join(plan.obstacles))
        return _merge(plan, by, why)


def _merge(plan: MergePlan, by: Any, why: str) -> PersonMerge:
    accounts = _accounts(plan.both)
    moved: dict[str, Any] = {
        "facts": _keys(plan.facts),
        "spared": _keys(plan.spared),
        "rows": _pointed(plan) | accounts,
        "place": [plan.kept.region_id, plan.kept.pdu_id, plan.kept.grade_id],
    }
    merge = PersonMerge.objects.create(
        stays=plan.kept, goes=plan.gone, effective_on=today(), why=why, moved=moved
    )
    _point(moved["rows"], back=False)
    for rows in plan.spared.values():
        void(rows, by=by, reason=REASON)
    for kind in merging.kinds():
        if kind.follows is not None:
            void(plan.remade.get(kind.model, []), by=by, reason=kind.follows.reason)
        rows = plan.facts.get(kind.model, [])
        void(rows, by=by, reason=REASON)
        kind.model._base_manager.bulk_create(
            [kind.model(**renewed(plan.both, kind, row)) for row in rows]
        )
    details.merge(plan)
    _follow(plan.both)
    merge.refresh_from_db()
    return merge


def undo_merge(*, by: Any, merge: PersonMerge, reason: str) -> None:
    """Separate two records again. Each has what it had, recorded anew at this instant.

    Raises RuleBroken with everything that moved and was changed since, and Conflict if it was
    undone already.
    """
    check_may_merge(by)
    if not reason.strip():
        raise RuleBroken("Say why they are two people after all.", "reason")
    with acting_as(by=by, reason=reason), _in_words():
        both = [merge.stays_id, merge.goes_id]
        hold_alone(both)
        merging.hold(both)
        live_merge = PersonMerge.objects.live().filter(pk=merge.pk).first()
        if live_merge is None:
            raise Conflict("This merge has been undone by somebody else.")
        rows, changed = _to_put_back(live_merge)
        changed += _pointed_since(live_merge) + details.changed_since(live_merge)
        if changed:
            raise RuleBroken(
                f"What moved has been changed since: {'; '.join(changed)}. Undo those changes first, or correct the records "
                "one by one."
            )
        void([live_merge], by=by, reason=reason)
        _put_back(live_merge, rows, by, reason)


def _put_back(
    merge: PersonMerge, rows: list[tuple[Kind, list[Any], list[Any]]], by: Any, reason: str
) -> None:
    _point(merge.moved["rows"], back=True)
    for kind, now, before in rows:
        void([row for row in now if not kind.is_worked_out(row)], by=by, reason=reason)
        if kind.follows is not None:
            void([row for row in now if kind.is_worked_out(row)], by=by, reason=kind.follows.reason)
        kind.model._base_manager.bulk_create([kind.model(**content(row)) for row in before])
    for label, keys in merge.moved["spared"].items():
        model = apps.get_model(label)
        model._base_manager.bulk_create(
            [
                model(**content(row))
                for row in model._base_manager.filter(pk__in=keys).order_by("pk")
            ]
        )
    details.put_back(merge)
    region, pdu, grade = merge.moved["place"]
    Person.objects.filter(pk=merge.stays_id).exclude(region=region, pdu=pdu, grade=grade).update(
        region=region, pdu=pdu, grade=grade
    )
    _follow([merge.stays_id, merge.goes_id])


def check_may_merge(by: Any) -> None:
    """Raise NotAllowed for anybody but the national team: nobody else sees both records wherever
    they are.
    """
    if not getattr(by, "is_job", False) and not (by.can(MAY) and by.scope(MAY).everywhere):
        raise NotAllowed("Only the national programme team merges records.")


def _keys(rows: dict[type[models.Model], list[Any]]) -> dict[str, list[int]]:
    return {model._meta.label: [row.pk for row in found] for model, found in rows.items() if found}


def _pointed(plan: MergePlan) -> dict[str, dict[str, list[list[int]]]]:
    """Return, by model and relation, lists of key, old owner and new owner."""
    kept, gone = plan.both
    return {
        model._meta.label: {name: [[key, gone, kept] for key in keys]}
        for (model, name), keys in plan.rows.items()
        if keys
    }


def _accounts(both: Sequence[int]) -> dict[str, dict[str, list[list[Any]]]]:
    """Return the accounts that change owner.

    The account in use becomes that of the person who stays. If they had one that is switched off,
    it becomes that of the record that goes.
    """
    kept, gone = both
    held = {user.person_id: user for user in User.objects.filter(person__in=both)}
    theirs, other = held.get(kept), held.get(gone)
    if other is None or (theirs is not None and not other.is_active):
        return {}
    moves = [[theirs.pk, kept, gone]] if theirs is not None else []
    return {User._meta.label: {"person": [*moves, [other.pk, gone, kept]]}}


def _point(rows: dict[str, dict[str, list[list[Any]]]], *, back: bool) -> None:
    """Point identity rows and accounts at their new owners.

    Accounts come first, because what they recorded moves with them.
    """
    for label, relations in sorted(rows.items(), key=lambda one: one[0] != User._meta.label):
        model = apps.get_model(label)
        for name, moves in relations.items():
            column = model._meta.get_field(name).attname
            if model is User:
                User.objects.filter(pk__in=[key for key, _before, _after in moves]).update(
                    person=None
                )
            for person in {before if back else after for _key, before, after in moves}:
                keys = [
                    key for key, before, after in moves if (before if back else after) == person
                ]
                model._base_manager.filter(pk__in=keys).update(**{column: person})


def _pointed_since(merge: PersonMerge) -> list[str]:
    """Return in words the identity rows and accounts that no longer belong to the owner the merge
    gave them.
    """
    changed = []
    for label, relations in merge.moved["rows"].items():
        model = apps.get_model(label)
        for name, moves in relations.items():
            now = dict(
                model._base_manager.filter(pk__in=[key for key, *_rest in moves]).values_list(
                    "pk", f"{name}_id"
                )
            )
            if any(now.get(key) != after for key, _before, after in moves):
                changed.append(str(model._meta.verbose_name))
    return changed


def _to_put_back(merge: PersonMerge) -> tuple[list[tuple[Kind, list[Any], list[Any]]], list[str]]:
    """Return what was recorded anew, as it is now, with what it was before; and in words what has
    changed.

    Rows that the service worked out since are not changes by anybody: they are voided and worked
    out again.
    """
    found, changed = [], []
    both = [merge.stays_id, merge.goes_id]
    for kind in merging.kinds():
        keys = merge.moved["facts"].get(kind.model._meta.label)
        if not keys and kind.follows is None:
            continue
        before = list(kind.model._base_manager.filter(pk__in=keys or []).order_by("pk"))
        stated = kind.stated(since=merge.known_from)
        current = list(stated.filter(kind.of(merging.How.RECORDED, both)).order_by("pk"))
        now = _worked_out_since(merge, kind)
        for row in before:
            if kind.is_worked_out(row):
                continue
            same = next((one for one in current if content(one) == renewed(both, kind, row)), None)
            if same is None:
                changed.append(kind.words(row))
            else:
                current.remove(same)
                now += [] if getattr(same, "voided_at", None) else [same]
        changed += [kind.words(row) for row in _put_right_since(merge, kind)]
        found.append((kind, now, before))
    return found, changed


def _worked_out_since(merge: PersonMerge, kind: Kind) -> list[Any]:
    """Return the rows that the service worked out for the one record since the merge."""
    if kind.follows is None:
        return []
    rows = kind.current().filter(
        kind.of(merging.How.RECORDED, [merge.stays_id]), recorded_at__gte=merge.recorded_at
    )
    return list(rows.filter(**{kind.follows.column: True}))


def _put_right_since(merge: PersonMerge, kind: Kind) -> list[Any]:
    """What the service had worked out of the record that went, and somebody has put right since the two were merged."""
    if kind.follows is None:
        return []
    column, instead = kind.follows.column, kind.follows.instead_of
    stated = kind.current().filter(
        kind.of(merging.How.RECORDED, [merge.stays_id]),
        **{column: False, f"{instead}__{column}": True},
        **{f"{instead}__recorded_at__gte": merge.recorded_at},
    )
    rests_on = set(stated.values_list(f"{instead}__{instead}", flat=True))
    went = kind.model._base_manager.filter(
        kind.of(merging.How.RECORDED, [merge.goes_id]),
        voided_at=merge.recorded_at,
        **{column: True},
    )
    name = own_field(kind.model, instead).attname
    return [row for row in went.order_by("pk") if getattr(row, name) in rests_on]


def _follow(people: Sequence[int]) -> None:
    refresh_people(list(people))
    merging.work_out(people)


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn a refusal by the database alone, such as a fact that only one account may change, into
    RuleBroken.
    """
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        diagnostics: Any = getattr(error.__cause__, "diag", None)
        state = getattr(diagnostics, "sqlstate", "") or ""
        if state in ("PQ005", "40001", "40P01") or not state.startswith(("PQ", "23")):
            raise
        words = (
            diagnostics.message_primary
            if state.startswith("PQ")
            else "Something recorded of both cannot be of one person."
        )
        raise RuleBroken(f"{words} Nothing was changed.") from error
