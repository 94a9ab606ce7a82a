"""The smallest project that runs django-hordak as its documentation says."""

import environ

env = environ.Env()
SECRET_KEY = "measured, never served"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"]
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = None
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = True
DEFAULT_CURRENCY = "USD"
CURRENCIES = ["USD"]
HORDAK_DECIMAL_PLACES = 6  # as many as our ledger keeps
HORDAK_MAX_DIGITS = 20
