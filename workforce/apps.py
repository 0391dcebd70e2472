"""Workforce: people, places, accounts and staffing."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "workforce"
    verbose_name = "Workforce"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pqip.exchange import history
        from pqip.govuk import navigation
        from pqip.messages import telling
        from workforce import permissions, reference  # noqa: F401  (most register themselves)
        from workforce.accounts import demonstration, events, sessions  # noqa: F401  (they listen to signing in, and check)
        from workforce.accounts.administrators import administrators
        from workforce.data_quality import staff, staffing  # noqa: F401  (its checks register themselves)
        from workforce.derived import proof  # noqa: F401  (most register themselves)
        from workforce.facts import opening
        from workforce.plugins import finding, merging  # noqa: F401  (they register themselves)
        from workforce.ports import landing_pages

        history.register_places(opening.of_places, refusal=opening.refusal)
        telling.administrators_from(administrators)
        landing_pages.register("administrator", "People with access", "workforce:accounts")
        landing_pages.register("data_protection", "Who saw what", "workforce:access_log")
        navigation.register(
            "Staff", "workforce:staff", permission="workforce.view_person", order=40
        )
        navigation.register(
            "Register",
            "workforce:register",
            permission="workforce.view_person",
            order=41,
            under="workforce:staff",
        )
        navigation.register(
            "People with access",
            "workforce:accounts",
            permission="workforce.manage_accounts",
            order=70,
        )
        navigation.register(
            "Who saw what", "workforce:access_log", permission="workforce.view_access_log", order=72
        )
        navigation.register(
            "Reference data",
            "workforce:reference",
            permission="workforce.manage_reference",
            order=75,
        )
        navigation.register(
            "Opening of regions",
            "workforce:open_regions",
            permission="workforce.open_region",
            order=76,
        )
