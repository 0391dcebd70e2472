"""Columns of a model's own table, by the names of its fields."""

from __future__ import annotations

from django.db import models


def own_field(model: type[models.Model], name: str) -> models.Field:
    """Return a field of the model with a column of its own. Raises TypeError for a relation from another model."""
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{model.__name__}.{name} has no column.")
    return field


def column_of(field: models.Field) -> str:
    """Return the column of a field. Raises TypeError for a field without one."""
    if field.column is None:
        raise TypeError(f"{field} has no column.")
    return field.column


def columns(model: type[models.Model]) -> list[str]:
    """Return the columns of the model's table, in the order of its fields."""
    return [column_of(field) for field in model._meta.concrete_fields]
