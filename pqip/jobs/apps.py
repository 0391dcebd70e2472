"""Jobs: queue, scheduler, sweeper, health."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "pqip.jobs"
    label = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.jobs import permissions  # noqa: F401  (registers itself)

        autodiscover_modules("tasks", "schedules")
