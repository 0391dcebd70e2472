"""Default deny. A view says which permission it needs, or that it is public; one that says nothing does not start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from pqip.core.limits import count_asked

PUBLIC = "public"
SIGNED_IN = "signed in"

#: Views of libraries, by the module they come from, and what guards them there.
LIBRARIES = {
    "allauth.": "allauth's own: sign-in pages are public, the rest ask for a signed-in user",
}


def requires(permission: str, *, limited: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare what a function view needs: a permission's code, `PUBLIC` or `SIGNED_IN`; as what its use is limited, if it is."""

    def declare(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return refusal(request, permission, limited) or view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.login_required = permission != PUBLIC  # type: ignore[attr-defined]
        guarded.__name__, guarded.__module__, guarded.__doc__ = view.__name__, view.__module__, view.__doc__
        return guarded

    return declare


class PermissionRequired:
    """Mixin for class-based views: `permission` names what is needed; `limited` as what its use is limited, by its method."""

    permission: str
    #: Such as `{"POST": "search"}`; the kinds stand in `settings.PERSON_LIMITS`.
    limited: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponse]:
        view = super().as_view(**initkwargs)  # type: ignore[misc]
        view.login_required = cls.permission != PUBLIC
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        method = "GET" if request.method == "HEAD" else request.method or ""  # which does all that GET does, and shows nothing
        limited = self.limited.get(method, "")
        return refusal(request, self.permission, limited) or super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


def refusal(request: HttpRequest, permission: str, limited: str = "") -> HttpResponse | None:
    """None for who may pass; the sign-in page for nobody; PermissionDenied for who may not, TooMany for who asks too often."""
    if permission == PUBLIC:
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if permission != SIGNED_IN and not request.user.can(permission):  # type: ignore[union-attr]
        raise PermissionDenied(permission)
    if limited:
        count_asked(request, limited)
    return None


def declared_permission(callback: Any) -> str | None:
    """What a view declares it needs, or None."""
    view = getattr(callback, "view_class", None)
    return getattr(view, "permission", None) or getattr(callback, "permission", None)


def every_url(patterns: Any = None, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every URL of the project: name with namespace, path, view."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from every_url(entry.url_patterns, path, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or ''}", path, entry.callback


def is_library(callback: Any) -> bool:
    """True for a view that comes from a library listed above."""
    module = getattr(getattr(callback, "view_class", callback), "__module__", "")
    return any(module.startswith(prefix) for prefix in LIBRARIES)
