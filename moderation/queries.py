"""The pages that say what holds here."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from moderation.models import Page
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.text import entities


@dataclass(frozen=True, slots=True)
class PageText:
    """A page ready to be shown; `html` holds nothing that an editor did not mean as text."""

    slug: str
    title: str
    html: SafeString
    updated_at: datetime


def page_text(slug: str) -> PageText:
    """The page an admin wrote under this name; NotVisible when there is none."""
    page = Page.objects.filter(slug=slug).first()
    if page is None:
        raise NotVisible
    return PageText(slug=page.slug, title=page.title, html=as_html(page.body), updated_at=page.updated_at)


def as_html(body: str) -> SafeString:
    """Paragraphs between blank lines; lines that begin with # are headings, those with - are list items."""
    parts: list[SafeString] = []
    lines: list[str] = []
    for line in [*body.replace("\r\n", "\n").split("\n"), ""]:
        mark = line[:1] if line[1:2] == " " else ""
        if lines and (not line.strip() or mark == "#" or (mark == "-") != lines[0].startswith("- ")):
            parts.append(_block(lines))
            lines = []
        if mark == "#":
            parts.append(format_html("<h2>{}</h2>", _linked(line[2:].strip())))
        elif line.strip():
            lines.append(line)
    return mark_safe("\n".join(parts))  # noqa: S308 -- each part comes from format_html


def _block(lines: list[str]) -> SafeString:
    if lines[0].startswith("- "):
        items = [format_html("<li>{}</li>", _linked(line[2:].strip())) for line in lines]
        return format_html("<ul>{}</ul>", mark_safe("".join(items)))  # noqa: S308 -- from format_html
    return format_html("<p>{}</p>", _linked(" ".join(line.strip() for line in lines)))


def _linked(text: str) -> SafeString:
    """The text escaped, its web addresses as links."""
    html, position = SafeString(""), 0
    for entity in entities(text):
        if entity.kind == "url":
            before = text[position : entity.start]
            html += format_html('{}<a href="{}" rel="nofollow">{}</a>', before, entity.href, entity.text)
            position = entity.end
    return html + format_html("{}", text[position:])
