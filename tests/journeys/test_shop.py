"""The story of the demo shop, played in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DemoShop

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.enable_socket, pytest.mark.slow]


def slot(page: Page, name: str) -> str:
    """The keys of the modules in a slot, as the page shows them."""
    modules = page.locator(f'[data-slot="{name}"] [data-module], [data-module][data-slot="{name}"]')
    return " ".join(sorted({str(m.get_attribute("data-module")) for m in modules.all()}))


def shows(page: Page, name: str, module: str) -> None:
    """Wait until a slot shows a module."""
    expect(page.locator(f'[data-module="{module}"]').first, f"{name} shows {slot(page, name)}").to_be_visible()


def hides(page: Page, module: str) -> None:
    """Wait until a module is nowhere on the page."""
    expect(page.locator(f'[data-module="{module}"]')).to_have_count(0)


def test_a_stranger_becomes_a_customer_and_every_answer_fits(page: Page, demo_shop: DemoShop) -> None:
    page.goto(f"{demo_shop.url}/shop/")
    shows(page, "hero", "hero-welcome") if not _morning(page) else None
    hides(page, "message-cart")

    page.click("#consent-yes")
    _look_at_two_coffees(page)
    shows(page, "hero", "hero-coffee")
    shows(page, "offers", "offer-coffee-now")

    page.locator('.item[data-category="coffee"] [data-do="add"]').first.click()
    shows(page, "message", "message-cart")
    expect(page.locator("#cart-count")).to_have_text("1")

    demo_shop.clock.forward(600)
    page.reload()
    expect(page.locator('[data-slot="message"]').first).to_be_attached()
    hides(page, "message-cart")

    shows(page, "offers", "offer-welcome")
    page.click("#cart-open")
    page.click("#cart-buy")
    shows(page, "message", "message-thanks")
    shows(page, "offers", "offer-second-order")
    hides(page, "offer-welcome")
    hides(page, "hero-coffee")


def test_why_names_the_winner_and_what_stopped_the_others(page: Page, demo_shop: DemoShop) -> None:
    page.goto(f"{demo_shop.url}/shop/")
    shows(page, "footer", "footer-shop")
    page.click("#why-open")
    drawer = page.locator("#why-body")
    expect(drawer).to_contain_text("the best that is allowed")
    for group in drawer.locator("summary").all():
        group.click()
    expect(drawer).to_contain_text("hero cats")
    expect(drawer).to_contain_text("cat household")


def test_without_consent_nothing_a_stranger_does_changes_the_page(page: Page, demo_shop: DemoShop) -> None:
    page.goto(f"{demo_shop.url}/shop/")
    page.click("#consent-no")
    page.locator('.item [data-do="add"]').first.click()
    expect(page.locator("#cart-count")).to_have_text("1")
    page.reload()
    shows(page, "footer", "footer-shop")
    hides(page, "message-cart")


def test_the_shop_speaks_german(page: Page, demo_shop: DemoShop) -> None:
    page.goto(f"{demo_shop.url}/shop/")
    shows(page, "footer", "footer-shop")
    page.select_option("#locale", "de")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator('[data-slot="hero"]').first).not_to_contain_text("Never carry")


def test_what_is_not_written_in_austrian_german_falls_back_to_german(page: Page, demo_shop: DemoShop) -> None:
    page.goto(f"{demo_shop.url}/shop/")
    shows(page, "footer", "footer-shop")
    page.select_option("#locale", "de-AT")
    expect(page.locator("html")).to_have_attribute("lang", "de-AT")
    expect(page.locator('[data-module="footer-shop"]')).to_contain_text("Montag bis Samstag")


def test_the_button_of_a_hero_leads_to_a_shelf_not_to_the_hero_itself(page: Page, demo_shop: DemoShop) -> None:
    page.goto(f"{demo_shop.url}/shop/")
    page.click("#consent-yes")
    _look_at_two_coffees(page)
    shows(page, "hero", "hero-coffee")
    shelf = page.locator(".carousel").filter(has=page.locator('[data-category="coffee"]')).first
    page.evaluate("scrollTo(0, 0)")
    expect(shelf).not_to_be_in_viewport()
    page.locator('[data-module="hero-coffee"] a.button').click()
    expect(shelf).to_be_in_viewport()


def test_links_from_letters_and_chats_lead_somewhere(page: Page, demo_shop: DemoShop) -> None:
    said = page.locator("#said")
    page.goto(f"{demo_shop.url}/shop/#product/no-such-thing")
    expect(said).to_have_text("That product is not on your page today.")
    item = page.locator(".carousel .item").first.get_attribute("data-item")
    _open(page, demo_shop, f"product/{item}")
    expect(page.locator("#product")).to_be_visible()
    _open(page, demo_shop, "help")
    expect(page.locator('[data-module="footer-shop"]')).to_be_in_viewport()
    expect(said).to_contain_text("answered in the chat")
    _open(page, demo_shop, "delivery")
    expect(page.locator('[data-slot="delivery"]').first).to_be_in_viewport()


def test_who_has_answered_about_consent_may_answer_again(page: Page, demo_shop: DemoShop) -> None:
    page.goto(f"{demo_shop.url}/shop/")
    page.click("#consent-yes")
    _look_at_two_coffees(page)
    shows(page, "hero", "hero-coffee")
    _open(page, demo_shop, "preferences")
    expect(page.locator("#consent")).to_be_in_viewport()
    expect(page.locator("#consent-no")).to_be_focused()
    page.click("#consent-no")
    hides(page, "hero-coffee")
    page.locator('[data-module="footer-shop"] a').click()
    expect(page.locator("#consent")).to_be_in_viewport()
    expect(page.locator("#consent-yes")).to_be_focused()


def test_why_an_item_is_shown_is_told_in_german_on_a_german_page(page: Page, demo_shop: DemoShop) -> None:
    page.goto(f"{demo_shop.url}/shop/")
    reasons = page.locator(".item-because")
    expect(reasons.first).to_have_text("popular this month")
    page.select_option("#locale", "de")
    expect(reasons.first).to_have_text("beliebt in diesem Monat")
    expect(reasons.filter(has_text="popular")).to_have_count(0)
    _open(page, demo_shop, "product/no-such-thing")
    expect(page.locator("#said")).to_have_text("Diese Ware steht heute nicht auf Ihrer Seite.")


def _open(page: Page, demo_shop: DemoShop, place: str) -> None:
    """Follow a link from outside: the shop is loaded anew, not just another place of the page."""
    page.goto("about:blank")
    page.goto(f"{demo_shop.url}/shop/#{place}")


def _look_at_two_coffees(page: Page) -> None:
    coffees = page.locator('.item[data-category="coffee"]')
    for number in range(2):
        coffees.nth(number).get_by_role("button", name="View").click()
        expect(page.locator("#product")).to_be_visible()
        page.locator("#product [data-close]").click()


def _morning(page: Page) -> bool:
    """Whether the hour of the test run has a hero of its own."""
    expect(page.locator("[data-module]").first).to_be_visible()
    return page.locator('[data-module="hero-breakfast"]').count() > 0
