"""Exchange: importing and writing files."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ExchangeConfig(AppConfig):
    name = "pqip.exchange"
    label = "exchange"
    verbose_name = "Exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.exchange import permissions, stores  # noqa: F401  (each registers itself)

        autodiscover_modules("imports")
