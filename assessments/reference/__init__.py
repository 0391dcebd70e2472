"""Reference data of assessment: qualifications, their versions, units and criteria, and the sampling policy.

The criteria are the awarding body's text. The project ships labelled placeholders; the VQ centre loads a new version.
"""

from __future__ import annotations

from pathlib import Path

from assessments.reference.replacing import fill_in_replaces
from pqip.core.reference import Kind, file, register

HERE = Path(__file__).parent

register(
    Kind(
        "qualifications",
        "Qualifications",
        "qualification",
        "assessments.Qualification",
        ("code",),
        ("code", "name", "awarding_body", "order"),
        file(HERE / "qualifications.csv"),
        "S3 §3.5; awarding body (W30a, W32a).",
    ),
    Kind(
        "versions",
        "Versions of qualifications",
        "version",
        "assessments.QualificationVersion",
        ("qualification", "name"),
        ("qualification", "name", "title", "from_date", "source", "is_placeholder", "by_choice"),
        file(HERE / "versions.csv"),
        "Each version states its own source.",
    ),
    Kind(
        "unit-groups",
        "Groups of optional units",
        "group of optional units",
        "assessments.UnitGroup",
        ("version", "name"),
        ("version", "name", "choose"),
        file(HERE / "unit_groups.csv"),
        "As their version says.",
    ),
    Kind(
        "units",
        "Units",
        "unit",
        "assessments.Unit",
        ("version", "number"),
        ("version", "number", "title", "group", "code", "credit"),
        file(HERE / "units.csv"),
        "As their version says. Codes of units 2 and 3 for assessors: W30b; others are not published.",
    ),
    Kind(
        "criteria",
        "Criteria",
        "criterion",
        "assessments.Criterion",
        ("unit", "code"),
        ("unit", "code", "text", "required_count", "order"),
        file(HERE / "criteria.csv"),
        "As their version says.",
        fill_in_replaces,
    ),
    Kind(
        "sampling-policies",
        "Sampling policies",
        "sampling policy",
        "assessments.SamplingPolicy",
        ("from_date",),
        (
            "from_date",
            "standard_share",
            "raised_share",
            "trainee_share",
            "new_months",
            "often_percent",
            "every_unit",
            "every_method",
            "first_of_unit",
            "period_months",
            "source",
        ),
        file(HERE / "sampling_policies.csv"),
        "Shares are assumed; what is sampled follows rules C3 59 to 63.",
    ),
)

from assessments.reference import upload  # noqa: E402, F401  (the dataset registers itself)
