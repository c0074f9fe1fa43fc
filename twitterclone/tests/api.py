"""Programs that call the API in tests: `api(alice)` holds a token of hers, `api()` none."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from integrations.services import issue_own_token

ALL = "read write follow push"


class Program(Client):
    """Sends JSON and reads it; `form=` sends a form instead."""

    def call(self, method: str, path: str, data: Any = None, *, form: Any = None, **headers: str) -> Any:
        sent = {"data": form} if form is not None else {}
        if data is not None:
            sent = {"data": json.dumps(data), "content_type": "application/json"}
        return getattr(self, method)(path, **sent, headers=headers or None)


@pytest.fixture
def api(db: None) -> Callable[..., Program]:
    """A client with a token of this person and these scopes; without a person, without a token."""

    def program(user: User | None = None, scopes: str = ALL) -> Program:
        headers = {}
        if user is not None:
            headers["authorization"] = f"Bearer {issue_own_token(user=user, scopes=scopes.split())}"
        return Program(headers=headers)

    return program
