"""What the tests of messages share."""

from collections.abc import Callable
from threading import Thread

from django.db import connection

from accounts.models import User
from messaging.models import Conversation, Message, Participant
from messaging.queries import conversation_between
from messaging.services import send_message


def say(sender: User, recipient: User, text: str = "Hello", **more: object) -> Message:
    """Sends a message by the service."""
    return send_message(sender=sender, recipient_id=recipient.pk, text=text, **more)  # type: ignore[arg-type]


def open_to_all(user: User) -> User:
    """Lets everybody's messages straight into the inbox."""
    user.privacy_settings = {**user.privacy_settings, "who_may_message": "everyone"}
    user.save(update_fields=["privacy_settings"])
    return user


def place_of(user: User, other: User) -> Participant:
    """The user's place in the conversation of the two, as it is now."""
    conversation = conversation_between(user.pk, other.pk)
    assert conversation is not None
    return Participant.objects.select_related("conversation").get(conversation=conversation, user=user)


def conversation_of(one: User, other: User) -> Conversation:
    return place_of(one, other).conversation


def at_once(*actions: Callable[[], object]) -> list[object]:
    """What the actions answer, or raise, each run in a connection of its own at the same time."""
    answers: list[object] = [None] * len(actions)

    def run(index: int, action: Callable[[], object]) -> None:
        try:
            answers[index] = action()
        except Exception as error:
            answers[index] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=each) for each in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return answers
