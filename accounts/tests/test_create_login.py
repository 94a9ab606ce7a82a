"""Logins made outside of sign-up."""

import pytest
from django.test import Client

from accounts.services.create_login import create_login
from accounts.tests.builders import PASSWORD

pytestmark = pytest.mark.django_db
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_making_the_same_login_again_leaves_its_sessions_alone():
    client = Client()
    user = create_login(email="clerk@example.com", password=PASSWORD)
    client.force_login(user, backend=MODEL_BACKEND)
    create_login(email="clerk@example.com", password=PASSWORD, is_staff=True)
    assert client.get("/admin/", follow=True).redirect_chain == []


def test_another_password_ends_its_sessions():
    client = Client()
    user = create_login(email="clerk@example.com", password=PASSWORD, is_staff=True)
    client.force_login(user, backend=MODEL_BACKEND)
    create_login(email="clerk@example.com", password="something else entirely", is_staff=True)
    assert client.get("/admin/").status_code == 302
