"""The pages that say what holds here, what somebody is about to report, and what moderators decide about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import PersonCard, person_card
from media.queries import MediaCard, media_card
from messaging.models import Message
from messaging.queries import message_to
from moderation.models import Page, Report
from social.models import Block, Mute
from tweets.models import Tweet, TweetMedia
from tweets.queries.access import tweet_for
from tweets.queries.cards import TweetCard, card_for
from twitterclone.lib.errors import NotVisible
from twitterclone.lib.pagination import Cursor, Slice
from twitterclone.lib.text import entities

MOST_OTHERS = 20
OUTCOMES: dict[str, Any] = {
    Report.State.OPEN: _("A moderator will look at it"),
    Report.State.RESOLVED: _("Looked at: we acted"),
    Report.State.REJECTED: _("Looked at: no breach of the rules"),
}


@dataclass(frozen=True, slots=True)
class PageText:
    """A page ready to be shown; `html` holds nothing that an editor did not mean as text."""

    slug: str
    title: str
    html: SafeString
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """What a report would be about; without `tweet`, `card` and `message` it is the account."""

    user: User
    person: PersonCard
    tweet: Tweet | None
    card: TweetCard | None
    message: Message | None
    is_own: bool
    told: "OwnReport | None"


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report as whoever made it sees it; what moderators think of it beyond its state is theirs."""

    id: int
    person: PersonCard
    is_of_tweet: bool
    is_of_message: bool
    url: str  # of what was reported, as long as it is there
    reason_key: str
    reason: str
    note: str
    is_open: bool
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """What a moderator decides about: the report, the pictures, and the newest other reports of them."""

    report: Report
    media: list[MediaCard]
    others: list[Report]


def case_of(report: Report) -> Case:
    """The case a report makes; three queries at most, whatever was said before."""
    tweets = Prefetch("tweet", Tweet.objects.defer("search"))
    others = Report.objects.filter(user_id=report.user_id).exclude(pk=report.pk)
    others = others.select_related("reporter", "handled_by").prefetch_related(tweets)
    links = (
        TweetMedia.objects.filter(tweet_id=report.tweet_id) if report.tweet_id else TweetMedia.objects.none()
    )
    return Case(
        report=report,
        media=[media_card(link.media) for link in links.select_related("media").order_by("position")],
        others=list(others.order_by("-created_at", "-id")[:MOST_OTHERS]),
    )


def report_target_for(
    viewer_id: int, *, tweet_id: str = "", message_id: str = "", user_id: str = ""
) -> Target:
    """The tweet, message or account an address names, if the viewer may see it; NotVisible otherwise."""
    tweet = tweet_for(viewer_id, _id(tweet_id)) if tweet_id else None
    message = message_to(viewer_id, _id(message_id)) if message_id and not tweet else None
    user: User | None
    if tweet is not None:
        user = tweet.author
    elif message is not None:
        user = message.sender
    else:
        user = User.objects.reachable().filter(pk=_id(user_id)).first()
    if user is None:
        raise NotVisible
    own = _own_reports(viewer_id).filter(user=user, tweet=tweet)
    told = own.filter(message_id=message.pk if message else None).first()
    return Target(
        user=user,
        person=person_card(user),
        tweet=tweet,
        card=card_for(viewer_id, tweet.pk) if tweet else None,
        message=message,
        is_own=user.pk == viewer_id,
        told=_own(told) if told else None,
    )


def own_reports_page(viewer_id: int, cursor: Cursor) -> Slice[OwnReport]:
    """What the viewer reported, newest first, and what became of it; two queries."""
    reports = _own_reports(viewer_id)
    if cursor.before is not None:
        reports = reports.filter(pk__lt=cursor.before)
    rows = list(reports[: cursor.limit + 1])
    shown = rows[: cursor.limit]
    return Slice([_own(row) for row in shown], shown[-1].pk if len(rows) > cursor.limit else None)


def person_after_report(viewer_id: int, user_id: str) -> tuple[PersonCard, bool, bool]:
    """Whom one has reported, and whether one has blocked and muted them; NotVisible without a report."""
    wanted = _id(user_id)
    user = User.objects.filter(pk=wanted).first()
    if user is None or not Report.objects.filter(reporter_id=viewer_id, user_id=wanted).exists():
        raise NotVisible
    blocked = Block.objects.filter(blocker_id=viewer_id, blocked_id=wanted).exists()
    muted = Mute.objects.filter(muter_id=viewer_id, muted_id=wanted).exists()
    return person_card(user), blocked, muted


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


def _own_reports(viewer_id: int) -> QuerySet[Report]:
    there = Prefetch("tweet", Tweet.objects.visible().defer("search"))
    made = Report.objects.filter(reporter_id=viewer_id).select_related("user").prefetch_related(there)
    return made.order_by("-pk")


def _own(report: Report) -> OwnReport:
    person = person_card(report.user)
    of_tweet = report.tweet_id is not None
    is_there = of_tweet and report.tweet is not None
    return OwnReport(
        id=report.pk,
        person=person,
        is_of_tweet=of_tweet,
        is_of_message=report.message_id is not None,
        url=f"{person.url}status/{report.tweet_id}/" if is_there else "" if of_tweet else person.url,
        reason_key=report.reason,
        reason=report.get_reason_display(),
        note=report.comment,
        is_open=report.state == Report.State.OPEN,
        state=str(OUTCOMES[report.state]),
        created_at=report.created_at,
    )


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise NotVisible
    return int(text)


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
