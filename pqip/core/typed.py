"""Keeps what a user typed into a form that could not be accepted, so that it comes back to them and to nobody else.

It is kept in the browser's session, encrypted with a key derived from SECRET_KEY, for the account to which the page was
shown, until the form is sent or some hours have passed. Files cannot be kept, passwords never are, and none of it is in an
address.

`keep(request, typed)`: before an answer that refuses the form or asks the user to sign in.
`given_back(request)`: what to fill the form with, on the page on which it was typed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.forms import CharField
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDictKeyError

from pqip.core.access import SignedInRequest
from pqip.core.sealing import cipher
from pqip.core.tokens import NAME, FormToken, read_token

SESSION_KEY = "typed"
#: Sent by the page's script instead of the form, when a session ends while something is typed.
KEEP = "form-keep"
#: The query parameter of a page that shows the form empty after all.
EMPTY = "typed"
#: Fields that belong to the page and are no answers.
NO_ANSWER = frozenset({"csrfmiddlewaretoken", NAME, KEEP})
NEVER = re.compile(r"pass(word|phrase|code)", re.IGNORECASE)
#: The length of a working day: what was typed lasts over lunch or a long meeting, not until another day.
HOURS = 12
#: The most characters of one form; longer than every field of the longest form together.
LIMIT = 300_000
#: The most forms of one browser kept at once, as of several tabs, and the most encrypted characters of all of them.
FORMS, SEALED = 5, 600_000
UNREADABLE = (
    BadRequest,
    MultiPartParserError,
    MultiValueDictKeyError,
    SuspiciousOperation,
    UnreadablePostError,
)


@dataclass(frozen=True)
class Typed:
    """One form as it was sent: `path` with its query, and `answers` by name, in order, without what is never kept."""

    account: str
    path: str
    key: str
    answers: list[tuple[str, list[str]]]
    files: bool = False
    is_good: bool = True

    def with_token(self, token: FormToken) -> Typed:
        """Return the same answers as a new form, because the old token has been used or its use can no longer be checked."""
        return replace(self, key=token.key, is_good=True)

    @property
    def token(self) -> FormToken:
        return FormToken(self.key, self.account)

    @property
    def data(self) -> QueryDict:
        """Return the answers as a form reads them."""
        data = QueryDict(mutable=True)
        for name, values in self.answers:
            data.setlist(name, values)
        return data


def page_of(request: HttpRequest) -> Any:
    """Return the class of the page this request is for where it is one of ours with a token in its forms, else None."""
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return None
    page = getattr(match.func, "view_class", None)
    return page if getattr(page, "carries_token", False) else None


def typed_in(request: HttpRequest) -> Typed | None:
    """Return what was sent with this request; None unless it is a form that we showed to an account, and of bounded size."""
    if request.method != "POST" or page_of(request) is None:
        return None
    try:
        token = read_token(request.POST.get(NAME, ""))
        answers = [
            (name, values)
            for name, values in request.POST.lists()
            if name not in NO_ANSWER and not NEVER.search(name)
        ]
        files = any(
            not getattr(file, "reference", "") for file in request.FILES.values()
        )  # a request that was held back comes again
    except UNREADABLE:
        return None
    if token is None or sum(len(name) + sum(map(len, values)) for name, values in answers) > LIMIT:
        return None
    return Typed(token.account, request.get_full_path(), token.key, answers, files, token.is_good)


def fingerprint(path: str, answers: Any, files: Any = ()) -> str:
    """Return a fingerprint of what was sent and where to, 64 characters that reveal nothing; the same content gives the
    same.
    """
    parts = [
        path,
        sorted((name, values) for name, values in answers if name not in NO_ANSWER),
        sorted(files),
    ]
    return salted_hmac("sent form", json.dumps(parts), algorithm="sha256").hexdigest()


def fingerprint_of(request: HttpRequest) -> str:
    """Return the fingerprint of what this request sends: its address, answers and files."""
    files = [
        (name, file.name, _contents(file)) for name, sent in request.FILES.lists() for file in sent
    ]
    return fingerprint(request.get_full_path(), request.POST.lists(), files)


def _contents(file: Any) -> str:
    """Return the digest of a file's content, leaving its read position where it was."""
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def keep(request: HttpRequest, typed: Typed) -> None:
    """Keep the form in the session, replacing what was kept of the same page.

    Forms of other tabs stay; beyond the limit, the oldest are dropped.
    """
    sealed = cipher("typed").encrypt(json.dumps(asdict(typed)).encode()).decode()
    others = [
        (path, held)
        for path, held in request.session.get(SESSION_KEY, {}).items()
        if path != typed.path
    ]
    latest = [(typed.path, sealed), *reversed(others)][:FORMS]
    while sum(len(held) for _path, held in latest) > SEALED and len(latest) > 1:
        latest.pop()
    request.session[SESSION_KEY] = dict(reversed(latest))


def given_back(request: SignedInRequest) -> Typed | None:
    """Return what is kept of this page's form for the signed-in user.

    What belongs to another account or is too old is deleted.
    """
    sealed = request.session.get(SESSION_KEY, {}).get(request.get_full_path())
    if sealed is None:
        return None
    typed = _opened(sealed)
    if typed is None or typed.account != str(request.user.public_id):
        forget(request)
        return None
    return typed


def forget(request: HttpRequest) -> None:
    """Delete what is kept of this page, whatever its query: it was sent, belongs to another account, or is not wanted."""
    page = request.get_full_path().partition("?")[0]
    held = request.session.pop(SESSION_KEY, {})
    if left := {path: sealed for path, sealed in held.items() if path.partition("?")[0] != page}:
        request.session[SESSION_KEY] = left


def words_of(request: HttpRequest, typed: Typed) -> Iterator[tuple[str, str, str]]:
    """Yield each typed answer: the field's name, its label, and the text."""
    form = getattr(request, "sent_form", None)
    fields = (
        form.fields
        if form is not None
        else getattr(getattr(page_of(request), "form_class", None), "base_fields", {})
    )
    for name, values in typed.answers:
        text = "\n".join(value.strip() for value in values if value.strip())
        if text and _is_words(fields.get(name), text):
            yield name, _label(fields.get(name), name), text


def _is_words(field: Any, text: str) -> bool:
    """Return whether an answer was typed, and not chosen or hidden; for an unknown field it is judged by its content."""
    if field is None:
        return " " in text
    return isinstance(field, CharField) and not field.widget.is_hidden


def _label(field: Any, name: str) -> str:
    return (
        str(field.label)
        if field is not None and field.label
        else name.replace("_", " ").capitalize()
    )


def _opened(sealed: str) -> Typed | None:
    try:
        stored = json.loads(cipher("typed").decrypt(sealed.encode(), ttl=HOURS * 60 * 60))
    except InvalidToken:
        return None
    return Typed(**{**stored, "answers": [(name, values) for name, values in stored["answers"]]})
