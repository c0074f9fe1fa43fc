"""{% blank_form %}: the composer's form with nothing in it yet."""

from django import template

from tweets.forms import TweetForm

register = template.Library()


@register.simple_tag
def blank_form() -> TweetForm:
    """A new form; where it is drawn to be kept, pages need not make one each."""
    return TweetForm()
