"""Database expressions that models and migrations share. They name stable functions of PostgreSQL."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models


class RandomUUID(models.Func):
    """PostgreSQL's own random UUID, so that bulk writes and COPY get one too."""

    template = "gen_random_uuid()"
    output_field = models.UUIDField()


class Joined(models.Func):
    """Concatenation by `||`, which PostgreSQL counts as unchanging and so lets a generated column use."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = models.TextField()


class Folded(models.Func):
    """The form in which a text is looked up: `pqip.core.words.folded`, in the database."""

    function = "core_folded"
    output_field = models.TextField()


class Days(models.Func):
    """The `daterange` from the first to the last day, both included; no last day means for ever."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field = DateRangeField()


class DaysBefore(models.Func):
    """The `daterange` from the first day up to, not including, the second; none means for ever."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[)')"
    output_field = DateRangeField()


class Bare(models.Func):
    """A number of somebody or something in capitals and without leading zeros, which spreadsheets take off; `APP:` stays."""

    template = r"regexp_replace(upper(%(expressions)s), '^(APP:)?0+', '\1')"
    output_field = models.TextField()
