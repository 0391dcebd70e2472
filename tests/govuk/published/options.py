"""Reading an example's options; refusing those our components do not offer."""

from __future__ import annotations

from typing import Any

from django.template import engines
from django.utils.safestring import mark_safe

Options = dict[str, Any]


#: Options for which False is not the same as leaving them out.
SAID_FALSE = {"spellcheck", "disableAutoFocus"}


class Unsupported(Exception):
    """The example uses an option our components do not offer."""


def render(source: str, **context: Any) -> str:
    return engines["jinja2"].from_string(source).render(context)


def only(options: Options, *names: str) -> Options:
    """The options, or Unsupported when there are others."""
    asked = {
        name
        for name, value in options.items()
        if value not in (None, "", False, [], {}) or name in SAID_FALSE
    }
    extra = asked - set(names)
    if extra:
        raise Unsupported(", ".join(sorted(extra)))
    return options


def words(options: Options | None, *others: str) -> Any:
    """Text, or HTML as it is."""
    only(options or {}, "text", "html", *others)
    options = options or {}
    return mark_safe(options["html"].strip()) if options.get("html") else options.get("text", "")


def words_of(options: Options | None) -> Any:
    options = options or {}
    return mark_safe(options["html"].strip()) if options.get("html") else options.get("text", "")
