"""What the graph does when something happened to an account."""

from accounts.models import User
from social.services import accept_waiting_requests
from twitterclone.lib import outbox


@outbox.consumer("user.changed", name="social.accept_waiting")
def on_user_changed(*, user_id: int, **_: object) -> None:
    """An account that became public lets in whoever waited."""
    user = User.objects.reachable().filter(id=user_id, is_private=False).first()
    if user is not None:
        accept_waiting_requests(user=user)
