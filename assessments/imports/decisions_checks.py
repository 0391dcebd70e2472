"""The records with which a batch of decisions is compared, and the rules that each row must satisfy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.actions.units_locks import Lock, lock_on, locks
from assessments.facts.worked_out import pieces_of
from assessments.imports.base import Candidate, candidates_by_key, named_criteria, shown_criteria
from assessments.models import (
    AssessorRecord,
    Countersignature,
    CountersignStamp,
    Decision,
    Evidence,
    Submission,
)
from assessments.rules.countersigning import check_countersigner, check_outcome
from assessments.rules.decisions import check_again, check_assessor, check_decision, check_feedback
from assessments.rules.units import criteria_left
from pqip.core.errors import RuleBroken
from pqip.exchange.datasets import Context, Row

SIGNING = ("countersigner", "countersigned_on", "countersign_outcome")
#: The columns for the fields that the rules on an outcome name, where the names differ.
COLUMNS = {"feedback": "countersign_feedback", "outcome": "countersign_outcome"}
SIGN_PERMISSION = "assessments.import_countersignatures"


@dataclass(frozen=True)
class LiveEvidence:
    """A live piece of evidence: its key, candidate and day, and the criteria found competent on the piece it follows."""

    key: int
    candidate: Candidate
    submitted_on: dt.date
    held: Collection[int] = ()


@dataclass(frozen=True)
class BatchRecords:
    """Everything with which a batch of rows is checked, read at once."""

    people: dict[str, int]
    evidence: dict[str, LiveEvidence]
    decisions: dict[tuple[int, int, dt.date, int], Decision]
    signatures: dict[int, Countersignature]
    authorities: dict[int, AssessorRecord]
    locks: dict[int, list[Lock]]
    needed: set[int]


def known_for(rows: list[Row], people: dict[str, int], context: Context) -> BatchRecords:
    """Read the visible evidence, its live decisions and their countersignatures, and the countersigners' authorities."""
    reach = Evidence.objects.filter(context.scope.condition(Evidence.SCOPE))
    named = {row["evidence_reference"] for row in rows}
    live = Submission.objects.live().filter(evidence__in=reach, evidence__reference__in=named)
    found = list(
        live.values_list(
            "evidence__reference",
            "evidence_id",
            "evidence__registration_id",
            "effective_on",
            "evidence__follows",
        )
    )
    held = candidates_by_key({registration for _reference, _key, registration, *_more in found})
    before = _found_competent(
        {registration for _reference, _key, registration, _day, follows in found if follows}
    )
    evidence = {
        reference: LiveEvidence(
            key, held[registration].on(day), day, before.get(follows, ()) if follows else ()
        )
        for reference, key, registration, day, follows in found
    }
    decisions = (
        Decision.objects.live()
        .filter(evidence__in=[one.key for one in evidence.values()])
        .order_by()
    )
    by_key = {
        (one.evidence_id, one.assessor_id, one.effective_on, one.number): one for one in decisions
    }
    signatures = Countersignature.objects.live().filter(
        decision__in=[one.pk for one in by_key.values()]
    )
    signers = {people[row["countersigner"]] for row in rows if row["countersigner"]}
    return BatchRecords(
        people, evidence, by_key,
        {one.decision_id: one for one in signatures.select_related("countersigner")},
        {one.person_id: one for one in AssessorRecord.objects.live().filter(person__in=signers)},
        locks(held),
        set(CountersignStamp.objects.live().filter(is_needed=True, decision__in=[one.pk for one in by_key.values()])
            .values_list("decision", flat=True)),
    )  # fmt: skip


def _found_competent(registrations: Collection[int]) -> dict[int, list[int]]:
    """Return the criteria found competent on each piece of evidence (by key) of these registrations."""
    pieces = pieces_of(registrations) if registrations else {}
    return {
        piece.key: criteria_left(piece.decisions)[0] for own in pieces.values() for piece in own
    }


def check(
    row: Row, context: Context, known: BatchRecords, evidence: LiveEvidence
) -> dict[str, Any]:
    """Check a row by the same rules as the screen, adding errors to it; return what it states, with keys instead of codes."""
    candidate = evidence.candidate
    stated: dict[str, Any] = {
        "criteria_met": named_criteria(row, "criteria_met", context, candidate),
        "criteria_not_met": named_criteria(row, "criteria_not_met", context, candidate),
        "feedback": row["feedback"] or "",
    }
    both = set(stated["criteria_met"]) & set(stated["criteria_not_met"])
    if both:
        codes = ", ".join(shown_criteria(context, candidate, both))
        row.error(
            "criteria_not_met",
            f"names {codes}, which criteria_met names too. A criterion is one or the other",
        )
    try:
        check_assessor(assessor=known.people[row["assessor"]], candidate=candidate.person)
    except RuleBroken as broken:
        row.error("assessor", f"is the candidate. {broken.message.rstrip('.')}")
    if row["decided_on"] < evidence.submitted_on:
        row.error(
            "decided_on",
            f"is before the evidence was submitted, on {evidence.submitted_on:%d/%m/%Y}",
        )
    if not row.wrong:
        _check_decision(row, context, stated, evidence)
    _check_signing(row, context, known, candidate)
    stated["countersigner"] = known.people.get(row["countersigner"] or "")
    return stated


