"""An account that is erased is gone: every table, every file, every count; and nobody else loses anything."""

from datetime import timedelta
from io import StringIO
from threading import Event, Thread

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import archives, care, housekeeping
from accounts.models import Export, User
from accounts.services import deactivate_user, reactivate_user
from integrations.models import Application
from integrations.services import issue_token
from media.models import Media
from messaging.models import Conversation, Message
from moderation.models import Report
from notifications.models import Notification
from social.models import Follow
from tweets.models import Like, Poll, PollOption, PollVote, Retweet, Tweet
from tweets.services.engagement import like_tweet, retweet
from tweets.services.posting import post_tweet
from tweets.tasks import roll_up_counters
from tweets.tests.factories import make_media, make_retweet, make_tweet
from twitterclone.lib import belongings, outbox
from twitterclone.tests.one_of_each import one_of_each

pytestmark = pytest.mark.django_db
OURS = ("accounts", "media", "social", "tweets", "messaging", "notifications", "moderation", "account")


def let_it_be_due(user: User) -> None:
    care.request_deletion(user=user)
    User.objects.filter(pk=user.pk).update(erase_at=timezone.now() - timedelta(seconds=1))


def traces_of(user_id: int) -> list[str]:
    """Every column of every table that still names the user."""
    found = []
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            if not model._meta.managed:
                continue
            found += [
                f"{model._meta.label}.{field.name}"
                for field in model._meta.concrete_fields
                if field.related_model is User and model._default_manager.filter(**{field.attname: user_id})
            ]
    return found


def test_nothing_is_left_of_anybody_who_has_one_of_each() -> None:
    rows = one_of_each("first")
    one, two = User.objects.get(username="first_one"), User.objects.get(username="first_two")
    program = rows[Application]
    issue_token(user=one, application=program, scopes=["read"])
    for user in (one, two):
        assert traces_of(user.pk)
        let_it_be_due(user)
    assert housekeeping.erase_due() == 2
    assert traces_of(one.pk) == traces_of(two.pk) == []
    assert not User.objects.filter(username__startswith="first_").exists()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_tweets_of_every_month_go_with_others_retweets_of_them(alice, bob) -> None:
    later = (timezone.now() + timedelta(days=32)).timestamp() * 1000
    tweets = [make_tweet(alice), Tweet.objects.create(id=int(later) << 16, author=alice, content="Later")]
    reply = make_tweet(bob, "Still here", in_reply_to=tweets[0])
    passed_on = make_retweet(bob, tweets[0])
    let_it_be_due(alice)
    housekeeping.erase_due()
    assert set(Tweet.objects.values_list("pk", flat=True)) == {reply.pk}
    assert not Retweet.objects.filter(retweet_id=passed_on.pk).exists()
    assert Client().get(f"/bob/status/{reply.pk}/").status_code == 200


def test_counts_are_right_when_somebody_is_gone(alice, bob, charlie) -> None:
    theirs = make_tweet(charlie)
    parent = make_tweet(bob)
    like_tweet(user=alice, tweet=theirs)
    like_tweet(user=bob, tweet=theirs)
    retweet(user=alice, tweet=theirs)
    post_tweet(author=alice, text="A reply", reply_to=parent)
    poll = Poll.objects.create(tweet=parent, expires_at=timezone.now() + timedelta(days=1), voters_count=1)
    option = PollOption.objects.create(poll=poll, position=0, text="Yes", votes_count=1)
    PollVote.objects.create(option=option, user=alice)
    roll_up_counters()
    let_it_be_due(alice)
    housekeeping.erase_due()
    roll_up_counters()
    theirs.refresh_from_db()
    parent.refresh_from_db()
    poll.refresh_from_db()
    option.refresh_from_db()
    assert (theirs.likes_count, theirs.retweets_count, parent.replies_count) == (1, 0, 0)
    assert (poll.voters_count, option.votes_count) == (0, 0)
    assert list(Like.objects.values_list("user", flat=True)) == [bob.pk]


def test_files_go_with_the_account(alice) -> None:
    name = default_storage.save("ab/picture.jpg", ContentFile(b"picture"))
    media = make_media(alice, file=name, attached_at=timezone.now())
    export = care.request_export(user=alice)
    archives.make_archive(export.pk)
    zipped = Export.objects.get(pk=export.pk).name
    let_it_be_due(alice)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda run, **_: run())
        housekeeping.erase_due()
    assert not Media.objects.filter(pk=media.pk).exists()
    assert not default_storage.exists(name)
    assert not archives.store().exists(zipped)


def test_conversation_ends_with_either_of_the_two(alice, bob, charlie) -> None:
    one_of_each("first")
    others = Conversation.objects.count(), Message.objects.count()
    low, high = sorted((alice, bob), key=lambda user: user.pk)
    talk = Conversation.objects.create(low=low, high=high)
    for number, sender in enumerate((alice, bob)):
        Message.objects.create(
            conversation=talk, sender=sender, client_id=f"{number:032x}", message="Between us"
        )
    let_it_be_due(alice)
    housekeeping.erase_due()
    assert (Conversation.objects.count(), Message.objects.count()) == others


