"""Parts of addresses."""

from django.urls import register_converter

from twitterclone.lib.pagination import BIGGEST_ID


class IdConverter:
    """`<id:tweet_id>`: a number that an id can be; any other address does not exist."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        identifier = int(value)
        if identifier > BIGGEST_ID:
            raise ValueError(value)
        return identifier

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(IdConverter, "id")
