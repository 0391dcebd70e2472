"""Reports: every figure, and the files made of them."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.govuk import navigation
        from reports import permissions  # noqa: F401  (the catalogue registers itself)

        navigation.register("Reports", "reports:index", permission="reports.view_reports", order=60)
