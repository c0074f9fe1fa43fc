"""What a client sent, read by name and kind. A field of the wrong kind is refused and named (422)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from twitterclone.lib.api.parsers import holds_nul, nested
from twitterclone.lib.errors import Invalid
from twitterclone.lib.pagination import BIGGEST_ID

YES = {"true", "t", "1", "on", "yes"}
NO = {"false", "f", "0", "off", "no", ""}
ITEMS = 200  # of a list, at most; more than any call needs


class Fields:
    """The fields of a body or a query string; whoever asks for none of the unknown ones ignores them."""

    def __init__(self, data: Mapping[str, Any], prefix: str = "") -> None:
        self.data = data
        self.prefix = prefix

    @classmethod
    def of_body(cls, data: Any) -> "Fields":
        """Refuses text with a NUL in it, wherever it stands."""
        if holds_nul(data):
            raise Invalid("body", _("contains a character that cannot be kept"))
        return cls(data if isinstance(data, Mapping) else {})

    @classmethod
    def of_query(cls, query: QueryDict) -> "Fields":
        if holds_nul(dict(query.lists())):
            raise Invalid("query", _("contains a character that cannot be kept"))
        return cls(nested(query))

    def has(self, name: str) -> bool:
        """Whether the client sent the field at all; null counts as sent."""
        return name in self.data

    def text(self, name: str, default: str = "", most: int | None = None) -> str:
        """A string; numbers are read as one. Longer than `most` is refused."""
        value = self._value(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self._wrong(name, _("must be text"))
        text = str(value)
        if most is not None and len(text) > most:
            raise self._wrong(
                name, _("is too long (maximum is %(most)d characters)") % {"most": most}, "LONG"
            )
        return text

    def boolean(self, name: str, default: bool = False) -> bool:
        """true and false, 1 and 0, "on" and "off", as JSON or as text."""
        value = self._value(name)
        if value is None:
            return default
        word = str(value).lower() if isinstance(value, bool | int | str) else None
        if word in YES:
            return True
        if word in NO:
            return False
        raise self._wrong(name, _("must be true or false"))

    def maybe(self, name: str) -> bool | None:
        """As `boolean`, None when it was not sent: leave it as it is."""
        return None if self._value(name) is None else self.boolean(name)

    def integer(self, name: str, default: int | None = None) -> int | None:
        """A whole number, as JSON or as text."""
        value = self._value(name)
        if value is None or value == "":
            return default
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= BIGGEST_ID:
            return value
        if isinstance(value, str) and len(value) < 20 and value.isascii():
            try:
                return int(value)
            except ValueError:
                pass
        raise self._wrong(name, _("must be a whole number"))

    def id(self, name: str) -> int | None:
        """An id, None when none was sent."""
        value = self._value(name)
        return None if value is None or value == "" else self._id(name, value)

    def ids(self, name: str) -> list[int]:
        """Ids in the order sent, each once; a single one counts as a list of one."""
        return list(dict.fromkeys(self._id(name, value) for value in self._items(name) if value != ""))

    def texts(self, name: str, most: int | None = None) -> list[str]:
        """Strings in the order sent."""
        values = self._items(name)
        return [Fields({name: value}, self.prefix).text(name, most=most) for value in values]

    def choice(self, name: str, choices: Iterable[str], default: str = "") -> str:
        """One of the words; the default when none was sent."""
        value = self.text(name)
        if value == "":
            return default
        if value not in choices:
            raise self._wrong(name, _("is not included in the list"), "INCLUSION")
        return value

    def moment(self, name: str) -> datetime | None:
        """A point in time in ISO 8601, UTC when it names no zone."""
        text = self.text(name, most=40)
        if not text:
            return None
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None:
            raise self._wrong(name, _("must be a time in ISO 8601"))
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

    def group(self, name: str) -> "Fields | None":
        """The fields of an object inside, None when none was sent."""
        value = self._value(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self._wrong(name, _("must be an object"))
        return Fields(value, f"{self.prefix}{name}.")

    def groups(self, name: str) -> "list[Fields] | None":
        """Objects in a list, or in an object with numbers for keys; None when none was sent."""
        value = self._value(name)
        if value is None:
            return None
        items = list(value.values()) if isinstance(value, Mapping) else value
        if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
            raise self._wrong(name, _("must be a list of objects"))
        return [Fields(item, f"{self.prefix}{name}.") for item in items[:ITEMS]]

    def file(self, name: str) -> UploadedFile | None:
        """An uploaded file, None when none was sent."""
        value = self._value(name)
        if value is None or value == "":
            return None
        if not isinstance(value, UploadedFile):
            raise self._wrong(name, _("must be a file"))
        return value

    def _value(self, name: str) -> Any:
        return self.data.get(name)

    def _items(self, name: str) -> list[Any]:
        value = self._value(name)
        if value is None:
            return []
        items = list(value.values()) if isinstance(value, Mapping) else value
        items = items if isinstance(items, list) else [items]
        if len(items) > ITEMS:
            raise self._wrong(name, _("holds too many entries"), "LONG")
        return items

    def _id(self, name: str, value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= BIGGEST_ID:
            return value
        good = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19
        if not good or int(value) > BIGGEST_ID:
            raise self._wrong(name, _("must be an id"))
        return int(value)

    def _wrong(self, name: str, description: object, kind: str = "INVALID") -> Invalid:
        return Invalid(f"{self.prefix}{name}", description, f"ERR_{'TOO_LONG' if kind == 'LONG' else kind}")
