"""Dataset `decisions`: decisions on evidence, and countersignatures of them that were given elsewhere.

A row is a decision. Its countersignature columns are all filled or all blank. Filling them later adds the countersignature
and does not change the decision. A file cannot correct a countersignature.
"""

from __future__ import annotations

from typing import Any

from assessments.actions.sampling import carry_samples, samplers_of
from assessments.imports.base import (
    NO_REASON,
    AssessmentDataset,
    Candidate,
    copy_facts,
    people,
    refuse_future,
    refuse_identifiers,
    without_errors,
)
from assessments.imports.decisions_checks import (
    BatchRecords,
    check,
    decision_cells,
    held_cells,
    known_for,
    refuse_locked,
    signature_cells,
)
from assessments.imports.decisions_telling import tell_countersigners
from assessments.models import Countersignature, CountersignStamp, Decision, Evidence
from assessments.models.holding import hold
from pqip.core.bulk import take_keys
from pqip.core.ledger import void
from pqip.exchange.cleaning import DatasetResource, Date, ImportColumn, ListOf, Text, Whole, Words
from pqip.exchange.datasets import CHANGED, NEW, Context, Row, register
from workforce.imports import numbers
from workforce.models import Person

DECISION = (
    "id",
    "evidence_id",
    "assessor_id",
    "effective_on",
    "number",
    "criteria_met",
    "criteria_not_met",
    "feedback",
    "judged",
)
SIGNATURE = (
    "decision_id",
    "countersigner_id",
    "effective_on",
    "outcome",
    "feedback",
    "is_imported",
)
#: Disagreeing names criteria, for which a file has no column: it is done on screen.
OUTCOMES = [
    (one.value, str(one.label))
    for one in (Countersignature.Outcome.AGREED, Countersignature.Outcome.RETURNED)
]


class DecisionsResource(DatasetResource):
    evidence_reference = ImportColumn(Text(40), key=True, required=True)
    assessor = numbers.staff_number(key=True, required=True)
    decided_on = ImportColumn(Date(), key=True, required=True)
    decision_number = ImportColumn(Whole("1", "999"), key=True, help="1 where blank.")
    criteria_met = ImportColumn(ListOf(Text(12)))
    criteria_not_met = ImportColumn(ListOf(Text(12)))
    feedback = ImportColumn(Text(10_000, lines=True))
    countersigner = numbers.staff_number()
    countersigned_on = ImportColumn(Date())
    countersign_outcome = ImportColumn(Words(OUTCOMES))
    countersign_feedback = ImportColumn(Text(10_000, lines=True))


