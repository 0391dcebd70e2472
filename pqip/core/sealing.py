"""Encrypts what must not be readable where it is stored, with keys derived from SECRET_KEY, one for each purpose."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def cipher(purpose: str) -> MultiFernet:
    """Return the cipher of a purpose: it encrypts with the current key and also decrypts with earlier valid ones
    (`SECRET_KEY_FALLBACKS`).
    """
    return MultiFernet(
        [
            _key(f"{purpose} {secret}")
            for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        ]
    )


def _key(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))


def sealed(purpose: str, words: str) -> str:
    """Return the text encrypted for a purpose; "" stays ""."""
    return cipher(purpose).encrypt(words.encode()).decode() if words else ""


def opened(purpose: str, kept: str) -> str:
    """Return the decrypted text; "" where there is none, or its key is gone."""
    try:
        return cipher(purpose).decrypt(kept.encode()).decode() if kept else ""
    except InvalidToken:
        return ""
