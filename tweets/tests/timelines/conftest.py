"""What the tests of timelines share."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Runs what follows a commit, which a test's transaction never reaches."""

    def run(action: Callable[..., Any], **values: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return action(**values)

    return run
