"""`manage.py check_ledger`: recompute everything derived from the dated facts and compare."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pqip.core import proof
from pqip.core.snapshot import snapshot


class Command(BaseCommand):
    help = "Recompute every derived status, achievement and cached figure from its dated facts; exit 1 and a list where one differs."  # noqa: E501

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        with snapshot():
            for check in proof.checks():
                found += self._run(check)
        if found:
            raise CommandError(
                f"{found} {'difference' if found == 1 else 'differences'} found. What is kept must be worked out again."
            )

    def _run(self, check: proof.Check) -> int:
        """Print each difference as it is found, so that a long list is never in memory."""
        count = 0
        for count, sentence in enumerate(check.differences(), 1):  # noqa: B007  (counted as it goes)
            self.stderr.write(f"{check.title}: {sentence}")
        self.stdout.write(
            f"{check.title}: {'as the facts say' if not count else f'{count} differ'}"
        )
        return count
