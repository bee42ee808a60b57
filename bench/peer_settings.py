"""Django settings for the peer: django-hordak as its documentation sets it up, and nothing else."""

import os

SECRET_KEY = "a measurement has no secrets"  # noqa: S105
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "mptt",
    "hordak",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["PEER_NAME"],
        "USER": os.environ["PEER_USER"],
        "PASSWORD": os.environ["PEER_PASSWORD"],
        "HOST": os.environ["PEER_HOST"],
    }
}
DEFAULT_CURRENCY = "INR"
CURRENCIES = ["INR"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
