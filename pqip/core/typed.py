"""What somebody had typed into a form that could not be taken, so that it comes back to them: and to nobody else.

It is kept with the browser's session, sealed with a key made from SECRET_KEY, for the account that its page was shown to, until
the form is sent or some hours have passed. Files cannot be kept, passwords never are, and nothing of it stands in an address.

    keep(request, typed)            before an answer that says no, or that asks somebody to sign in
    given_back(request)             what to fill the form in with, on the page it was typed on
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

from pqip.core.sealing import cipher
from pqip.core.tokens import NAME, FormToken, read_token

SESSION_KEY = "typed"
#: What the page's script sends, in place of sending the form, when a session ends with something typed.
KEEP = "form-keep"
#: In the address of a page: show the form empty after all.
EMPTY = "typed"
#: Fields that are the page's own and no answer.
NO_ANSWER = frozenset({"csrfmiddlewaretoken", NAME, KEEP})
NEVER = re.compile(r"pass(word|phrase|code)", re.IGNORECASE)
#: A working day: after lunch and after a long meeting, not on another day.
HOURS = 12
#: Characters in all; longer than every field of the longest form.
LIMIT = 300_000
#: Forms of one browser kept at once, as of tabs that were open, and characters of them sealed.
FORMS, SEALED = 5, 600_000
UNREADABLE = (BadRequest, MultiPartParserError, MultiValueDictKeyError, SuspiciousOperation, UnreadablePostError)


@dataclass(frozen=True)
class Typed:
    """One form as it was sent. `path` with its query; `answers` by name, in order, without what is never kept."""

    account: str
    path: str
    key: str
    answers: list[tuple[str, list[str]]]
    files: bool = False
    is_good: bool = True

    def anew(self, token: FormToken) -> Typed:
        """The same answers as another form: what was sent with the old token has been recorded, or can no longer be told."""
        return replace(self, key=token.key, is_good=True)

    @property
    def token(self) -> FormToken:
        return FormToken(self.key, self.account)

    @property
    def data(self) -> QueryDict:
        """The answers as a form reads them."""
        data = QueryDict(mutable=True)
        for name, values in self.answers:
            data.setlist(name, values)
        return data


def page_of(request: HttpRequest) -> Any:
    """The class of the page this request is for, where it is one of ours whose forms carry a token; else None."""
    try:
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return None
    page = getattr(match.func, "view_class", None)
    return page if getattr(page, "carries_token", False) else None


def typed_in(request: HttpRequest) -> Typed | None:
    """What was sent with this request: None unless it is a form that we showed to an account, and of bounded size."""
    if request.method != "POST" or page_of(request) is None:
        return None
    try:
        token = read_token(request.POST.get(NAME, ""))
        answers = [(name, values) for name, values in request.POST.lists() if name not in NO_ANSWER and not NEVER.search(name)]
        files = any(not getattr(file, "reference", "") for file in request.FILES.values())  # one that is held comes back
    except UNREADABLE:
        return None
    if token is None or sum(len(name) + sum(map(len, values)) for name, values in answers) > LIMIT:
        return None
    return Typed(token.account, request.get_full_path(), token.key, answers, files, token.is_good)


def fingerprint(path: str, answers: Any, files: Any = ()) -> str:
    """What was sent and where to, in 64 characters that say nothing of it: the same again has the same."""
    said = [path, sorted((name, values) for name, values in answers if name not in NO_ANSWER), sorted(files)]
    return salted_hmac("sent form", json.dumps(said), algorithm="sha256").hexdigest()


def fingerprint_of(request: HttpRequest) -> str:
    files = [(name, file.name, _contents(file)) for name, sent in request.FILES.lists() for file in sent]
    return fingerprint(request.get_full_path(), request.POST.lists(), files)


def _contents(file: Any) -> str:
    """The digest of a file, which is then as if unread."""
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def keep(request: HttpRequest, typed: Typed) -> None:
    """Keep it with the session, in place of what was kept of the same page, beside that of other tabs; of all, the latest."""
    sealed = cipher("typed").encrypt(json.dumps(asdict(typed)).encode()).decode()
    others = [(path, held) for path, held in request.session.get(SESSION_KEY, {}).items() if path != typed.path]
    latest = [(typed.path, sealed), *reversed(others)][:FORMS]
    while sum(len(held) for _path, held in latest) > SEALED and len(latest) > 1:
        latest.pop()
    request.session[SESSION_KEY] = dict(reversed(latest))


def given_back(request: HttpRequest) -> Typed | None:
    """What is kept of the form of this page, for who is signed in. What is another's, or old, is forgotten."""
    sealed = request.session.get(SESSION_KEY, {}).get(request.get_full_path())
    if sealed is None:
        return None
    typed = _opened(sealed)
    if typed is None or typed.account != str(request.user.public_id):  # type: ignore[union-attr]
        forget(request)
        return None
    return typed


def forget(request: HttpRequest) -> None:
    """Of this page, whatever it is asked with: it was sent, is another's, or is not wanted."""
    page = request.get_full_path().partition("?")[0]
    held = request.session.pop(SESSION_KEY, {})
    if left := {path: sealed for path, sealed in held.items() if path.partition("?")[0] != page}:
        request.session[SESSION_KEY] = left


def words_of(request: HttpRequest, typed: Typed) -> Iterator[tuple[str, str, str]]:
    """Each answer that was given in words: the field's name, its label, and the words."""
    form = getattr(request, "sent_form", None)
    fields = form.fields if form is not None else getattr(getattr(page_of(request), "form_class", None), "base_fields", {})
    for name, values in typed.answers:
        said = "\n".join(value.strip() for value in values if value.strip())
        if said and _is_words(fields.get(name), said):
            yield name, _label(fields.get(name), name), said


def _is_words(field: Any, said: str) -> bool:
    """Whether it was typed, and not chosen or carried; of a field that is not known here, by its look."""
    if field is None:
        return " " in said
    return isinstance(field, CharField) and not field.widget.is_hidden


def _label(field: Any, name: str) -> str:
    return str(field.label) if field is not None and field.label else name.replace("_", " ").capitalize()


def _opened(sealed: str) -> Typed | None:
    try:
        said = json.loads(cipher("typed").decrypt(sealed.encode(), ttl=HOURS * 60 * 60))
    except InvalidToken:
        return None
    return Typed(**{**said, "answers": [(name, values) for name, values in said["answers"]]})
