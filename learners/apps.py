"""Learners: the programme and everybody on it."""

from django.apps import AppConfig


class LearnersConfig(AppConfig):
    name = "learners"
    verbose_name = "Learners"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from learners import (  # noqa: F401  (each registers itself)
            data_quality,
            happenings,
            imports,
            merging,
            permissions,
            places,
            proof,
            record_pages,
            reference,
            schedules,
        )
