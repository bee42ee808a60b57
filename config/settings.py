"""Settings, all from the environment. `docs/operations.md` lists every variable."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])

INSTALLED_APPS = [
    "ledger",
    "connections",
    "sync",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "django_q",
    "axes",
]
AUTH_USER_MODEL = "ledger.User"
ROOT_URLCONF = "config.urls"
USE_TZ = True
TIME_ZONE = "UTC"
DATABASES = {
    "default": env.db("DATABASE_URL", default="postgres:///counterfoil"),
}
DATABASES["owner"] = DATABASES["default"]
Q_CLUSTER = {"name": "counterfoil", "orm": "default", "timeout": 60, "retry": 300, "max_attempts": 5}
