"""The admin: every page answers, nobody else gets in, and no list counts or scans its table."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tweets.models import Tweet
from twitterclone.lib.outbox import consumers
from twitterclone.tests.one_of_each import one_of_each

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
OURS = ("accounts", "media", "social", "tweets", "messaging", "notifications", "moderation")
ONLY_INSIDE_ANOTHER = {"tweets.PollOption", "tweets.FilterKeyword"}
DERIVED = {f"tweets.{name}" for name in ("Affinity", "CountedHour", "Interest", "Taste", "TermHour")}
DERIVED |= {"social.InterestVector"}
NOT_ENTITIES = {"tweets.TimelineEntry", "tweets.CounterDelta", "accounts.UserCounterDelta"} | DERIVED

pytestmark = pytest.mark.django_db
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)


@pytest.fixture
def boss(db: None) -> User:
    return User.objects.create_superuser("keeper", "keeper@example.com", "correct horse")


@pytest.fixture
def boss_client(boss: User, client: Client) -> Client:
    client.force_login(boss)
    return client


def url(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_entity_is_there() -> None:
    entities = {m._meta.label for app in OURS for m in apps.get_app_config(app).get_models()}
    assert entities - {m._meta.label for m in MODELS} == ONLY_INSIDE_ANOTHER | NOT_ENTITIES


@each_model
def test_pages_answer_when_the_superuser_asks(model: type[Model], boss_client: Client) -> None:
    row = one_of_each("first")[model]
    assert boss_client.get(url(model, "changelist")).status_code == 200
    change = boss_client.get(url(model, "change", row.pk))
    assert change.status_code == 200
    assert not re.search(r"\w object \(", change.text)
    for page, allowed in (("add", "has_add_permission"), ("delete", "has_delete_permission")):
        may = getattr(admin.site._registry[model], allowed)(change.wsgi_request)
        answer = boss_client.get(url(model, page, *([] if page == "add" else [row.pk])))
        assert answer.status_code == (200 if may else 403), page


@each_model
def test_pages_refuse_when_an_ordinary_person_asks(model: type[Model], client: Client) -> None:
    row = one_of_each("first")[model]
    client.force_login(User.objects.get(username="first_two"))
    for page, args in (("changelist", []), ("add", []), ("change", [row.pk])):
        answer = client.get(url(model, page, *args))
        assert answer.status_code in {302, 403}
        assert "login" in answer.headers.get("Location", "login")


@each_model
def test_list_costs_the_same_when_it_grows(model: type[Model], boss_client: Client) -> None:
    one_of_each("first")
    boss_client.get(url(model, "changelist"))
    few = captured(boss_client, url(model, "changelist"))
    for name in ("second", "third", "fourth"):
        one_of_each(name)
    many = captured(boss_client, url(model, "changelist"))
    assert len(few) == len(many)
    if model._meta.app_label in OURS or model._meta.label == "account.EmailAddress":
        assert not [sql for sql in many if re.search(r"count\(|DISTINCT", sql, re.IGNORECASE)]
        assert any("LIMIT 51" in sql for sql in many)
        assert model is Tweet or not [sql for sql in many if 'JOIN "tweets"' in sql]


def captured(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("first_one", True),
        ("@First_One", True),
        ("first_one@example.com", True),
        ("nobody", False),
        ("0", False),
    ],
)
def test_user_is_found_when_named(term: str, found: bool, boss_client: Client) -> None:
    one_of_each("first")
    page = boss_client.get(url(User, "changelist"), {"q": term})
    assert ("first_one@example.com" in page.content.decode()) is found


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("something", True),
        ("@first_one", True),
        ("#first", True),
        ("世界", True),
        ("elsewhere", False),
        ("#x", False),
    ],
)
def test_tweet_is_found_when_its_words_are_searched(term: str, found: bool, boss_client: Client) -> None:
    tweet = one_of_each("first")[Tweet]
    Tweet.objects.filter(pk=tweet.pk).update(content="Something 你好世界杯")
    page = boss_client.get(url(Tweet, "changelist"), {"q": term})
    assert (f"/{tweet.pk}/change/" in page.content.decode()) is found


def test_tweet_is_found_by_its_id_when_it_is_old(boss_client: Client) -> None:
    tweet = one_of_each("first")[Tweet]
    page = boss_client.get(url(Tweet, "changelist"), {"q": str(tweet.pk)})
    assert f"/{tweet.pk}/change/" in page.content.decode()


def test_list_of_tweets_reads_a_month_when_nothing_is_asked(boss_client: Client) -> None:
    queries = captured(boss_client, url(Tweet, "changelist"))
    assert any('"tweets"."created_at" >=' in sql and "LIMIT 51" in sql for sql in queries)
    everything = captured(boss_client, url(Tweet, "changelist") + "?since=any")
    assert not any('"tweets"."created_at" >=' in sql for sql in everything)


@pytest.mark.parametrize(
    "query", ["p=0", "p=-1", "p=x", "p=999999", "since=x", "since=99999999", "q=" + "9" * 30]
)
def test_list_stays_up_when_the_address_is_nonsense(query: str, boss_client: Client) -> None:
    answer = boss_client.get(f"{url(Tweet, 'changelist')}?{query}", follow=True)
    assert answer.status_code == 200


def test_next_page_is_offered_when_there_is_more(boss_client: Client, boss: User) -> None:
    Tweet.objects.bulk_create(Tweet(author=boss, content=f"Number {n}") for n in range(51))
    first = boss_client.get(url(Tweet, "changelist")).content.decode()
    second = boss_client.get(url(Tweet, "changelist") + "?p=2").content.decode()
    assert "?p=2" in first
    assert "Number 0<" in second
    assert "Number 50<" not in second
    assert "?p=3" not in second


def test_autocomplete_answers_when_a_name_is_begun(boss_client: Client) -> None:
    one_of_each("first")
    asked = {"term": "first_", "app_label": "social", "model_name": "list", "field_name": "owner"}
    answer = boss_client.get(reverse("admin:autocomplete"), asked).json()
    assert {row["text"] for row in answer["results"]} == {"@first_one", "@first_two"}
    assert answer["pagination"] == {"more": False}


def post_user(client: Client, user: User, **changes: str) -> Any:
    form = client.get(url(User, "change", user.pk)).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    data.pop("password", None)
    return client.post(url(User, "change", user.pk), data | changes)


def test_username_changes_with_its_redirect_when_staff_renames(boss_client: Client) -> None:
    user = User.objects.create_user("wrenfan", "wrenfan@example.com")
    assert post_user(boss_client, user, username_cased="RobinFan").status_code == 302
    user.refresh_from_db()
    assert (user.username, user.username_cased) == ("robinfan", "RobinFan")
    assert user.former_usernames.get().username == "wrenfan"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username_cased", "keeper"),
        ("username_cased", "admin"),
        ("username_cased", "no spaces"),
    ],
)
def test_form_says_why_when_a_user_would_break_a_rule(field: str, value: str, boss_client: Client) -> None:
    user = User.objects.create_user("wrenfan", "wrenfan@example.com")
    answer = post_user(boss_client, user, **{field: value})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors[field]


def test_new_user_can_log_in_when_staff_makes_one(boss_client: Client) -> None:
    made = {
        "username_cased": "NewBird",
        "email": "New@Example.com",
        "display_name": "New",
        "usable_password": "true",
    }
    made |= {"password1": "quite long enough", "password2": "quite long enough"}
    assert boss_client.post(url(User, "add"), made).status_code == 302
    user = User.objects.get(username="newbird")
    assert (user.username_cased, user.email) == ("NewBird", "new@example.com")
    assert user.check_password("quite long enough")
    assert user.emailaddress_set.get().verified


def test_password_is_changed_when_staff_sets_one(boss_client: Client) -> None:
    user = User.objects.create_user("wrenfan", "wrenfan@example.com")
    passwords = {
        "password1": "quite long enough",
        "password2": "quite long enough",
        "usable_password": "true",
    }
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    assert boss_client.get(address).status_code == 200
    assert boss_client.post(address, passwords).status_code == 302
    user.refresh_from_db()
    assert user.check_password("quite long enough")


def act(client: Client, model: type[Model], action: str, *rows: Model) -> Any:
    asked = {"action": action, "_selected_action": [row.pk for row in rows], "post": "yes"}
    asked["reason"] = "Because"
    return client.post(url(model, "changelist"), asked, follow=True)


def test_account_is_suspended_and_freed_when_staff_says_so(boss_client: Client, boss: User) -> None:
    user = User.objects.create_user("wrenfan", "wrenfan@example.com")
    act(boss_client, User, "suspend", user)
    user.refresh_from_db()
    assert user.suspended_at
    act(boss_client, User, "lift_suspension", user)
    user.refresh_from_db()
    assert user.suspended_at is None
    act(boss_client, User, "suspend", boss)
    boss.refresh_from_db()
    assert boss.suspended_at is None


def test_tweet_is_hidden_and_shown_when_staff_says_so(boss_client: Client) -> None:
    tweet = one_of_each("first")[Tweet]
    act(boss_client, Tweet, "hide", tweet)
    tweet.refresh_from_db()
    assert tweet.hidden_at
    hidden = [[event] * len(consumers()[event]) for event in ("tweet.deleted", "tweet.hidden")]
    assert events() == [*hidden[0], *hidden[1]]
    act(boss_client, Tweet, "show_again", tweet)
    tweet.refresh_from_db()
    assert tweet.hidden_at is None


def events() -> list[str]:
    with connection.cursor() as cursor:
        return [event for (event,) in cursor.execute("SELECT event FROM outbox ORDER BY id").fetchall()]


@pytest.mark.parametrize("name", ["Like", "Retweet", "Bookmark"])
def test_deed_is_taken_back_with_its_count_when_staff_deletes_it(name: str, boss_client: Client) -> None:
    model = apps.get_model("tweets", name)
    row = one_of_each("first")[model]
    assert boss_client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 302
    assert not model.objects.filter(pk=row.pk).exists()
    expected = {
        "Like": {"tweet.unliked"},
        "Retweet": {"tweet.deleted", "tweet.unretweeted"},
        "Bookmark": set(),
    }
    assert set(events()) == {event for event in expected[name] if consumers().get(event)}


@pytest.mark.parametrize("name", ["Follow", "FollowRequest", "Block", "Mute"])
def test_edge_is_taken_back_when_staff_deletes_it(name: str, boss_client: Client) -> None:
    model = apps.get_model("social", name)
    row = one_of_each("first")[model]
    act(boss_client, model, "delete_selected", row)
    assert not model.objects.filter(pk=row.pk).exists()


def test_page_is_edited_when_staff_writes(boss_client: Client) -> None:
    model = apps.get_model("moderation", "Page")
    row = one_of_each("first")[model]
    boss_client.post(url(model, "change", row.pk), {"slug": "first", "title": "Rules", "body": "Be kinder."})
    row.refresh_from_db()
    assert row.body == "Be kinder."
