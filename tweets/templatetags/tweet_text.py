"""What people write, as HTML with its links."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

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
