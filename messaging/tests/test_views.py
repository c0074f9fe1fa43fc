"""The pages of messages and what is posted to them, with and without scripts."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from media.models import Media
from messaging import services
from messaging.models import Message, Participant
from messaging.tests.helpers import conversation_of, open_to_all, place_of, say
from social.models import Block

pytestmark = pytest.mark.django_db

JSON = {"HTTP_ACCEPT": "application/json"}
PICTURE = {"state": Media.State.READY, "file": "00/a.jpg", "width": 20, "height": 10}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def as_user(client: Client) -> Callable[[User], Client]:
    def log_in(user: User) -> Client:
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def talk(alice: User, bob: User) -> str:
    """The address of a conversation of alice and bob, in which she wrote first."""
    message = say(alice, bob, "Hello Bob")
    return f"/messages/{message.conversation_id}/"


def test_visitor_logs_in_first(client: Client, talk: str) -> None:
    for address in ("/messages/", talk, "/messages/new/", "/messages/search/"):
        response = client.get(address)
        assert (response.status_code, "/accounts/login/" in response["Location"]) == (302, True)


def test_inbox_shows_conversations_and_its_empty_state(
    as_user: Any, talk: str, bob: User, charlie: User
) -> None:
    page = as_user(bob).get("/messages/").content.decode()
    assert "Hello Bob" in page
    assert "Alice Bergström" in page
    assert "No messages yet" in as_user(charlie).get("/messages/").content.decode()


def test_conversation_of_others_does_not_exist(as_user: Any, talk: str, charlie: User) -> None:
    client = as_user(charlie)
    assert client.get(talk).status_code == 404
    for part in ("send/", "reading/", "typing/", "acceptance/", "mute/", "leave/", "1/"):
        assert client.post(talk + part, {"text": "hi", "confirmed": "1", "_method": ""}).status_code in (
            404,
            405,
        )
    message = Message.objects.get()
    assert client.post(f"{talk}{message.pk}/", {"_method": "DELETE"}).status_code == 404
    assert client.get("/messages/9223372036854775807/").status_code == 404
    assert client.get("/messages/99999999999999999999/").status_code == 404
    assert Message.objects.filter(deleted_at=None).count() == 1


def test_message_is_sent_by_a_form_without_scripts(as_user: Any, talk: str, bob: User) -> None:
    response = as_user(bob).post(f"{talk}send/", {"text": "Hello Alice", "client_id": str(uuid4())})
    assert (response.status_code, response["Location"]) == (302, talk)
    assert "Hello Alice" in as_user(bob).get(talk).content.decode()


def test_first_message_begins_the_conversation_and_looking_does_not(
    as_user: Any, alice: User, charlie: User
) -> None:
    client = as_user(charlie)
    page = client.get("/messages/with/alice/").content.decode()
    assert "your message waits as a request" in page
    assert not Participant.objects.exists()
    response = client.post("/messages/with/alice/", {"text": "We met"})
    assert response["Location"] == f"/messages/{conversation_of(alice, charlie).pk}/"
    assert client.get("/messages/with/alice/")["Location"] == response["Location"]


def test_first_message_of_a_script_is_answered_in_json(as_user: Any, charlie: User, mallory: User) -> None:
    first = {"text": "We met", "client_id": str(uuid4())}
    sent = [as_user(charlie).post("/messages/with/alice/", first, **JSON) for _ in range(2)]
    assert [one.status_code for one in sent] == [201, 201]
    assert {one.json()["id"] for one in sent} == {str(Message.objects.get().pk)}
    refused = as_user(mallory).post("/messages/with/alice/", {"text": "Hi"}, **JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "may_not_message")


def test_refused_first_message_keeps_its_pictures(as_user: Any, alice: User, mallory: User) -> None:
    media = Media.objects.create(owner=mallory, **PICTURE)
    page = as_user(mallory).post("/messages/with/alice/", {"text": "", "media": str(media.pk)})
    assert f'name="media" value="{media.pk}"' in page.content.decode()


def test_start_is_no_page_for_oneself_or_nobody(as_user: Any, charlie: User) -> None:
    client = as_user(charlie)
    assert client.get("/messages/with/charlie/")["Location"] == "/messages/new/"
    assert client.get("/messages/with/nobody_here/").status_code == 404


def test_refused_text_is_kept_on_the_page(as_user: Any, alice: User, mallory: User) -> None:
    text = "Listen to me <b>now</b>"
    response = as_user(mallory).post("/messages/with/alice/", {"text": text})
    page = response.content.decode()
    assert response.status_code == 403
    assert "You cannot write to this person" in page
    assert "Listen to me &lt;b&gt;now&lt;/b&gt;</textarea>" in page
    assert not Message.objects.exists()


def test_text_of_100_kb_is_refused_and_kept(as_user: Any, talk: str, alice: User) -> None:
    text = "word " * 20_000
    response = as_user(alice).post(f"{talk}send/", {"text": text})
    assert response.status_code == 422
    assert "longer than 10,000 characters" in response.content.decode()
    assert text.strip() in response.content.decode()


def test_script_is_answered_in_json(as_user: Any, talk: str, alice: User, bob: User) -> None:
    client, key = as_user(alice), str(uuid4())
    first = client.post(f"{talk}send/", {"text": "Hi", "client_id": key}, **JSON)
    second = client.post(f"{talk}send/", {"text": "Hi", "client_id": key}, **JSON)
    assert (first.status_code, first.json()) == (201, second.json())
    Block.objects.create(blocker=bob, blocked=alice)
    refused = client.post(f"{talk}send/", {"text": "Hi"}, **JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "may_not_message")


@pytest.mark.parametrize(
    "sent",
    [
        {"text": ""},
        {"text": "hi", "client_id": "not-a-key"},
        {"text": "hi", "media": "twelve"},
        {"text": "hi", "media": "99999999999999999999999"},
        {"text": "hi", "media": ["1", "2", "3", "4", "5", "6"]},
        {},
    ],
)
def test_bad_input_is_refused_with_words(as_user: Any, talk: str, alice: User, sent: dict) -> None:
    response = as_user(alice).post(f"{talk}send/", sent)
    assert response.status_code == 422
    assert "composer__error" in response.content.decode()
    assert Message.objects.count() == 1


@pytest.mark.parametrize("query", ["before=x", "after=-1", "at=x", "before=99999999999999999999"])
def test_page_with_a_broken_cursor_is_refused(as_user: Any, talk: str, alice: User, query: str) -> None:
    assert as_user(alice).get(f"{talk}?{query}").status_code == 400


def test_what_was_written_is_shown_as_text(as_user: Any, talk: str, alice: User, bob: User) -> None:
    say(bob, alice, "<script>alert(1)</script> \"'><img src=x onerror=alert(1)> javascript:alert(1)")
    page = as_user(alice).get(talk).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="javascript' not in page
    assert "<img src=x" not in as_user(alice).get("/messages/").content.decode()


def test_links_and_mentions_of_people_who_exist_are_linked(
    as_user: Any, talk: str, alice: User, bob: User
) -> None:
    say(bob, alice, "@alice @nobody_here see https://example.com/a #birds")
    page = as_user(alice).get(talk).content.decode()
    assert '<a href="/alice/">@alice</a> @nobody_here' in page
    assert 'href="https://example.com/a"' in page
    assert 'href="/tags/birds/"' in page


def test_reading_is_a_post_and_looking_changes_nothing(
    as_user: Any, talk: str, bob: User, alice: User
) -> None:
    client = as_user(bob)
    client.get(talk)
    assert place_of(bob, alice).last_read_id == 0
    page = client.get(talk).content.decode()
    assert "Mark as read" in page
    last = Message.objects.get().pk
    assert client.post(f"{talk}reading/", {"until": last}, **JSON).status_code == 204
    assert place_of(bob, alice).last_read_id == last
    assert client.post(f"{talk}reading/", {"until": "all"}, **JSON).status_code == 400
    assert client.post(f"{talk}reading/", {"until": last})["Location"] == talk


def test_badge_counts_conversations(as_user: Any, talk: str, bob: User) -> None:
    assert 'data-count="1"' in as_user(bob).get("/messages/badge/", **HTMX).content.decode()


def test_script_fetches_what_came_after_a_message(as_user: Any, talk: str, alice: User, bob: User) -> None:
    first = Message.objects.get().pk
    said = [say(bob, alice, f"Word {n}") for n in range(3)]
    page = as_user(alice).get(f"{talk}?after={first}", **HTMX).content.decode()
    places = [page.index(f'id="message-{message.pk}"') for message in said]
    assert places == sorted(places)
    assert f'id="message-{first}"' not in page
    assert f'data-last="{said[-1].pk}"' in page


def test_request_is_answered_by_its_buttons(as_user: Any, alice: User, charlie: User) -> None:
    conversation = say(charlie, alice, "Hello stranger").conversation_id
    client = as_user(alice)
    assert "Hello stranger" in client.get("/messages/requests/").content.decode()
    assert "wants to write to you" in client.get(f"/messages/{conversation}/").content.decode()
    client.post(f"/messages/{conversation}/acceptance/")
    assert "Hello stranger" in client.get("/messages/").content.decode()
    other = client.post(f"/messages/{conversation}/acceptance/", {"_method": "DELETE"})
    assert other.status_code == 302  # refused, with words on the next page
    assert place_of(alice, charlie).left_at is None


def test_conversation_is_put_away_after_a_question(as_user: Any, talk: str, alice: User, bob: User) -> None:
    client = as_user(alice)
    assert "Delete this conversation?" in client.post(f"{talk}leave/").content.decode()
    assert place_of(alice, bob).left_at is None
    assert client.post(f"{talk}leave/", {"confirmed": "1"})["Location"] == "/messages/"
    assert place_of(alice, bob).left_at is not None


def test_message_is_deleted_for_both_or_for_oneself(as_user: Any, talk: str, alice: User, bob: User) -> None:
    own, others = Message.objects.get(), say(bob, alice, "From him")
    client = as_user(alice)
    gone = client.post(f"{talk}{own.pk}/", {"_method": "DELETE", "for": "everyone"}, **HTMX)
    assert "Message deleted" in gone.content.decode()
    assert client.post(f"{talk}{others.pk}/", {"_method": "DELETE", "for": "everyone"}).status_code == 403
    hidden = client.post(f"{talk}{others.pk}/", {"_method": "DELETE", "for": "me"}, **HTMX)
    assert hidden.content == b""
    assert "From him" not in client.get(talk).content.decode()
    assert "From him" in as_user(bob).get(talk).content.decode()


def test_silence_is_set_and_lifted(as_user: Any, talk: str, alice: User, bob: User) -> None:
    client = as_user(alice)
    client.post(f"{talk}mute/")
    assert place_of(alice, bob).muted_at
    client.post(f"{talk}mute/", {"_method": "DELETE"})
    assert place_of(alice, bob).muted_at is None


def test_blocked_conversation_says_why_it_is_closed(as_user: Any, talk: str, alice: User, bob: User) -> None:
    Block.objects.create(blocker=alice, blocked=bob)
    assert "You have blocked @bob" in as_user(alice).get(talk).content.decode()
    assert "You cannot write to Alice" in as_user(bob).get(talk).content.decode()


def test_conversation_stays_readable_when_the_other_is_gone(
    as_user: Any, talk: str, alice: User, bob: User
) -> None:
    User.objects.filter(pk=bob.pk).update(suspended_at="2026-01-01T00:00Z")
    client = as_user(alice)
    assert "Unavailable account" in client.get("/messages/").content.decode()
    page = client.get(talk).content.decode()
    assert "Hello Bob" in page
    assert "This account is not available" in page


def test_person_is_found_to_write_to(as_user: Any, alice: User, bob: User) -> None:
    client = as_user(bob)
    assert "/messages/with/alice/" in client.get("/messages/new/").content.decode()
    assert "/messages/with/alice/" in client.get("/messages/new/?q=ali", **HTMX).content.decode()
    assert "Nobody found" in client.get("/messages/new/?q=zzzz").content.decode()


def test_message_is_found_by_its_words(as_user: Any, talk: str, alice: User, charlie: User) -> None:
    assert "Hello Bob" in as_user(alice).get("/messages/search/?q=hel").content.decode()
    assert "Nothing found" in as_user(charlie).get("/messages/search/?q=hello").content.decode()


def test_picture_comes_with_a_message_and_its_description(as_user: Any, talk: str, alice: User) -> None:
    media = Media.objects.create(owner=alice, **PICTURE, alt_text="A pier")
    as_user(alice).post(f"{talk}send/", {"text": "", "media": str(media.pk)})
    page = as_user(alice).get(talk).content.decode()
    assert 'alt="A pier"' in page
    assert "Picture" in as_user(alice).get("/messages/").content.decode()


def test_file_that_is_no_picture_is_refused_and_the_text_kept(as_user: Any, talk: str, alice: User) -> None:
    file = SimpleUploadedFile("cat.jpg", b"meow, not a picture", "image/jpeg")
    response = as_user(alice).post(f"{talk}send/", {"text": "My cat", "files": file})
    assert response.status_code == 422
    page = response.content.decode()
    assert "not a picture we can read" in page
    assert "My cat</textarea>" in page


def test_menu_of_a_profile_offers_a_message_where_one_can_be_written(
    as_user: Any, alice: User, bob: User
) -> None:
    words = "Message @Alice"
    assert words in as_user(bob).get("/alice/").content.decode()
    User.objects.filter(pk=alice.pk).update(
        privacy_settings={**alice.privacy_settings, "who_may_message": "nobody"}
    )
    shown = as_user(bob).get("/alice/").content.decode()
    assert words not in shown
    assert "Block @Alice" in shown


def test_profile_leads_to_a_conversation(as_user: Any, alice: User, bob: User) -> None:
    services.send_message(sender=bob, recipient_id=open_to_all(alice).pk, text="x")
    assert as_user(bob).get("/messages/with/ALICE/")["Location"].startswith("/messages/")
