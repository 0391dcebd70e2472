"""Looking for people without putting their names in an address.

The words are posted, kept in the session under a short token, and the browser is sent to `?find=<token>`: the back button
works, and neither logs, history nor a shared link hold a name. A token means nothing in another session.
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
    """A token for these words; empty for none. The newest twenty searches of a session are kept."""
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
    """The words behind a token; empty when this session does not know it."""
    return str(session.get(KEY, {}).get(token, ""))


def after_search(request: HttpRequest, path: str = "") -> HttpResponseRedirect:
    """Where a list sends the browser after its box was posted: itself (or `path`), its filters kept, `find` set or gone."""
    token = remember(request.session, request.POST.get("words", ""))
    return HttpResponseRedirect(with_query(request.GET, path or request.path, find=token))


def words_sought(request: HttpRequest) -> str:
    """The words a list is narrowed by; empty when none, or when the token is another session's."""
    return recall(request.session, request.GET.get("find", ""))
