"""Reports: every figure, and the files made from them."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.govuk import navigation
        from reports import permissions  # noqa: F401  (the catalogue registers itself)
        from reports.derived import proof  # noqa: F401  (registers itself)
        from reports.plugins import stores  # noqa: F401  (registers itself)
        from reports.presenters.data_quality import first_page_counts
        from workforce.ports import landing_pages

        own = ("assessments.decide", "assessments.countersign")
        navigation.register(
            "My countersigning", "reports:my_countersigning", permission=own, order=15
        )
        navigation.register("Reports", "reports:index", permission="reports.view_reports", order=60)
        navigation.register(
            "Monthly reports", "reports:schedules", permission="reports.manage_schedules", order=62
        )
        navigation.register(
            "Downloads of reports",
            "reports:downloads",
            permission="reports.view_downloads",
            order=64,
        )
        for role in ("regional_manager", "national"):
            landing_pages.register(
                role, "Are we going to have enough officers?", "reports:overview"
            )
        landing_pages.add_counts(first_page_counts)
