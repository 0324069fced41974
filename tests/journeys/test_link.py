"""The page that a one-time link opens, in a real browser: nothing of it is barred by its own policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts import Accounts
from service.signing import sign_in_of
from tests.journeys.conftest import DemoShop

pytestmark = [pytest.mark.network, pytest.mark.enable_socket, pytest.mark.browser]

GOOD = "under seven purple bridges"


def test_somebody_chooses_a_password(demo_shop: DemoShop, page: Page) -> None:
    book, now = Accounts(demo_shop.house.database), demo_shop.clock()
    book.add("ann", ["editor"], by="test", now=now)
    token = book.new_link("ann", by="test", now=now)
    page.goto(f"{demo_shop.url}/v1/manage/signin/link#{token}")
    first, second = page.get_by_label("Password"), page.get_by_label("Once more")
    first.fill(GOOD)
    second.fill(GOOD + "!")
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("The two are not the same.")
    second.fill(GOOD)
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("It is yours")
    assert sign_in_of(demo_shop.house).with_password("ann", GOOD, "", address="192.0.2.1", now=now) == "ann"
