"""Settings of every process. What differs between installations comes from the environment (`pqip/env.py`)."""

from __future__ import annotations

import sys
from typing import Any

from csp.constants import NONE, SELF

from pqip import env
from pqip.govuk.csp import JS_ENABLED_HASH
from pqip.settings.queue import *  # noqa: F403
from pqip.settings.queue import broker_url

BASE_DIR = env.PROJECT
ENVIRONMENT = env.read(command=sys.argv[1] if len(sys.argv) > 1 else "")

PQIP_DEMO = ENVIRONMENT.demo
PQIP_GOVUK_BRAND = ENVIRONMENT.govuk_brand
PQIP_DATA_QUALITY_EMAIL = ENVIRONMENT.data_quality_email
globals().update(ENVIRONMENT.assumed)  # PQIP_OVERDUE_WORKING_DAYS and the like, where they are set
SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = ENVIRONMENT.earlier_secret_keys
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
#: The address of the service, for links in e-mails and prints.
SITE_ADDRESS = (
    f"https://{ALLOWED_HOSTS[0]}"
    if ENVIRONMENT.https
    else f"http://{ALLOWED_HOSTS[0]}:{ENVIRONMENT.port}"
)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "pqip.core",
    "pqip.jobs",
    "pqip.messages",
    "pqip.files",
    "pqip.govuk",
    "pqip.exchange",
    "pqip.pages",
    "workforce",
    "learners",
    "assessments",
    "reports",
]
if PQIP_DEMO:
    INSTALLED_APPS.append("pqip.demo")

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # before whatever answers directly: redirects to https, static files
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pqip.pages.middleware.RequestMiddleware",
    "workforce.accounts.session_store.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pqip.pages.middleware.PrivacyHeaders",
    "pqip.core.watching.WatchingMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "workforce.accounts.devices.KnownDevices",
    "workforce.accounts.sessions.SessionLimits",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "workforce.accounts.second_factor.SecondFactorMiddleware",
    "pqip.pages.sending.SendingMiddleware",
    "workforce.accounts.acting.ActingMiddleware",
]

ROOT_URLCONF = "pqip.urls"
WSGI_APPLICATION = "pqip.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "NAME": "jinja2",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "environment": "pqip.govuk.jinja.environment",
            "context_processors": [
                "pqip.govuk.jinja.signed_in",
                "django.contrib.messages.context_processors.messages",
                "pqip.govuk.shell.shell",
            ],
        },
    },
    # Texts from libraries: allauth's e-mails and messages.
    {
        "NAME": "django",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
    },
]
FORM_RENDERER = "pqip.govuk.forms.Renderer"

#: The application's role; the owner connects only where tables are made (`pqip.env.OWNER_COMMANDS`). A query uses one
#: processor, never several: a report must not take those that other users' pages need.
DATABASES: dict[str, dict[str, Any]] = {
    "default": ENVIRONMENT.database
    | {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            # A host that does not respond is given up after 15 seconds; sockets on the same machine have no such limit.
            "tcp_user_timeout": 15_000,
            "keepalives_idle": 5,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            "options": "-c max_parallel_workers_per_gather=0 "
            f"-c lock_timeout=15s -c statement_timeout={ENVIRONMENT.statement_seconds}s "
            f"-c idle_in_transaction_session_timeout={ENVIRONMENT.idle_seconds}s",
        },
    }
}
APPLICATION_ROLE = ENVIRONMENT.application_role
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CELERY_BROKER_URL = broker_url(ENVIRONMENT.redis_url)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENVIRONMENT.cache_url,
        "KEY_PREFIX": "pqip",
        # A page asks an unresponsive cache twice and must not be held up: counters are normally answered in a millisecond.
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}

