"""What an account itself holds: the profile, addresses, former names, sessions. Erased last."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts.archives import remove_archive
from accounts.models import Export, FormerUsername, SessionRecord, Suspension, User
from accounts.sessions import end_sessions
from twitterclone.lib.belongings import Row, erased, exported, in_batches, plain


@exported("account")
def account_rows(user_id: int) -> Iterator[Row]:
    user = User.objects.get(pk=user_id)
    row = plain(user, "id", "username", "username_cased", "email", "display_name", "bio", "location")
    row |= plain(user, "website", "language", "privacy_settings", "created_at", "last_active_at")
    addresses = EmailAddress.objects.filter(user_id=user_id).order_by("id")
    former = FormerUsername.objects.filter(user_id=user_id).order_by("id")
    row["email_addresses"] = list(addresses.values("email", "verified", "primary"))
    row["former_usernames"] = list(former.values_list("username", flat=True))
    yield row


@exported("sessions")
def session_rows(user_id: int) -> Iterator[Row]:
    for record in in_batches(SessionRecord.objects.filter(user_id=user_id)):
        yield plain(record, "ip_address", "user_agent", "created_at", "last_seen_at", "ended_at")


@exported("suspensions")
def suspension_rows(user_id: int) -> Iterator[Row]:
    for suspension in in_batches(Suspension.objects.filter(user_id=user_id)):
        yield plain(suspension, "reason", "created_at", "lifted_at")


@erased("account")
def erase_account(user_id: int) -> int:
    """The row itself, and with it what hangs on it; its name in the moderators' log becomes a number."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return 0
    for export in Export.objects.filter(user_id=user_id):
        remove_archive(export)
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=kind, object_id=str(user_id)).update(object_repr=str(user_id))
    user.delete()
    end_sessions(user_id)
    return 1
