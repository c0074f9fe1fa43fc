"""How long a poll still runs."""

from datetime import datetime

from django import template
from django.utils import timezone

from twitterclone.lib.limits import spoken

register = template.Library()


@register.filter
def time_left(moment: datetime) -> str:
    """The time until the moment in its largest unit, rounded up: "3 hours", "2 days"."""
    return spoken(max(1, int((moment - timezone.now()).total_seconds())))
