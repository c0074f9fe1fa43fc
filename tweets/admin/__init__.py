"""Tweets, what people do with them, and what rises, in the admin."""

from tweets.admin import trends, tweets

__all__ = ["trends", "tweets"]
