"""The operators' page: for those alone who may see it, true, and whole without a script."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from twitterclone.monitoring import database, page
from twitterclone.monitoring.exposition import looked
from twitterclone.monitoring.families import Found
from twitterclone.monitoring.samples import KEPT, rates, samples, take_sample

ADDRESS = "/admin/operations/"


@pytest.fixture(autouse=True)
def looked_anew():
    for kept in (looked, page.known_statements):
        kept.forget()
    yield
    for kept in (looked, page.known_statements):
        kept.forget()


@pytest.fixture
def operator(person) -> User:
    user = person("operator", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_operations"))
    return user


@pytest.mark.django_db
def test_page_is_for_staff_with_the_permission(client, person, operator, alice):
    alice.user_permissions.add(Permission.objects.get(codename="view_operations"))
    for user, status in ((None, 302), (alice, 302), (person("keeper", is_staff=True), 403), (operator, 200)):
        visitor = Client()
        if user:
            visitor.force_login(user)
        assert visitor.get(ADDRESS).status_code == status
        assert ("Operations: how" in visitor.get("/admin/").text) == (user == operator)


@pytest.mark.django_db
def test_page_has_its_figures_charts_and_statements(client, operator):
    client.force_login(operator)
    for _ in range(3):
        take_sample()
    whole = client.get(ADDRESS)
    assert whole.status_code == 200
    for label in ("Fan-out lag", "Deliveries a second", "Newest backup", "Replicas", "Memory of Redis"):
        assert label in whole.text
    assert whole.text.count("<polyline") >= 6
    assert len(re.findall("<code>[0-9a-f]{12}</code>", whole.text)) == 10
    assert "style=" not in whole.text
    assert whole.text.count("timelines, sessions, cache, broker, channels") == 1
    part = client.get(ADDRESS, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "Fan-out lag" in part


@pytest.mark.django_db
def test_page_costs_the_same_however_much_there_is(client, operator):
    client.force_login(operator)
    client.get(ADDRESS)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESS)
        costs.append(len(captured))
        for _sample in range(5):
            take_sample()
    assert costs[0] == costs[1] <= 4


@pytest.mark.django_db
def test_page_stays_up_while_the_database_cannot_be_looked_at(client, operator, monkeypatch):
    client.force_login(operator)
    monkeypatch.setattr(database, "address", lambda: "host=127.0.0.1 port=1 dbname=x")
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert "Could not be looked at:" in answer.text


@pytest.mark.django_db
def test_half_an_hour_is_kept_and_counts_become_rates():
    for _ in range(KEPT + 3):
        take_sample()
    assert len(samples()) == KEPT
    kept = [
        {"at": 0.0, "requests": 10.0},
        {"at": 10.0, "requests": 60.0},
        {"at": 20.0, "requests": 5.0},
        {"at": 21.0, "requests": 9.0},
    ]
    assert rates(kept, "requests") == [5.0, 0.0]


@pytest.mark.unit
def test_alarms_are_raised_by_what_is_wrong():
    found = Found()
    for name, value, *labels in (
        ("backup_age_seconds", 90_000, "full"), ("backup_ok", 0, "logical"),
        ("partition_horizon_days", 3), ("outbox_parked", 2), ("redis_up", 0, "cache"),
    ):  # fmt: skip
        found.add(name, value, *labels)
    now = dict.fromkeys(("lag", "open", "queued", "connections", "memory", "replica_lag", "sockets"), 0.0)
    alarming = {
        tile.label for tile in page.tiles(found, [now | {"at": 0.0, "lag": 99.0}]) if tile.is_alarming
    }
    assert alarming == {"Fan-out lag", "Events waiting", "Memory of Redis", "Months ahead", "Newest backup"}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("seconds", "text"), [(0.44, "0.4 s"), (42, "42 s"), (200, "3 min"), (7300, "2 h"), (259_200, "3 d")]
)
def test_spans_are_told_in_their_largest_unit(seconds, text):
    assert page.age(seconds) == text


@pytest.mark.unit
def test_line_of_a_chart_stays_inside_it():
    corners = [tuple(map(float, corner.split(","))) for corner in page.points([0, 5, 10, 2]).split()]
    assert corners[0] == (0, 31)
    assert corners[2] == (80, 1)
    assert all(0 <= x <= page.WIDE and 0 <= y <= page.HIGH for x, y in corners)
    assert page.points([3]) == ""
