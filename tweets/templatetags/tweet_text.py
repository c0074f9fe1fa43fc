"""What people write, as HTML with its links."""

from typing import Any

from django import template
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from twitterclone.lib import slots
from twitterclone.templatetags.links import linked

register = template.Library()


@register.simple_tag
def tweet_text(tweet: Any) -> SafeString:
    """The text of a TweetCard; only mentions of people who exist become links."""
    return linked(tweet.text, tweet.mentions)


@register.simple_tag
def bio(profile: Any) -> SafeString:
    """What a person says about themselves; mentions of people who exist become links."""
    return linked(profile.bio, profile.mentions)


@register.simple_tag
def retweeter_note(retweeter: Any, viewer: Any) -> SafeString:
    """Who passed the tweet on, as the viewer calls them."""
    yours = conditional_escape(_("You retweeted"))
    theirs = mark_safe(escape(_("%(name)s retweeted")) % {"name": escape(retweeter.display_name)})  # noqa: S308
    return _as_called(retweeter, viewer, yours, theirs)


@register.simple_tag
def answered_note(answered: Any, viewer: Any) -> SafeString:
    """Whom the tweet answers, as the viewer calls them."""
    start = mark_safe(f'<a class="link" href="{escape(answered.url)}">')  # noqa: S308 -- a tag of ours
    values = {"link": start, "end": mark_safe("</a>"), "handle": answered.handle}
    yours = format_html(_("Replying to {link}you{end}"), **values)
    theirs = format_html(_("Replying to {link}@{handle}{end}"), **values)
    return _as_called(answered, viewer, yours, theirs)


def _as_called(person: Any, viewer: Any, yours: SafeString, theirs: SafeString) -> SafeString:
    if isinstance(viewer.id, slots.Slot):
        return slots.either(f"{viewer.id}{person.id}", yours, theirs)
    return yours if person.id == viewer.id else theirs
