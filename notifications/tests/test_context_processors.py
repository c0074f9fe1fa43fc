"""The number beside "Notifications"."""

from collections.abc import Callable

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from accounts.models import User
from accounts.queries import NOBODY, Viewer
from notifications.context_processors import unread
from notifications.tests.helpers import deliver
from tweets.services.posting import post_tweet

pytestmark = pytest.mark.django_db


def context_of(viewer: Viewer | None) -> Context:
    request = RequestFactory().get("/")
    if viewer is not None:
        request.viewer = viewer
    return Context(unread(request))


def test_number_costs_one_query_however_often_it_is_shown(
    alice: User, bob: User, django_assert_num_queries: Callable
) -> None:
    post_tweet(author=bob, text="@alice hello")
    deliver()
    context = context_of(Viewer(id=alice.pk, is_authenticated=True))
    page = Template("{% if unread_count %}{{ unread_count }} {{ unread_count|default:0|add:1 }}{% endif %}")
    with django_assert_num_queries(1):
        assert page.render(context) == "1 2"


def test_number_costs_nothing_when_it_is_not_shown_or_nobody_is_logged_in(
    alice: User, django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(0):
        Template("nothing").render(context_of(Viewer(id=alice.pk, is_authenticated=True)))
        assert Template("{{ unread_count }}").render(context_of(NOBODY)) == "0"
        assert Template("{{ unread_count }}").render(context_of(None)) == "0"
