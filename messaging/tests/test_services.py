"""Sending, requests, blocks and settings, reading, putting away, taking back."""

import json
import time
from collections.abc import Callable
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from accounts.models import User
from media.models import Media
from media.services import MediaGone
from messaging import services
from messaging.models import Conversation, Message, MessageMedia, Participant
from messaging.queries import conversation_between, inbox_page, requests_page, unread_conversations_count
from messaging.rules import MOST_UNANSWERED, TEXT_LENGTH
from messaging.tests.helpers import at_once, open_to_all, place_of, say
from social.models import Block, Follow
from social.services import block_user
from twitterclone.lib import outbox
from twitterclone.lib.errors import Forbidden, NotVisible, RateLimited
from twitterclone.lib.pagination import Cursor

pytestmark = pytest.mark.django_db

Person = Callable[..., User]
FIRST = Cursor(limit=20)


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[set[int], str]]:
    """Whose pages were told what."""
    told: list[tuple[set[int], str]] = []
    monkeypatch.setattr(
        "messaging.services.telling.tell_users", lambda ids, event: told.append((set(ids), event["type"]))
    )
    return told


@pytest.fixture
def friends(alice: User, bob: User) -> tuple[User, User]:
    """bob follows alice, and she follows him back."""
    Follow.objects.create(follower=alice, following=bob)
    return alice, bob


