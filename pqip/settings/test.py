"""Settings for tests: the servers are the test run's own (`tests/harness`), everything else is as in production."""

from __future__ import annotations

import os

os.environ.setdefault("PQIP_DEMO", "yes")

from pqip.settings.base import *  # noqa: F403
from pqip.settings.base import BASE_DIR, ENVIRONMENT, PERSON_LIMITS

DATABASES = {
    "default": ENVIRONMENT.owner_database
    | {"OPTIONS": {"connect_timeout": 5}, "TEST": {"NAME": "test_pqip"}}
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = BASE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PQIP_FORECAST_RUNS = 200  # how many there are changes no rule
PERSON_LIMITS = dict.fromkeys(
    PERSON_LIMITS, "100000/m/user"
)  # sweeping tests send in a second what nobody does in an hour
LOGGING = {"version": 1, "disable_existing_loggers": False}
