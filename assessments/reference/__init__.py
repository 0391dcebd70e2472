"""Reference data of assessment: qualifications, their versions, units and criteria.

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
)

from assessments.reference import upload  # noqa: E402, F401  (the dataset registers itself)