def events(name: str) -> list[dict[str, Any]]:
    """The payloads of the event that wait in the outbox, for one consumer each."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload::text FROM outbox WHERE event = %s ORDER BY id", [name])
        return [json.loads(payload) for (payload,) in cursor.fetchall()]


def test_message_arrives_in_the_inbox_of_who_follows_the_sender(alice: User, bob: User) -> None:
    message = say(alice, bob, "  Hello Bob  ")
    assert message.message == "Hello Bob"
    (row,) = inbox_page(bob.pk, FIRST).items
    assert (row.person.username, row.text, row.unread, row.is_own) == ("alice", "Hello Bob", 1, False)  # type: ignore[union-attr]
    assert unread_conversations_count(bob.pk) == 1
    (own,) = inbox_page(alice.pk, FIRST).items
    assert (own.is_own, own.unread) == (True, 0)
    assert unread_conversations_count(alice.pk) == 0


def test_both_write_in_one_conversation_and_each_event_names_it(alice: User, bob: User, ticks: list) -> None:
    first, second = say(alice, bob), say(bob, alice)
    assert first.conversation_id == second.conversation_id
    assert first.pk < second.pk
    assert events("message.sent") == [
        {"message_id": message.pk, "conversation_id": first.conversation_id} for message in (first, second)
    ]


def test_pages_of_both_are_told_after_the_commit(
    friends: tuple[User, User], ticks: list, django_capture_on_commit_callbacks: Any
) -> None:
    alice, bob = friends
    with django_capture_on_commit_callbacks(execute=True):
        say(alice, bob)
        assert ticks == []
    assert ticks == [({alice.pk, bob.pk}, "message.new")]


def test_second_send_returns_the_first_when_the_client_id_is_the_same(alice: User, bob: User) -> None:
    key = uuid4()
    first = say(alice, bob, "Once", client_id=key)
    assert say(alice, bob, "Twice", client_id=key) == first
    assert Message.objects.get().message == "Once"


@pytest.mark.django_db(transaction=True)
def test_one_message_is_stored_when_two_connections_send_the_same(alice: User, bob: User) -> None:
    key = uuid4()
    answers = at_once(*[lambda: say(alice, bob, "Once", client_id=key)] * 4)
    assert len({message.pk for message in answers}) == 1  # type: ignore[attr-defined]
    assert Message.objects.count() == Conversation.objects.count() == 1
    assert Participant.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_conversation_is_made_and_order_holds_when_both_begin_at_once(
    friends: tuple[User, User],
) -> None:
    alice, bob = friends
    answers = at_once(*[lambda: say(alice, bob, "From her"), lambda: say(bob, alice, "From him")] * 3)
    assert all(isinstance(answer, Message) for answer in answers), answers
    assert Conversation.objects.count() == 1
    assert place_of(alice, bob).last_message_id == max(answer.pk for answer in answers)  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_key_is_stored_once_when_it_is_used_for_two_people_at_once(
    alice: User, bob: User, charlie: User
) -> None:
    open_to_all(charlie)
    key = uuid4()
    answers = at_once(
        lambda: say(alice, bob, "One", client_id=key), lambda: say(alice, charlie, "Two", client_id=key)
    )
    assert len({answer.pk for answer in answers}) == 1  # type: ignore[attr-defined]
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_message_does_not_pass_a_block_made_at_the_same_moment(friends: tuple[User, User]) -> None:
    alice, bob = friends
    with transaction.atomic():
        block_user(blocker=alice, blocked=bob)
        answers: list[object] = []
        waiting = Thread(target=lambda: answers.extend(at_once(lambda: say(bob, alice))))
        waiting.start()
        time.sleep(0.3)  # it waits for the lock of the two
    waiting.join(20)
    assert isinstance(answers[0], services.MayNotMessage)
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b\u2060"])
def test_blank_text_is_refused(alice: User, bob: User, text: str) -> None:
    with pytest.raises(services.EmptyMessage):
        say(alice, bob, text)


@pytest.mark.parametrize("length", [TEXT_LENGTH + 1, 100_000])
def test_text_is_refused_when_it_is_too_long(alice: User, bob: User, length: int) -> None:
    with pytest.raises(services.MessageTooLong):
        say(alice, bob, "x" * length)
    assert say(alice, bob, "x" * TEXT_LENGTH).pk


def test_nobody_writes_past_a_block_nor_to_oneself_nor_to_who_is_gone(
    alice: User, bob: User, mallory: User
) -> None:
    with pytest.raises(services.MayNotMessage):
        say(mallory, alice)
    with pytest.raises(services.HaveBlocked):
        say(alice, mallory)
    with pytest.raises(services.MessageToOneself):
        say(alice, alice)
    User.objects.filter(pk=bob.pk).update(deactivated_at="2026-01-01T00:00Z")
    with pytest.raises(services.MayNotMessage):
        say(alice, bob)
    with pytest.raises(services.MayNotMessage):
        services.send_message(sender=alice, recipient_id=1, text="Hello?")
    assert not Conversation.objects.exists()


def test_suspended_person_sends_nothing(alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(suspended_at="2026-01-01T00:00Z")
    with pytest.raises(services.MayNotMessage):
        say(alice, bob)


def test_setting_nobody_refuses_strangers_and_keeps_who_was_accepted(
    person: Person, alice: User, bob: User
) -> None:
    closed = person("dora", who_may_message="nobody")
    with pytest.raises(services.MayNotMessage):
        say(alice, closed)
    say(closed, alice)
    assert say(alice, closed).pk


def test_strangers_message_waits_among_the_requests_until_it_is_accepted(alice: User, charlie: User) -> None:
    conversation = say(charlie, alice, "We met at the pier").conversation_id
    assert inbox_page(alice.pk, FIRST).items == []
    assert unread_conversations_count(alice.pk) == 0
    (request,) = requests_page(alice.pk, FIRST).items
    assert (request.text, request.is_request) == ("We met at the pier", True)
    assert len(inbox_page(charlie.pk, FIRST).items) == 1

    services.accept_conversation(user_id=alice.pk, conversation_id=conversation)
    services.accept_conversation(user_id=alice.pk, conversation_id=conversation)
    assert requests_page(alice.pk, FIRST).items == []
    assert inbox_page(alice.pk, FIRST).items[0].unread == 1


def test_answering_a_request_accepts_it(alice: User, charlie: User) -> None:
    say(charlie, alice)
    say(alice, charlie, "Oh, hello")
    assert requests_page(alice.pk, FIRST).items == []
    assert say(charlie, alice).pk
    assert inbox_page(alice.pk, FIRST).items[0].unread == 1


def test_everybodys_message_goes_straight_when_the_setting_says_so(alice: User, charlie: User) -> None:
    say(charlie, open_to_all(alice))
    assert len(inbox_page(alice.pk, FIRST).items) == 1


def test_unanswered_request_takes_few_messages(alice: User, charlie: User) -> None:
    for _ in range(MOST_UNANSWERED):
        say(charlie, alice)
    with pytest.raises(services.AwaitsAnswer):
        say(charlie, alice)
    say(alice, charlie)
    assert say(charlie, alice).pk


def test_declined_request_goes_and_its_sender_may_not_begin_anew_for_ever(alice: User, charlie: User) -> None:
    conversation = say(charlie, alice).conversation_id
    services.decline_conversation(user_id=alice.pk, conversation_id=conversation)
    assert requests_page(alice.pk, FIRST).items == []
    assert len(inbox_page(charlie.pk, FIRST).items) == 1
    for _ in range(MOST_UNANSWERED - 1):
        say(charlie, alice)
    with pytest.raises(services.AwaitsAnswer):
        say(charlie, alice)
    with pytest.raises(NotVisible):
        services.decline_conversation(user_id=alice.pk, conversation_id=conversation + 1)


def test_decline_is_refused_when_it_was_accepted(alice: User, bob: User) -> None:
    conversation = say(alice, bob).conversation_id
    with pytest.raises(services.AlreadyAccepted):
        services.decline_conversation(user_id=alice.pk, conversation_id=conversation)


def test_writing_to_many_strangers_is_limited(person: Person, charlie: User, settings: Any) -> None:
    settings.RATE_LIMITS = True
    strangers = [person(f"stranger{n}") for n in range(21)]
    for stranger in strangers[:20]:
        say(charlie, stranger)
    with pytest.raises(RateLimited):
        say(charlie, strangers[20])
    assert say(charlie, strangers[0]).pk


def test_reading_never_goes_back_nor_beyond_the_last_message(friends: tuple[User, User]) -> None:
    alice, bob = friends
    first, second = say(alice, bob), say(alice, bob)
    conversation = first.conversation_id
    assert services.mark_read(user_id=bob.pk, conversation_id=conversation, until=1 << 62)
    assert place_of(bob, alice).last_read_id == second.pk
    assert not services.mark_read(user_id=bob.pk, conversation_id=conversation, until=first.pk)
    assert place_of(bob, alice).last_read_id == second.pk
    assert unread_conversations_count(bob.pk) == 0


@pytest.mark.django_db(transaction=True)
def test_reading_is_told_once_when_two_tabs_read_at_once(friends: tuple[User, User]) -> None:
    alice, bob = friends
    message = say(alice, bob)
    read = lambda: services.mark_read(  # noqa: E731 -- the same call twice
        user_id=bob.pk, conversation_id=message.conversation_id, until=message.pk
    )
    assert sorted(at_once(read, read), key=bool) == [False, True]  # type: ignore[arg-type]


def test_reading_a_request_leaves_no_trace(alice: User, charlie: User) -> None:
    message = say(charlie, alice)
    assert not services.mark_read(user_id=alice.pk, conversation_id=message.conversation_id, until=message.pk)


@pytest.mark.parametrize(("hides", "told"), [(None, 2), ("alice", 1), ("bob", 1)])
def test_reading_is_told_to_the_other_only_when_both_show_it(
    alice: User,
    bob: User,
    hides: str | None,
    told: int,
    ticks: list,
    django_capture_on_commit_callbacks: Any,
) -> None:
    if hides:
        user = {"alice": alice, "bob": bob}[hides]
        user.privacy_settings["read_receipts"] = False
        user.save(update_fields=["privacy_settings"])
    message = say(alice, open_to_all(bob))
    ticks.clear()
    with django_capture_on_commit_callbacks(execute=True):
        services.mark_read(user_id=bob.pk, conversation_id=message.conversation_id, until=message.pk)
    assert [len(people) for people, kind in ticks if kind == "message.read"] == [told]


def test_typing_is_told_between_two_who_accepted_each_other(
    alice: User, charlie: User, ticks: list, django_capture_on_commit_callbacks: Any
) -> None:
    conversation = say(charlie, alice).conversation_id
    with django_capture_on_commit_callbacks(execute=True):
        assert not services.tell_typing(user=charlie, conversation_id=conversation)
        assert not services.tell_typing(user=alice, conversation_id=conversation)
    say(alice, charlie)
    ticks.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert services.tell_typing(user=charlie, conversation_id=conversation)
    assert ticks[-1] == ({alice.pk}, "message.typing")
    Block.objects.create(blocker=alice, blocked=charlie)
    assert not services.tell_typing(user=charlie, conversation_id=conversation)


def test_typing_is_for_participants_and_limited(alice: User, bob: User, charlie: User, settings: Any) -> None:
    conversation = say(alice, bob).conversation_id
    with pytest.raises(NotVisible):
        services.tell_typing(user=charlie, conversation_id=conversation)
    settings.RATE_LIMITS = True
    for _ in range(60):
        services.tell_typing(user=alice, conversation_id=conversation)
    with pytest.raises(RateLimited):
        services.tell_typing(user=alice, conversation_id=conversation)


def test_conversation_put_away_comes_back_with_new_messages_only(friends: tuple[User, User]) -> None:
    alice, bob = friends
    conversation = say(alice, bob, "Old").conversation_id
    services.leave_conversation(user_id=bob.pk, conversation_id=conversation)
    assert inbox_page(bob.pk, FIRST).items == []
    assert len(inbox_page(alice.pk, FIRST).items) == 1
    say(alice, bob, "New")
    (row,) = inbox_page(bob.pk, FIRST).items or requests_page(bob.pk, FIRST).items
    assert (row.text, row.unread) == ("New", 1)


def test_silenced_conversation_does_not_count(friends: tuple[User, User]) -> None:
    alice, bob = friends
    conversation = say(alice, bob).conversation_id
    services.mark_read(user_id=bob.pk, conversation_id=conversation, until=1 << 62)
    services.mute_conversation(user_id=bob.pk, conversation_id=conversation)
    say(alice, bob)
    assert unread_conversations_count(bob.pk) == 0
    assert inbox_page(bob.pk, FIRST).items[0].unread == 1
    services.unmute_conversation(user_id=bob.pk, conversation_id=conversation)
    assert unread_conversations_count(bob.pk) == 1


def test_own_message_is_taken_back_with_words_and_pictures(alice: User, bob: User) -> None:
    media = Media.objects.create(owner=alice, state=Media.State.READY)
    message = say(alice, bob, "A secret", media_ids=[media.pk])
    assert MessageMedia.objects.get().media == media
    services.delete_message(place=place_of(alice, bob), message_id=message.pk)
    services.delete_message(place=place_of(alice, bob), message_id=message.pk)
    message.refresh_from_db()
    media.refresh_from_db()
    assert (message.message, media.attached_at) == ("", None)
    assert not MessageMedia.objects.exists()
    assert inbox_page(bob.pk, FIRST).items == []
    assert unread_conversations_count(bob.pk) == 0


def test_message_of_another_is_hidden_from_oneself_only(alice: User, bob: User) -> None:
    first, second = say(alice, bob, "One"), say(alice, bob, "Two")
    place = place_of(bob, alice)
    with pytest.raises(Forbidden):
        services.delete_message(place=place, message_id=second.pk)
    services.hide_message(place=place, message_id=second.pk)
    assert inbox_page(bob.pk, FIRST).items[0].text == "One"
    assert inbox_page(alice.pk, FIRST).items[0].text == "Two"
    with pytest.raises(NotVisible):
        services.hide_message(place=place, message_id=second.pk)
    assert first.pk == place_of(bob, alice).last_message_id


def test_pictures_of_others_are_refused_and_nothing_is_sent(alice: User, bob: User) -> None:
    media = Media.objects.create(owner=bob, state=Media.State.READY)
    with pytest.raises(MediaGone), transaction.atomic():
        say(alice, bob, "Look", media_ids=[media.pk])
    assert not Message.objects.exists()
    assert conversation_between(alice.pk, bob.pk) is None


def test_events_of_messages_are_handled_by_those_who_listen(friends: tuple[User, User]) -> None:
    alice, bob = friends
    message = say(alice, bob)
    services.mark_read(user_id=bob.pk, conversation_id=message.conversation_id, until=message.pk)
    outbox.drain(1000)
    assert outbox.open_count() == outbox.parked_count() == 0
