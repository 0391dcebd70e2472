"""Files: what people bring and what the service makes."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FilesConfig(AppConfig):
    name = "pqip.files"
    label = "files"
    verbose_name = "Files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.files import held  # noqa: F401  (its folder is tidied too)
        from pqip.govuk import navigation
        from pqip.jobs.permissions import MANAGE

        navigation.register("Files", "files:gone", permission=MANAGE.code, order=87)
        autodiscover_modules("stores")
