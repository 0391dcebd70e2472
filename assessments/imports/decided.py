"""What a batch of decisions is compared with, and the rules each row must keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.imports.base import (
    Candidate,
    candidates_by_key,
    named_criteria,
    shown_criteria,
)
from assessments.models import AssessorRecord, Countersignature, Decision, Evidence, Submission
from assessments.rules.countersigning import check_countersigner
from pqip.core.errors import RuleBroken
from pqip.exchange.datasets import Context, Row

SIGNING = ("countersigner", "countersigned_on", "countersign_outcome")
SIGN_PERMISSION = "assessments.import_countersignatures"


@dataclass(frozen=True)
class Submitted:
    """A piece of evidence that stands: its key, whose, and since when."""

    key: int
    candidate: Candidate
    submitted_on: dt.date


@dataclass(frozen=True)
class Known:
    """All that a batch of rows is checked against, read at once."""

    people: dict[str, int]
    evidence: dict[str, Submitted]
    decisions: dict[tuple[int, int, dt.date, int], Decision]
    signatures: dict[int, Countersignature]
    authorities: dict[int, AssessorRecord]


def known_for(rows: list[Row], people: dict[str, int], context: Context) -> Known:
    """Evidence in reach, live decisions on it, their countersignatures, and the countersigners' authorities."""
    reach = Evidence.objects.filter(context.scope.condition(Evidence.SCOPE))
    named = {row["evidence_reference"] for row in rows}
    live = Submission.objects.live().filter(evidence__in=reach, evidence__reference__in=named)
    found = list(live.values_list("evidence__reference", "evidence_id", "evidence__registration_id", "effective_on"))
    held = candidates_by_key({registration for _reference, _key, registration, _day in found})
    evidence = {reference: Submitted(key, held[registration].on(day), day) for reference, key, registration, day in found}
    decisions = Decision.objects.live().filter(evidence__in=[one.key for one in evidence.values()]).order_by()
    by_key = {(one.evidence_id, one.assessor_id, one.effective_on, one.number): one for one in decisions}
    signatures = Countersignature.objects.live().filter(decision__in=[one.pk for one in by_key.values()])
    signers = {people[row["countersigner"]] for row in rows if row["countersigner"]}
    return Known(
        people, evidence, by_key,
        {one.decision_id: one for one in signatures.select_related("countersigner")},
        {one.person_id: one for one in AssessorRecord.objects.live().filter(person__in=signers)},
    )


def check(row: Row, context: Context, known: Known, candidate: Candidate, submitted_on: dt.date) -> dict[str, Any]:
    """Hold a row to every rule; what it states, with keys for codes."""
    stated: dict[str, Any] = {
        "criteria_met": named_criteria(row, "criteria_met", context, candidate),
        "criteria_not_met": named_criteria(row, "criteria_not_met", context, candidate),
        "feedback": row["feedback"] or "",
    }
    both = set(stated["criteria_met"]) & set(stated["criteria_not_met"])
    if both:
        codes = ", ".join(shown_criteria(context, candidate, both))
        row.error("criteria_not_met", f"names {codes}, which criteria_met names too. A criterion is one or the other")
    if known.people[row["assessor"]] == candidate.person:
        row.error("assessor", "is the candidate. Nobody decides their own evidence")
    if row["decided_on"] < submitted_on:
        row.error("decided_on", f"is before the evidence was submitted, on {submitted_on:%d/%m/%Y}")
    _check_signing(row, context, known, candidate)
    stated["countersigner"] = known.people.get(row["countersigner"] or "")
    return stated


def _check_signing(row: Row, context: Context, known: Known, candidate: Candidate) -> None:
    """The countersign columns: all of the three or none, by somebody who might, and brought by somebody who may."""
    filled = [column for column in SIGNING if row[column]]
    if not filled:
        if row["countersign_feedback"]:
            row.error("countersign_feedback", "is given without a countersignature. Fill in who, when and the outcome too")
        return
    for column in SIGNING:
        if column not in filled:
            row.error(column, "fill in all of countersigner, countersigned_on and countersign_outcome, or none.", quote=False)
    if not context.may(SIGN_PERMISSION):
        row.error("countersigner", "you may not import countersignatures.", quote=False)
    if row.wrong:
        return
    signer = known.people[row["countersigner"]]
    try:
        check_countersigner(
            known.authorities.get(signer), countersigner=signer, assessor=known.people[row["assessor"]],
            candidate=candidate.person, qualification=candidate.qualification, decided_on=row["decided_on"],
            on=row["countersigned_on"], today=context.today,
        )
    except RuleBroken as broken:
        row.misfit(broken.field or "countersigner", broken.message)


def decision_cells(context: Context, candidate: Candidate, stated: Mapping[str, Any]) -> dict[str, Any]:
    """A decision's own cells, as the file would have them."""
    return {
        "criteria_met": shown_criteria(context, candidate, stated["criteria_met"]),
        "criteria_not_met": shown_criteria(context, candidate, stated["criteria_not_met"]),
        "feedback": stated["feedback"],
    }


def signature_cells(row: Row) -> dict[str, Any]:
    """The countersign cells of a row."""
    return {
        "countersigner": row["countersigner"], "countersigned_on": row["countersigned_on"],
        "countersign_outcome": row["countersign_outcome"], "countersign_feedback": row["countersign_feedback"] or "",
    }


def held_cells(held: Countersignature | None) -> dict[str, Any]:
    """The cells of the countersignature held; blank where there is none."""
    if held is None:
        return {"countersigner": None, "countersigned_on": None, "countersign_outcome": None, "countersign_feedback": ""}
    return {
        "countersigner": held.countersigner.staff_number, "countersigned_on": held.effective_on,
        "countersign_outcome": held.outcome, "countersign_feedback": held.feedback,
    }
