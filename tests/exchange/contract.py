"""The contract's datasets as an outsider reads them: columns in order, a good row with every column filled, bad cells.

`SPECS` says each column as the contract prints it: `**key**`, `required*`. `WORLD` is imported in order and stands on its own.
"""

from __future__ import annotations

from datetime import date
from typing import Any

SPECS = {
    "staff": "**staff_number*** email* first_name* last_name* grade* region* pdu function fte* contract organisation start_date* "
    "service_start_date end_date leave_reason destination effective_from same_person_as different_person",
    "learners": "**staff_number*** first_name* last_name* email date_of_birth region* pdu **cohort*** pathway* entry_route* fte* "
    "start_date* level5_held* modules_held pta line_manager sex ethnicity disability campaign effective_from "
    "same_person_as different_person",
    "absences": "**staff_number*** **kind*** **start_date*** expected_end_date end_date fte_lost",
    "assessors": "**staff_number*** taqa_registered_on taqa_achieved_on certificate_number lapsed_on countersign_from "
    "countersign_until allowed_qualifications",
    "registrations": "**staff_number*** **qualification*** registered_on* target_on centre_number certificated_on "
    "certificate_number version optional_units",
    "allocations": "**staff_number*** **role*** **from_date*** to_date other_staff_number* unit",
    "evidence": "**reference*** staff_number* qualification* title* method* submitted_on* criteria*",
    "decisions": "**evidence_reference*** **assessor*** **decided_on*** **decision_number** criteria_met criteria_not_met "
    "feedback countersigner countersigned_on countersign_outcome countersign_feedback",
    "unit-signoffs": "**staff_number*** **qualification*** **unit*** signed_off_on* signed_off_by*",
    "learner-events": "**staff_number*** **event*** **effective_date*** cohort reason other_reasons ended_by destination "
    "exit_interview_offered_on exit_interview_held_on to_pathway to_region to_pdu to_fte expected_return extended_to "
    "board_outcome approved_by note void void_reason",
    "module-results": "**staff_number*** **module*** **attempt*** due_date extended_to submitted_date mark outcome",
    "university-awards": "**staff_number*** **award*** awarded_on* classification",
    "training": "**staff_number*** **course*** **booked_for*** status* delivery",
    "register-entries": "**staff_number*** **award_type*** qualified_on* entered_on* status status_on cpd_declared_on",
    "intakes": "**cohort*** **region*** **pathway*** starts_on* places*",
    "applications": "**application_number*** campaign* region* route* applied_on* sifted_on sift_passed assessed_on "
    "assessment_passed provisional_offer_on checks_completed_on vetting_completed_on paused_days confirmed_offer_on started_on "
    "outcome staff_number sex ethnicity disability age_band",
    "targets": "**region*** **pdu** **grade*** **effective_from*** target_fte*",
    "staffing": "**region*** **pdu** **grade*** **as_at*** fte* headcount learners_fte non_effective_fte joiners_12m leavers_12m "
    "status source*",
    "records-complete": "**region*** **grade*** complete_from* complete_until",
}
DATASETS = list(SPECS)

PAT: dict[str, Any] = {
    "staff_number": "P1",
    "email": "pat@example.com",
    "first_name": "Siân",
    "last_name": "Ŵyn",
    "grade": "PTA",
    "region": "NE",
    "pdu": "N54DUR",
    "function": "training",
    "fte": 0.8,
    "contract": "fixed_term",
    "organisation": "Assess Ltd",
    "start_date": date(2020, 1, 6),
    "service_start_date": date(2010, 5, 1),
    "end_date": date(2031, 3, 31),
    "leave_reason": "end of contract",
    "destination": "other employer",
    "effective_from": date(2021, 1, 4),
    "same_person_as": None,
    "different_person": None,
}
ANN: dict[str, Any] = {
    "staff_number": "L1",
    "first_name": "Ann",
    "last_name": "O'Neil",
    "email": "ann@example.com",
    "date_of_birth": date(1995, 5, 5),
    "region": "North East",
    "pdu": "N54DUR",
    "cohort": "Intake 14",
    "pathway": "PQIP15",
    "entry_route": "external",
    "fte": 1,
    "start_date": date(2025, 1, 15),
    "level5_held": True,
    "modules_held": "CJS; UCCB",
    "pta": "P1",
    "line_manager": "C1",
    "sex": "Female",
    "ethnicity": "white_british",
    "disability": "no",
    "campaign": "Autumn",
    "effective_from": None,
    "same_person_as": None,
    "different_person": None,
}
LEFT: dict[str, Any] = {
    "staff_number": "L2",
    "event": "withdrawn",
    "effective_date": date(2025, 9, 1),
    "cohort": "intake 14",
    "reason": "leadership",
    "other_reasons": "retirement; high_caseloads",
    "ended_by": "learner",
    "destination": "left_service",
    "exit_interview_offered_on": date(2025, 8, 1),
    "exit_interview_held_on": date(2025, 8, 9),
    "note": "=1+1",
}
EVENT = dict.fromkeys(SPECS["learner-events"].replace("*", "").split())


