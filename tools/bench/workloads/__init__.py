"""What is measured, named as the benchmark's page names it (docs/benchmark.md)."""

from __future__ import annotations

from collections.abc import Callable

from tools.bench.measuring import Workload
from tools.bench.workloads import caseload, forecast, imports, learners, month

#: Each workload's short name and what builds it, once the database is there.
BUILDERS: dict[str, Callable[[], Workload]] = {
    "month": month.status_report,
    "caseload": caseload.own,
    "region": caseload.region,
    "first": learners.first_page,
    "middle": learners.middle_page,
    "last": learners.last_page,
    "filtered": learners.filtered_page,
    "searched": learners.searched_page,
    "import": imports.evidence,
    "forecast": forecast.supply,
}
#: In a process of its own, for memory, an import is ten times as long: memory must not grow with the rows.
ALONE = BUILDERS | {"import": lambda: imports.evidence(10 * imports.ROWS)}
