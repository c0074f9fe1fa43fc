"""The plain line of a notification, in the recipient's language: for push, mail and the admin."""

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.models import Type


def message_for(kind: str, name: str, count: int, language: str) -> str:
    """ "Ann liked your tweet", "Ann and 3 others followed you"; without a name of one's own.

    Of a report the name is whom it was about, of a hidden tweet why it was hidden.
    Of messages the count is how many there are, all by one.
    Of a saved search the name is what it looks for, and the count is that of the tweets.
    """
    with translation.override(language):
        if count > 1 and kind == Type.MESSAGE:
            sent = ngettext("%(name)s sent you %(n)d message", "%(name)s sent you %(n)d messages", count)
            return sent % {"name": name, "n": count}
        if kind == Type.SEARCH:
            new = ngettext("New tweet for “%(name)s”", "%(n)d new tweets for “%(name)s”", count)
            return new % {"name": name, "n": count}
        if count > 1:
            others = count - 1
            who = ngettext("%(name)s and %(n)d other", "%(name)s and %(n)d others", others)
            name = who % {"name": name, "n": others}
        return _phrase(kind, name) % {"name": name}


def _phrase(kind: str, name: str) -> str:
    phrases = {
        Type.FOLLOW: _("%(name)s followed you"),
        Type.FOLLOW_REQUEST: _("%(name)s asked to follow you"),
        Type.MENTION: _("%(name)s mentioned you"),
        Type.REPLY: _("%(name)s replied to you"),
        Type.LIKE: _("%(name)s liked your tweet"),
        Type.RETWEET: _("%(name)s retweeted your tweet"),
        Type.QUOTE: _("%(name)s quoted your tweet"),
        Type.MESSAGE: _("%(name)s sent you a message"),
        Type.HIDDEN: _("The moderators hid your tweet: %(name)s")
        if name
        else _("The moderators hid your tweet"),
        Type.REPORT_RESOLVED: _("Thank you: we looked at your report of %(name)s and acted"),
        Type.REPORT_REJECTED: _(
            "Thank you: we looked at your report of %(name)s and found no breach of the rules"
        ),
        Type.POLL: _("The poll of %(name)s has ended") if name else _("Your poll has ended"),
    }
    return phrases[Type(kind)]
