"""Settings for tests: the servers are the test run's own (`tests/harness`), everything else is as it runs."""

from __future__ import annotations

import os

os.environ.setdefault("PQIP_DEMO", "yes")

from pqip.settings.base import *  # noqa: F403
from pqip.settings.base import BASE_DIR, ENVIRONMENT, PERSON_LIMITS, TEMPLATES

DATABASES = {"default": ENVIRONMENT.owner_database | {"OPTIONS": {"connect_timeout": 5}, "TEST": {"NAME": "test_pqip"}}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = BASE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PERSON_LIMITS = dict.fromkeys(PERSON_LIMITS, "100000/m/user")  # sweeps ask in a second what nobody does in an hour
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "!! undefined: %s !!"
LOGGING = {"version": 1, "disable_existing_loggers": False}
