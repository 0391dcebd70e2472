"""Tells countersigners that a file recorded countersignatures in their name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from workforce.actions.approvals_telling import tell_named

KIND = "countersignatures_imported"


def tell_countersigners(people: Collection[int], *, by: Any) -> None:
    """Send each of these people with an account one notice for each import, with a link to the page to check."""
    tell_named(KIND, people, by=by, page="assessments:given")