def test_others_are_no_longer_told_of_somebody_who_is_gone(alice, bob) -> None:
    tweet = make_tweet(bob)
    like_tweet(user=alice, tweet=tweet)
    outbox.drain()
    assert Notification.objects.filter(user=bob).count() == 1
    let_it_be_due(alice)
    housekeeping.erase_due()
    assert not Notification.objects.filter(user=bob).exists()


def test_report_keeps_its_words_when_the_reporter_is_gone(alice, bob) -> None:
    report = Report.objects.create(reporter=bob, user=alice, reason="spam", comment="Look")
    let_it_be_due(bob)
    housekeeping.erase_due()
    report.refresh_from_db()
    assert (report.reporter, report.comment) == (None, "Look")


def test_erasing_goes_on_where_a_dead_process_stopped(alice, bob, monkeypatch) -> None:
    for number in range(5):
        make_tweet(alice, f"Number {number}")
    let_it_be_due(alice)
    names = [name for name, _ in belongings.erasers()]

    def dies(user_id: int) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(belongings._erasers, "media", dies)
    with pytest.raises(KeyboardInterrupt):
        housekeeping.erase_due()
    assert names.index("tweets") < names.index("media") < names.index("account")
    assert not Tweet.objects.filter(author=alice).exists()
    assert User.objects.get(pk=alice.pk).is_active is False
    monkeypatch.undo()
    assert housekeeping.erase_due() == 1
    assert traces_of(alice.pk) == []


def test_erasing_stops_in_time_and_the_next_run_goes_on(alice) -> None:
    for number in range(3):
        make_tweet(alice, f"Number {number}")
    let_it_be_due(alice)
    runs = 0
    while User.objects.filter(pk=alice.pk).exists():
        housekeeping.erase_due(seconds=0)
        runs += 1
    assert runs > 1


def test_nobody_is_erased_who_did_not_ask_or_came_back(alice, bob, charlie) -> None:
    care.request_deletion(user=alice)
    let_it_be_due(bob)
    reactivate_user(user=bob)
    deactivate_user(user=charlie)
    assert housekeeping.erase_due() == 0
    assert User.objects.count() == 3


def test_command_says_who_is_due_and_erases_when_asked(alice) -> None:
    let_it_be_due(alice)
    out = StringIO()
    call_command("erase_due", dry_run=True, stdout=out)
    assert "@alice" in out.getvalue()
    assert User.objects.filter(pk=alice.pk).exists()
    call_command("erase_due", stdout=out)
    assert "1 accounts are erased" in out.getvalue()
    assert not User.objects.filter(pk=alice.pk).exists()


def pages_showing(client: Client, words: str, addresses: list[str]) -> list[str]:
    return [address for address in addresses if words in client.get(address).text]


@pytest.mark.django_db(transaction=True)
def test_command_says_so_when_another_process_has_the_account_in_hand(alice) -> None:
    let_it_be_due(alice)
    is_held, may_end = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=alice.pk)
            is_held.set()
            may_end.wait(20)
        connection.close()

    other = Thread(target=hold)
    other.start()
    is_held.wait(20)
    out = StringIO()
    call_command("erase_due", stdout=out)
    may_end.set()
    other.join()
    assert "1 are in use" in out.getvalue()
    assert User.objects.filter(pk=alice.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_deactivated_person_is_nowhere_and_then_everywhere_again(alice, bob, charlie) -> None:
    tweet = post_tweet(author=alice, text="Sunrise at the harbour #harbour")
    answer = post_tweet(author=charlie, text="I agree", reply_to=tweet)
    post_tweet(author=charlie, text="See this", quote_of=tweet)
    retweet(user=charlie, tweet=tweet)
    Follow.objects.create(follower=bob, following=charlie)
    outbox.drain()
    client = Client()
    client.force_login(bob)
    thread = f"/alice/status/{tweet.pk}/"
    others = f"/charlie/status/{answer.pk}/"
    addresses = [
        "/",
        "/explore/",
        "/tags/harbour/",
        "/search/?q=sunrise&tab=latest",
        "/charlie/",
    ]
    addresses += ["/search/?q=sunrise&tab=top", others, "/alice/", "/bob/", thread]
    before = pages_showing(client, "Sunrise at the harbour", addresses)
    assert {"/tags/harbour/", "/alice/", thread, others} <= set(before)
    named = pages_showing(client, "Alice Bergström", ["/bob/following/", "/search/?q=alice&tab=people"])
    assert named == ["/bob/following/", "/search/?q=alice&tab=people"]

    deactivate_user(user=alice)
    outbox.drain()

    assert pages_showing(client, "Sunrise at the harbour", addresses) == []
    assert pages_showing(Client(), "Sunrise at the harbour", addresses) == []
    assert pages_showing(client, "Alice Bergström", named) == []
    assert client.get(thread).status_code == 404

    reactivate_user(user=alice)
    outbox.drain()
    assert pages_showing(client, "Sunrise at the harbour", addresses) == before
    assert pages_showing(client, "Alice Bergström", named) == named
