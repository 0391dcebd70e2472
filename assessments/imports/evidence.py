"""Dataset `evidence`: what candidates submitted, against which criteria.

A reference that exists outside the importer's reach is treated as unused until everything is written, and refused only
then, as `workforce/imports/alike.py` does with staff numbers; so the checks do not reveal that it exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.db.models import Min, Q

from assessments.actions.units_locks import Lock, decided_on, lock_on_method, locks
from assessments.imports.base import (
    AssessmentDataset,
    Candidate,
    candidate_of,
    candidates,
    copy_facts,
    named_criteria,
    people,
    qualification_words,
    refuse_future,
    refuse_identifiers,
    refuse_methods,
    shown_criteria,
    void_changed,
    without_errors,
)
from assessments.models import Decision, Evidence, Submission
from assessments.models.holding import hold
from assessments.models.methods import Method
from assessments.rules.evidence import check_registered
from pqip.core.bulk import copy_rows, take_keys
from pqip.core.errors import NotAllowed, RuleBroken
from pqip.exchange.cleaning import DatasetResource, Date, ImportColumn, ListOf, Text, Words
from pqip.exchange.datasets import CHANGED, NEW, Context, Row, register
from workforce.imports import numbers

EVIDENCE = ("id", "reference", "registration_id")
INSTEAD = "Use another reference, or ask the national team to bring the row."
SUBMISSION = (
    "evidence_id",
    "title",
    "method",
    "effective_on",
    "criteria",
    "description",
    "part",
    "is_declared",
)


class EvidenceResource(DatasetResource):
    reference = ImportColumn(Text(40), key=True, required=True)
    staff_number = numbers.staff_number(required=True, help="The candidate.")
    qualification = ImportColumn(qualification_words(), required=True)
    title = ImportColumn(Text(200), required=True)
    method = ImportColumn(Words(Method.choices), required=True)
    submitted_on = ImportColumn(Date(), required=True)
    criteria = ImportColumn(ListOf(Text(12)), required=True)


@register
class EvidenceRows(AssessmentDataset):
    name, title = "evidence", "Evidence"
    resource = EvidenceResource

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people(rows, context, "staff_number")
        held = candidates(
            found.values(), {row["qualification"] for row in rows if row["qualification"]}
        )
        known = _known(without_errors(rows), context, held.values())
        keys = [one.pk for one in known.values()]
        live = {one.evidence_id: one for one in Submission.objects.live().filter(evidence__in=keys)}
        decisions = Decision.objects.live().filter(evidence__in=keys).order_by()
        decided = dict(decisions.values_list("evidence").annotate(Min("effective_on")))
        held_by, named = locks({one.registration_id for one in known.values()}), decided_on(keys)
        valid = without_errors(rows)
        for row in rows:
            refuse_identifiers(row, "title")
            refuse_future(row, context, "submitted_on")
        for row in valid:
            if candidate := candidate_of(row, found, held):
                self._settle(
                    row,
                    context,
                    candidate.on(row["submitted_on"]),
                    known.get(row["reference"]),
                    live,
                    decided,
                )
                self._refuse_other_method(row, held_by, named)

    def _refuse_other_method(
        self, row: Row, held_by: dict[int, list[Lock]], named: dict[int, set[int]]
    ) -> None:
        """Refuse another method for evidence on which a locked unit depends whose own rule counts methods, as the screen
        does.
        """
        if row.kind == CHANGED and row.data["current"].method != row["method"]:
            lock = lock_on_method(
                held_by.get(row.data["registration"], []), named.get(row.data["evidence"].pk, ())
            )
            if lock is not None:
                row.error("method", lock.refusal, quote=False)

    def _settle(
        self,
        row: Row,
        context: Context,
        candidate: Candidate,
        evidence: Evidence | None,
        live: dict[int, Submission],
        decided: dict[int, Any],
    ) -> None:
        criteria = named_criteria(row, "criteria", context, candidate)
        refuse_methods(row, context, criteria)
        try:
            check_registered(row["submitted_on"], candidate.registered_on)
        except RuleBroken:
            row.error(
                "submitted_on",
                f"is before the candidate was registered, on {candidate.registered_on:%d/%m/%Y}",
            )
        if evidence and evidence.registration_id != candidate.key:
            row.error("reference", "is already used for other evidence. Use another reference")
        elif evidence and evidence.pk in decided and row["submitted_on"] > decided[evidence.pk]:
            row.error(
                "submitted_on",
                f"is after the evidence was decided, on {decided[evidence.pk]:%d/%m/%Y}",
            )
        if row.wrong:
            return
        after = {
            "title": row["title"],
            "method": row["method"],
            "submitted_on": row["submitted_on"],
            "criteria": shown_criteria(context, candidate, criteria),
        }
        current = live.get(evidence.pk) if evidence else None
        data = {
            "evidence": evidence,
            "current": current,
            "criteria": criteria,
            "registration": candidate.key,
        }
        if current is None:
            row.new(after, data)
        else:
            before = {
                "title": current.title,
                "method": current.method,
                "submitted_on": current.effective_on,
                "criteria": shown_criteria(context, candidate, current.criteria),
            }
            row.settle(before, after, data)

    def write(self, rows: list[Row], context: Context) -> None:
        hold(registrations={row.data["registration"] for row in rows})
        void_changed(rows, context)
        fresh = [row for row in rows if row.kind == NEW and row.data["evidence"] is None]
        for row, key in zip(fresh, take_keys(Evidence, len(fresh)), strict=True):
            row.data["key"] = key
        copy_rows(
            Evidence,
            EVIDENCE,
            ((row.data["key"], row["reference"], row.data["registration"]) for row in fresh),
        )
        copy_facts(Submission, SUBMISSION, (_submission(row) for row in rows))
        self.touched(context, (row.data["registration"] for row in rows))

    def finish(self, context: Context) -> None:
        """Refuse the file, before it is committed, where a row uses the reference of evidence outside the importer's reach."""
        withheld = context.memory.get("withheld")
        if withheld and not context.trial:
            listed = ", ".join(f"“{reference}”" for reference in sorted(withheld))
            raise NotAllowed(
                f"Nothing was changed. {listed} may be the reference of evidence that you cannot reach. {INSTEAD}"
            )
        super().finish(context)


def _known(rows: list[Row], context: Context, held: Iterable[Candidate]) -> dict[str, Evidence]:
    """Return the visible evidence by reference.

    A reference that is used outside reach gets another one for the time being.
    """
    every = Evidence.objects.filter(reference__in=[row["reference"] for row in rows])
    reach = context.scope.condition(Evidence.SCOPE)
    if not reach:
        return {one.reference: one for one in every}
    within = every.filter(reach | Q(registration__in={one.key for one in held}))
    known = {one.reference: one for one in within}
    beyond = set(every.values_list("reference", flat=True)) - known.keys()
    for row in rows:
        if row["reference"] in beyond:
            context.memory.setdefault("withheld", set()).add(row["reference"])
            row.cells["reference"] = f"W{uuid4().hex[:28]}"
    return known


def _submission(row: Row) -> tuple[Any, ...]:
    current = row.data["current"]
    key = row.data.get("key") or row.data["evidence"].pk
    kept = (current.description, current.part, current.is_declared) if current else ("", "", False)
    return key, row["title"], row["method"], row["submitted_on"], row.data["criteria"], *kept
