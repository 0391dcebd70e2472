"""Made-up data and demonstration accounts, installed only where demonstration is switched on."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "pqip.demo"
    label = "demo"
    verbose_name = "Demonstration"
