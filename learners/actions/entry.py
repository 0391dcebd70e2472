"""Record what a learner came with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from learners.models import Enrolment, EntryFacts, PathwayDecision, SelectionAnswer
from learners.rules.entry import KNOWLEDGE_MODULES
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede

#: Entry facts that are columns of the enrolment itself.
OF_ENROLMENT = ("entry_route", "level5_held", "modules_held")


def record_entry_facts(
    *,
    by: Any,
    enrolment: Enrolment,
    applied_on: dt.date,
    entry_route: str,
    level5_held: bool,
    modules_held: Iterable[str] = (),
    modules_started: Iterable[str] = (),
    procedure_bars: bool | None = None,
    reason: str = "Brought up to date",
    **facts: Any,
) -> EntryFacts:
    """Record the entry facts as at the day they applied, replacing those recorded before.

    `procedure_bars` is kept apart, and only until the pathway is decided. `facts` are the other
    columns of `EntryFacts`. Raises RuleBroken for unknown modules, for days to come, and for dates
    in the wrong order.
    """
    held, started = (
        _modules(modules_held, "modules_held"),
        _modules(modules_started, "modules_started"),
    )
    content = {**facts, "modules_started": [code for code in started if code not in held]}
    _check_dates(applied_on, content)
    with acting_as(by=by, reason=reason):
        place = Enrolment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrolment.pk)
        _keep_on_enrolment(
            place, entry_route=entry_route, level5_held=level5_held, modules_held=held
        )
        if (
            procedure_bars is not None
            and not PathwayDecision.objects.live().filter(enrolment=place).exists()
        ):
            SelectionAnswer.objects.update_or_create(
                enrolment=place, defaults={"procedure_bars": procedure_bars}
            )
        recorded = EntryFacts.objects.live().filter(enrolment=place).first()
        if recorded is None:
            row = EntryFacts.objects.create(enrolment=place, effective_on=applied_on, **content)
        else:
            row = supersede(recorded, by=by, reason=reason, effective_on=applied_on, **content)
    enrolment.refresh_from_db()
    return row


def _modules(codes: Iterable[str], field: str) -> list[str]:
    wanted = set(codes)
    if unknown := wanted - set(KNOWLEDGE_MODULES):
        raise RuleBroken(f"Not a knowledge module: {', '.join(sorted(unknown))}.", field)
    return [code for code in KNOWLEDGE_MODULES if code in wanted]


def _check_dates(applied_on: dt.date, facts: dict[str, Any]) -> None:
    if applied_on > today():
        raise RuleBroken("They cannot have applied on a day to come.", "applied_on")
    since, until = facts.get("pso_from"), facts.get("pso_until")
    if until is not None and (since is None or until < since):
        raise RuleBroken(
            "Give the day they became a PSO, on or before the day they stopped.", "pso_until"
        )


def _keep_on_enrolment(place: Enrolment, **facts: Any) -> None:
    changed = {name: value for name, value in facts.items() if getattr(place, name) != value}
    for name, value in changed.items():
        setattr(place, name, value)
    if changed:
        place.save(update_fields=list(changed))
