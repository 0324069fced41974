"""Nothing is kept and nothing is told before somebody agreed, nor after they took it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import World
from tests.browser.test_tracking import CONSENT, YES, name_of

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.enable_socket]

Eventually = Callable[[Callable[[], object], float], None]
NO = "intarsia.consent({personalization: false})"
KEPT = """async () => [
    Object.keys(localStorage).length, Object.keys(sessionStorage).length, document.cookie.length,
    (await indexedDB.databases()).length, (await caches.keys()).length,
]"""


def kept(page: Page) -> list[int]:
    """How many things this page's origin keeps in the browser, by kind of store."""
    found: list[int] = page.evaluate(KEPT)
    return found


def test_before_an_answer_nothing_is_kept_nor_told_and_slots_are_filled(
    visit: BrowserContext, page: Page, world: World
) -> None:
    page.goto(world.site.page())
    page.evaluate("() => { intarsia.track('Product Viewed', {product_id: '7'}); intarsia.identify('bob-held') }")
    expect(page.locator("#hero")).to_have_attribute("data-intarsia-state", "filled")
    page.evaluate("intarsia.flush()")
    assert kept(page) == [0] * 5 and visit.cookies() == []
    assert world.weather.asked("/v1/batch") == []
    assert world.house.profiles.get("user:bob-held") is None


def test_what_waited_goes_out_with_the_answer_and_the_name_is_kept(page: Page, world: World) -> None:
    address = world.site.page()
    page.goto(address)
    who = name_of(page)
    page.evaluate("() => { intarsia.track('Product Viewed', {product_id: '7'}) }")
    page.evaluate("intarsia.consent({personalization: true}, {version: '2025-06', evidence: {banner: 'B'}})")
    page.evaluate("intarsia.flush()")
    assert world.told(who) == [CONSENT, "page", "Product Viewed"]
    profile = world.known(who)
    assert profile is not None and profile.consent == {"personalization": True}
    (record,) = [event for event in world.log(who) if event.kind == "consent"]
    assert record.properties["act"] is True
    assert (record.properties["text_version"], record.properties["evidence"]) == ("2025-06", {"banner": "B"})
    page.goto(address)
    assert name_of(page) == who
    assert page.evaluate("intarsia.consent()") == {"personalization": True}
    assert kept(page)[1:] == [0] * 4


def test_who_says_no_leaves_no_trace(page: Page, world: World) -> None:
    address = world.site.page()
    page.goto(address)
    held = page.evaluate_handle("() => ({told: intarsia.track('Product Viewed')})")
    page.evaluate(NO)
    assert held.evaluate("async ({told}) => await told") is False
    page.evaluate("intarsia.flush()")
    assert kept(page) == [0] * 5 and world.weather.asked("/v1/batch") == []
    page.goto(address)
    assert page.evaluate("intarsia.consent()") == {}


def test_consent_that_is_taken_back_is_told_and_everything_is_forgotten(page: Page, world: World) -> None:
    page.goto(world.site.page(page="off"))
    page.evaluate(YES)
    who = name_of(page)
    page.evaluate("intarsia.track('Product Added', {product_id: '7', quantity: 1})")
    page.evaluate("intarsia.refresh()")
    expect(page.locator("#message")).to_contain_text("Your cart waits")
    page.evaluate(NO)
    expect(page.locator("#message")).to_have_text("No message")
    page.evaluate("intarsia.flush()")
    profile = world.known(who)
    assert profile is not None and profile.consent == {"personalization": False}
    assert kept(page) == [0] * 5 and name_of(page) != who
    assert page.evaluate("intarsia.track('Unheard')") is False


def test_consent_that_is_taken_back_offline_is_told_later_and_nothing_else_is(
    visit: BrowserContext, page: Page, world: World, eventually: Eventually
) -> None:
    address = world.site.page(page="off")
    page.goto(address)
    page.evaluate(YES)
    who = name_of(page)
    eventually(lambda: world.told(who) == [CONSENT], 5)
    visit.set_offline(True)
    page.evaluate("() => { intarsia.track('Secret') }")
    page.evaluate(NO)
    page.evaluate("intarsia.flush()")
    page.close()
    visit.set_offline(False)
    again = visit.new_page()
    again.goto(address)
    eventually(lambda: world.told(who) == [CONSENT, CONSENT], 5)
    again.evaluate("intarsia.flush()")
    profile = world.known(who)
    assert profile is not None and profile.consent == {"personalization": False}
    assert kept(again) == [0] * 5


def test_a_site_with_another_basis_may_tell_before_the_answer_and_keeps_nothing(page: Page, world: World) -> None:
    page.goto(world.site.page(before_consent="send"))
    who = name_of(page)
    assert page.evaluate("intarsia.track('Seen')") is True
    assert world.told(who) == ["page", "Seen"] and kept(page) == [0] * 5
    page.evaluate(NO)
    page.evaluate("intarsia.flush()")
    assert world.told(who)[-1] == CONSENT
    assert page.evaluate("intarsia.track('Unheard')") is False


