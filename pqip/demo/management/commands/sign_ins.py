"""`sign_ins`: print the address, and one sign-in for each role."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from pqip.demo.personas import PASSWORD, PERSONAS
from workforce.roles import ROLES


class Command(BaseCommand):
    help = "Print the address of this demonstration and a sign-in for each role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(
            f"\n  http://localhost:{options['port']}/   (made-up data; Ctrl-C stops everything)\n\n"
        )
        for persona in PERSONAS:
            self.stdout.write(f"  {ROLES[persona.role].title:<28} {persona.email:<32} {PASSWORD}\n")
