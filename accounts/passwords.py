"""What a password may not be, beyond what Django refuses."""

from typing import Any

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEAST = 4  # characters that have to be there besides one's name
SHORTEST_NAME = 3


class NameSimilarityValidator(UserAttributeSimilarityValidator):
    """Django's, which takes `alicealice` of @alice: here a name repeated or hardly more is none."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("username", "display_name", "email"))

    def validate(self, password: str, user: Any = None) -> None:
        super().validate(password, user)
        bare = password.lower()
        if (piece := repeated(bare)) != bare:
            super().validate(piece, user)
        for name in self._names(user):
            rest = bare.replace(name, "")
            if rest != bare and len(rest) < LEAST:
                raise ValidationError(self.get_error_message(), code="password_too_similar")

    def get_error_message(self) -> str:
        return _("This is too much like your name or your email address. Choose something else.")

    def _names(self, user: Any) -> set[str]:
        values = [str(getattr(user, name, None) or "") for name in self.user_attributes]
        parts = {part for value in values for part in value.lower().replace("@", " ").split()}
        return {part for part in parts if len(part) >= SHORTEST_NAME}


def repeated(text: str) -> str:
    """The piece that a text repeats, perhaps cut short at the end; the text itself when it repeats none."""
    sizes = range(1, len(text) // 2 + 1)
    pieces = (text[:size] for size in sizes if (text[:size] * len(text))[: len(text)] == text)
    return next(pieces, text)
