"""The viewer without a query, the moved address, and Redis being away."""

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django_redis.exceptions import ConnectionInterrupted

from accounts.middleware import SessionMiddleware
from accounts.models import User
from accounts.services import change_username
from accounts.sessions import SessionStore, end_sessions
from moderation.models import Page
from twitterclone.middleware import DomainErrorMiddleware
from twitterclone.tests.valkey import OwnValkey, own_valkey  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_alice(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.mark.parametrize("path", ["/rules/", "/settings/", "/settings/appearance/"])
def test_ordinary_page_asks_no_table_about_its_reader(as_alice: Client, path: str) -> None:
    Page.objects.get_or_create(slug="rules", defaults={"title": "Rules", "body": "Be kind."})
    as_alice.get(path)  # fills the cache of what everybody sees beside the page

    with CaptureQueriesContext(connection) as queries:
        answer = as_alice.get(path)

    assert answer.status_code == 200
    assert "Alice Bergström" in answer.content.decode()
    about_users = [
        query["sql"] for query in queries if 'FROM "users"' in query["sql"] or "UPDATE" in query["sql"]
    ]
    assert about_users == []


def test_visitor_costs_no_query_and_gets_no_cookie(client: Client, django_assert_num_queries: object) -> None:
    Page.objects.get_or_create(slug="about", defaults={"title": "About", "body": "A place."})
    client.get("/about/")

    with django_assert_num_queries(1):
        answer = client.get("/about/")

    assert "sessionid" not in answer.cookies
    assert not answer.wsgi_request.viewer.is_authenticated
    assert "Cookie" in answer.headers["Vary"]


def test_page_speaks_the_language_of_its_reader(as_alice: Client, alice: User) -> None:
    alice.language = "de"
    alice.save()
    as_alice.force_login(alice)

    answer = as_alice.get("/about/", headers={"accept-language": "en"})

    assert 'lang="de"' in answer.content.decode()


def test_former_address_leads_to_the_new_one_with_the_rest_kept(client: Client, alice: User) -> None:
    change_username(user=alice, username="alicia")

    answer = client.get("/alice/followers/?before=12")

    assert (answer.status_code, answer.url) == (302, "/alicia/followers/?before=12")


def test_address_in_capitals_leads_to_the_canonical_one(client: Client, alice: User) -> None:
    answer = client.get("/ALICE/")

    assert (answer.status_code, answer.url) == (302, "/alice/")


def test_unknown_address_is_a_branded_404(client: Client, db: None) -> None:
    answer = client.get("/nobody_here/")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_redis_away_is_a_plain_503_and_nobody_is_logged_out(as_alice: Client, own_valkey: OwnValkey) -> None:  # noqa: F811
    own_valkey.kill()

    answer = as_alice.get("/settings/")

    assert answer.status_code == 503
    assert "logged in" in answer.content.decode()
    assert answer.headers["Retry-After"] == "5"
    assert "sessionid" not in answer.cookies


def test_health_answers_while_redis_is_away(as_alice: Client, own_valkey: OwnValkey) -> None:  # noqa: F811
    own_valkey.kill()

    answer = as_alice.get("/health/")

    assert (answer.status_code, answer.json()["redis"]) == (503, False)


def test_program_is_answered_in_json_while_redis_is_away(as_alice: Client, own_valkey: OwnValkey) -> None:  # noqa: F811
    own_valkey.kill()

    answers = [as_alice.get(path) for path in ("/api/v1/instance", "/api/v1/timelines/home", "/nodeinfo/2.0")]

    assert [answer.status_code for answer in answers] == [200, 401, 200]
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/json"}


def test_login_page_says_503_when_redis_is_away(client: Client, alice: User, own_valkey: OwnValkey) -> None:  # noqa: F811
    own_valkey.kill()

    answer = client.post("/accounts/login/", {"login": "alice", "password": "correct horse"})

    assert answer.status_code == 503


def test_answer_stands_when_the_session_was_ended_meanwhile(alice: User, as_alice: Client) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["sessionid"] = as_alice.session.session_key

    def view(request: HttpRequest) -> HttpResponse:
        request.session["changed"] = True
        end_sessions(alice.pk)
        return HttpResponse("done")

    answer = SessionMiddleware(view)(request)

    assert (answer.status_code, answer.content) == (200, b"done")
    assert answer.cookies["sessionid"]["max-age"] == 0
    assert not SessionStore(request.COOKIES["sessionid"]).exists(request.COOKIES["sessionid"])


def test_cache_that_does_not_answer_is_503_too() -> None:
    answer = DomainErrorMiddleware(lambda request: HttpResponse()).process_exception(
        RequestFactory().get("/"), ConnectionInterrupted(connection=None)
    )

    assert answer.status_code == 503


def test_log_in_page_says_why_when_the_session_was_ended_elsewhere(as_alice: Client, alice: User) -> None:
    end_sessions(alice.pk)

    answer = as_alice.post("/settings/profile/", {"display_name": "Lost?"})

    assert answer.url == "/accounts/login/?next=/settings/profile/&ended=yes"
    assert "You were logged out meanwhile" in as_alice.get(answer.url).text


def test_log_in_page_claims_no_end_when_a_visitor_is_sent_there(client: Client) -> None:
    answer = client.get("/settings/", follow=True)

    assert answer.redirect_chain == [("/accounts/login/?next=/settings/", 302)]
    assert "logged out" not in answer.text
    assert "Log in to go on where you were." in answer.text
