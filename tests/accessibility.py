"""One check of a page as the browser shows it, for every browser test: axe-core's rules."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# WCAG 2.2 A and AA, and what axe calls best practice. The style sheets are not fetched again:
# our content security policy forbids it, and axe only needs them for an orientation lock.
_OPTIONS = {"resultTypes": ["violations"], "preload": False}
# what differs between light and dark; the rest of a page is judged in light
_LOOKS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
_IS_DARK = "() => matchMedia('(prefers-color-scheme: dark)').matches"
# a library's pages (the admin) move even for those who asked for less motion
_HOLD_STILL = """() => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { transition: none !important }");
    document.adoptedStyleSheets.push(still);
}"""


def assert_accessible(page: Page, *, within: str | None = None) -> None:
    """Fails with the broken rules and the first elements that break each.

    `within` is a selector: the part of a page that is ours, where the rest is a library's.
    Every page is looked at in light and in dark: in dark only what differs is judged again. A
    colour on its way (a button that has just come under the pointer) is judged where it ends.
    """
    page.wait_for_load_state()  # a page whose style sheets are on their way is not yet a page
    page.evaluate(_HOLD_STILL)
    options = _OPTIONS | (_LOOKS if page.evaluate(_IS_DARK) else {})
    violations = Axe().run(page, context=within, options=options).response["violations"]
    assert not violations, "\n".join(_described(violation) for violation in violations)


# how far the page sticks out, and which elements do
_STICKS_OUT = """() => {
    const width = document.documentElement.clientWidth;
    const elements = [...document.body.querySelectorAll("*")]
        .filter((element) => element.getBoundingClientRect().right > width + 0.5)
        .map((element) => element.outerHTML.slice(0, 90));
    return [document.documentElement.scrollWidth - width, elements];
}"""


def assert_fits(page: Page) -> None:
    """Fails when the page scrolls sideways, and names what sticks out."""
    page.wait_for_load_state()
    hidden, elements = page.evaluate(_STICKS_OUT)
    assert hidden == 0, f"{page.url} is {hidden}px too wide:\n" + "\n".join(elements)


def _described(violation: dict) -> str:
    nodes = [f"{node['html']}\n    {node['failureSummary']}" for node in violation["nodes"][:3]]
    return "\n    ".join([f"{violation['id']}: {violation['help']}", *nodes])
