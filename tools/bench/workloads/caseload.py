"""W3: a PTA's caseload, and a region's page of assessors with counts."""

from __future__ import annotations

from typing import Any

from assessments.views.assessors import Assessors
from assessments.views.caseload import Caseload
from pqip.core.clock import today
from pqip.core.formats import short_date
from tools.bench.measuring import Target, Workload
from tools.bench.workloads.asking import limit_rows
from tools.bench.workloads.pages import ListOf, account, plain, texts

WITHIN = Target(beyond_ms=8)


def own() -> Workload:
    """The candidates allocated to an assessor: planned end, units, criteria, what is planned and waits, and the map of units."""
    user = account("pta")
    page, parameters = ListOf(Caseload, user), {"assessor": user.person_id, "day": today()}
    return Workload(
        "W3 a PTA's caseload",
        WITHIN,
        page.context,
        lambda: (limit_rows("caseload", parameters), limit_rows("caseload_units", parameters)),
        seen=_shown,
        known=_known,
    )


def _shown(context: dict[str, Any]) -> list[list[str]]:
    mapped = [
        [who.text, *(tag.text for tag in tags)]
        for units in context["maps"]
        for who, *tags in units.rows
    ]
    return [*texts(context["table"], 0, 2, 3, 4, 5, 6, 7), *mapped]


def _known(limit: tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]) -> list[list[str]]:
    rows, maps = limit
    listed = [
        [
            name,
            number,
            "",
            short_date(end),
            units,
            criteria,
            *([short_date(due), what] if due else [""]),
            *map(str, waits),
        ]
        for name, number, end, units, criteria, due, what, *waits in rows
    ]
    return [*listed, *([who, *states] for who, states in maps)]


def region() -> Workload:
    """The first 50 assessors of a region, with learners allocated and decisions that wait."""
    user = account("learning_manager")
    (place,) = user.scope("assessments.manage_assessors").regions
    page, parameters = ListOf(Assessors, user), {"region": place, "day": today()}
    return Workload(
        "W3 a region's assessors",
        WITHIN,
        page.table,
        lambda: limit_rows("assessors", parameters),
        seen=lambda table: texts(table, 0, 5, 6),
        known=plain,
    )
