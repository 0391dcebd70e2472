"""Checks of the planned end: it is known and has not passed."""

from __future__ import annotations

from learners.plugins.data_quality.shared import of_learners
from workforce.data_quality import Check, register

LEARNERS = "Learners active or on a break"
RECORD = ("learners.record_event",)

register(
    Check(
        "planned_end_unknown",
        "Planned end not known",
        means="Nothing says how long their pathway lasts at their hours, so no date of theirs can be worked out.",
        to_do="Check the pathway and the hours. Where both are right, ask an administrator for the length in the reference data.",
        counts=LEARNERS,
        mends=RECORD,
        rows=of_learners("s.planned_end IS NULL", "s.from_on"),
        reads=("on_programme",),
        page="learners:programme",
    ),
    Check(
        "planned_end_passed",
        "Planned end passed",
        means="Their planned end was before the day, and the programme has not ended.",
        to_do="Record that they completed, an approved extension, or how the programme ended.",
        counts=LEARNERS,
        mends=RECORD,
        rows=of_learners("coalesce(s.planned_end < %(as_at)s, false)", "s.planned_end"),
        reads=("on_programme",),
        page="learners:programme",
        list_url="learners:list",
        list_filter="need=past_end",
    ),
)
