"""Twitterclone: a self-hosted microblogging site."""

from twitterclone.celery import app as celery_app

__all__ = ["celery_app"]
