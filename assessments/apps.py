"""Assessments: qualifications, evidence, decisions and their countersigning."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "Assessments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assessments import permissions, reference  # noqa: F401  (each registers itself)
        from assessments.derived import proof  # noqa: F401  (registers itself)
        from assessments.plugins import data_quality, evidence_files, merging, pages, timeline  # noqa: F401  (each registers itself)
        from assessments.plugins.vocational import Strand
        from learners.ports import vocational

        vocational.answer(Strand())
