"""The example page works as it stands there, once it has a key."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import World

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.enable_socket]

EXAMPLE = Path(__file__).parents[2] / "examples/page"


def test_the_example_follows_what_its_visitor_does(page: Page, world: World) -> None:
    html = (EXAMPLE / "index.html").read_text(encoding="utf-8").replace("http://127.0.0.1:8321", world.site.service)
    world.site.pages["/example/"] = (html.replace('data-key="KEY"', f'data-key="{world.site.key}"'), None)
    world.site.pages["/example/page.js"] = ((EXAMPLE / "page.js").read_text(encoding="utf-8"), None)
    world.site.pages["/example/page.css"] = ((EXAMPLE / "page.css").read_text(encoding="utf-8"), None)
    page.goto(f"{world.site.url}/example/")
    message = page.locator('[data-intarsia-slot="message"]')
    page.locator('[data-answer="yes"]').click()
    page.locator("#add").click()
    expect(message).to_contain_text("Your cart waits")
    page.reload()
    expect(page.locator("#question")).to_be_hidden()
    expect(message).to_contain_text("Your cart waits")
    page.locator("#forget").click()
    expect(message).to_be_empty()
