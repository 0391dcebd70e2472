"""The catalogue: one small module for each report of the contract. A new report is one new module and a line here."""

from __future__ import annotations

from pqip.core.errors import RuleBroken
from reports.catalogue import (
    academic_outcomes,
    assessor_development,
    attrition,
    cohort_outcomes,
    countersigning,
    data_quality,
    leavers_reasons,
    monthly_status,
    newly_qualified,
    progression,
    protected_time,
    pso_development,
    starter_readiness,
    training,
    withdrawals,
    workforce_position,
)
from reports.catalogue.base import Column, Report

REPORTS: dict[str, Report] = {
    module.REPORT.name: module.REPORT
    for module in (
        monthly_status, progression, attrition, withdrawals, academic_outcomes, cohort_outcomes, countersigning,
        assessor_development, workforce_position, training, pso_development, starter_readiness, newly_qualified, protected_time,
        data_quality, leavers_reasons,
    )
}


def find(name: str) -> Report:
    """The report of that name. Raises RuleBroken with the names there are."""
    if name not in REPORTS:
        raise RuleBroken(f'"{name}" is not a report. Use one of {", ".join(REPORTS)}.', "report")
    return REPORTS[name]


__all__ = ["REPORTS", "Column", "Report", "find"]
