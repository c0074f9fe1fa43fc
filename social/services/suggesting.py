"""Not being told again to follow somebody."""

from django.db import transaction

from social.models import SuggestionDismissal
from social.queries import forget_suggestions
from social.rules import Person
from twitterclone.lib import outbox


@transaction.atomic
def dismiss_suggestion(*, user: Person, person: Person) -> None:
    """Never suggests the person to the user again; a repeat changes nothing, nor does oneself."""
    if user.id == person.id:
        return
    SuggestionDismissal.objects.get_or_create(user_id=user.id, person_id=person.id)
    transaction.on_commit(lambda: forget_suggestions(user.id))
    outbox.emit("suggestion.dismissed", user_id=user.id, person_id=person.id)


@transaction.atomic
def restore_suggestion(*, user: Person, person: Person) -> None:
    """Takes a dismissal back; a repeat changes nothing."""
    SuggestionDismissal.objects.filter(user_id=user.id, person_id=person.id).delete()
    transaction.on_commit(lambda: forget_suggestions(user.id))
    outbox.emit("suggestion.restored", user_id=user.id, person_id=person.id)
