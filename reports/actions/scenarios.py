"""Keep a *what if* of the supply forecast under a name, and let go of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pqip.core.acting import acting_as
from pqip.core.errors import NotAllowed, RuleBroken
from reports.models import Scenario
from reports.queries.places import VIEW

#: Kept by one person at once: more cannot be told apart in a list.
MOST = 20


def keep_scenario(*, by: Any, name: str, asked: Mapping[str, str]) -> Scenario:
    """Keep it under a name of one's own; one of that name says this from now on. Raises RuleBroken where nothing is otherwise,
    or too many are kept."""
    if not by.can(VIEW):
        raise NotAllowed("You may not see the forecast.")
    if not asked:
        raise RuleBroken("Say first what would be otherwise.", "name")
    with acting_as(by=by, reason="What if of the supply forecast"):
        own = Scenario.objects.filter(made_by=by)
        if own.exclude(name=name).count() >= MOST:
            raise RuleBroken(f"You keep {MOST} already. Remove one first.", "name")
        return Scenario.objects.update_or_create(
            made_by=by, name=name, defaults={"asked": dict(asked)}
        )[0]


def remove_scenario(*, by: Any, scenario: Scenario) -> None:
    """Let go of one's own. Raises NotAllowed for somebody else's."""
    if scenario.made_by_id != by.pk:
        raise NotAllowed("It is somebody else’s.")
    with acting_as(by=by, reason="What if of the supply forecast removed"):
        scenario.delete()
