"""Finds people without putting their names in an address.

The words are posted and kept in the session under a short token, and the browser is redirected to `?find=<token>`: the back
button works, and no log, history or shared link contains a name. A token is unknown in any other session.
"""

from __future__ import annotations

from secrets import token_urlsafe

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseRedirect

from pqip.core.words import tidy
from pqip.govuk.links import with_query

KEY = "remembered-searches"
KEPT = 20
LONGEST = 100


def remember(session: SessionBase, words: str) -> str:
    """Return a token for these words; "" for none. The newest twenty searches of a session are kept."""
    words = tidy(words)[:LONGEST]
    if not words:
        return ""
    searches = dict(session.get(KEY, {}))
    token = next((token for token, known in searches.items() if known == words), token_urlsafe(6))
    searches.pop(token, None)
    searches[token] = words
    session[KEY] = dict(list(searches.items())[-KEPT:])
    return token


def recall(session: SessionBase, token: str) -> str:
    """Return the words of a token; "" where this session does not know it."""
    return str(session.get(KEY, {}).get(token, ""))


def after_search(request: HttpRequest, path: str = "") -> HttpResponseRedirect:
    """Redirect after a list's search box was posted: to the list itself (or `path`), with its filters, and `find` set or
    removed.
    """
    token = remember(request.session, request.POST.get("words", ""))
    return HttpResponseRedirect(with_query(request.GET, path or request.path, find=token))


def words_sought(request: HttpRequest) -> str:
    """Return the words that narrow a list; "" for none, or where the token belongs to another session."""
    return recall(request.session, request.GET.get("find", ""))
