"""`manage.py end_sessions EMAIL` or `--everybody`: signed-in users must sign in again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workforce.accounts.sessions import end_every_session, end_sessions
from workforce.models import User


class Command(BaseCommand):
    help = "Ends every session of an account, or of everybody, so that they sign in again. Switching an account off does so too."

    def add_arguments(self, parser: CommandParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("email", nargs="?")
        whose.add_argument("--everybody", action="store_true")

    def handle(self, *args: Any, email: str | None, everybody: bool, **options: Any) -> None:
        if everybody:
            ended = end_every_session()
        else:
            user = User.objects.filter(email=str(email).lower()).first()
            if user is None:
                raise CommandError(f"{email} has no account.")
            ended = end_sessions(user)
        self.stdout.write(f"{ended} session{'' if ended == 1 else 's'} ended.")
