"""What a request is by the time a view sees it, for the type checker."""

from django.http import HttpRequest

from accounts.models import User
from accounts.queries import Viewer


class ViewedRequest(HttpRequest):
    """Any request: `viewer` comes from the session alone, with `id` None for a visitor."""

    viewer: Viewer


class SignedInRequest(ViewedRequest):
    """A request of somebody who is logged in."""

    user: User
