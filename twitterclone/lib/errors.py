"""Refusals. A service raises one; the edges turn it into a form error, a toast or a JSON error."""

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """Something a person asked for is refused; `message` says why and what to do, in their language."""

    status = 422
    code = "refused"
    message: object = _("That did not work.")

    def __init__(self, message: object = None) -> None:
        self.message = message or self.message
        super().__init__(str(self.message))


class NotVisible(DomainError):
    """There is nothing here for this viewer: it never was, it is gone, or it is not theirs to see."""

    status = 404
    code = "not_found"
    message = _("This page does not exist, or you may not see it.")


class Forbidden(DomainError):
    """The viewer sees it and may not do this with it."""

    status = 403
    code = "forbidden"
    message = _("You are not allowed to do that.")


class BadRequest(DomainError):
    """The request itself is malformed: a cursor, an id, a choice that does not exist."""

    status = 400
    code = "bad_request"
    message = _("This link is not complete. Go back and try again.")


class InvalidFields(DomainError):
    """Fields that are not what they must be: for each, words for programs (ERR_BLANK…) and for people."""

    code = "invalid"

    def __init__(self, problems: dict[str, list[tuple[str, str]]]) -> None:
        self.details = {
            field: [{"error": kind, "description": text} for kind, text in found]
            for field, found in problems.items()
        }
        told = ", ".join(f"{field} {text}" for field, found in problems.items() for _kind, text in found)
        super().__init__(_("Validation failed: %(problems)s") % {"problems": told})


class Invalid(InvalidFields):
    """One field that is not what it must be."""

    def __init__(self, field: str, description: object, kind: str = "ERR_INVALID") -> None:
        super().__init__({field: [(kind, str(description))]})


class RateLimited(DomainError):
    """Too much in too short a time; `retry_after` seconds until the next try can succeed."""

    status = 429
    code = "rate_limited"
    message = _("That was a lot in a short time. Take a break and try again.")

    def __init__(self, retry_after: int, message: object = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)
