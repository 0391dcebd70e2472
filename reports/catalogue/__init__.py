"""The catalogue of reports: one small module for each. To add a report, add its module and a line here."""

from __future__ import annotations

from pqip.core.errors import RuleBroken
from reports.catalogue import (
    academic_outcomes,
    assessor_development,
    attrition,
    cohort_outcomes,
    countersigning,
    data_quality,
    forecast_backtest,
    leavers_reasons,
    monthly_status,
    newly_qualified,
    position_trend,
    progression,
    protected_time,
    pso_development,
    recruitment_funnel,
    retention,
    starter_readiness,
    supply_forecast,
    support_conversations,
    support_demand,
    tenure_of_leavers,
    training,
    withdrawals,
    workforce_position,
)
from reports.catalogue.base import Report, ReportColumn

REPORTS: dict[str, Report] = {
    module.REPORT.name: module.REPORT
    for module in (
        monthly_status,
        progression,
        attrition,
        withdrawals,
        tenure_of_leavers,
        retention,
        academic_outcomes,
        cohort_outcomes,
        countersigning,
        assessor_development,
        workforce_position,
        position_trend,
        supply_forecast,
        forecast_backtest,
        support_demand,
        support_conversations,
        training,
        pso_development,
        starter_readiness,
        newly_qualified,
        protected_time,
        data_quality,
        leavers_reasons,
        recruitment_funnel,
    )
}


def find(name: str) -> Report:
    """Return the report with that name. Raises RuleBroken, naming the reports there are."""
    if name not in REPORTS:
        raise RuleBroken(f'"{name}" is not a report. Use one of {", ".join(REPORTS)}.', "report")
    return REPORTS[name]


__all__ = ["REPORTS", "Report", "ReportColumn", "find"]
