"""Refuses passwords that are guessed first, such as words of the service, seasons and months with a
number.

Django's list of common passwords holds few of twelve characters, and what people invent when asked
for twelve is a word they see and a year. Known words are removed, also where letters are written as
digits or signs; what is left has to be a phrase.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

#: The password that is published with the demonstration.
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
#: The number of letters needed beside known words, and of different characters in all, for a
#: password that is not guessed first.
LETTERS, DIFFERENT = 4, 5


class GuessedFirstValidator:
    """Refuses well-known words with digits and signs, and one character repeated."""

    def validate(self, password: str, user: object | None = None) -> None:
        if (
            password.lower() in PUBLISHED
            or len(set(password.lower())) < DIFFERENT
            or _is_known(password.lower())
        ):
            raise ValidationError(self.get_help_text(), code="password_guessed_first")

    def get_help_text(self) -> str:
        return "Choose a password that is not a well-known word, season or month with a number. Three random words are good."


def _is_known(password: str) -> bool:
    """Return True if little is left besides known words, read as written or with signs as letters."""
    return any(_little_is_left(written) for written in (password, password.translate(SIGNS)))


def _little_is_left(written: str) -> bool:
    letters = re.sub(r"[^a-z]", "", written)
    left = KNOWN.sub("", letters)
    return left != letters and len(left) < LETTERS
