"""Access is denied by default.

Each view declares the permission it needs, or that it is public; otherwise the project does not start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeGuard

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic.base import TemplateResponseMixin, View

from pqip.core.limits import count_asked

if TYPE_CHECKING:  # `_User` stands for the class that `AUTH_USER_MODEL` names
    from django.contrib.auth.models import _User

    class _View(TemplateResponseMixin, View):
        pass
else:
    _View = object

PUBLIC = "public"
SIGNED_IN = "signed in"

#: Views of libraries, by the module they come from, and what guards them.
LIBRARIES = {
    "allauth.": "allauth's own: sign-in pages are public, the rest ask for a signed-in user"
}


class SignedInRequest(HttpRequest):
    """A request that `refusal` let pass with a permission other than `PUBLIC`, and so from an account.

    For annotations only.
    """

    user: _User


def is_signed_in(request: HttpRequest) -> TypeGuard[SignedInRequest]:
    """Return whether the request comes from an account."""
    return request.user.is_authenticated


class OfPage(_View):
    """Base for mixins of pages: it tells the type checker that they are views and that the user is signed in."""

    request: SignedInRequest
    kwargs: dict[str, Any]
    permission: str


def address_name(request: HttpRequest) -> str:
    """Return the name of the requested address, with its namespace. Raises ValueError before the address is resolved."""
    if request.resolver_match is None:
        raise ValueError("The address is not resolved yet.")
    return request.resolver_match.view_name


def requires(
    permission: str, *, limited: str = ""
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a function view with the permission it needs: a code, `PUBLIC` or `SIGNED_IN`.

    `limited` names the kind of use that is counted, if any.
    """

    def declare(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return refusal(request, permission, limited) or view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.login_required = permission != PUBLIC  # type: ignore[attr-defined]
        guarded.__name__, guarded.__module__, guarded.__doc__ = (
            view.__name__,
            view.__module__,
            view.__doc__,
        )
        return guarded

    return declare


class PermissionRequired:
    """Mixin for class-based views.

    `permission` is the code needed; `limited` gives, by HTTP method, the kind of use that is counted.
    """

    permission: str
    #: For example `{"POST": "search"}`; the kinds are the keys of `settings.PERSON_LIMITS`.
    limited: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponse]:
        view = super().as_view(**initkwargs)  # type: ignore[misc]
        view.login_required = cls.permission != PUBLIC
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = (
            "GET" if request.method == "HEAD" else request.method or ""
        )  # HEAD does everything that GET does, and shows nothing
        limited = self.limited.get(method, "")
        return refusal(request, self.permission, limited) or super().dispatch(  # type: ignore[misc]
            request, *args, **kwargs
        )


def refusal(request: HttpRequest, permission: str, limited: str = "") -> HttpResponse | None:
    """Return None where the user may go on, or the sign-in page where nobody is signed in.

    Raises PermissionDenied without the permission, and TooMany for too many requests of the kind `limited`.
    """
    if permission == PUBLIC:
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if permission != SIGNED_IN and not request.user.can(permission):
        raise PermissionDenied(permission)
    if limited:
        count_asked(request, limited)
    return None


def declared_permission(callback: Any) -> str | None:
    """Return the permission that a view declares, or None."""
    view = getattr(callback, "view_class", None)
    return getattr(view, "permission", None) or getattr(callback, "permission", None)


def every_url(
    patterns: Any = None, prefix: str = "", namespace: str = ""
) -> Iterator[tuple[str, str, Any]]:
    """Yield every address of the project: its name with namespace, its path and its view."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from every_url(entry.url_patterns, path, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or ''}", path, entry.callback


def is_library(callback: Any) -> bool:
    """Return whether a view comes from one of the libraries listed above."""
    module = getattr(getattr(callback, "view_class", callback), "__module__", "")
    return any(module.startswith(prefix) for prefix in LIBRARIES)
