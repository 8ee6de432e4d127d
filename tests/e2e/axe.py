"""axe-core in the page that a browser shows: what stands in the way of people with disabilities.

    assert violations(page) == []

axe-core comes with the package `axe-playwright-python`, in the version that uv.lock names. It
finds what a program can find: contrast, names, roles, order of headings. Whether the keyboard is
enough, a test must try.
"""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def violations(page: Page) -> list[str]:
    """What axe-core finds in the light and in the dark page, a line for each element.

    The page shows its light colours afterwards. Transitions would give colours in between: wait
    for them before, or do not have them.
    """
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {line}" for line in _lines(page)]
    page.emulate_media(color_scheme="light")
    return found


def _lines(page: Page) -> list[str]:
    """`<rule> (<impact>): <selector>: <what to do>`."""
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']}: {node['failureSummary']}"
        for rule in Axe().run(page).response["violations"]
        for node in rule["nodes"]
    ]
