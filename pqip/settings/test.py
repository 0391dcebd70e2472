"""Settings for tests: the servers are the test run's own (`tests/harness`), everything else is as it runs."""

from __future__ import annotations

import os

os.environ.setdefault("PQIP_DEMO", "yes")

from pqip.settings.base import *  # noqa: F403
from pqip.settings.base import BASE_DIR, ENVIRONMENT, TEMPLATES

DATABASES = {"default": ENVIRONMENT.owner_database | {"OPTIONS": {"connect_timeout": 5}, "TEST": {"NAME": "test_pqip"}}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = BASE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "!! undefined: %s !!"
LOGGING = {"version": 1, "disable_existing_loggers": False}
