"""Learners: the programme and everybody on it."""

from django.apps import AppConfig


class LearnersConfig(AppConfig):
    name = "learners"
    verbose_name = "Learners"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from learners import imports, permissions, reference, schedules  # noqa: F401  (each registers itself)
        from learners.derived import proof  # noqa: F401  (registers itself)
        from learners.plugins import data_quality, finding, merging, record_pages, timeline  # noqa: F401  (each registers itself)
