"""The template engine of the pages: Jinja2, strict about names, with the functions that every template may call.

A name that a view has not passed raises an error in every environment. Only the names in docs/pages.md that a layout *may*
have can be left out; they are listed here with their defaults.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import engines
from django.template.defaultfilters import linebreaksbr
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pqip.core import formats
from pqip.govuk.carried import csrf, form_token
from pqip.govuk.components import Components
from pqip.govuk.csp import JS_ENABLED
from pqip.govuk.shell import SERVICE_NAME
from pqip.govuk.tables import Cell

#: The folder of Django's Jinja2 templates for widgets.
WIDGETS = Path(forms.__file__).parent / "jinja2"
#: Names that frame and layouts may be given, with the value where a page leaves them out.
MAY_HAVE: dict[str, Any] = {
    # the frame
    "breadcrumbs": (), "back_url": "", "pages": None, "messages": (), "request": None, "govuk_brand": False, "is_demo": False,
    "navigation": (), "find_url": "", "time_left": None,
    # layouts
    "heading": "", "lead": "", "total": "",
    "section": (), "tabs": (), "filter": None, "actions": (), "counts": (), "counts_label": "",
    "identity": None, "foot": None, "form": None, "form_id": "", "typed": None, "warn": "", "cancel_url": "", "submit": "Save",
    "rows": (), "danger": False, "panel_text": "",
    # allauth, where it redirects to another page, and where a link has expired
    "redirect_field": "", "token_fail": False,
    # error pages
    "why": "", "lacks_person": False, "when": "", "kind": "", "name": "", "administrators_told": False, "entered": {},
    "kept": None, "form_again": None,
}  # fmt: skip
FILTERS = (
    "date_gov",
    "short_date",
    "month_gov",
    "time_gov",
    "datetime_gov",
    "number",
    "percent",
    "lower_first",
)


def environment(*, loader: FileSystemLoader, **options: Any) -> Environment:
    """Return the environment that the settings name.

    A template is compiled once in a process, and again only with `auto_reload`.
    """
    loaders = ChoiceLoader([loader, FileSystemLoader(WIDGETS)])
    options |= {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "cache_size": -1,
    }
    options["autoescape"] = lambda name: (
        name is None or not name.endswith(".txt")
    )  # notices are plain text
    env = Environment(loader=loaders, **options)  # noqa: S701  (Django asks for escaping)
    env.filters |= {name: getattr(formats, name) for name in FILTERS}
    env.filters["linebreaksbr"] = linebreaksbr
    env.tests["cell"] = lambda value: isinstance(value, Cell)
    env.globals |= MAY_HAVE | {
        "service": SERVICE_NAME,
        "js_enabled": Markup(f"<script>{JS_ENABLED}</script>"),  # noqa: S704  (constant; its hash stands in the policy)
        "static": static,
        "url": url,
        "url_if": url_if,
        "csrf": csrf,
        "form_token": form_token,
        "has_errors": has_errors,
    }
    env.globals["ui"] = Components(env)
    return env


def engine() -> Any:
    """Return the template engine of the pages, as the settings name it."""
    return engines["jinja2"]


def compile_all() -> None:
    """Compile every template, which takes less than a second, so that no user's first page waits for it."""
    env = engine().env
    for name in env.list_templates(extensions=["html", "txt"]):
        env.get_template(name)


def signed_in(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the signed-in user, and the token of the page's forms, created once and only where a form asks for
    it.
    """
    return {
        "user": getattr(request, "user", None),
        "csrf_token": SimpleLazyObject(partial(get_token, request)),
    }


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page: `{{ url("learners:learner", public_id) }}`."""
    return reverse(name, args=args, kwargs=kwargs)


def url_if(name: str) -> str:
    """Return the address of a page, or "" where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def has_errors(form: forms.BaseForm | None) -> bool:
    """Return whether the page title needs *Error:*; False for an unbound form or none."""
    return bool(form is not None and form.is_bound and form.errors)
