"""Lines of the log: whose they are, and what must never stand in them."""

import json
import logging
import sys

import pytest
from django.test import Client

from twitterclone.celery import app
from twitterclone.lib import logs
from twitterclone.lib.redis import client as redis_client
from twitterclone.tasks_watched import begin, count

pytestmark = pytest.mark.unit


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("some.logger", logging.WARNING, __file__, 1, message, args, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abcDEF123456789", "abcDEF"),
        ("called with access_token=9a8b7c6d5e&x=1", "9a8b7c"),
        ("{'password': 'hunter2hunter2', 'a': 1}", "hunter2"),
        ("sessionid=abcdef0123456789; other", "abcdef01"),
        ("GET /oauth/authorize?code=AbCdEf123&state=1", "AbCdEf"),
        ("Not Found: /accounts/password/reset/key/3-c9x8z7y6/", "c9x8"),
        ("Not Found: /accounts/confirm-email/MTM:1abc:xyz/", "MTM:1abc"),
        ("redis://:s3cret@10.0.0.1:6379/0 refused", "s3cret"),
        ("mail to Alice.Smith+x@example.co.uk failed", "alice.smith"),
        ("duplicate key\nDETAIL:  Failing row contains (1, my dear\ndiary).\nCONTEXT: x", "diary"),
        ("duplicate key\nDETAIL:  Key (email)=(a) already exists.", "exists"),
    ],
)
def test_secrets_are_hidden(text, secret):
    assert secret.lower() not in logs.scrubbed(text).lower()
    assert logs.HIDDEN in logs.scrubbed(text) or "[address]" in logs.scrubbed(text)


def test_what_is_no_secret_stays():
    text = "outbox 17: tweet.posted for timelines failed, key length 3, exit code: 5, tokens: 5"
    assert logs.scrubbed(text) == text
    assert "CONTEXT: x" in logs.scrubbed("no\nDETAIL:  row (1).\nCONTEXT: x")


def test_json_is_an_object_a_line_with_the_id_and_the_error():
    formatter = logs.JsonFormatter(role="web")
    logs.doing.set("abc-12345")
    try:
        raise ValueError("for bob@example.org\nand more")
    except ValueError:
        made = record("said %s", "hello\nthere", view="home", ms=1.5)
        made.exc_info = sys.exc_info()
    line = formatter.format(made)
    logs.doing.set("")
    assert "\n" not in line
    told = json.loads(line)
    assert (told["id"], told["role"], told["level"]) == ("abc-12345", "web", "warning")
    assert (told["message"], told["view"], told["ms"]) == ("said hello\nthere", "home", 1.5)
    assert "ValueError" in told["error"]
    assert "bob@" not in line


def test_plain_line_begins_with_the_id():
    formatter = logs.PlainFormatter("%(levelname)s %(message)s")
    logs.doing.set("abc-12345")
    assert formatter.format(record("hello")) == "[abc-12345] WARNING hello"
    logs.doing.set("")
    assert formatter.format(record("hello")) == "WARNING hello"


@pytest.mark.parametrize(
    ("proxies", "given", "kept"),
    [(1, "0123-abcd_ef", True), (0, "0123-abcd_ef", False), (1, "a b\nc{}'\"x", False), (1, "x" * 65, False)],
)
@pytest.mark.django_db
def test_id_of_a_request_is_the_proxys_only_when_it_is_ours(settings, proxies, given, kept):
    settings.TRUSTED_PROXIES = proxies
    answer = Client().get("/favicon.ico", headers={"X-Request-Id": given})
    assert (answer["X-Request-Id"] == given) == kept
    assert logs.GIVEN.fullmatch(answer["X-Request-Id"])
    assert logs.doing.get() == ""


@pytest.mark.django_db
def test_line_for_a_request_names_its_view_and_not_its_address(settings, caplog):
    settings.LOG_REQUESTS = True
    with caplog.at_level(logging.INFO, "twitterclone.requests"):
        Client().get("/tags/tea/?q=secret")
    (line,) = [made for made in caplog.records if made.name == "twitterclone.requests"]
    assert (line.view, line.method, line.status) == ("hashtag", "GET", 200)
    assert "tea" not in line.getMessage()
    assert "secret" not in line.getMessage()


def test_task_carries_the_id_of_the_request_that_sent_it(settings):
    task = app.tasks["twitterclone.tasks.tidy_outbox"]
    app.conf.task_always_eager = False
    logs.doing.set("request-77")
    try:
        task.apply_async(queue="test-of-logs")
    finally:
        app.conf.task_always_eager = True
        logs.doing.set("")
    queue = f"{settings.REDIS_PREFIX}:test-of-logs"
    headers = json.loads(redis_client("broker").lpop(queue))["headers"]
    assert headers["request_id"] == "request-77"
    task.push_request(**headers)
    begin(task_id=headers["id"], task=task)
    assert logs.doing.get() == "request-77"
    count(task_id=headers["id"], task=task, state="SUCCESS")
    assert logs.doing.get() == ""
    task.pop_request()


@pytest.mark.django_db
def test_what_is_asked_for_wrongly_is_answered_and_leaves_no_name_in_the_log(client, caplog):
    assert client.get("/nobody_of_this_name/").status_code == 404
    assert client.get("/", headers={"host": "somebody.invalid"}).status_code == 400
    assert [made.name for made in caplog.records if made.name.startswith("django.")] == []
