"""Pages of the composition root: the styleguide for development, and the icon."""


def test_a_browser_that_asks_for_favicon_ico_gets_the_icon(client):
    assert client.get("/favicon.ico")["Location"].endswith("img/favicon.svg")


def test_without_debug_there_is_no_styleguide(client, settings):
    settings.DEBUG = False
    assert client.get("/styleguide/").status_code == 404


def test_with_debug_it_renders_without_a_database(client, settings):
    settings.DEBUG = True
    response = client.get("/styleguide/")
    assert response.status_code == 200
    assert response["Content-Security-Policy"].count("unsafe") == 0
