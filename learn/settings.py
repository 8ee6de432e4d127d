"""Every setting of the site, from environment variables, with defaults for one laptop."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.csp import CSP

import labs

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """The variable, or the text of the file that `<name>_FILE` names (how secrets are mounted)."""
    if file_name := os.environ.get(f"{name}_FILE"):
        return Path(file_name).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on."""
    text = env(name).strip().lower()
    return text in {"1", "true", "yes", "on"} if text else default


def env_int(name: str, default: int) -> int:
    """A whole number."""
    return int(env(name) or default)


def env_list(name: str, default: str = "") -> list[str]:
    """Comma-separated values."""
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


def file_text(path: Path) -> str:
    """The file's text without surrounding space, or "" if there is no such file."""
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""


# Everything that the site writes outside its database. `manage.py up` creates it.
DATA_DIR = labs.data_folder()

DEBUG = env_bool("DEBUG")
# Without a key Django refuses to sign anything, which is right: a default key is a public key.
SECRET_KEY = env("SECRET_KEY") or file_text(DATA_DIR / "secret_key")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

ROOT_URLCONF = "learn.urls"
WSGI_APPLICATION = "learn.wsgi.application"

INSTALLED_APPS = [
    "learn.core",
    "learn.accounts",
    "learn.questions",
    "learn.catalog",
    "learn.cohorts",
    "learn.pictures",
    "learn.quizzes",
    "learn.submissions",
    "learn.review",
    "learn.lessons",
    "learn.search",
    "learn.playground",
    "learn.progress",
    "learn.dashboard",
    "learn.personal",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    # Its templates of form fields, which those in learn/core/templates/django replace.
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    # `runserver` then serves static files as production does, through whitenoise.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "learn.accounts.middleware.TimeZoneMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "learn.review.badge.due_badge",
            ],
        },
    },
]
# Form fields are rendered by learn/core/templates/core/_field.html on every page.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database ---------------------------------------------------------------------------------

SQLITE_OPTIONS = {
    # WAL: readers never wait for the writer. Its default synchronous=FULL stays, because a
    # submission that the page has confirmed must survive a power cut.
    "init_command": "PRAGMA journal_mode=WAL;",
    # A transaction that reads first and writes later would otherwise fail with "database is
    # locked" at once, without waiting, when another process wrote in between.
    "transaction_mode": "IMMEDIATE",
    # Seconds that a writer waits for another writer.
    "timeout": 20,
}


def database(url: str) -> dict[str, Any]:
    """Django's settings for one database URL."""
    # Health checks: a connection that the server has closed meanwhile is opened again.
    config = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = SQLITE_OPTIONS
    return config


DATABASES = {"default": database(env("DATABASE_URL") or f"sqlite:///{DATA_DIR}/db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache (the counters of the rate limits) --------------------------------------------------

# In memory they are exact for one web process. Several processes need one count: CACHE_URL.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env("CACHE_URL"),
    }
    if env("CACHE_URL")
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- Accounts ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "learn.accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# The embedded default sends no mail. A public site sets "mandatory" and EMAIL_HOST.
ACCOUNT_EMAIL_VERIFICATION = env("EMAIL_VERIFICATION", "none")
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Coldstart: "
ACCOUNT_ADAPTER = "learn.accounts.adapter.AccountAdapter"
# One address for each account. A new one replaces it once the link sent to it was followed.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_FORMS = {"add_email": "learn.accounts.address_forms.NewAddressForm"}
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "/settings/"
# Added to allauth's own limits on log-ins, sign-ups and password resets.
ACCOUNT_RATE_LIMITS = {
    # A classroom signs up through one address within a minute.
    "signup": "60/m/ip",
}
# What the app on the phone shows beside the address.
MFA_TOTP_ISSUER = "Coldstart"
# A site that verifies no address at sign-up cannot ask for a verified one here.
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION != "mandatory"
# How many proxies in front of the site may be believed about the client's address.
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", 0)

# --- Mail -------------------------------------------------------------------------------------

SMTP_MAILER = {
    "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "OPTIONS": {
        "host": env("EMAIL_HOST"),
        "port": env_int("EMAIL_PORT", 587),
        "username": env("EMAIL_HOST_USER"),
        "password": env("EMAIL_HOST_PASSWORD"),
        "use_tls": env_bool("EMAIL_USE_TLS", default=True),
        "timeout": 10,
    },
}
# One laptop has no mail server: password resets arrive as files.
FILE_MAILER = {
    "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
    "OPTIONS": {"file_path": str(DATA_DIR / "mail")},
}
MAILERS = {"default": SMTP_MAILER if env("EMAIL_HOST") else FILE_MAILER}
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "Coldstart <coldstart@localhost>")

# --- Static files -----------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "learn.core.storage.StaticStorage"
    },
}

# --- Browser security -------------------------------------------------------------------------

# No inline script or style anywhere, nothing from another host. connect-src is for htmx.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "learn.core.views.csrf_failure"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# HTTPS=1 says that browsers reach the site through a proxy that ends TLS. Without it, secure
# cookies would lock everyone out of http://127.0.0.1.
HTTPS = env_bool("HTTPS")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
# The health check asks from inside, without the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Subdomains and the browsers' preload list are the domain owner's choice, not this site's.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env_bool("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = env_bool("HSTS_PRELOAD")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

# --- Grading ----------------------------------------------------------------------------------

# A submission without a report after this long may be lost: it is sent again, unless the workers
# are evidently busy with older ones.
SUBMISSION_RESEND_SECONDS = env_int("SUBMISSION_RESEND_SECONDS", 30)
# For each user. Nobody who reads the verdict is so fast, and each submission stays in the
# database. 0 is no limit, for benchmarks.
SUBMISSIONS_PER_MINUTE = env_int("SUBMISSIONS_PER_MINUTE", 30)

# --- Certificates -----------------------------------------------------------------------------

# The RSA key (PEM) that signs credentials. Without it the data folder gets one when it is needed.
CREDENTIAL_KEY = env("CREDENTIAL_KEY")

# --- Language, time, logs ---------------------------------------------------------------------

# What the reader chose in the footer (a cookie), else the first that the browser asks for. The
# names are never translated: whoever looks for a language knows it by its own name.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "learn" / "locale"]
FORMAT_MODULE_PATH = ["learn.core.formats"]
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", "INFO")},
    # Django's own handlers mail the admins and print in colour: one handler is enough.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # The sweeper runs every few seconds: three lines each time would bury everything else.
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # Making a PDF's fonts small: forty lines for each certificate.
        "fontTools": {"level": "WARNING"},
        "fpdf": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
