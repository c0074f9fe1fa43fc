"""The operators' page on a phone: it fits, and with a script it goes on by itself."""

import pytest
from django.contrib.auth.models import Permission
from playwright.sync_api import expect

from accounts.models import User
from twitterclone.tests.browser.conftest import Visit

pytestmark = pytest.mark.e2e

ADDRESS = "/admin/operations/"


@pytest.mark.parametrize("scripts", [True, False])
def test_page_fits_a_phone_and_goes_on_by_itself(visit: Visit, alice: User, scripts: bool) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    alice.user_permissions.add(Permission.objects.get(codename="view_operations"))
    alice.refresh_from_db()
    page = visit(alice, viewport={"width": 375, "height": 700}, java_script_enabled=scripts)
    page.goto(ADDRESS)
    expect(page.get_by_text("Fan-out lag")).to_be_visible()
    expect(page.get_by_text("Statements that take most time")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    if scripts:
        with page.expect_response(lambda answer: answer.url.endswith(ADDRESS), timeout=15_000) as fetched:
            pass
        assert fetched.value.request.headers["hx-request"] == "true"
