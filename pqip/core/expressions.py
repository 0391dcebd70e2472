"""Database expressions that models and migrations share. They name stable functions of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models.expressions import RawSQL


class RandomUUID(models.Func):
    """PostgreSQL's own random UUID, so that bulk writes and COPY also get one."""

    template = "gen_random_uuid()"
    output_field = models.UUIDField()


class Joined(models.Func):
    """Concatenation by `||`, which PostgreSQL counts as immutable and therefore allows in a generated column."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = models.TextField()


class Folded(models.Func):
    """The form in which a text is searched: `pqip.core.words.folded`, in the database."""

    function = "core_folded"
    output_field = models.TextField()


class Days(models.Func):
    """The `daterange` from the first to the last day, both included; without a last day it has no end."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field = DateRangeField()


class DaysBefore(models.Func):
    """The `daterange` from the first day up to, but not including, the second; without a second it has no end."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[)')"
    output_field = DateRangeField()


class MonthsAfter(models.Func):
    """The day so many calendar months after another, or the last day of a month that does not have that day."""

    template = "(%(expressions)s))::date"
    arg_joiner = " + make_interval(months => "
    output_field = models.DateField()


class Bare(models.Func):
    """A number in capitals and without leading zeros, which spreadsheets remove; the prefix `APP:` stays."""

    template = r"regexp_replace(upper(%(expressions)s), '^(APP:)?0+', '\1')"
    output_field = models.TextField()


def these(keys: Iterable[int]) -> RawSQL:
    """Many keys as one value, for `pk__in`: of a list Django prepares each key by itself, a page's longest work."""
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)])
