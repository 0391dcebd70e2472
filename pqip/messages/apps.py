"""Messages: e-mail as rows."""

from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "pqip.messages"
    label = "post"
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.messages import telling  # noqa: F401  (listens)
