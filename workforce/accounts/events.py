"""The security log: signing in and out, passwords and second factors.

It holds keys of accounts, never what was typed.
"""

from __future__ import annotations

import logging
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth

log = logging.getLogger("security.authn")

WATCHED = {
    "sign_in": auth.user_logged_in,
    "sign_out": auth.user_logged_out,
    "sign_in_failed": auth.user_login_failed,
    "password_set": account.password_set,
    "password_changed": account.password_changed,
    "password_reset": account.password_reset,
    "second_factor_added": mfa.authenticator_added,
    "second_factor_removed": mfa.authenticator_removed,
    "recovery_codes_made": mfa.authenticator_reset,
    "second_factor_used": mfa.authenticator_used,
}


def _logger_of(event: str) -> Any:
    def log_event(sender: Any, user: Any = None, **kwargs: Any) -> None:
        level = logging.WARNING if event.endswith("failed") else logging.INFO
        log.log(
            level,
            event.replace("_", " "),
            extra={"event": event, "user_key": getattr(user, "pk", None)},
        )

    return log_event


for _event, _signal in WATCHED.items():
    _signal.connect(_logger_of(_event), weak=False, dispatch_uid=f"security-log-{_event}")