AUTH_USER_MODEL = "workforce.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "workforce.accounts.passwords.GuessedFirstValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PQIP_FIND_URL_NAME = "workforce:find"
ACCOUNT_ADAPTER = "workforce.accounts.adapter.AccountAdapter"
MFA_ADAPTER = "workforce.accounts.adapter.MfaAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = (
    10 * 60
)  # how long a sign-in counts as fresh; afterwards roles, accounts and second factors ask again
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
#: Guesses are counted in `workforce/accounts/guesses.py` and not by allauth, which counts accounts and addresses only
#: separately. Many people may share an address, so limits for an address alone are high, and so are those for signing in
#: and requesting links.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "",
    "login": "300/m/ip",
    "change_password": "60/m/user",
    "reset_password": "60/m/ip",
    "reset_password_from_key": "60/m/ip",
    "guess_on_known_device": "5/5m/key,30/d/key",
    "guess_from_address": "5/5m/key,30/d/key",
    "guess_at_any_account": "30/5m/ip,300/d/ip",
    "guess_from_anywhere": "20/h/key,100/d/key",
    "mail_a_link": "3/10m/key",
}
#: Limits for one user: more than anybody who works fast needs, and less than what keeps others waiting.
PERSON_LIMITS = {action: f"{number}/m/user" for action, number in ENVIRONMENT.a_minute.items()}
#: Files with more rows about people than this need a confirmation of who takes them out, unless there was one in the last
#: ten minutes.
FRESH_EXPORT_ROWS = ENVIRONMENT.fresh_export_rows
#: Files with more rows about people than this need a stated purpose.
PURPOSE_ROWS = ENVIRONMENT.purpose_rows
#: The most rows about people that one user may take out in a day, by the reach of their widest role.
ROWS_A_DAY = ENVIRONMENT.rows_a_day
#: The number of reports taking more than a second that may be made at once in the whole service
#: (`reports/views/patience.py`).
HEAVY_REPORTS_AT_ONCE = ENVIRONMENT.heavy_reports_at_once
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
ACCOUNT_FORMS = {
    "login": "pqip.govuk.signin.LoginForm",
    "reauthenticate": "pqip.govuk.signin.ReauthenticateForm",
    "reset_password": "pqip.govuk.signin.ResetPasswordForm",
    "reset_password_from_key": "pqip.govuk.signin.ResetPasswordKeyForm",
    "set_password": "pqip.govuk.signin.SetPasswordForm",
    "change_password": "workforce.accounts.guesses.ChangePasswordForm",
}
MFA_FORMS = {
    "authenticate": "workforce.accounts.guesses.AuthenticateForm",
    "reauthenticate": "workforce.accounts.guesses.SecondFactorAgainForm",
    "activate_totp": "pqip.govuk.signin.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Probation training"
PQIP_INVITED_DOMAINS = ENVIRONMENT.invited_domains
PQIP_UNUSUAL_ROWS = ENVIRONMENT.unusual_rows
REQUIRE_SECOND_FACTOR = ENVIRONMENT.require_second_factor

SESSION_ENGINE = "workforce.accounts.session_store"
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS = (
    12 * 60 * 60
)  # a long day; then everybody signs in again
SESSION_IDLE_SECONDS = (
    30 * 60
)  # personal data on shared desks; long enough to write feedback without losing it
SESSION_WARNING_SECONDS = (
    5 * 60
)  # how long before the end a page warns; WCAG 2.2.1 requires 20 seconds
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
SESSION_COOKIE_NAME = "__Host-session" if ENVIRONMENT.https else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if ENVIRONMENT.https else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pqip.govuk.errors.open_too_long"
KNOWN_DEVICE_COOKIE_NAME = "__Host-known" if ENVIRONMENT.https else "known"
SECURE_SSL_REDIRECT = ENVIRONMENT.https
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
)
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if ENVIRONMENT.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENVIRONMENT.https
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, JS_ENABLED_HASH],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = ENVIRONMENT.media_root
PQIP_SCANNER = ENVIRONMENT.scanner
PQIP_STAFF_NUMBER_FORM = ENVIRONMENT.staff_number_form
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = ["pqip.exchange.uploads.CappedUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

DEFAULT_FROM_EMAIL = SERVER_EMAIL = "Probation training <no-reply@example.com>"
vars().update(ENVIRONMENT.email)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "pqip.core.logs.JsonFormatter"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": ENVIRONMENT.log_level},
    "loggers": {"django.db.backends": {"level": "WARNING"}, "django.server": {"level": "WARNING"}},
}
