"""Settings, all from the environment. `docs/operations.md` lists every variable."""

import base64
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from config.databases import databases
from config.kept_secrets import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
DEBUG = env.bool("DEBUG", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # other hosts of the domain: not ours
PORT = env.int("PORT", default=8000)
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
IS_HTTPS = PUBLIC_URL.startswith("https://")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", PUBLIC_HOST])
ALLOW_PRIVATE_STORES = env.list("ALLOW_PRIVATE_STORES", default=[])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
PLUGIN_FOLDER = BASE_DIR / "connections" / "plugin" / "counterfoil-for-woocommerce"
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(
    VAR_DIR, "django-key", lambda: secrets.token_urlsafe(64)
)
VAULT_KEYS = env.list("VAULT_KEYS", default=[]) or (
    kept_secret(
        VAR_DIR, "vault-keys", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    ).split()
)

INSTALLED_APPS = [
    "config",
    "sync",
    "connections",
    "ledger",
    "config.staff_app.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "django_q",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "config.client_address.trusted_proxies_only",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.acting_user.acting_user",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.visits.note_visits",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True

DATABASE_URL = env.str("DATABASE_URL", default="")
APP_DATABASE_URL = env.str("APP_DATABASE_URL", default="")
WEB_WORKERS = env.int("WEB_WORKERS", default=1)
WORKERS = env.int("WORKERS", default=2)
DATABASE_POOL = env.int("DATABASE_POOL", default=10)
DATABASES = databases(
    VAR_DIR,
    DATABASE_URL,
    APP_DATABASE_URL,
    pool_size=DATABASE_POOL if env.bool("COUNTERFOIL_WEB", default=False) else 0,
)
APP_IS_OWNER = DATABASES["default"]["USER"] == DATABASES["owner"]["USER"]
# Web pools, workers, and ten for the queue's own processes, commands and a look from psql.
CONNECTIONS_NEEDED = WEB_WORKERS * DATABASE_POOL + WORKERS + 10
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False

FILE_UPLOAD_MOST_BYTES = 16 * 2**20
FILE_UPLOAD_HANDLERS = [
    "config.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

AUTH_USER_MODEL = "ledger.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it guards both factors
    "django.contrib.auth.backends.ModelBackend",
    "ledger.second_factor.CodeBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"  # what authenticate() is given; axes would guess "email"
AXES_CLIENT_IP_CALLABLE = "config.client_address.client_address"
AXES_SENSITIVE_PARAMETERS = [
    "username", "ip_address", "code", "new_password", "new_password_again", "csrfmiddlewaretoken",
]  # fmt: skip
AXES_LOCKOUT_TEMPLATE = "ledger/locked_out.html"
AXES_VERBOSE = False

# Mail, for invitations; without it their links are shown to copy.
EMAIL_URL = env.str("EMAIL_URL", default="")
MAIL_IS_CONFIGURED = bool(EMAIL_URL)
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default=f"Counterfoil <counterfoil@{PUBLIC_HOST}>")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))

SESSION_ENGINE = "ledger.session_store"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
# Asked over http from beside: by `make run`, by proxies and monitors. They give nothing away.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["ledger.api_auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["ledger.api_auth.TokenScope"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Counterfoil",
    "DESCRIPTION": "Read what Counterfoil has booked.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

# The queue wakes and schedules, no more: deliveries are its record. A task that fails is not
# repeated for ever, and none is started again while it may still run (timeout < retry).
Q_CLUSTER = {
    "name": "counterfoil",
    "orm": "default",
    "workers": WORKERS,
    "timeout": 60,
    "retry": 120,
    "max_attempts": 5,
    "ack_failures": True,
    "poll": 0.1,
    "bulk": 1,
    "queue_limit": 4,
    "save_limit": -1,
    "catch_up": False,
    "label": "Queue",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.json_log.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django-q": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "axes": {"level": "WARNING"},
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}
