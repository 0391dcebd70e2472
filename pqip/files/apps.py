"""Files that users bring and files that the service makes."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "pqip.files"
    label = "files"
    verbose_name = "Files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.files import held  # noqa: F401  (its folder is tidied too)
