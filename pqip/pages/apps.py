"""Pages: what every page is built from, and the ground floor's own pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pqip.pages"
    label = "pages"
    verbose_name = "Pages"

    def ready(self) -> None:
        from pqip.govuk import navigation
        from pqip.jobs.permissions import MANAGE

        navigation.register(
            "Import data", "exchange:list", permission="exchange.import_data", order=60
        )
        navigation.register("Background work", "jobs:attention", permission=MANAGE.code, order=80)
        navigation.register("E-mails", "post:attention", permission=MANAGE.code, order=85)
        navigation.register("Files", "files:gone", permission=MANAGE.code, order=87)
