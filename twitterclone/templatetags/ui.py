"""Presentation only: avatars, icons, times and counts, each drawn from primitives."""

import uuid
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from twitterclone.lib import slots

register = template.Library()

THEMES = ("light", "dark")
HUES = 36
STEPS = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K"))


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of the sprite. It is decoration: the button or link around it carries the words."""
    return _icon(name, classes)


@lru_cache(1024)
def _icon(name: str, classes: str) -> SafeString:
    href = conditional_escape(static("icons.svg"))
    extra = f" {conditional_escape(classes)}" if classes else ""
    markup = (
        f'<svg class="icon{extra}" aria-hidden="true"><use href="{href}#{conditional_escape(name)}"/></svg>'
    )
    return mark_safe(markup)  # noqa: S308 -- every part is escaped above


@register.simple_tag
def avatar(person: Any, size: str = "m") -> SafeString:
    """The person's picture, or the initials on the gradient of their name."""
    url = getattr(person, "avatar_url", "")
    if url:
        return format_html(
            '<img class="avatar avatar--{}" src="{}" alt="" loading="lazy" decoding="async">', size, url
        )
    initials = getattr(person, "initials", "")
    hue = hue_class(getattr(person, "hue", 0))
    return format_html('<span class="avatar avatar--{} {}" aria-hidden="true">{}</span>', size, hue, initials)


@register.filter
def hue_class(hue: int | None) -> str:
    """The class that sets --hue: a style attribute would need a hole in the content policy."""
    return f"hue-{int(hue or 0) % 360 * HUES // 360}"


@register.simple_tag(name="time")
def time_tag(moment: datetime, style: str = "short") -> SafeString:
    """A moment as "2m" or in full, with the exact time on hover; the browser keeps it fresh."""
    exact = exact_time(moment)
    if isinstance(moment, slots.SlotTime):
        words: str = slots.place(f"@{moment.timestamp()}")
    else:
        words = exact if style == "full" else short_time(moment, timezone.now())
    stamp = moment.astimezone(UTC).isoformat(timespec="seconds")
    return format_html(
        '<local-time{}><time datetime="{}" title="{}">{}</time></local-time>',
        mark_safe(' mode="full"') if style == "full" else "",
        stamp,
        exact,
        words,
    )


def exact_time(moment: datetime) -> str:
    """ "November 29, 2026 at 1:16 PM": as `exactTime` in lib/time.js, so that only the zone changes."""
    # Translators: how a date with its time is written out, in the letters of PHP's date()
    return formats.date_format(timezone.localtime(moment), _(r"F j, Y \a\t g:i A"))


def short_time(moment: datetime, now: datetime) -> str:
    """ "now", "2m", "3h", "5d", then the date, with the year once it is another one."""
    return words_since(moment.timestamp(), now.timestamp(), get_language())


def words_since(moment: float, now: float, language: str | None) -> str:
    """The same of two Unix times; `language` is the active one."""
    seconds = now - moment
    if seconds < 7 * 86400:
        return _age(int(max(seconds, 0)) // 60, language)
    return _day(int(moment // 86400), datetime.fromtimestamp(now, UTC).year, language)


@lru_cache(4096)
def _age(minutes: int, language: str | None) -> str:
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return _("%(n)dm") % {"n": minutes}
    if minutes < 24 * 60:
        return _("%(n)dh") % {"n": minutes // 60}
    return _("%(n)dd") % {"n": minutes // (24 * 60)}


@lru_cache(4096)
def _day(days: int, this_year: int, language: str | None) -> str:
    day = date(1970, 1, 1) + timedelta(days=days)
    return formats.date_format(day, "M j" if day.year == this_year else "M j, Y")


@register.filter
def compact(number: int | None) -> str:
    """1234 as 1.2K; rounded down, so that 999,999 is not called a million."""
    count = int(number or 0)
    for step, letter in STEPS:
        if count >= step:
            tenths = count * 10 // step
            whole, rest = divmod(tenths, 10)
            return f"{whole}.{rest}{letter}" if rest and whole < 100 else f"{whole}{letter}"
    return str(count)


@register.simple_tag
def count(name: str, number: int) -> SafeString:
    """A count beside its icon, empty at zero; its name lets the page keep it up to date."""
    return format_html('<span class="action__count" data-count="{}">{}</span>', name, count_words(number))


def count_words(number: int) -> str:
    """The figure as it stands there."""
    if isinstance(number, slots.Slot):
        return slots.place(number)
    return compact(number) if number else ""


@register.filter
def either(value: object, words: str) -> str:
    """The first of two words separated by a comma when the value is true, else the second."""
    yes, no = words.split(",")
    if isinstance(value, slots.Slot):
        return slots.either(value, yes, no)
    return yes if value else no


@register.simple_tag
def new_key() -> str:
    """A fresh idempotency key for a form, so that a double submit posts once."""
    return str(uuid.uuid4())


@register.simple_tag(takes_context=True)
def theme(context: dict[str, Any]) -> SafeString:
    """The reader's stored choice of light or dark as an attribute of the root, if there is one."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return mark_safe(f' data-theme="{chosen}"') if chosen in THEMES else mark_safe("")  # noqa: S308


@register.filter
def host(url: str) -> str:
    """A website's address as people read it: no scheme, no trailing slash."""
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/")
