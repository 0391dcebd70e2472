"""Numbers that the sources do not give. Each is a setting, *assumed; not from the service*, and is listed as such."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings


@dataclass(frozen=True)
class Assumed:
    """A number or method that is assumed: the setting, its default, and in words what it decides.

    `words` gives a method as definitions express it.
    """

    setting: str
    default: int | str
    meaning: str
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def value(self) -> int | str:
        return getattr(settings, self.setting, self.default)

    @property
    def in_words(self) -> str:
        return self.words.get(str(self.value), str(self.value))


UNITS_AT_RISK = Assumed(
    "PQIP_UNITS_AT_RISK",
    2,
    "Units short of expected from which a learner needs action; fewer is behind.",
)
MODULE_DAYS_OVERDUE = Assumed(
    "PQIP_MODULE_DAYS_OVERDUE", 28, "Days a required module may be overdue before action is needed."
)
LAST_ATTEMPT = Assumed("PQIP_LAST_ATTEMPT", 3, "The last permitted attempt at a required module.")
OVERDUE_WORKING_DAYS = Assumed(
    "PQIP_OVERDUE_WORKING_DAYS",
    10,
    "Working days after which evidence or a decision that waits is overdue.",
)
ABSENCE_DAYS = Assumed(
    "PQIP_ABSENCE_DAYS",
    28,
    "Days of absence from which a person's whole FTE counts as non-effective.",
)
RETURN_DAYS = Assumed(
    "PQIP_RETURN_DAYS", 100, "Days after which a total that was returned is said to be old."
)
NEWLY_QUALIFIED_MONTHS = Assumed(
    "PQIP_NEWLY_QUALIFIED_MONTHS",
    9,
    "Months that the newly qualified are protected, from the later of qualifying and the first day as an officer.",
)
AWARD_MONTHS = Assumed(
    "PQIP_AWARD_MONTHS",
    12,
    "Months from registration after which an assessor's award is overdue, where no target is set.",
)
TARGET_CASELOAD = Assumed(
    "PQIP_TARGET_CASELOAD",
    15,
    "People a full-time assessor can assess at a time, where no target caseload is recorded.",
)
FOLLOW_UP_DAYS = Assumed(
    "PQIP_FOLLOW_UP_DAYS",
    28,
    "Days after attending a course by which it is followed up into practice.",
)
COURSE_DUE_MONTHS = Assumed(
    "PQIP_COURSE_DUE_MONTHS",
    12,
    "Months after the start by which a required course is due, where the reference data says none.",
)
REVIEW_MONTHS = Assumed(
    "PQIP_REVIEW_MONTHS", 3, "Months between reviews by learner, assessor and line manager."
)
APPEAL_DAYS = Assumed(
    "PQIP_APPEAL_DAYS",
    28,
    "Days after a decision of the progression board within which a learner may appeal.",
)
COUNTERSIGN_MINUTES = Assumed(
    "PQIP_COUNTERSIGN_MINUTES", 20, "Minutes that one countersignature takes."
)
CHASE_WORKING_DAYS = Assumed(
    "PQIP_CHASE_WORKING_DAYS",
    5,
    "Working days after which a countersigner is reminded of what waits with them.",
)
RATE_LEAST = Assumed(
    "PQIP_RATE_LEAST_DECISIONS",
    10,
    "Decisions in the month below which an assessor's return rate is left blank.",
)
LEAVING_AVERAGE = Assumed(
    "PQIP_LEAVING_AVERAGE",
    "month_ends",
    "Mean headcount of the leaving rate: 13 month ends (month_ends), or opening and closing (opening_closing).",
    {"month_ends": "the 13 month ends", "opening_closing": "the first and the last day"},
)
THRESHOLD = Assumed(
    "PQIP_SUPPRESSION_THRESHOLD",
    5,
    "Counts of people below this are suppressed in published tables.",
)
DECLARATION = Assumed(
    "PQIP_DECLARATION_PERCENT",
    60,
    "Suppressed tables show a protected characteristic only when more than this share declared.",
)
CHECKS_DAYS = Assumed(
    "PQIP_CHECKS_TARGET_DAYS",
    25,
    "Days within which pre-employment checks are to be completed, while the clock runs (S3 §2.6; that they "
    "are calendar days is assumed).",
)

FORECAST_YEARS = Assumed(
    "PQIP_FORECAST_YEARS", 5, "Years before the as-at date that the supply forecast learns from."
)
FORECAST_RUNS = Assumed(
    "PQIP_FORECAST_RUNS",
    10_000,
    "Runs of the supply forecast: more say the same more exactly, and take longer.",
)
FORECAST_HELD = Assumed(
    "PQIP_FORECAST_HELD_PERCENT",
    60,
    "Share of past figures within the forecast’s range (80% should be) below which a first page names no month.",
)

LEARNERS_PER_MANAGER = Assumed(
    "PQIP_LEARNERS_PER_MANAGER",
    2,
    "Learners for each senior probation officer in post, who manages officers beside them.",
)
PEOPLE_PER_MENTOR = Assumed(
    "PQIP_PEOPLE_PER_MENTOR",
    2,
    "Learners and newly qualified officers that one mentor looks after.",
)

ASSUMED = [
    UNITS_AT_RISK,
    MODULE_DAYS_OVERDUE,
    LAST_ATTEMPT,
    OVERDUE_WORKING_DAYS,
    ABSENCE_DAYS,
    RETURN_DAYS,
    NEWLY_QUALIFIED_MONTHS,
    AWARD_MONTHS,
    TARGET_CASELOAD,
    FOLLOW_UP_DAYS,
    COURSE_DUE_MONTHS,
    REVIEW_MONTHS,
    APPEAL_DAYS,
    COUNTERSIGN_MINUTES,
    CHASE_WORKING_DAYS,
    RATE_LEAST,
    LEAVING_AVERAGE,
    THRESHOLD,
    DECLARATION,
    CHECKS_DAYS,
    FORECAST_YEARS,
    FORECAST_RUNS,
    FORECAST_HELD,
    LEARNERS_PER_MANAGER,
    PEOPLE_PER_MENTOR,
]


def as_set(text: str) -> str:
    """Return a definition with each `{SETTING}` replaced by its value today."""
    return text.format_map({one.setting: one.in_words for one in ASSUMED})
