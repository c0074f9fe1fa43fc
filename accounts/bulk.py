"""Many accounts at once, by the rules of one."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.models import FormerUsername, User
from accounts.rules import skeleton
from accounts.services import (
    EmailTaken,
    UsernameRefused,
    check_username_free,
    check_username_shape,
    newcomer,
    register_user,
)
from twitterclone.lib.bulk import Tally, Work
from twitterclone.lib.errors import DomainError
from twitterclone.lib.sheets import Problem, Row
from twitterclone.lib.text import clean_name

REQUIRED = ("username", "email")
OPTIONAL = ("display_name", "password", "language")
LONGEST_EMAIL, LONGEST_NAME = 254, 50


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An account of a line that is in order as far as one can see without looking at others."""

    line: int
    user: User
    password: str


@dataclass(slots=True)
class _Known:
    """Who has the names of a batch: before it, and so far in it."""

    skeletons: dict[str, str]  # to usernames
    emails: dict[str, str]  # to usernames
    former: set[str]


def bulk_register(rows: Iterable[Row | Problem], work: Work) -> Tally:
    """Makes an account of each row, by the rules of `register_user` and those of the sign-up form's fields.

    A row whose username and e-mail are those of one account is there already: so a run that was broken off
    is simply run again. Without a password nobody can log in until they ask for a new one by mail. Nobody is
    sent a mail.
    """

    def handle(batch: list[Row]) -> None:
        wanted = [found for row in batch if (found := _wanted(row, work))]
        new = _new(wanted, work)
        if new and not work.dry_run:
            _hash(new)
        work.tally.done += _store(new, work)

    return work.over(rows, handle)


def _wanted(row: Row, work: Work) -> _Wanted | None:
    values = {name: value.strip() if name != "password" else value for name, value in row.values.items()}
    username, email = values["username"], values["email"].lower()
    column = "username"
    try:
        check_username_shape(username)
        column = "email"
        if len(email) > LONGEST_EMAIL:
            raise ValidationError("This address is too long.")
        validate_email(email)
        column = "display_name"
        if len(clean_name(values["display_name"])) > LONGEST_NAME:
            raise ValidationError("This is longer than 50 characters.")
        column = "language"
        if values["language"] not in {"", *dict(settings.LANGUAGES)}:
            raise ValidationError(f"Use one of {', '.join(dict(settings.LANGUAGES))}.")
        fields = newcomer(username, values["display_name"], values["language"])
        user = User(username=username.lower(), username_cased=username, email=email, **fields)
        column = "password"
        if values["password"]:
            validate_password(values["password"], user)
    except ValidationError as error:
        work.note(Problem(row.line, column, " ".join(error.messages)))
    except DomainError as error:
        work.note(Problem(row.line, column, str(error)))
    else:
        return _Wanted(row.line, user, values["password"])
    return None


def _new(wanted: list[_Wanted], work: Work) -> list[_Wanted]:
    """Those whose names nobody has; three queries for all of them."""
    known, new = _known([one.user for one in wanted]), []
    for one in wanted:
        user = one.user
        taken = known.skeletons.get(skeleton(user.username))
        if taken == user.username and known.emails.get(user.email) == taken:
            work.tally.already += 1
            continue
        try:
            check_username_free(user.username, taken, is_former=user.username in known.former)
            if user.email in known.emails:
                raise EmailTaken
        except DomainError as error:
            work.note(_problem(one, error))
            continue
        known.skeletons[skeleton(user.username)] = known.emails[user.email] = user.username
        new.append(one)
    return new


def _known(users: list[User]) -> _Known:
    names = [user.username for user in users]
    people = User.objects.filter(username_skeleton__in=[skeleton(name) for name in names])
    owners = User.objects.filter(email__in=[user.email for user in users])
    return _Known(
        dict(people.values_list("username_skeleton", "username")),
        dict(owners.values_list("email", "username")),
        set(FormerUsername.objects.filter(username__in=names).values_list("username", flat=True)),
    )


def _hash(new: list[_Wanted]) -> None:
    """The slow part: as many at once as one process may."""
    with ThreadPoolExecutor(settings.PASSWORDS_AT_ONCE) as pool:
        hashes = pool.map(make_password, [one.password or None for one in new])
        for one, password in zip(new, hashes, strict=True):
            one.user.password = password


def _store(new: list[_Wanted], work: Work) -> int:
    """Writes the accounts; when somebody else took a name meanwhile, one by one, to find out which."""
    try:
        with transaction.atomic():
            return len(User.objects.bulk_create([one.user for one in new]))
    except IntegrityError:
        return sum(_store_one(one, work) for one in new)


def _store_one(one: _Wanted, work: Work) -> bool:
    user = one.user
    try:
        register_user(
            username=user.username_cased,
            email=user.email,
            password=one.password or None,
            display_name=user.display_name,
            language=user.language,
        )
    except DomainError as error:
        work.note(_problem(one, error))
        return False
    return True


def _problem(one: _Wanted, error: DomainError) -> Problem:
    column = {UsernameRefused: "username", EmailTaken: "email"}.get(type(error), "")
    return Problem(one.line, column, str(error))
