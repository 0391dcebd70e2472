"""Passwords that are guessed first: the service's own words, seasons, months and the like, with a number behind them.

Django's list of common passwords holds few of twelve characters; what people make up when asked for twelve is a word they see
and a year. Known words are taken out, also where letters are written as digits or signs; what is left has to be a phrase.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

#: Published with the demonstration.
PUBLISHED = {"made-up-people-only"}
WORDS = (
    "probation", "training", "trainee", "trainer", "service", "officer", "pqip", "hmpps", "prison", "justice", "ministry",
    "learner", "learning", "assessor", "assessment", "manager", "practice", "tutor", "qualification", "professional",
    "national", "region", "spring", "summer", "autumn", "winter", "january", "february", "march", "april", "june", "july",
    "august", "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday", "christmas", "easter", "password", "passphrase", "passwort", "letmein", "welcome", "changeme",
    "change", "secret", "admin", "administrator", "user", "login", "qwertyuiop", "qwerty", "asdfghjkl", "asdfgh", "zxcvbnm",
    "abcdefghijkl", "abcdef", "football", "liverpool", "arsenal", "chelsea", "england", "london", "wales", "cymru", "monkey",
    "dragon", "sunshine", "princess", "iloveyou", "hello", "temporary", "temp", "test", "testing", "default", "company",
    "government", "civil", "may",
)  # fmt: skip
KNOWN = re.compile("|".join(sorted(WORDS, key=len, reverse=True)))
SIGNS = str.maketrans("0134578@$!|", "oieastbasil")
#: So many letters beside known words, and so many different characters in all, make something that is not tried first.
LETTERS, DIFFERENT = 4, 5


class GuessedFirstValidator:
    """Refuses a password that is a well-known word or two with digits and signs, or one character over and over."""

    def validate(self, password: str, user: object | None = None) -> None:
        if password.lower() in PUBLISHED or len(set(password.lower())) < DIFFERENT or _is_known(password.lower()):
            raise ValidationError(self.get_help_text(), code="password_guessed_first")

    def get_help_text(self) -> str:
        return "Choose a password that is not a well-known word, season or month with a number. Three random words are good."


def _is_known(password: str) -> bool:
    """Whether little but known words is left, read as it is written or with signs for letters."""
    return any(_little_is_left(written) for written in (password, password.translate(SIGNS)))


def _little_is_left(written: str) -> bool:
    letters = re.sub(r"[^a-z]", "", written)
    left = KNOWN.sub("", letters)
    return left != letters and len(left) < LETTERS
