"""The site itself: what it is called, what it allows, how many live here."""

from typing import Any, TypedDict

from django.conf import settings
from django.utils.translation import gettext as _

from integrations.queries import SiteFigures
from media.rules import ALT_LENGTH, IMAGE_BYTES, IMAGE_PIXELS, IMAGES, MOST_PER_TWEET, VIDEO_BYTES, VIDEOS
from moderation.queries import PageText
from tweets.services.keeping import MOST_PINS
from tweets.services.polls import MOST_OPTIONS, OPTION_LENGTH
from twitterclone.lib.api.markup import absolute, domain
from twitterclone.lib.text import URL_WEIGHT

# clients read the number in front and offer what that release of the protocol knows
COMPATIBLE = "4.2.0"
VERSION = f"{COMPATIBLE} (compatible; Twitterclone {settings.VERSION})"
API_VERSION = 1
POLL_SECONDS = (5 * 60, 30 * 24 * 60 * 60)
KINDS = [*(f"image/{form}" for form in sorted(IMAGES)), *(f"video/{form}" for form in sorted(VIDEOS))]


class Rule(TypedDict):
    id: str
    text: str
    hint: str


class Terms(TypedDict):
    effective_date: str
    effective: bool
    content: str
    succeeded_by: str | None


class Instance(TypedDict):
    domain: str
    title: str
    version: str
    source_url: str
    description: str
    usage: dict[str, Any]
    thumbnail: dict[str, Any]
    icon: list[dict[str, str]]
    languages: list[str]
    configuration: dict[str, Any]
    registrations: dict[str, Any]
    api_versions: dict[str, int]
    contact: dict[str, Any]
    rules: list[Rule]


class InstanceV1(TypedDict):
    uri: str
    title: str
    short_description: str
    description: str
    email: str
    version: str
    urls: dict[str, str]
    stats: dict[str, int]
    thumbnail: str
    languages: list[str]
    registrations: bool
    approval_required: bool
    invites_enabled: bool
    configuration: dict[str, Any]
    contact_account: None
    rules: list[Rule]


def instance(figures: SiteFigures, told_rules: list[str]) -> Instance:
    """The site, version 2."""
    icon = absolute("/static/img/icon-512.png")
    return {
        "domain": domain(),
        "title": settings.SITE_NAME,
        "version": VERSION,
        "source_url": "",
        "description": _describe(),
        "usage": {"users": {"active_month": figures.active_month}},
        "thumbnail": {"url": icon, "blurhash": None, "versions": {}, "description": ""},
        "icon": [
            {"src": absolute(f"/static/img/icon-{size}.png"), "size": f"{size}x{size}"}
            for size in (180, 192, 512)
        ],
        "languages": _languages(),
        "configuration": {
            **_limits(),
            "urls": {"streaming": _streaming(), "status": None, "about": absolute("/"), **_documents()},
            "vapid": {"public_key": ""},
            "translation": {"enabled": False},
            "timelines_access": {
                "live_feeds": {"local": "public", "remote": "disabled"},
                "hashtag_feeds": {"local": "public", "remote": "disabled"},
                "trending_link_feeds": {"local": "disabled", "remote": "disabled"},
            },
            "limited_federation": True,
        },
        "registrations": {
            "enabled": True,
            "approval_required": False,
            "reason_required": False,
            "message": None,
            "min_age": None,
            "url": absolute("/accounts/signup/"),
        },
        "api_versions": {"mastodon": API_VERSION},
        "contact": {"email": settings.CONTACT_EMAIL, "account": None},
        "rules": rules(told_rules),
    }


def instance_v1(figures: SiteFigures, told_rules: list[str]) -> InstanceV1:
    """The site, version 1; `uri` is the bare domain."""
    return {
        "uri": domain(),
        "title": settings.SITE_NAME,
        "short_description": _describe(),
        "description": _describe(),
        "email": settings.CONTACT_EMAIL,
        "version": VERSION,
        "urls": {"streaming_api": _streaming()},
        "stats": {"user_count": figures.users, "status_count": figures.tweets, "domain_count": 0},
        "thumbnail": absolute("/static/img/icon-512.png"),
        "languages": _languages(),
        "registrations": True,
        "approval_required": False,
        "invites_enabled": False,
        "configuration": _limits(),
        "contact_account": None,
        "rules": rules(told_rules),
    }


def nodeinfo(figures: SiteFigures) -> dict[str, Any]:
    """The protocol's name is the one clients look for; who really speaks stands in the metadata."""
    return {
        "version": "2.0",
        "software": {"name": "mastodon", "version": VERSION},
        "protocols": [],
        "services": {"outbound": [], "inbound": []},
        "usage": {
            "users": {
                "total": figures.users,
                "activeMonth": figures.active_month,
                "activeHalfyear": figures.active_half_year,
            },
            "localPosts": figures.tweets,
        },
        "openRegistrations": True,
        "metadata": {"nodeName": settings.SITE_NAME, "software": f"Twitterclone {settings.VERSION}"},
    }


def terms(page: PageText) -> Terms:
    """The terms of service, of which there is one version, the one that holds."""
    return {
        "effective_date": str(page.updated_at.date()),
        "effective": True,
        "content": str(page.html),
        "succeeded_by": None,
    }


def rules(texts: list[str]) -> list[Rule]:
    """What holds here, a sentence each."""
    return [{"id": str(number), "text": text, "hint": ""} for number, text in enumerate(texts, 1)]


def _limits() -> dict[str, Any]:
    return {
        "accounts": {
            "max_featured_tags": 0,
            "max_pinned_statuses": MOST_PINS,
            "max_profile_fields": 2,
            "profile_field_name_limit": 30,
            "profile_field_value_limit": 200,
            "max_display_name_length": 50,
            "max_note_length": 160,
        },
        "statuses": {
            "max_characters": settings.TWEET_LENGTH,
            "max_media_attachments": MOST_PER_TWEET,
            "characters_reserved_per_url": URL_WEIGHT,
            "supported_mime_types": ["text/plain"],
        },
        "media_attachments": {
            "supported_mime_types": KINDS,
            "description_limit": ALT_LENGTH,
            "image_size_limit": IMAGE_BYTES,
            "image_matrix_limit": IMAGE_PIXELS,
            "video_size_limit": VIDEO_BYTES,
            "video_frame_rate_limit": 60,
            "video_matrix_limit": IMAGE_PIXELS,
        },
        "polls": {
            "max_options": MOST_OPTIONS,
            "max_characters_per_option": OPTION_LENGTH,
            "min_expiration": POLL_SECONDS[0],
            "max_expiration": POLL_SECONDS[1],
        },
    }


def _describe() -> str:
    return _("%(name)s: short texts, pictures and conversations.") % {"name": settings.SITE_NAME}


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _streaming() -> str:
    return settings.SITE_URL.replace("http", "ws", 1)


def _documents() -> dict[str, str]:
    return {
        "privacy_policy": absolute("/privacy/"),
        "terms_of_service": absolute("/terms/"),
    }
