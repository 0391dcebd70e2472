"""Every report's columns are the contract's, in its order, each with a definition."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from reports.catalogue import REPORTS
from reports.figures.asking import Question

#: Name, keys, columns after them, as the contract's table of reports has them.
CONTRACT = """
monthly-status | region, cohort, pathway | starters, due_to_start, did_not_start, active, deferred, completed, withdrawn, started_in_month, completed_in_month, withdrawn_in_month, completion_rate, withdrawal_rate, left_service, on_track, behind, at_risk, waiting_for_service, units_achieved, units_expected, evidence_submitted_in_month, decisions_in_month, countersigned_in_month, awaiting_decision, awaiting_countersignature, overdue, median_turnaround_days, p90_turnaround_days, reviews_held_in_month, moved_in, moved_out
progression | learner, staff_number, name | region, pdu, cohort, pathway, status, start_date, planned_end, months_elapsed, units_achieved, units_expected, criteria_met, criteria_total, modules_passed, modules_due, training_attended, training_due, progress, waiting_for_learner, waiting_for_service, next_due, next_due_on
attrition | breakdown, group, month_on_programme | number_at_risk, withdrawn, deferred, completed, retained_percent, lower, upper, withdrawn_incidence_percent, completed_incidence_percent
withdrawals | quarter, region, pathway, reason, destination | withdrawn, interview_offered, interview_held
tenure-of-leavers | region, pathway, band | withdrawn, share_of_starters, left_service
retention | breakdown, group, months_since_qualifying | number_at_risk, left_service, moved_to_other_role, retained_percent, lower, upper
academic-outcomes | university, level5_held, pathway, module | entered, passed, first_attempt_passed, median_mark, extensions_asked, extension_rate
cohort-outcomes | breakdown, group | starters, completed, withdrawn, deferred, active, completion_rate, completion_lower, completion_upper, withdrawal_rate, left_service_rate, left_service_of_withdrawn_percent, still_on_programme, cohort_finished, median_months_to_complete
countersigning | region, assessor | assessor_status, caseload, decisions, awaiting_countersignature, agreed, returned, return_rate, median_days_to_countersign, oldest_waiting_days
assessor-development | region | registered, in_progress, overdue, achieved, achievement_rate, median_months_to_achieve, packages_assessed, packages_quality_assured, reviews_held, induction_sessions, workshops_attended
workforce-position | region, grade | target_fte, in_post_fte, in_post_headcount, learners_fte, in_post_excluding_learners_fte, non_effective_fte, effective_fte, shortfall_fte, vacancy_rate, effective_vacancy_rate, joiners_12m, leavers_12m, leaving_rate, source, source_date, qualified_12m, learners_per_manager, learners_per_pta
supply-forecast | region, grade, month | target_fte, in_post_p10, in_post_median, in_post_p90, expected_qualifying, expected_leaving, gap_median, probability_target_met
forecast-backtest | region, grade, made_at, horizon_months, month | in_post, in_post_p10, in_post_median, in_post_p90, inside, known_basis
training | region, grade, course | due, attended, attendance_rate, overdue, face_to_face_percent, practised, followed_up, follow_up_overdue, evaluation_response_rate
pso-development | region | psos, vq3_due, vq3_achieved_in_12_months, vq3_overdue, no_mentor, no_assessor, induction_complete, mandatory_overdue
starter-readiness | region, cohort | starters_next_8_weeks, pathway_told, office_told, vetting_complete, equipment_ready, adjustments_agreed, adjustments_in_place, median_days_notice
newly-qualified | region | protected, reduction_in_force, mentor, workshops_done, pta_retained, office_moved, exceptions
protected-time | region, kind, reason | planned, taken, lost, lost_percent
data-quality | region, check | records, failing, failing_percent, oldest_days
support-conversations | region | called_for, not_offered, offered, held, declined, actions_agreed, actions_done, actions_overdue
recruitment-funnel | campaign, breakdown, group, stage | reached, passed, rate_from_previous, rate_from_application, relative_rate, median_days_in_stage, declared_percent
leavers-reasons | region, reason | named, named_first
position-trend | region, grade, on_day | target_fte, in_post_fte, source, in_post_headcount, published_fte, published_status, published_source, revised_fte, revised_status, change_fte, change_percent
support-demand | region, quarter, resource | pathway, university, unit, needed, there, short
"""  # noqa: E501
WANTED = {
    name.strip(): [column.strip() for column in f"{keys},{columns}".split(",")]
    for name, keys, columns in (line.split("|") for line in CONTRACT.strip().splitlines())
}
QUESTION = Question(dt.date(2025, 6, 30))


@pytest.mark.parametrize("name", REPORTS)
def test_columns_are_the_contracts(name: str) -> None:
    assert [one.name for one in REPORTS[name].columns_for(QUESTION)] == WANTED[name]


def test_every_report_of_the_contract_is_there() -> None:
    assert set(REPORTS) == set(WANTED)


def test_a_region_alone_shows_its_units() -> None:
    columns = [
        one.name
        for one in REPORTS["workforce-position"].columns_for(replace(QUESTION, by_pdu=True))
    ]
    assert columns[:3] == ["region", "pdu", "grade"]


@pytest.mark.parametrize("name", REPORTS)
def test_every_column_says_what_it_means(name: str) -> None:
    for column in REPORTS[name].columns:
        assert column.definition.endswith((".", ")")), column.name
        told = column.population and column.date and column.window
        assert told or not column.is_numeric or column.name == "month_on_programme"
