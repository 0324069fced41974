"""What happens on a page arrives, once each, whatever becomes of network, tab and service."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import SLOTS, World

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.enable_socket]

Eventually = Callable[[Callable[[], object], float], None]
CONSENT = "Segment Consent Preference Updated"
YES = "intarsia.consent({personalization: true})"


def name_of(page: Page) -> str:
    """The anonymous id of this browser."""
    return str(page.evaluate("intarsia.person()")["anonymousId"])


def open_agreed(page: Page, world: World, **options: object) -> str:
    """A page whose visitor has agreed; their anonymous id."""
    page.goto(world.site.page("<p>No slots</p>", page="off", **options))
    page.evaluate(YES)
    return name_of(page)


def test_every_call_arrives_and_is_in_the_profile(page: Page, world: World) -> None:
    page.goto(world.site.page() + "?utm_source=mail&secret=1#more")
    who = name_of(page)
    page.evaluate(YES)
    page.evaluate("""async () => { await Promise.all([
        intarsia.identify('ann', {first_name: 'Ann'}),
        intarsia.group('acme', {plan: 'pro'}),
        intarsia.track('Product Added', {product_id: '7', price: 2.5, quantity: 1}),
        intarsia.alias('ann-2'),
    ]) }""")
    ann = world.house.profiles.get("user:ann")
    assert ann is not None and ann == world.known(who) == world.house.profiles.get("user:ann-2")
    assert sorted(world.told(who)) == sorted([CONSENT, "page", "identify", "group", "Product Added", "alias"])
    assert ann.traits["first_name"] == "Ann" and ann.counters["group"] == {"id": "acme", "plan": "pro"}
    assert ann.consent == {"personalization": True} and ann.cart == {"7": 1}
    viewed = ann.events["Page Viewed"][0][1]
    assert "secret" not in str(viewed) and viewed["title"] == "A shop"


def test_offline_nothing_is_lost_and_the_next_visit_sends_it(
    visit: BrowserContext, page: Page, world: World, eventually: Eventually
) -> None:
    address = world.site.page(page="off")
    page.goto(address)
    page.evaluate(YES)
    who = name_of(page)
    eventually(lambda: world.told(who) == [CONSENT], 5)
    visit.set_offline(True)
    page.evaluate("['One', 'Two', 'Three'].forEach((event) => { intarsia.track(event) })")
    page.evaluate("intarsia.flush()")
    page.close()
    visit.set_offline(False)
    assert world.told(who) == [CONSENT]
    visit.new_page().goto(address)
    eventually(lambda: world.told(who) == [CONSENT, "One", "Two", "Three"], 5)


def test_a_page_that_comes_back_online_sends_at_once(
    visit: BrowserContext, page: Page, world: World, eventually: Eventually
) -> None:
    who = open_agreed(page, world)
    visit.set_offline(True)
    page.evaluate("() => { intarsia.track('Meanwhile'); return intarsia.flush() }")
    visit.set_offline(False)
    eventually(lambda: world.told(who) == [CONSENT, "Meanwhile"], 5)


def test_a_busy_service_is_left_alone_for_as_long_as_it_says(page: Page, world: World) -> None:
    who = open_agreed(page, world)
    page.evaluate("intarsia.flush()")
    world.weather.seen.clear()
    world.weather.order("/v1/batch", "429 Too Many Requests", Retry_After="1")
    assert page.evaluate(
        "async () => { const told = intarsia.track('Later'); await intarsia.flush(); intarsia.flush(); return told }"
    )
    first, second = world.weather.asked("/v1/batch")
    assert second - first > 0.95
    assert world.told(who) == [CONSENT, "Later"]


def test_an_answer_that_was_lost_costs_nothing_and_counts_once(page: Page, world: World) -> None:
    who = open_agreed(page, world)
    page.evaluate("intarsia.flush()")
    world.weather.order("/v1/batch", "502 Bad Gateway", lost=True)
    assert page.evaluate("intarsia.track('Product Added', {product_id: '7', quantity: 1})")
    assert len(world.weather.asked("/v1/batch")) == 3
    profile = world.known(who)
    assert profile is not None and profile.cart == {"7": 1}
    assert world.told(who) == [CONSENT, "Product Added"]


def test_what_can_never_be_taken_is_given_up_and_told(page: Page, world: World) -> None:
    who = open_agreed(page, world)
    page.evaluate(
        "() => { window.errors = []; document.addEventListener('intarsia:error', (e) => errors.push(e.detail)) }"
    )
    assert page.evaluate("intarsia.track('Huge', {text: 'x'.repeat(40000)})") is False
    world.weather.order("/v1/batch", "401 Unauthorized")
    assert page.evaluate("intarsia.track('Refused')") is False
    assert page.evaluate("intarsia.track('')") is True, "it was answered, as refused"
    assert page.evaluate("intarsia.track('Sound')") is True
    errors = page.evaluate("errors.map(({message}) => message)")
    assert errors[:2] == ["a call is too large and was not sent", "calls were refused with 401"] and len(errors) == 3
    assert world.told(who)[-1] == "Sound"


def test_the_clock_of_the_browser_may_be_wrong(page: Page, world: World) -> None:
    page.clock.install(time=time.time() - 86_400 * 3)
    page.clock.resume()
    who = open_agreed(page, world)
    page.evaluate("intarsia.track('Now')")
    profile = world.known(who)
    assert profile is not None and abs(profile.events["Now"][0][0] - time.time()) < 60


@pytest.mark.parametrize("leaving", ["location.href = 'about:blank'", "location.reload()"])
def test_a_page_that_goes_away_at_once_tells_what_happened(
    page: Page, world: World, eventually: Eventually, leaving: str
) -> None:
    who = open_agreed(page, world)
    page.evaluate("intarsia.flush()")
    with page.expect_navigation():
        page.evaluate(f"() => {{ intarsia.track('Last'); setTimeout(() => {{ {leaving} }}, 0) }}")
    eventually(lambda: world.told(who) == [CONSENT, "Last"], 5)


def test_a_closed_tab_tells_it_by_beacon_where_nothing_may_be_stored(
    visit: BrowserContext, world: World, eventually: Eventually
) -> None:
    page = visit.new_page()
    page.goto(world.site.page(page="off", before_consent="send"))
    who = name_of(page)
    page.evaluate("() => { intarsia.track('Last') }")
    page.close(run_before_unload=True)
    eventually(lambda: world.told(who) == ["Last"], 5)


def test_a_page_that_comes_back_from_the_cache_goes_on(page: Page, world: World, eventually: Eventually) -> None:
    page.goto(world.site.page())
    page.evaluate(YES)
    who = name_of(page)
    page.evaluate("() => { window.returned = 0; addEventListener('pageshow', (e) => { returned += e.persisted }) }")
    page.evaluate("intarsia.flush()")
    page.goto(world.site.page("<p>Elsewhere</p>", page="off"))
    page.go_back(wait_until="commit")
    expect(page.locator("#hero")).to_be_visible()
    assert page.evaluate("window.returned") == 1, "the browser kept the page"
    eventually(lambda: world.told(who).count("page") == 2, 5)
    assert name_of(page) == who
    assert page.evaluate("intarsia.track('Back')") is True


def test_who_takes_consent_back_elsewhere_is_heard_by_a_page_that_comes_back(page: Page, world: World) -> None:
    page.goto(world.site.page(page="off"))
    page.evaluate(YES)
    who = name_of(page)
    page.goto(world.site.page("<p>Elsewhere</p>", page="off"))
    assert name_of(page) == who
    page.evaluate("intarsia.consent({personalization: false})")
    page.evaluate("intarsia.flush()")
    page.go_back(wait_until="commit")
    expect(page.locator("#hero")).to_be_visible()
    assert page.evaluate("intarsia.consent()") == {"personalization": False}
    assert name_of(page) != who
    assert page.evaluate("intarsia.track('Unheard')") is False


def test_pages_may_call_before_the_script_is_there(page: Page, world: World) -> None:
    early = world.site.file("window.intarsia = [['consent', {personalization: true}], ['track', 'Early']]")
    page.goto(world.site.page(page="off", head=f'<script src="{early}"></script>'))
    who = name_of(page)
    page.evaluate("intarsia.flush()")
    assert world.told(who) == [CONSENT, "Early"]


def test_a_module_may_start_it_with_words(page: Page, world: World) -> None:
    script = f"{world.site.service}/intarsia-1.js"
    told = f"{{key: '{world.site.key}', host: '{world.site.service}', layout: 'home'}}"
    started = world.site.file(f"import '{script}'; intarsia.start({told})")
    page.goto(world.site.page(f'{SLOTS}<script type="module" src="{started}"></script>', key=""))
    expect(page.locator("#hero")).to_contain_text("welcome", ignore_case=True)
