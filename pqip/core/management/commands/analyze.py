"""`manage.py analyze`: bring the planner's statistics up to date, after a load of any size."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = "Gather statistics of every table as the owner; until then pages go by those of before the load."

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
