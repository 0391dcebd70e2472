"""Whose reach the rows of several models are in: by the candidate of a registration, or of the evidence for one."""

from __future__ import annotations

OF_REGISTRATION = {
    "region": "registration__person__region_id",
    "pdu": "registration__person__pdu_id",
    "learner": "registration__person_id",
}
OF_EVIDENCE = {name: f"evidence__{path}" for name, path in OF_REGISTRATION.items()}
