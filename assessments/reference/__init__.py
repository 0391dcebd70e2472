"""Reference data of assessment: qualifications, their versions, units and criteria, and how much is sampled.

The criteria are the awarding body's text and ship as labelled placeholders; the VQ centre loads a new version.
"""

from __future__ import annotations

from pathlib import Path

from pqip.core.reference import Kind, file, register

HERE = Path(__file__).parent

register(
    Kind(
        "qualifications", "Qualifications", "qualification", "assessments.Qualification", ("code",),
        ("code", "name", "awarding_body", "order"), file(HERE / "qualifications.csv"), "S3 §3.5; awarding body (W30a, W32a).",
    ),
    Kind(
        "versions", "Versions of qualifications", "version", "assessments.QualificationVersion", ("qualification", "name"),
        ("qualification", "name", "from_date", "source", "is_placeholder"),
        file(HERE / "versions.csv"), "Each version states its own source.",
    ),
    Kind(
        "units", "Units", "unit", "assessments.Unit", ("version", "number"), ("version", "number", "title"),
        file(HERE / "units.csv"), "As their version says.",
    ),
    Kind(
        "criteria", "Criteria", "criterion", "assessments.Criterion", ("unit", "code"),
        ("unit", "code", "text", "required_count", "order"), file(HERE / "criteria.csv"), "As their version says.",
    ),
    Kind(
        "sampling-policies", "Sampling policies", "sampling policy", "assessments.SamplingPolicy", ("from_date",),
        ("from_date", "standard_share", "raised_share", "trainee_share", "new_months", "often_percent", "every_unit",
         "every_method", "first_of_unit", "period_months", "source"),
        file(HERE / "sampling_policies.csv"), "Shares are assumed; what is sampled follows rules C3 59 to 63.",
    ),
)

from assessments.reference import upload  # noqa: E402, F401  (the dataset registers itself)
