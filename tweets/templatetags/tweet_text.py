"""What people write, as HTML with its links."""

from typing import Any

from django import template
from django.utils.html import conditional_escape, escape
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
    if isinstance(viewer.id, slots.Slot):
        return slots.either(f"{viewer.id}{retweeter.id}", yours, theirs)
    return yours if retweeter.id == viewer.id else theirs
