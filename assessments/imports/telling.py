"""Tells the countersigners a file names that countersignatures were imported in their name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from workforce.actions.telling import tell_named

KIND = "countersignatures_imported"


def tell_countersigners(people: Collection[int], *, by: Any) -> None:
    """A notice to each who has an account, once for each import, told where to look."""
    tell_named(KIND, people, by=by, page="assessments:given")
