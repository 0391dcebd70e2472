"""Jobs: queue, scheduler, sweeper, health."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "pqip.jobs"
    label = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.govuk import navigation
        from pqip.jobs.permissions import MANAGE

        navigation.register("Background work", "jobs:attention", permission=MANAGE.code, order=80)
        autodiscover_modules("tasks", "schedules")
