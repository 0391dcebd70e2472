"""Settings of the trip's processes: everything as it runs, mail to a server on loopback, static files as they lie."""

import os

from pqip.settings.test import *  # noqa: F403
from pqip.settings.test import ENVIRONMENT

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENVIRONMENT.redis_url,
    }
}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ.get("TRIP_MAIL_PORT", "0"))
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
DATABASES = {
    "default": ENVIRONMENT.database
    | {"CONN_HEALTH_CHECKS": True, "OPTIONS": {"connect_timeout": 5}}
}
SITE_ADDRESS = os.environ.get("TRIP_ADDRESS", "")