def test_storing_can_need_a_purpose_of_its_own(page: Page, world: World) -> None:
    page.goto(world.site.page(page="off", storage_for="functional"))
    page.evaluate("intarsia.consent({personalization: true, functional: false})")
    assert page.evaluate("intarsia.track('Told')") is True and kept(page) == [0] * 5
    page.evaluate("intarsia.consent({functional: true})")
    page.evaluate("intarsia.flush()")
    assert kept(page) == [1, 0, 0, 0, 0]


def test_two_tabs_are_one_visitor(visit: BrowserContext, page: Page, world: World, eventually: Eventually) -> None:
    other = visit.new_page()
    address = world.site.page(page="off")
    page.goto(address)
    other.goto(address)
    other.evaluate("() => { intarsia.track('Held in the other tab') }")
    assert name_of(page) != name_of(other)
    page.evaluate(YES)
    who = name_of(page)
    eventually(lambda: name_of(other) == who, 5)
    eventually(lambda: "Held in the other tab" in world.told(who), 5)
    other.evaluate("intarsia.track('From the other tab')")
    page.evaluate("intarsia.track('From this tab')")
    assert sorted(world.told(who)[-2:]) == ["From the other tab", "From this tab"]
    other.evaluate(NO)
    eventually(lambda: page.evaluate("intarsia.consent()") == {"personalization": False}, 5)
    assert name_of(page) != who and page.evaluate("intarsia.track('Unheard')") is False
    page.evaluate("intarsia.flush()")
    other.evaluate("intarsia.flush()")
    assert kept(page) == [0] * 5


def test_storage_that_is_blocked_costs_nothing_but_the_memory(page: Page, world: World) -> None:
    page.goto(world.site.page(policy="sandbox allow-scripts", page="off"))
    assert (
        page.evaluate("() => { try { return localStorage.length } catch (error) { return error.name } }")
        == "SecurityError"
    )
    page.evaluate(YES)
    who = name_of(page)
    assert page.evaluate("intarsia.track('Told')") is True
    assert world.told(who) == [CONSENT, "Told"]
    expect(page.locator("#hero")).to_have_attribute("data-intarsia-state", "filled")


def test_storage_that_is_full_costs_nothing_but_the_memory(page: Page, world: World) -> None:
    page.goto(world.site.page(page="off"))
    page.evaluate("""() => { for (let size = 1 << 22; size; size >>= 1)
        try { while (true) localStorage.setItem(`fill-${size}-${Math.random()}`, 'x'.repeat(size)) } catch {} }""")
    page.evaluate(YES)
    assert page.evaluate("intarsia.track('Told')") is True


def test_a_reset_makes_somebody_new_who_keeps_the_answers_of_the_browser(page: Page, world: World) -> None:
    page.goto(world.site.page(page="off"))
    page.evaluate(YES)
    who = name_of(page)
    page.evaluate("intarsia.identify('carl')")
    page.evaluate("intarsia.reset()")
    assert name_of(page) != who and page.evaluate("intarsia.person().userId") is None
    page.evaluate("intarsia.track('Of another')")
    assert "Of another" not in world.told(who) and world.told(name_of(page)) == ["Of another"]


def test_the_browsers_own_no_comes_before_a_yes(visit: BrowserContext, page: Page, world: World) -> None:
    visit.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    page.goto(world.site.page(page="off"))
    page.evaluate("intarsia.consent({personalization: true, advertising: true})")
    page.evaluate("intarsia.flush()")
    profile = world.known(name_of(page))
    assert profile is not None and profile.consent == {"personalization": True, "advertising": False}


TCF = """window.__tcfapi = (command, version, heard) => {
    window.answer = (purposes, eventStatus = 'useractioncomplete') =>
        heard({eventStatus, gdprApplies: true, tcString: 'CP', purpose: {consents: purposes}}, true);
}"""


def test_a_dialogue_that_speaks_tcf_answers_for_the_person(page: Page, world: World) -> None:
    head = f'<script src="{world.site.file(TCF)}"></script>'
    page.goto(world.site.page(page="off", head=head))
    page.evaluate("answer({}, 'cmpuishown')")
    assert page.evaluate("intarsia.consent()") == {}
    page.evaluate("answer({1: true, 5: true, 6: true, 8: true})")
    answers: dict[str, Any] = page.evaluate("intarsia.consent()")
    assert answers == {"personalization": True, "analytics": False, "advertising": False}
    who = name_of(page)
    page.evaluate("answer({1: true, 5: true, 6: true, 8: true}, 'tcloaded')")
    page.evaluate("intarsia.flush()")
    assert world.told(who) == [CONSENT], "the same answer is told once"
    page.evaluate("answer({})")
    page.evaluate("intarsia.flush()")
    profile = world.known(who)
    assert profile is not None and not any(profile.consent.values()) and kept(page) == [0] * 5
