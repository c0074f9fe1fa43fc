"""The made-up world: always the same, and shaped like a real one."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from twitterclone.lib import text
from twitterclone.seeding.engagement import Crowd
from twitterclone.seeding.graph import Graph
from twitterclone.seeding.outline import QUOTE, REPLY, RETWEET, TOPIC_NUMBER, TWEET
from twitterclone.seeding.people import skeleton
from twitterclone.seeding.phrases import LANGUAGES, TOPICS, book
from twitterclone.seeding.plan import Plan, Size, make_plan
from twitterclone.seeding.text import Writer

pytestmark = pytest.mark.unit
UNTIL = datetime(2026, 6, 1, tzinfo=UTC)


def world(seed: int = 1, users: int = 600, tweets: int = 8000) -> Plan:
    return make_plan(Size(users=users, tweets=tweets, seed=seed, until=UNTIL), set())


@pytest.fixture(scope="module")
def plan() -> Plan:
    return world()


def test_world_is_the_same_when_the_seed_is() -> None:
    one, same, other = world(users=100, tweets=500), world(users=100, tweets=500), world(2, 100, 500)
    assert [vars_of(person) for person in one.people] == [vars_of(person) for person in same.people]
    assert one.graph.follows == same.graph.follows
    assert (one.outline.ms, one.outline.author) == (same.outline.ms, same.outline.author)
    assert [person.username for person in one.people] != [person.username for person in other.people]


def vars_of(person: object) -> dict[str, object]:
    return {name: getattr(person, name) for name in person.__slots__}  # type: ignore[attr-defined]


def test_history_is_two_years_and_complete(plan: Plan) -> None:
    months = {datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m") for ms in plan.outline.ms}
    assert len(plan.outline) == 8000
    assert len(months) >= 24
    assert max(plan.outline.ms) <= plan.until
    assert list(plan.outline.ms) == sorted(plan.outline.ms)


def test_names_look_different_when_folded(plan: Plan) -> None:
    assert len({skeleton(person.username) for person in plan.people}) == len(plan.people)
    assert all(text.entities(f"@{person.cased}")[0].value == person.username for person in plan.people)


def test_followers_follow_zipf(plan: Plan) -> None:
    followers = sorted(plan.graph.followers, reverse=True)
    assert followers[0] > 8 * followers[len(followers) // 2]
    assert sum(followers[:60]) > 0.25 * sum(followers)


def test_nobody_deals_over_a_block(plan: Plan) -> None:
    graph: Graph = plan.graph
    edges = [(one, other) for _, one, other in (*graph.follows, *graph.requests)]
    assert not graph.blocked & set(edges)
    assert len(edges) == len(set(edges))
    assert all(one != other for one, other in edges)
    lines = plan.outline
    dealings = {
        (lines.author[i], lines.author[lines.parent[i]]) for i in range(len(lines)) if lines.parent[i] >= 0
    }
    assert not graph.blocked & dealings


def test_private_people_are_not_passed_on(plan: Plan) -> None:
    lines = plan.outline
    for index in range(len(lines)):
        if lines.kind[index] in {QUOTE, RETWEET}:
            assert not plan.people[lines.author[lines.parent[index]]].is_private


def test_threads_are_deep_and_wide(plan: Plan) -> None:
    lines, depth = plan.outline, [0] * len(plan.outline)
    for index in range(len(lines)):
        if lines.kind[index] == REPLY:
            depth[index] = depth[lines.parent[index]] + 1
    assert max(depth) >= 5
    assert max(lines.replies) >= 12
    assert set(lines.kind) == {TWEET, REPLY, QUOTE, RETWEET}


def test_nobody_speaks_before_joining_or_after_leaving(plan: Plan) -> None:
    for ms, author in zip(plan.outline.ms, plan.outline.author, strict=True):
        person = plan.people[author]
        assert person.joined <= ms
        assert not 0 < person.suspended < ms
        assert not 0 < person.deactivated < ms


def test_retweet_happens_once_for_each_person(plan: Plan) -> None:
    lines = plan.outline
    pairs = [(lines.author[i], lines.parent[i]) for i in range(len(lines)) if lines.kind[i] == RETWEET]
    assert len(pairs) == len(set(pairs))


def test_likes_follow_hidden_interests(plan: Plan) -> None:
    crowd, lines = Crowd(plan), plan.outline
    likes = Counter(
        TOPICS[lines.topic[index]] in plan.people[number].interests
        for index in range(len(lines))
        if not plan.people[lines.author[index]].is_private
        for number, _when in crowd.likers(lines, index)
    )
    by_chance = sum(len(person.interests) for person in plan.people) / len(plan.people) / len(TOPICS)
    assert likes.total() > 1000
    assert likes[True] / likes.total() > 0.7 > 4 * by_chance


def test_likes_follow_what_is_hidden_of_authors_and_pairs(plan: Plan) -> None:
    crowd, lines = Crowd(plan), plan.outline
    latent, pairs, by_author = crowd.latent, Counter(), Counter()
    for index in range(len(lines)):
        for number, _when in crowd.likers(lines, index):
            pairs[number, lines.author[index]] += 1
            by_author[lines.author[index]] += 1
    said = Counter(lines.author)
    known = [number for number in said if said[number] >= 10 and plan.graph.followers[number] >= 10]
    known.sort(key=lambda number: latent.quality[number])
    half = len(known) // 2
    poor, good = (
        sum(by_author[number] / said[number] for number in some) for some in (known[:half], known[-half:])
    )
    assert good > 1.3 * poor
    near, far = [], []
    for _ms, one, other in plan.graph.follows:
        author = plan.people[other]
        appeal = latent.appeal(one, author, {TOPIC_NUMBER[author.interests[0]]: 1.0})
        (near if appeal > 0.4 else far).append(pairs[one, other])
    assert sum(near) / len(near) > 2 * sum(far) / len(far)


def test_nobody_likes_twice_what_they_like(plan: Plan) -> None:
    crowd, lines = Crowd(plan), plan.outline
    for index in range(0, len(lines), 7):
        numbers = [number for number, _when in crowd.likers(lines, index)]
        assert len(numbers) == len(set(numbers))
        assert lines.author[index] not in numbers


def test_text_is_as_the_site_reads_it(plan: Plan) -> None:
    writer, lines = Writer(plan), plan.outline
    for index in range(0, len(lines), 4):
        written = writer.write(plan.people[lines.author[index]], lines.kind[index], lines.topic[index])
        assert 0 < text.weighted_length(written.content) <= text.TWEET_LENGTH
        assert text.normalise(written.content) == written.content
        assert tuple(map(tuple, text.hashtags(written.content))) == written.hashtags
        named = [written.mentioned.username] if written.mentioned else []
        assert text.mentioned_usernames(written.content) == named


def test_every_language_speaks_of_every_topic() -> None:
    for language in LANGUAGES:
        words = book(language)
        assert all(words.topics[topic].lines and words.topics[topic].tags for topic in TOPICS)
        assert set(words.topic_names) == set(TOPICS)
        assert {"replies", "quotes", "closers", "bios"} <= set(words.lines)
