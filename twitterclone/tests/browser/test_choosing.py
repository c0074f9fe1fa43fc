"""What is chosen before a tweet goes out: its audience, the pictures' words, on a desk and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from tweets.models import Tweet, TweetMedia
from tweets.tests.factories import make_tweet
from twitterclone.tests.browser.conftest import Visit
from twitterclone.tests.browser.test_composing import READY, attach, composer, picture, posted

pytestmark = pytest.mark.e2e


def in_sight(page: Page, element: Locator) -> bool:
    box, window = element.bounding_box(), page.evaluate("[innerWidth, innerHeight]")
    assert box is not None
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    return box["x"] >= 0 and box["y"] >= 0 and right <= window[0] and bottom <= window[1]


def test_audience_says_on_its_face_what_was_chosen_and_stays_with_the_draft(
    visit: Visit, alice: User
) -> None:
    page = visit(alice)
    face = composer(page).locator(".audience__face")
    face.click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(composer(page).locator(".audience")).not_to_have_attribute("open", "")
    expect(face).to_be_focused()
    expect(face.locator("span:visible")).to_have_text("Everyone can read and reply")
    face.press("Enter")
    composer(page).get_by_role("group", name="Who can reply").get_by_label("People I follow").check()
    expect(face.locator("span:visible")).to_have_text("Everyone can read, people you follow can reply")
    composer(page).get_by_role("textbox", name="Your tweet").fill("For few")
    composer(page).get_by_role("group", name="Who can read it").get_by_label("Followers").check()
    page.reload()
    expect(face.locator("span:visible")).to_have_text("Followers can read, people you follow can reply")
    composer(page).get_by_role("button", name="Tweet", exact=True).click()
    expect(posted(page)).to_contain_text("For few")
    tweet = Tweet.objects.get()
    assert (tweet.audience, tweet.reply_policy) == ("followers", "following")
    expect(face.locator("span:visible")).to_have_text("Everyone can read and reply")


def test_audience_is_chosen_without_javascript(visit: Visit, alice: User) -> None:
    page = visit(alice, java_script_enabled=False)
    page.goto("/compose/")
    face = page.locator(".audience__face")
    face.click()
    page.get_by_role("group", name="Who can reply").get_by_label("Only people mentioned").check()
    expect(face.locator("span:visible")).to_have_text("Everyone can read, only people mentioned can reply")
    page.get_by_role("textbox", name="Your tweet").fill("By hand")
    page.get_by_role("button", name="Tweet", exact=True).click()
    expect(page.locator("article").first).to_contain_text("By hand")
    assert Tweet.objects.get().reply_policy == "mentioned"


def test_pictures_without_words_are_asked_about_once(visit: Visit, alice: User, tmp_path: Path) -> None:
    files = []
    for name, color in (("red.png", (200, 30, 30)), ("blue.png", (30, 30, 200))):
        files.append(tmp_path / name)
        files[-1].write_bytes(picture(color))
    page = visit(alice)
    attach(page, *files)
    send = composer(page).get_by_role("button", name="Tweet", exact=True)
    expect(send).to_be_enabled(timeout=READY)
    send.press("Enter")
    asked = page.get_by_role("dialog", name="Send without describing 2 pictures?")
    expect(asked.get_by_role("button", name="Describe")).to_be_focused()
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    expect(send).to_be_focused()
    send.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Description").fill("Red all over")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(composer(page).get_by_role("button", name="ALT described")).to_have_count(1)
    expect(composer(page).get_by_role("button", name="+ ALT")).to_have_count(1)
    send.click()
    expect(posted(page).locator("picture")).to_have_count(2)
    links = TweetMedia.objects.order_by("position").select_related("media")
    assert [link.media.alt_text for link in links] == ["Red all over", ""]


@pytest.mark.parametrize(("width", "height"), [(375, 812), (320, 400)])  # the second: with a keyboard over it
def test_button_and_tools_stay_in_sight_on_a_phone(
    visit: Visit, alice: User, bob: User, width: int, height: int
) -> None:
    make_tweet(bob, "Ask me anything")
    page = visit(alice, viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    page.goto("/bob/")
    page.locator("article [data-compose]").click()
    sheet = page.get_by_role("dialog", name="Reply to @bob")
    send, tools = sheet.get_by_role("button", name="Reply", exact=True), sheet.locator(".tools__button")
    sheet.get_by_role("textbox", name="Your reply").fill("Line\n" * 12)
    for name in ("Add a poll", "Add a content warning"):
        sheet.get_by_role("button", name=name).click()
    sheet.locator(".audience__face").click()
    assert in_sight(page, send)
    assert all(in_sight(page, tool) for tool in tools.all())
    assert len({tool.bounding_box()["y"] for tool in tools.all()}) == 1  # type: ignore[index]
    assert sheet.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    sheet.get_by_role("button", name="Add a poll").click()
    send.click()
    expect(page.locator("toast-region")).to_contain_text("Your reply was sent.")


def test_quote_wants_words(visit: Visit, alice: User, bob: User) -> None:
    make_tweet(alice, "Worth a word")
    page = visit(bob)
    page.goto("/alice/")
    posted(page).get_by_role("link", name="More").click()
    page.get_by_role("link", name="Quote", exact=True).click()
    dialog = page.get_by_role("dialog", name="Quote a tweet")
    send = dialog.get_by_role("button", name="Tweet", exact=True)
    expect(send).to_be_disabled()
    dialog.get_by_role("textbox", name="Your tweet").fill("Indeed")
    send.click()
    expect(page.locator("toast-region")).to_contain_text("Your quote was sent.")
