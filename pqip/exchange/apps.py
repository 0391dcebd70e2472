"""Exchange: files in and out."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ExchangeConfig(AppConfig):
    name = "pqip.exchange"
    label = "exchange"
    verbose_name = "Exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.exchange import permissions  # noqa: F401  (registers itself)
        from pqip.govuk import navigation

        navigation.register("Import data", "exchange:list", permission="exchange.import_data", order=60)
        autodiscover_modules("imports")