def _check_decision(
    row: Row, context: Context, stated: Mapping[str, Any], evidence: LiveEvidence
) -> None:
    """Check what a decision states, as the screen does.

    Files hold history: its decisions come in any order and without confirmations about the evidence.
    """
    named = {"met": stated["criteria_met"], "not_met": stated["criteria_not_met"]}
    try:
        if "feedback" in row.given:
            check_feedback(not_met=named["not_met"], feedback=stated["feedback"])
        if {"criteria_met", "criteria_not_met"} <= row.given:
            check_decision(
                **named,
                offered=[*named["met"], *named["not_met"]],
                decided_on=row["decided_on"],
                submitted_on=evidence.submitted_on,
                today=context.today,
            )
        check_again(**named, held=evidence.held)
    except RuleBroken as broken:
        row.rule_error(broken.field or "criteria_met", broken.message)


def refuse_locked(row: Row, known: BatchRecords, stated: Mapping[str, Any]) -> None:
    """Add an error for a new or corrected decision in a locked unit, and for an outcome that would count in an achieved
    one.
    """
    held, current = known.locks.get(stated["candidate"].key, []), stated["current"]
    if current is None or stated["corrects"]:
        for column in ("criteria_met", "criteria_not_met"):
            lock = lock_on(held, [*stated[column], *(getattr(current, column) if current else [])])
            if lock is not None:
                row.error(column, lock.refusal, quote=False)
                return
    elif stated["signs"] and current.pk in known.needed:
        named = [*current.criteria_met, *current.criteria_not_met]
        lock = lock_on((one for one in held if one.is_achieved or one.is_released), named)
        if lock is not None:
            row.error("countersigner", lock.refusal, quote=False)


def _check_signing(row: Row, context: Context, known: BatchRecords, candidate: Candidate) -> None:
    """Check the countersignature columns: all or none filled, by somebody who may countersign, brought by somebody allowed
    to.
    """
    filled = [column for column in SIGNING if row[column]]
    if not filled:
        if row["countersign_feedback"]:
            row.error(
                "countersign_feedback",
                "is given without a countersignature. Fill in who, when and the outcome too",
            )
        return
    for column in SIGNING:
        if column not in filled:
            row.error(
                column,
                "fill in all of countersigner, countersigned_on and countersign_outcome, or none.",
                quote=False,
            )
    if not context.may(SIGN_PERMISSION):
        row.error("countersigner", "you may not import countersignatures.", quote=False)
    if row.wrong:
        return
    signer = known.people[row["countersigner"]]
    try:
        check_countersigner(
            known.authorities.get(signer),
            countersigner=signer,
            assessor=known.people[row["assessor"]],
            candidate=candidate.person,
            qualification=candidate.qualification,
            decided_on=row["decided_on"],
            on=row["countersigned_on"],
            today=context.today,
        )
        check_outcome(row["countersign_outcome"], row["countersign_feedback"] or "")
    except RuleBroken as broken:
        row.rule_error(
            COLUMNS.get(broken.field or "", broken.field or "countersigner"), broken.message
        )


def decision_cells(
    context: Context, candidate: Candidate, stated: Mapping[str, Any]
) -> dict[str, Any]:
    """A decision's own cells, as the file would have them."""
    return {
        "criteria_met": shown_criteria(context, candidate, stated["criteria_met"]),
        "criteria_not_met": shown_criteria(context, candidate, stated["criteria_not_met"]),
        "feedback": stated["feedback"],
    }


def signature_cells(row: Row) -> dict[str, Any]:
    """Return the countersignature cells of a row."""
    return {
        "countersigner": row["countersigner"],
        "countersigned_on": row["countersigned_on"],
        "countersign_outcome": row["countersign_outcome"],
        "countersign_feedback": row["countersign_feedback"] or "",
    }


def held_cells(held: Countersignature | None) -> dict[str, Any]:
    """Return the cells of the recorded countersignature; blank where there is none."""
    if held is None:
        return {
            "countersigner": None,
            "countersigned_on": None,
            "countersign_outcome": None,
            "countersign_feedback": "",
        }
    return {
        "countersigner": held.countersigner.staff_number,
        "countersigned_on": held.effective_on,
        "countersign_outcome": held.outcome,
        "countersign_feedback": held.feedback,
    }