def event(who: str, kind: str, on: date, **cells: Any) -> dict[str, Any]:
    return {**EVENT, "staff_number": who, "event": kind, "effective_date": on, **cells}


#: By dataset, in an order in which each stands on the ones before.
WORLD: dict[str, list[dict[str, Any]]] = {
    "staff": [PAT, {**PAT, "staff_number": "C1", "email": "cy@example.com", "pdu": None, "end_date": None, "leave_reason": None,
                    "destination": None}],
    "learners": [ANN, {**ANN, "staff_number": "L2", "email": "an@example.com", "date_of_birth": date(1995, 5, 6), "sex": None,
                       "campaign": None, "modules_held": None, "different_person": True}],
    "absences": [
        {"staff_number": "P1", "kind": "reduced_hours", "start_date": date(2025, 3, 3), "expected_end_date": date(2025, 9, 1),
         "end_date": date(2025, 8, 29), "fte_lost": 0.4},
        {"staff_number": "L1", "kind": "career_break", "start_date": date(2025, 6, 2), "expected_end_date": None,
         "end_date": None, "fte_lost": None},
    ],
    "assessors": [
        {"staff_number": "P1", "taqa_registered_on": date(2024, 6, 1), "taqa_achieved_on": None, "certificate_number": None,
         "lapsed_on": None, "countersign_from": None, "countersign_until": None, "allowed_qualifications": "VQ5"},
        {"staff_number": "C1", "taqa_registered_on": date(2018, 6, 1), "taqa_achieved_on": date(2019, 6, 1),
         "certificate_number": "0012", "lapsed_on": date(2030, 1, 1), "countersign_from": date(2020, 1, 1),
         "countersign_until": date(2029, 1, 1), "allowed_qualifications": "VQ5;VQ3; TAQA3"},
    ],
    "registrations": [
        {"staff_number": "P1", "qualification": "TAQA3", "registered_on": date(2024, 6, 1), "target_on": date(2025, 6, 1),
         "centre_number": "C7", "certificated_on": date(2025, 5, 1), "certificate_number": "=12", "version": "2012",
         "optional_units": None},
    ],
    "allocations": [
        {"staff_number": "L1", "role": "iqa", "from_date": date(2025, 1, 15), "to_date": date(2026, 1, 14),
         "other_staff_number": "C1", "unit": 2},
    ],
    "evidence": [
        {"reference": "0012", "staff_number": "L1", "qualification": "VQ5", "title": "=cmd|' /C calc'!A0",
         "method": "observation", "submitted_on": date(2025, 8, 1), "criteria": "1.1.1; 2.1.1"},
    ],
    "decisions": [
        {"evidence_reference": "0012", "assessor": "P1", "decided_on": date(2025, 8, 10), "decision_number": None,
         "criteria_met": "1.1.1", "criteria_not_met": "2.1.1", "feedback": "-", "countersigner": "C1",
         "countersigned_on": date(2025, 8, 12), "countersign_outcome": "agreed", "countersign_feedback": "@well done"},
    ],
    "unit-signoffs": [
        {"staff_number": "L1", "qualification": "VQ5", "unit": 1, "signed_off_on": date(2025, 9, 1), "signed_off_by": "C1"},
    ],
    "learner-events": [
        {**EVENT, **LEFT},
        event("L1", "deferred", date(2025, 6, 1), expected_return=date(2025, 9, 1)), event("L1", "resumed", date(2025, 9, 1)),
        event("L1", "changed_fte", date(2025, 10, 1), to_fte=0.8),
        event("L1", "moved_pathway", date(2025, 10, 2), to_pathway="PQIP21"),
        event("L1", "moved_region", date(2025, 10, 3), to_region="YH", to_pdu="N55KIR"),
        event("L1", "extended", date(2025, 11, 1), extended_to=date(2028, 1, 31)),
        event("L1", "referred_to_board", date(2025, 12, 1)),
        event("L1", "board_decision", date(2025, 12, 9), board_outcome="Extension agreed"),
        event("L1", "registered", date(2026, 3, 3)), event("L1", "qualified", date(2026, 3, 2)),
        event("L1", "completed", date(2026, 3, 1)),
    ],
    "module-results": [
        {"staff_number": "L1", "module": "The Criminal Justice System", "attempt": 1, "due_date": date(2025, 6, 1),
         "extended_to": date(2025, 6, 15), "submitted_date": date(2025, 6, 14), "mark": 38.5, "outcome": "fail"},
    ],
    "university-awards": [
        {"staff_number": "L1", "award": "BA", "awarded_on": date(2026, 2, 27), "classification": "First class"},
    ],
    "training": [
        {"staff_number": "P1", "course": "FL1", "booked_for": date(2025, 2, 1), "status": "attended", "delivery": "face_to_face"},
    ],
    "register-entries": [
        {"staff_number": "P1", "award_type": "DIPPS", "qualified_on": date(2005, 7, 1), "entered_on": date(2023, 4, 3),
         "status": "lapsed", "status_on": date(2024, 10, 1), "cpd_declared_on": date(2024, 1, 15)},
        {"staff_number": "C1", "award_type": "CQSW", "qualified_on": date(1990, 7, 1), "entered_on": date(2023, 4, 3),
         "status": None, "status_on": None, "cpd_declared_on": None},
    ],
    "intakes": [
        {"cohort": "Intake 14", "region": "NE", "pathway": "PQIP15", "starts_on": date(2025, 1, 15), "places": 12},
        {"cohort": "Intake 90", "region": "North East", "pathway": "PQIP21", "starts_on": date(2027, 3, 15), "places": 0},
    ],
    "applications": [
        {"application_number": "2024/0001", "campaign": "Autumn", "region": "NE", "route": "external",
         "applied_on": date(2024, 7, 1), "sifted_on": date(2024, 7, 20), "sift_passed": True,
         "assessed_on": date(2024, 8, 10), "assessment_passed": True, "provisional_offer_on": date(2024, 8, 20),
         "checks_completed_on": date(2024, 9, 20), "vetting_completed_on": date(2024, 9, 18), "paused_days": 4,
         "confirmed_offer_on": date(2024, 9, 25), "started_on": date(2025, 1, 15), "outcome": "started", "staff_number": "L1",
         "sex": "Female", "ethnicity": "white_british", "disability": "no", "age_band": "25 to 29"},
        {"application_number": "2024/0002", "campaign": "Cohort 17", "region": "North East", "route": "internal_moj",
         "applied_on": date(2024, 7, 2), "sifted_on": date(2024, 7, 20), "sift_passed": False, "assessed_on": None,
         "assessment_passed": None, "provisional_offer_on": None, "checks_completed_on": None, "vetting_completed_on": None,
         "paused_days": None, "confirmed_offer_on": None, "started_on": None, "outcome": "rejected", "staff_number": None,
         "sex": None, "ethnicity": None, "disability": None, "age_band": None},
    ],
    "targets": [
        {"region": "NE", "pdu": "County Durham and Darlington", "grade": "PO", "effective_from": date(2024, 4, 1),
         "target_fte": 1020.5},
        {"region": "NE", "pdu": None, "grade": "PO", "effective_from": date(2024, 4, 1), "target_fte": 2000},
        {"region": "NAT", "pdu": None, "grade": "PO", "effective_from": date(2024, 4, 1), "target_fte": 7000},
    ],
    "staffing": [
        {"region": "NAT", "pdu": None, "grade": "PO", "as_at": date(2025, 3, 31), "fte": 88.4, "headcount": 95, "learners_fte": 3,
         "non_effective_fte": 2.5, "joiners_12m": 9, "leavers_12m": 8, "status": "final", "source": "+44 published"},
        {"region": "NE", "pdu": "N54DUR", "grade": "PSO", "as_at": date(2025, 3, 31), "fte": 0, "headcount": 0, "learners_fte": 0,
         "non_effective_fte": 0, "joiners_12m": 0, "leavers_12m": 0, "status": "provisional", "source": "returned"},
    ],
    "records-complete": [
        {"region": "NE", "grade": "PO", "complete_from": date(2025, 4, 1), "complete_until": date(2026, 3, 31)},
    ],
}  # fmt: skip
