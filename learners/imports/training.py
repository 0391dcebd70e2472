"""The `training` dataset: bookings of courses and their outcomes, for learners and other staff."""

from __future__ import annotations

from learners.actions.training_follow_ups import settle_follow_ups
from learners.imports.common import (
    CORRECTED,
    PERMISSION,
    PeopleDataset,
    people,
    void_rows,
    without_errors,
)
from learners.imports.current import Rows, training
from learners.models import Course, TrainingRecord
from learners.models.training import Delivery
from learners.rules.training_attendance import check_status
from pqip.core.bulk import copy_rows
from pqip.core.errors import RuleBroken
from pqip.exchange.cleaning import Code, Codes, DatasetResource, Date, ImportColumn, Words
from pqip.exchange.datasets import Context, Row, register
from workforce.imports import numbers


class TrainingResource(DatasetResource):
    staff_number = numbers.staff_number(key=True, required=True)
    course = ImportColumn(Code("course", "a course"), key=True, required=True)
    booked_for = ImportColumn(Date(), key=True, required=True)
    status = ImportColumn(Words(TrainingRecord.Status.choices), required=True)
    delivery = ImportColumn(Words(Delivery.choices))


@register
class Training(PeopleDataset):
    name, title, permission = "training", "Role training", PERMISSION
    leads_to = "learners:courses"
    resource = TrainingResource

    def codes(self, context: Context) -> dict[str, Codes]:
        listed = list(Course.objects.values_list("code", "id", "title"))
        return {
            "course": Codes(
                {code: key for code, key, _ in listed}, {code: title for code, _, title in listed}
            )
        }

    def current(self, context: Context) -> Rows:
        return training(context)

    def plan(self, rows: list[Row], context: Context) -> None:
        found = people(rows, context, "staff_number")
        live = TrainingRecord.objects.live().filter(person__in=found.values())
        held = {
            (person, course, on): rest
            for person, course, on, *rest in live.values_list(
                "person_id", "course_id", "effective_on", "id", "status", "delivery"
            )
        }
        for row in rows:
            if row["status"] and row["booked_for"]:
                _check(row, context)
        for row in without_errors(rows):
            person = found[row["staff_number"]]
            self._settle(row, person, held.get((person, row["course"], row["booked_for"])))

    def _settle(self, row: Row, person: int, held: list | None) -> None:
        key, *stated = held or (None, None, "")
        before = dict(zip(("status", "delivery"), stated, strict=True))
        after = {
            "status": row["status"],
            "delivery": (row["delivery"] or "") if "delivery" in row.given else before["delivery"],
        }
        data = {"person": person, "held": key, **after}
        if held is None:
            row.new(after, data)
        else:
            row.settle(before, after, data)

    def write(self, rows: list[Row], context: Context) -> None:
        void_rows(TrainingRecord, (row.data["held"] for row in rows if row.data["held"]), CORRECTED)
        copy_rows(
            TrainingRecord,
            ["person_id", "course_id", "effective_on", "status", "delivery"],
            (
                [
                    row.data["person"],
                    row["course"],
                    row["booked_for"],
                    row.data["status"],
                    row.data["delivery"],
                ]
                for row in rows
            ),
        )
        settle_follow_ups([(row.data["person"], row["course"], row["booked_for"]) for row in rows])


def _check(row: Row, context: Context) -> None:
    try:
        check_status(row["status"], row["booked_for"], context.today)
    except RuleBroken as broken:
        row.rule_error(broken.field or "", broken.message)