@register
class Decisions(AssessmentDataset):
    name, title = "decisions", "Decisions"
    resource = DecisionsResource

    def hold(self, rows: list[Row], context: Context) -> None:
        """Lock the standing of those who decided, countersigned and sample, and the candidates, as the same actions on
        screen do.
        """
        named_numbers = {
            row[column] for row in rows for column in ("assessor", "countersigner") if row[column]
        }
        reach = Evidence.objects.filter(context.scope.condition(Evidence.SCOPE))
        named = reach.filter(reference__in={row["evidence_reference"] for row in rows} - {None})
        acting = Person.objects.filter(staff_number__in=named_numbers).values_list("pk", flat=True)
        hold(
            assessors={*acting, *samplers_of(named.values_list("pk", flat=True))},
            registrations=set(named.values_list("registration", flat=True)),
        )

    def corrects(self, row: Row) -> list[Any]:
        stated = row.data
        both = (stated["corrects"] and stated["current"], stated["signs"] and stated["signature"])
        return [one for one in both if one]

    def independence_key(self, row: Row) -> int:
        return row.data["candidate"].key

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people(rows, context, "assessor", "countersigner")
        valid = without_errors(rows)
        known = known_for(valid, found, context)
        for row in rows:
            refuse_identifiers(row, "feedback", "countersign_feedback")
            refuse_future(row, context, "decided_on", "countersigned_on")
        for row in valid:
            self._settle(row, context, known)

    def _settle(self, row: Row, context: Context, known: BatchRecords) -> None:
        evidence = known.evidence.get(row["evidence_reference"])
        if evidence is None:
            row.error(
                "evidence_reference", "is not evidence you can reach. Import the evidence first"
            )
            return
        candidate = evidence.candidate
        stated = check(row, context, known, evidence)
        if row.wrong:
            return
        key = (
            evidence.key,
            known.people[row["assessor"]],
            row["decided_on"],
            row["decision_number"] or 1,
        )
        first = context.first_row(key, row)
        if first != row.number:
            row.error(
                "", f"it is the same decision as row {first}. A blank number is 1.", quote=False
            )
            return
        current = known.decisions.get(key)
        signature = known.signatures.get(current.pk) if current else None
        stated |= {"key": key, "current": current, "signature": signature, "candidate": candidate}
        if current is None:
            row.new({**decision_cells(context, candidate, stated), **signature_cells(row)}, stated)
        else:
            self._compare(row, context, candidate, stated)
        if row.kind in (NEW, CHANGED):
            refuse_locked(row, known, stated)

    def _compare(
        self, row: Row, context: Context, candidate: Candidate, stated: dict[str, Any]
    ) -> None:
        current, signature = stated["current"], stated["signature"]
        for column, value in (
            ("criteria_met", current.criteria_met),
            ("criteria_not_met", current.criteria_not_met),
            ("feedback", current.feedback),
        ):
            if column not in row.given:
                stated[column] = value
        before = decision_cells(context, candidate, vars(current))
        after = decision_cells(context, candidate, stated)
        stated["corrects"], stated["signs"] = before != after, False
        if row["countersigner"]:
            held = held_cells(signature)
            stated["signs"] = held != signature_cells(row)
            before, after = {**before, **held}, {**after, **signature_cells(row)}
        if signature and stated["corrects"]:
            row.error(
                "",
                "the decision has been countersigned, so a file cannot correct it. Undo it on screen.",
                quote=False,
            )
        elif signature and stated["signs"] and not signature.is_imported:
            row.error(
                "countersigner",
                "its countersignature was given in this service, so a file cannot change it.",
                quote=False,
            )
        else:
            row.settle(before, after, stated)

    def write(self, rows: list[Row], context: Context) -> None:
        signers = {row.data["countersigner"] for row in rows} - {None}
        hold(
            assessors=signers
            | {row.data["key"][1] for row in rows}
            | samplers_of({row.data["key"][0] for row in rows}),
            registrations={row.data["candidate"].key for row in rows},
        )
        corrected = [row.data["current"] for row in rows if row.data.get("corrects")]
        stamps = CountersignStamp.objects.live().filter(decision__in=[one.pk for one in corrected])
        replaced = [
            row.data["signature"] for row in rows if row.data["signature"] and row.data["signs"]
        ]
        for old in (corrected, stamps, replaced):
            void(old, by=context.by, reason=NO_REASON)
        decided = [row for row in rows if row.data["current"] is None or row.data["corrects"]]
        for row, key in zip(decided, take_keys(Decision, len(decided)), strict=True):
            row.data["pk"] = key
        copy_facts(Decision, DECISION, (_decision(row) for row in decided))
        carry_samples(decisions=[row.data["pk"] for row in decided], by=context.by)
        signed = [row for row in rows if row["countersigner"] and row.data.get("signs", True)]
        copy_facts(Countersignature, SIGNATURE, (_signature(row) for row in signed))
        self.touched(context, (row.data["candidate"].key for row in rows))
        context.memory.setdefault("told", set()).update(row.data["countersigner"] for row in signed)

    def finish(self, context: Context) -> None:
        super().finish(context)
        tell_countersigners(context.memory.get("told", set()), by=context.by)


def _decision(row: Row) -> tuple[Any, ...]:
    stated = row.data
    judged = stated["current"].judged if stated["current"] else []
    return (
        stated["pk"],
        *stated["key"],
        stated["criteria_met"],
        stated["criteria_not_met"],
        stated["feedback"],
        judged,
    )


def _signature(row: Row) -> tuple[Any, ...]:
    decision = row.data.get("pk") or row.data["current"].pk
    feedback = row["countersign_feedback"] or ""
    return (
        decision,
        row.data["countersigner"],
        row["countersigned_on"],
        row["countersign_outcome"],
        feedback,
        True,
    )
