"""The ground floor that all apps share: clock, ledger, audit, scope and access."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "pqip.core"
    label = "core"
    verbose_name = "Ground floor"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.core import broker, checks, guards  # noqa: F401  (checks register themselves)

        post_migrate.connect(guards.lay_after_migrate, sender=self)
