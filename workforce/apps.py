"""Workforce: people, places, accounts and staffing."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "workforce"
    verbose_name = "Workforce"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from workforce import permissions, reference  # noqa: F401  (both register themselves)
