"""The components of govuk-frontend-jinja, for what a page has a few of: each is a macro with GOV.UK Frontend's own options.

The options are listed with each component at design-system.service.gov.uk. The macros use names that are not given, which
our own environment forbids; so they run in an environment of their own, which escapes as ours does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader, Undefined
from markupsafe import Markup

PACKAGE = "govuk_frontend_jinja"


@cache
def _environment() -> Environment:
    loader = PrefixLoader({PACKAGE: PackageLoader(PACKAGE)})
    env = Environment(loader=loader, autoescape=True, undefined=Undefined, auto_reload=False)
    env.filters["indent"] = lambda html, *_: (
        html
    )  # it would move the lines of text that somebody is editing
    return env


@cache
def _macro(component: str) -> Callable[[dict[str, Any]], Markup]:
    name = "govuk" + "".join(part.capitalize() for part in component.split("-"))
    module = _environment().get_template(f"{PACKAGE}/components/{component}/macro.html").module
    macro: Callable[[dict[str, Any]], Markup] = getattr(module, name)
    return macro


def render(component: str, options: dict[str, Any]) -> Markup:
    """Return a component, such as `button`, with its options; None and empty options count as not given."""
    given = {name: value for name, value in options.items() if value is not None and value != ""}
    return Markup(_macro(component)(given).strip())  # noqa: S704  (escaped by the library's environment)


def words(text: Any, name: str = "") -> dict[str, Any]:
    """Return an option as `text`, or as `html` where it is marked safe; with a name, as `titleText` or `titleHtml`."""
    kind = "html" if hasattr(text, "__html__") else "text"
    return {f"{name}{kind.capitalize()}" if name else kind: text}
