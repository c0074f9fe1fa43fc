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
    face.click()
    composer(page).get_by_role("button", name="Tweet", exact=True).click()
    expect(posted(page)).to_contain_text("For few")
    tweet = Tweet.objects.get()
    assert (tweet.audience, tweet.reply_policy) == ("followers", "following")
    expect(composer(page).locator(".audience")).not_to_have_attribute("open", "")
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


def test_double_click_leaves_the_question_about_pictures_open(
    visit: Visit, alice: User, tmp_path: Path
) -> None:
    red = tmp_path / "red.png"
    red.write_bytes(picture((200, 30, 30)))
    page = visit(alice)
    attach(page, red)
    send = composer(page).get_by_role("button", name="Tweet", exact=True)
    expect(send).to_be_enabled(timeout=READY)
    send.dblclick()
    asked = page.get_by_role("dialog", name="Send without describing the picture?")
    page.wait_for_timeout(600)
    expect(asked).to_be_visible()
    page.mouse.click(5, 5)
    expect(asked).to_be_hidden()


def test_poll_and_pictures_keep_each_other_out(visit: Visit, alice: User, tmp_path: Path) -> None:
    red = tmp_path / "red.png"
    red.write_bytes(picture((200, 30, 30)))
    page = visit(alice)
    form = composer(page)
    pictures, poll = (form.get_by_role("button", name=name) for name in ("Add pictures", "Add a poll"))
    poll.click()
    expect(pictures).to_have_attribute("title", "Remove the poll to add pictures")
    pictures.click(force=True)
    expect(page.locator("toast-region")).to_contain_text("Remove the poll to add pictures")
    attach(page, red)  # as a dropped or pasted one comes
    expect(form.locator(".upload")).to_have_count(0)
    poll.click()
    attach(page, red)
    expect(form.locator(".upload")).to_have_count(1)
    expect(poll).to_have_attribute("title", "Remove the pictures to add a poll")
    poll.click(force=True)
    expect(form.get_by_role("textbox", name="Answer 1")).to_be_hidden()
    form.get_by_role("button", name="Remove the picture").click()
    poll.click()
    expect(form.get_by_role("textbox", name="Answer 1")).to_be_focused()


def test_what_was_opened_and_left_empty_holds_the_tweet_back(visit: Visit, alice: User) -> None:
    page = visit(alice)
    form = composer(page)
    send = form.get_by_role("button", name="Tweet", exact=True)
    form.get_by_role("textbox", name="Your tweet").fill("Tea or coffee?")
    poll, warning = (form.get_by_role("button", name=f"Add a {name}") for name in ("poll", "content warning"))
    poll.click()
    expect(send).to_have_accessible_description("A poll needs two answers")
    expect(send).to_be_disabled()
    poll.click()
    expect(send).to_be_enabled()
    warning.click()
    expect(send).to_have_accessible_description("Write the warning or take it away")
    expect(form.get_by_label("The pictures are sensitive")).to_be_hidden()
    form.get_by_role("textbox", name="Content warning").fill("Hot drinks")
    expect(send).to_be_enabled()
    warning.click()  # what nobody sees any more is not sent
    send.click()
    expect(posted(page)).to_contain_text("Tea or coffee?")
    assert Tweet.objects.get().content_warning == ""


def test_answer_that_is_too_long_stays_whole_and_says_so(visit: Visit, alice: User) -> None:
    page = visit(alice)
    form = composer(page)
    send = form.get_by_role("button", name="Tweet", exact=True)
    form.get_by_role("textbox", name="Your tweet").fill("Which?")
    form.get_by_role("button", name="Add a poll").click()
    first, second = (form.get_by_role("textbox", name=f"Answer {number}") for number in (1, 2))
    first.fill("a" * 53)
    second.fill("b" * 45)
    expect(first).to_have_value("a" * 53)
    expect(first).to_have_accessible_description("3 characters too many")
    expect(second).to_have_accessible_description("5 characters left")
    expect(send).to_have_accessible_description("An answer is too long")
    first.fill("a")
    expect(first).to_have_accessible_description("")
    form.get_by_role("button", name="Add a content warning").click()
    form.get_by_role("textbox", name="Content warning").fill("w" * 201)
    expect(send).to_have_accessible_description("The content warning is too long")
    form.get_by_role("textbox", name="Content warning").fill("w" * 200)
    expect(send).to_be_enabled()


def test_description_that_is_too_long_stays_whole_and_says_so(
    visit: Visit, alice: User, tmp_path: Path
) -> None:
    red = tmp_path / "red.png"
    red.write_bytes(picture((200, 30, 30)))
    page = visit(alice)
    attach(page, red)
    send = composer(page).get_by_role("button", name="Tweet", exact=True)
    expect(send).to_be_enabled(timeout=READY)
    composer(page).get_by_role("button", name="+ ALT").click()
    words, save = (
        page.get_by_role("textbox", name="Description"),
        page.get_by_role("button", name="Save", exact=True),
    )
    words.fill("a" * 1501)
    expect(words).to_have_accessible_description("1501 / 1500")
    expect(save).to_be_disabled()
    page.keyboard.press("Escape")
    expect(send).to_have_accessible_description("A description is too long")
    composer(page).get_by_role("button", name="ALT described").click()
    expect(words).to_have_value("a" * 1501)
    words.fill("Red")
    save.click()
    expect(send).to_be_enabled()


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
    for name in ("Add a poll", "Add a content warning"):
        sheet.get_by_role("button", name=name).click()
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
