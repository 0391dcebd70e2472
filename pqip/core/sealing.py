"""Sealing what is kept but not to be read where it is kept, with keys made from SECRET_KEY; one for each purpose."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def cipher(purpose: str) -> MultiFernet:
    """Seals with today's key; opens what earlier ones have sealed, while those are good (`SECRET_KEY_FALLBACKS`)."""
    return MultiFernet([_key(f"{purpose} {secret}") for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(said: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(said.encode()).digest()))


def sealed(purpose: str, words: str) -> str:
    """The words, to be read with `opened` alone; none are none."""
    return cipher(purpose).encrypt(words.encode()).decode() if words else ""


def opened(purpose: str, kept: str) -> str:
    """The words that were sealed; none where nothing was, or its key is gone."""
    try:
        return cipher(purpose).decrypt(kept.encode()).decode() if kept else ""
    except InvalidToken:
        return ""
