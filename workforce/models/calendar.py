"""Bank holidays of England and Wales: reference data for counting working days."""

from __future__ import annotations

from django.db import models


class BankHoliday(models.Model):
    """A bank holiday in England and Wales."""

    date = models.DateField(unique=True)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["date"]

    def __str__(self) -> str:
        return self.name
