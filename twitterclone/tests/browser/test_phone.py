"""On a phone: what hangs stays inside the screen, with scripts and without."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from accounts.models import User
from messaging.tests.helpers import open_to_all, say
from tweets.tests.factories import add_media, add_poll, make_tweet
from twitterclone.tests.browser.conftest import Visit, await_true
from twitterclone.tests.browser.test_composing import picture
from twitterclone.tests.browser.test_pressing import held, wait_for_first

pytestmark = pytest.mark.e2e


def on_phone(visit: Visit, user: User, *, width: int = 375, scripts: bool = True, **options: object) -> Page:
    size = {"width": width, "height": 700}
    return visit(user, viewport=size, has_touch=True, java_script_enabled=scripts, **options)


def expect_inside(sheet: Locator, width: int, floor: float) -> None:
    expect(sheet).to_be_visible()
    box = sheet.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= floor


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [375, 320])
def test_menus_stay_inside_the_screen(
    visit: Visit, alice: User, bob: User, width: int, scripts: bool
) -> None:
    open_to_all(bob)
    for number in range(8):
        say(alice, bob, f"Number {number}, long enough to leave no room beside it for a menu")
        conversation = say(
            bob, alice, f"Number {number}, as long as the one before, to leave none"
        ).conversation_id
    page = on_phone(visit, alice, width=width, scripts=scripts)
    page.goto("/bob/")
    page.locator(".profile__actions summary").click()
    expect_inside(page.locator(".profile__actions .menu__sheet"), width, 700)
    page.goto(f"/messages/{conversation}/")
    field = page.locator(".writer").bounding_box()
    assert field is not None
    for place in (-1, -2, -3):
        menu = page.locator(".message__menu").nth(16 + place)
        menu.locator("summary").click()
        expect_inside(menu.locator(".menu__sheet"), width, field["y"])
        menu.locator("summary").click()


def test_menu_opened_by_a_key_is_walked_through_and_left_by_keys(
    visit: Visit, alice: User, bob: User
) -> None:
    tweet = make_tweet(alice, "More about me")
    page = visit(bob)
    page.goto(f"/alice/status/{tweet.pk}/")
    opener, items = page.locator("article summary"), page.locator("article .menu__item")
    for key in ("Enter", "Space"):
        opener.focus()
        page.keyboard.press(key)
        expect(items.first).to_be_focused()
        page.keyboard.press("End")
        expect(items.last).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(items.first).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(items.last).to_be_focused()
        page.keyboard.press("Home")
        expect(items.first).to_be_focused()
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()
    opener.click()
    expect(items.first).to_be_visible()
    expect(opener).to_be_focused()


def test_press_that_waits_for_its_answer_says_so(visit: Visit, alice: User, bob: User) -> None:
    make_tweet(alice, "Slow")
    page = visit(bob)
    page.goto("/alice/")
    more = page.locator("article").get_by_role("link", name="More", exact=True)
    with held(page, "/menu/") as waiting:
        more.focus()
        page.keyboard.press("Enter")
        wait_for_first(page, waiting)
        expect(more).to_have_attribute("aria-busy", "true")
        assert more.evaluate("link => getComputedStyle(link, '::after').animationName") == "turn, ring-in"
    expect(page.locator("article .menu__item").first).to_be_focused()
    page.keyboard.press("Escape")
    form = page.locator(".profile__actions .follow")
    with held(page, "/follow/") as waiting:
        form.get_by_role("button").click()
        wait_for_first(page, waiting)
        expect(form).to_have_attribute("aria-busy", "true")
    expect(form.get_by_role("button", name="Following @alice")).to_be_visible()
    expect(form).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize("scripts", [True, False])
def test_picture_has_its_room_and_its_colour_before_it_has_come(
    visit: Visit, alice: User, bob: User, scripts: bool
) -> None:
    page = on_phone(visit, alice, scripts=scripts)
    shown = make_tweet(alice, "A picture")
    add_media(shown)
    make_tweet(bob, "Look at that", quote_of=shown)
    waiting: list[Route] = []
    page.route(re.compile("/media/files/"), lambda route: waiting.append(route))  # noqa: PLW0108 -- Playwright marks its handlers
    for address in (f"/alice/status/{shown.pk}/", "/bob/"):
        page.goto(address, wait_until="domcontentloaded")
        image = page.locator(".picture__image")
        wait_for_first(page, waiting)
        expect(image).to_have_css("object-fit", "cover")
        before = image.bounding_box()
        assert before is not None
        assert before["width"] > 200
        assert before["height"] == pytest.approx(before["width"] / 2, abs=1)
        if not scripts:
            expect(page.locator(".picture__color rect")).to_have_css("fill", "rgb(51, 102, 153)")
        for route in waiting:
            route.fulfill(body=picture((200, 30, 30), (1200, 600), "JPEG"), content_type="image/jpeg")
        waiting.clear()
        page.wait_for_load_state()
        assert image.bounding_box() == before
        if scripts:
            expect(page.locator(".picture__color")).to_have_count(0)


def test_page_to_write_leads_home_once_the_tweet_is_sent(visit: Visit, alice: User) -> None:
    page = on_phone(visit, alice)
    page.goto("/compose/")
    page.get_by_role("textbox", name="Your tweet").fill("Written on a page of its own")
    page.locator(".composer").get_by_role("button", name="Tweet", exact=True).click()
    page.wait_for_url("**/")
    expect(page.locator(".flash")).to_contain_text("Your tweet was sent.")
    page.get_by_role("link", name="View", exact=True).click()
    expect(page.locator(".tweet--focus")).to_contain_text("Written on a page of its own")
    page.goto("/compose/")
    expect(page.get_by_role("textbox", name="Your tweet")).to_have_value("")


def test_dialog_opens_before_its_composer_has_come(visit: Visit, alice: User) -> None:
    page = on_phone(visit, alice)
    pen = page.locator(".compose-button")
    with held(page, "/compose/") as waiting:
        pen.click()
        wait_for_first(page, waiting)
        expect(page.get_by_role("dialog", name="Write a tweet").get_by_role("status")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("textbox", name="Your tweet")).to_be_focused()
    with held(page, "/compose/") as waiting:
        page.get_by_role("dialog").get_by_role("button", name="Close").click()
        pen.click()
        wait_for_first(page, waiting)
        page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page).to_have_url("/")


def test_tweet_refused_without_a_network_is_kept_and_says_so_until_it_is_back(
    visit: Visit, alice: User
) -> None:
    page = visit(alice)
    composer = page.locator(".composer--inline")
    composer.get_by_role("textbox", name="Your tweet").fill("In a tunnel")
    page.context.set_offline(True)
    send = composer.get_by_role("button", name="Tweet", exact=True)
    send.click()
    expect(composer.get_by_role("alert").filter(has_text="Your tweet is kept")).to_be_visible()
    page.context.set_offline(False)
    expect(composer.get_by_role("alert").filter(has_text="Your tweet is kept")).to_be_hidden()
    send.click()
    expect(page.locator("#timeline article").first).to_contain_text("In a tunnel")
    visit.errors.clear()  # the browser notes that it was offline


def test_notices_stand_above_the_button_to_write_one_at_a_time(visit: Visit, alice: User) -> None:
    page = on_phone(visit, alice)
    for words in ("The first of them", "The second, which is so long that it takes the whole width"):
        page.locator("toast-region").evaluate("(region, message) => region.show({message})", words)
    expect(page.locator(".toast")).to_have_text([re.compile("The second")])
    page.wait_for_timeout(300)  # it has moved in
    toast, pen = page.locator(".toast").bounding_box(), page.locator(".compose-button").bounding_box()
    assert toast is not None
    assert pen is not None
    assert toast["y"] + toast["height"] <= pen["y"]


def test_poll_under_a_warning_stays_open_after_a_vote_without_javascript(
    visit: Visit, alice: User, bob: User
) -> None:
    make_tweet(alice, "Above it")
    add_poll(make_tweet(alice, "Which?", content_warning="Spoiler"), "Tea", "Coffee")
    page = on_phone(visit, bob, scripts=False)
    page.goto("/alice/")
    page.get_by_text("Spoiler").click()
    page.get_by_label("Tea").check()
    page.get_by_role("button", name="Vote").click()
    expect(page.get_by_text("100%")).to_be_in_viewport()
    expect(page.get_by_text("Your vote is counted.")).to_be_in_viewport()


def test_refused_poll_says_so_on_top_without_javascript(visit: Visit, alice: User) -> None:
    page = on_phone(visit, alice, scripts=False)
    page.goto("/compose/")
    page.get_by_text("Pictures, poll, content warning").click()
    for part in page.locator(".extra :is(input, textarea, select)").all():
        box = part.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 375 - 15
    page.get_by_role("textbox", name="Your tweet").fill("Tea?")
    page.get_by_label("Answer 1").fill("Yes")
    page.locator(".composer").get_by_role("button", name="Tweet", exact=True).click()
    summary = page.locator(".composer__wrong")
    expect(summary).to_be_in_viewport()
    summary.get_by_role("link").click()
    expect(page.get_by_label("Answer 1")).to_be_focused()
    field = page.get_by_label("Answer 1").bounding_box()
    bar = page.locator(".composer__foot").bounding_box()
    assert field is not None
    assert bar is not None
    assert field["y"] + field["height"] <= bar["y"]
    visit.errors.clear()  # the browser notes the answer that refuses


def test_long_name_leaves_room_for_its_handle(visit: Visit, alice: User, bob: User) -> None:
    long = User.objects.filter(pk=alice.pk)
    long.update(display_name="Alice Bergström-Vandermeulen", username="a" * 20, username_cased="a" * 20)
    User.objects.filter(pk=bob.pk).update(display_name="Robert Okafor-Vandermeulen")
    for author in (alice, bob):
        make_tweet(author, "Here")
    page = on_phone(visit, bob, width=320)
    page.goto("/explore/")
    cut = "head => [...head.children].map((part) => part.scrollWidth > part.clientWidth)"
    for name, handle_is_cut in (("Alice", True), ("Robert", False)):
        head = page.locator(".tweet__head", has_text=name)
        box = head.locator(".tweet__handle").bounding_box()
        assert box is not None
        assert box["width"] > 30
        assert head.evaluate(cut)[:2] == [True, handle_is_cut]


def test_forced_colours_leave_edges_to_what_is_drawn_by_colour(visit: Visit, alice: User, bob: User) -> None:
    make_tweet(alice, "Who did it", content_warning="Spoiler")
    open_to_all(bob)
    conversation = say(alice, bob, "Hello").conversation_id
    page = on_phone(visit, alice, forced_colors="active")
    page.goto("/alice/")
    for drawn in (".tweet__warning", ".compose-button"):
        expect(page.locator(drawn)).to_have_css("border-top-width", "1px")
    tab = page.locator(".tabs__item[aria-current]")
    line, ground = (
        tab.evaluate("(tab, part) => getComputedStyle(tab, part).backgroundColor", part)
        for part in ("::after", None)
    )
    assert line != ground
    page.goto(f"/messages/{conversation}/")
    expect(page.locator(".bubble")).to_have_css("border-top-width", "1px")
    page.goto("/settings/privacy/")
    switch = page.locator(".check [type=checkbox]").first
    expect(switch).to_have_css("appearance", "auto")
    assert switch.evaluate("box => getComputedStyle(box, '::after').content") in ("none", "normal")


def test_back_closes_the_picture_and_then_leaves_the_page(visit: Visit, alice: User) -> None:
    page = on_phone(visit, alice)
    drawn = "<svg xmlns='http://www.w3.org/2000/svg'/>"  # the picture is a row without a file
    page.route("**/media/**", lambda route: route.fulfill(content_type="image/svg+xml", body=drawn))
    add_media(make_tweet(alice, "A picture"))
    page.goto("/explore/")
    page.goto("/alice/")
    viewer = page.get_by_role("dialog", name="Picture")
    for close in (page.go_back, lambda: page.keyboard.press("Escape")):
        page.locator("a[data-view]").first.click()
        expect(viewer).to_be_visible()
        close()
        expect(viewer).to_be_hidden()
        await_true(page, "!history.state")
        assert page.url.endswith("/alice/")
    page.go_back()
    page.wait_for_url("**/explore/")
