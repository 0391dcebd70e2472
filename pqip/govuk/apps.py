from django.apps import AppConfig


class GovukConfig(AppConfig):
    name = "pqip.govuk"
    label = "govuk"
