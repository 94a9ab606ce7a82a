"""The portal's settings as in production, and beside its addresses a view to compare with."""

from bench.our_settings import *  # noqa: F403

ROOT_URLCONF = "bench.webhook_urls"
SECURE_SSL_REDIRECT = False
ALLOWED_HOSTS = ["127.0.0.1"]
