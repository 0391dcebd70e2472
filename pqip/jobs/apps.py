"""Jobs: queue, scheduler, sweeper, health. They implement `pqip/core/background/`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "pqip.jobs"
    label = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.core.background.queue import register_queue
        from pqip.jobs import permissions  # noqa: F401  (registers itself)
        from pqip.jobs.queue import enqueue
        from pqip.jobs.running import finishing

        register_queue(enqueue, finishing)
        autodiscover_modules("tasks", "schedules")
