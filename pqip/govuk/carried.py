"""The hidden fields of a form: the token against forged requests, and the token against sending twice
(`pqip/core/once.py`).
"""

from __future__ import annotations

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from pqip.core.tokens import NAME, new_token

HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')


@pass_context
def csrf(context: Context) -> Markup:
    """Return the hidden input `{{ csrf() }}` of a form that posts; empty without a request or token."""
    token = context.get("csrf_token")
    return HIDDEN.format("csrfmiddlewaretoken", token) if token else Markup()


@pass_context
def form_token(context: Context, own: bool = False) -> Markup:
    """Return the hidden input `{{ form_token() }}` of a form that records something; empty where nobody is signed in.

    The page's main form keeps its token however often it is shown again; with `own`, a separate button gets its own token.
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Markup()
    sent, typed = getattr(request, "sending", None), context.get("typed")
    again = None if own else sent.token if sent is not None else typed.token if typed else None
    return HIDDEN.format(NAME, (again or new_token(user)).text)
