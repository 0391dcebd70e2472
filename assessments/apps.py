"""Assessments: qualifications, evidence, decisions and their countersigning."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "Assessments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assessments import (  # noqa: F401  (each registers itself)
            data_quality,
            happenings,
            merging,
            pages,
            permissions,
            proof,
            reference,
        )
        from assessments.strand import Strand
        from learners import ports

        ports.answer(Strand())
