"""`next` leads to a path of this site or nowhere (S5)."""

import pytest
from django.test import RequestFactory

from commpeak.lib.local_redirect import local_redirect_target


@pytest.mark.parametrize("target", ["/topup/?purse=voice", "/profile/", "/"])
def test_a_path_of_this_site_is_followed(target):
    request = RequestFactory().get("/", {"next": target})
    assert local_redirect_target(request, "/profile/") == target


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/\n/evil.example",
        "\x01//evil.example",
        "topup",
        "",
    ],
)
def test_anything_else_is_answered_with_the_default(target):
    request = RequestFactory().get("/", {"next": target})
    assert local_redirect_target(request, "/profile/") == "/profile/"
