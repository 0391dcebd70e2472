"""W3: a PTA's caseload, and a region's page of assessors with counts."""

from __future__ import annotations

from assessments.views.assessors import Assessors
from assessments.views.lists import Caseload
from pqip.core.clock import today
from tools.bench.measuring import Target, Workload
from tools.bench.workloads.asking import limit_rows
from tools.bench.workloads.pages import ListOf, account, plain, texts

WITHIN = Target(beyond_ms=8)


def own() -> Workload:
    """The candidates allocated to an assessor: units, criteria and what waits."""
    user = account("pta")
    page, parameters = ListOf(Caseload, user), {"assessor": user.person_id, "day": today()}
    return Workload(
        "W3 a PTA's caseload", WITHIN, page.table, lambda: limit_rows("caseload", parameters),
        seen=lambda table: texts(table, 0, 2, 3, 4, 5, 6), known=plain,
    )


def region() -> Workload:
    """The first 50 assessors of a region, with learners allocated and decisions that wait."""
    user = account("learning_manager")
    (place,) = user.scope("assessments.manage_assessors").regions
    page, parameters = ListOf(Assessors, user), {"region": place, "day": today()}
    return Workload(
        "W3 a region's assessors", WITHIN, page.table, lambda: limit_rows("assessors", parameters),
        seen=lambda table: texts(table, 0, 5, 6), known=plain,
    )
