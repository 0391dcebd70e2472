"""`manage.py load_reference`: load the reference data that ships. Safe to run as often as needed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from pqip.core.reference import kinds
from pqip.core.reference_loading import load_all


class Command(BaseCommand):
    help = "Loads regions, PDUs, universities, pathways, modules, qualifications, courses, reasons and bank holidays."

    def handle(self, *args: Any, **options: Any) -> None:
        for slug, done in load_all().items():
            kept = f", {done.kept} kept as a person left them" if done.kept else ""
            if options["verbosity"]:
                self.stdout.write(
                    f"{kinds[slug].title}: {done.new} new, {done.changed} changed, {done.unchanged} as they were{kept}"
                )
