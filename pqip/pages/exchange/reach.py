"""What a user may see of imports: datasets they may import, and files they brought themselves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from pqip.exchange.datasets import Dataset, registry
from pqip.exchange.models import ImportRun


def datasets_for(user: Any) -> list[Dataset]:
    """Return the datasets that a user may import, by title."""
    return sorted(
        (each for each in registry.values() if user.can(each.permission)),
        key=lambda each: each.title,
    )


def dataset_for(user: Any, name: str) -> Dataset:
    """Return one of them.

    Raises Http404 for an unknown name, PermissionDenied for a dataset that the user may not import.
    """
    if name not in registry:
        raise Http404
    if not user.can(registry[name].permission):
        raise PermissionDenied(registry[name].permission)
    return registry[name]


def run_for(user: Any, public_id: Any) -> ImportRun:
    """Return one of the user's own imports. Raises Http404 for anybody else's."""
    return get_object_or_404(ImportRun.objects.made_by(user), public_id=public_id)
