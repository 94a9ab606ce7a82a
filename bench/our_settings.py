"""The portal's settings as in production: with DEBUG on, Django keeps every query it sends."""

from commpeak.settings import *  # noqa: F403

DEBUG = False
