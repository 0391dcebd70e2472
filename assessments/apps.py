"""Assessments: qualifications, evidence, decisions and their countersigning."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "Assessments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assessments import permissions, reference  # noqa: F401  (both register themselves)
