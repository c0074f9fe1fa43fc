"""Writing with pictures, polls and quotes in a real browser, a real worker decoding behind it."""

import io
import re
import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from media.tests.corpus import animation
from tweets.models import Bookmark, PollVote, Tweet, TweetMedia
from tweets.services.posting import post_tweet
from tweets.tests.factories import add_poll, make_tweet
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e

READY = 20_000
PASTE = """(bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }));
    const field = document.querySelector(".composer--inline textarea");
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
}"""
SHIFTS = """() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
    }).observe({ type: "layout-shift", buffered: true });
}"""


def picture(color: tuple[int, int, int], size: tuple[int, int] = (900, 600), form: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, color).save(target, form)
    return target.getvalue()


def composer(page: Page):
    return page.locator("tweet-composer").first


def attach(page: Page, *files: Path) -> None:
    composer(page).locator("[data-files]").set_input_files([str(file) for file in files])


def send_undescribed(page: Page) -> None:
    """Presses Tweet, and again when asked about the pictures."""
    composer(page).get_by_role("button", name="Tweet", exact=True).click()
    page.get_by_role("dialog", name="Send without describing").get_by_role(
        "button", name="Send anyway"
    ).click()


def posted(page: Page):
    return page.locator("#timeline article").first


def test_pictures_are_pasted_described_ordered_and_tweeted(visit: Visit, alice: User, tmp_path: Path) -> None:
    red = tmp_path / "red.jpg"
    red.write_bytes(picture((200, 30, 30), form="JPEG"))
    page = visit(alice)
    attach(page, red)
    page.evaluate(PASTE, list(picture((30, 30, 200))))
    tiles = composer(page).locator(".upload")
    expect(tiles).to_have_count(2)
    send = composer(page).get_by_role("button", name="Tweet", exact=True)
    expect(send).to_be_enabled(timeout=READY)

    tiles.nth(1).get_by_role("button", name="+ ALT").click()
    page.get_by_label("Description", exact=True).fill("Blue all over")
    page.get_by_role("button", name="Save", exact=True).click()
    tiles.nth(1).get_by_role("button", name="Move earlier").press("Enter")
    page.reload()  # the draft keeps the pictures
    expect(composer(page).locator(".upload")).to_have_count(2)
    expect(send).to_be_enabled(timeout=READY)
    send_undescribed(page)

    expect(posted(page).locator("picture")).to_have_count(2)
    links = TweetMedia.objects.order_by("position").select_related("media")
    assert [link.media.alt_text for link in links] == ["Blue all over", ""]
    expect(composer(page).locator(".upload")).to_have_count(0)
    posted(page).get_by_text("ALT", exact=True).click()
    expect(posted(page).get_by_text("Blue all over")).to_be_visible()
    posted(page).locator("a[data-view]").first.click()
    viewer = page.get_by_role("dialog", name="Picture")
    expect(viewer).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(viewer.get_by_role("button", name="Next picture")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()


def test_draft_is_one_in_the_page_and_in_the_dialog(visit: Visit, alice: User) -> None:
    page = visit(alice)
    inline = composer(page).get_by_role("textbox", name="Your tweet")
    inline.fill("Half a thought")
    page.locator("body").click(position={"x": 5, "y": 5})
    page.get_by_role("link", name="Tweet", exact=True).click()
    dialog = page.get_by_role("dialog", name="Write a tweet")
    field = dialog.get_by_role("textbox", name="Your tweet")
    expect(field).to_have_value("Half a thought")
    field.fill("Half a thought, and the rest")
    page.keyboard.press("Escape")
    expect(inline).to_have_value("Half a thought, and the rest")

    page.get_by_role("link", name="Tweet", exact=True).click()
    dialog.get_by_role("button", name="Tweet", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(posted(page)).to_contain_text("Half a thought, and the rest")
    expect(inline).to_have_value("")
    page.reload()
    expect(inline).to_have_value("")
    assert Tweet.objects.count() == 1


def test_bad_file_says_why_and_the_text_stays(visit: Visit, alice: User, tmp_path: Path) -> None:
    fake = tmp_path / "fake.jpg"
    fake.write_bytes(b"only words")
    page = visit(alice)
    composer(page).get_by_role("textbox", name="Your tweet").fill("Still here")
    attach(page, fake)
    expect(composer(page).get_by_role("alert").filter(has_text="not a picture")).to_be_visible()
    send = composer(page).get_by_role("button", name="Tweet", exact=True)
    expect(send).to_be_disabled()
    expect(composer(page).get_by_role("button", name="Try again")).to_be_hidden()  # it would fail again
    composer(page).get_by_role("button", name="Remove the picture").click()
    attach(page, *[fake] * 5)
    expect(page.locator("toast-region")).to_contain_text("Up to four pictures")
    expect(composer(page).locator(".upload")).to_have_count(4)
    for _ in range(4):
        composer(page).get_by_role("button", name="Remove the picture").first.click()
    send.click()
    expect(posted(page)).to_contain_text("Still here")
    visit.errors.clear()  # the browser notes the refused upload


def test_poll_is_asked_and_answered(visit: Visit, alice: User, bob: User) -> None:
    hers, his = visit(alice), visit(bob)
    composer(hers).get_by_role("button", name="Add a poll").click()
    composer(hers).get_by_role("textbox", name="Your tweet").fill("Tea or coffee?")
    send = composer(hers).get_by_role("button", name="Tweet", exact=True)
    composer(hers).get_by_role("textbox", name="Answer 1").fill("Tea")
    expect(send).to_be_disabled()
    composer(hers).get_by_role("textbox", name="Answer 2").fill("Coffee")
    send.click()
    expect(posted(hers)).to_contain_text("0 people voted")

    his.goto("/alice/")
    his.get_by_role("radio", name="Coffee").check()
    his.get_by_role("button", name="Vote").click()
    expect(posted(his)).to_contain_text("100%")
    expect(posted(his).get_by_role("list", name="Results")).to_be_focused()
    expect(posted(hers)).to_contain_text("1 person voted", timeout=READY)
    assert PollVote.objects.count() == 1


def test_answer_given_twice_is_marked_and_not_sent(visit: Visit, alice: User) -> None:
    page = visit(alice)
    form = composer(page)
    form.get_by_role("textbox", name="Your tweet").fill("Tea or tea?")
    form.get_by_role("button", name="Add a poll").click()
    first, second = (form.get_by_role("textbox", name=f"Answer {number}") for number in (1, 2))
    send = form.get_by_role("button", name="Tweet", exact=True)
    first.fill("Tea")
    second.fill(" tea")
    expect(second).to_have_accessible_description("This answer is there already.")
    expect(form.get_by_text("This answer is there already.").locator("visible=true")).to_have_count(1)
    expect(first).to_have_accessible_description("")
    expect(send).to_have_accessible_description("Two answers are the same", timeout=READY)
    expect(send).to_be_disabled()
    second.press("Control+Enter")
    second.press("Enter")
    expect(second).to_have_value(" tea")
    second.fill("Coffee")
    expect(send).to_be_enabled(timeout=READY)
    expect(second).not_to_have_attribute("aria-invalid", "true")


def test_gif_plays_and_stops_at_a_press(visit: Visit, alice: User, tmp_path: Path) -> None:
    moving = tmp_path / "moving.gif"
    moving.write_bytes(animation(size=(320, 240)))
    page = visit(alice)
    attach(page, moving)
    send = composer(page).get_by_role("button", name="Tweet", exact=True)
    expect(send).to_be_enabled(timeout=READY)
    send_undescribed(page)
    video, button = posted(page).locator("video"), page.get_by_role("button", name="Pause the GIF")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(video).to_have_js_property("paused", False)
    button.press("Enter")
    expect(video).to_have_js_property("paused", True)
    video.click()
    expect(video).to_have_js_property("paused", False)
    expect(page).to_have_url(re.compile("/$"))  # the press does not open the tweet


def test_quote_bookmark_and_warning_from_the_card(visit: Visit, alice: User, bob: User) -> None:
    post_tweet(author=alice, text="Worth a word", content_warning="Opinion")
    page = visit(bob)
    page.goto("/alice/")
    article = posted(page)
    expect(article.get_by_text("Worth a word")).to_be_hidden()
    article.get_by_text("Opinion").click()
    expect(article.get_by_text("Worth a word")).to_be_visible()
    article.get_by_role("button", name="Bookmark").click()
    expect(article.get_by_role("button", name="Bookmark")).to_have_attribute("aria-pressed", "true")
    article.get_by_role("link", name="More").click()
    page.get_by_role("link", name="Quote", exact=True).click()
    page.get_by_role("dialog").get_by_role("textbox", name="Your tweet").fill("Indeed")
    page.get_by_role("dialog").get_by_role("button", name="Tweet", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.goto("/bookmarks/")
    expect(page.locator("article")).to_have_count(1)
    assert Bookmark.objects.count() == 1
    assert Tweet.objects.get(content="Indeed").quote_of.author == alice


def test_picture_and_poll_without_javascript(visit: Visit, alice: User, bob: User, tmp_path: Path) -> None:
    red = tmp_path / "red.png"
    red.write_bytes(picture((200, 30, 30)))
    page = visit(alice, java_script_enabled=False)
    page.goto("/compose/")
    page.get_by_role("textbox", name="Your tweet").fill("By hand")
    page.get_by_text("Pictures, poll, content warning").click()
    page.get_by_label("Choose up to four pictures").set_input_files(str(red))
    page.get_by_label("Descriptions, one line for each picture").fill("Red")
    page.get_by_role("button", name="Tweet", exact=True).click()
    expect(page.locator("article picture img")).to_have_attribute("alt", "Red")

    add_poll(make_tweet(bob, "Which?"))
    page.goto("/bob/")
    page.get_by_role("radio", name="Tea").check()
    page.get_by_role("button", name="Vote").click()
    expect(page.locator("article", has_text="Which?")).to_contain_text("100%")


@pytest.mark.parametrize("width", [1360, 375])
def test_home_does_not_jump_when_its_pictures_come_late(
    visit: Visit, alice: User, bob: User, tmp_path: Path, width: int
) -> None:
    page = visit(alice)
    shapes = [(1600, 900), (600, 1400), (1200, 1200), (2000, 500)]
    for number, size in enumerate(shapes):
        files = []
        for part in range(number + 1):
            path = tmp_path / f"{number}-{part}.jpg"
            path.write_bytes(picture((40 * number, 90, 30 * part), size, "JPEG"))
            files.append(path)
        attach(page, *files)
        send = composer(page).get_by_role("button", name="Tweet", exact=True)
        expect(composer(page).locator(".upload")).to_have_count(number + 1)
        expect(send).to_be_enabled(timeout=READY)
        send_undescribed(page)
        expect(composer(page).locator(".upload")).to_have_count(0)
    assert TweetMedia.objects.count() == 10

    late = visit(bob, viewport={"width": width, "height": 900})

    def slowly(route: Route) -> None:
        time.sleep(0.3)
        route.continue_()

    late.route(re.compile("/media/files/"), slowly)
    late.add_init_script(f"({SHIFTS})()")
    late.goto("/")
    for place in (0, 800, 1600, 2400):
        late.evaluate("(y) => scrollTo(0, y)", place)
        late.wait_for_timeout(700)
    shown = late.evaluate(
        "[...document.querySelectorAll('.picture__image')].filter((i) => i.naturalWidth).length"
    )
    shifted = late.evaluate("window.shifts.reduce((sum, value) => sum + value, 0)")
    assert shown == 10
    assert shifted < 0.01
